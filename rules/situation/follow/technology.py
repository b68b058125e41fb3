# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What hub and devices say of themselves: starts, radios, silence, measurements, the wall clock."""

from rules.model.events import (
    BatteryMeasured,
    Booted,
    DeviceHeard,
    DeviceSilent,
    HazardEnded,
    HazardSensed,
    HumidityMeasured,
    PowerMeasured,
    RadioDown,
    RadioUp,
    SwitchSensed,
    TemperatureMeasured,
)
from rules.situation import coverage as cov
from rules.situation.coverage import ReceptionState
from rules.situation.follow.activity import Followed, heard
from rules.situation.follow.unseen import unseen
from rules.situation.occurrences import CoverageLost, Restarted, Unseen
from rules.situation.situation import Situation

type Measured = (
    PowerMeasured
    | TemperatureMeasured
    | HumidityMeasured
    | SwitchSensed
    | HazardSensed
    | HazardEnded
    | BatteryMeasured
)


def measured(now: Situation, event: Measured) -> Followed:
    """Pass a measurement of an enrolled device on."""
    now, device, back = heard(now, event.device)
    return (now, ()) if device is None else (now, (*back, event))


def device_heard(now: Situation, event: DeviceHeard) -> Followed:
    """Follow a device that is heard for the first time, or again."""
    now, _, back = heard(now, event.device)
    return now, back


def device_silent(now: Situation, event: DeviceSilent) -> Followed:
    """Follow a device that was quiet for too long: its room is blind now."""
    device = now.device(event.device)
    if device is None:
        return now, ()
    seen = now.coverage.devices.get(device.id)
    if seen is not None and seen.reception is ReceptionState.SILENT:
        return now, ()  # said again after a restart: it is blind since it was said first
    now = now._replace(coverage=cov.silent(now.coverage, device.id, now.at))
    return now, (CoverageLost(device),)


def radio_down(now: Situation, event: RadioDown) -> Followed:
    """Follow a source that hears nothing: all its devices are blind from now."""
    if event.source in now.coverage.radios:
        return now, ()
    radios = {**now.coverage.radios, event.source: now.at}
    return now._replace(coverage=now.coverage._replace(radios=radios)), (event,)


def radio_up(now: Situation, event: RadioUp) -> Followed:
    """Follow a source that hears again; what it did not hear proves no stillness."""
    down_since = now.coverage.radios.get(event.source)
    said: tuple[object, ...] = ()
    seeing = cov.hears_sensors(now.apartment, event.source)
    if down_since is not None and seeing and now.signs.last is not None:
        now, still_s = unseen(now, down_since)
        if now.pause is None:
            said = (Unseen(still_s, now.at - down_since, now.seq),)
    radios = {key: at for key, at in now.coverage.radios.items() if key != event.source}
    now = now._replace(coverage=now.coverage._replace(radios=radios))
    return now, (*said, event)


def booted(now: Situation, event: Booted) -> Followed:
    """Follow a start of the hub; only one after the first shows that it was off."""
    said = (Restarted(event.gap_s),) if now.booted else ()
    return now._replace(booted=True), (*said, event)
