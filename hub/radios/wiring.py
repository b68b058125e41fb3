# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The radios of one flat: which sources the settings name, made only when they are used."""

from collections.abc import Callable
from dataclasses import dataclass

from devices.availability import Availability
from devices.registry import Registry
from devices.source import Actuator, Source
from hub.runtime.settings import Settings
from rules.model.identity import Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Wiring:
    """What a source may be given.

    Attributes:
        now: the hub's axis.
        monotonic: real seconds.
        gap_s: how long the hub did not run, None when unknown.
        start: differs from start to start of the hub.
        keep: takes malformed frames for diagnosis.
    """

    settings: Settings
    registry: Registry
    availability: Availability
    now: Callable[[], Seconds]
    monotonic: Callable[[], Seconds]
    gap_s: Seconds | None
    start: str
    keep: Callable[[str, bytes, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Radios:
    """Sources and the ways out they offer."""

    sources: tuple[Source, ...] = ()
    actuators: tuple[Actuator, ...] = ()


def from_settings(wiring: Wiring) -> Radios:
    """Make the sources that the settings name; a driver that is not used is not even imported."""
    sources: list[Source] = []
    actuators: list[Actuator] = []
    settings = wiring.settings
    if settings.zigbee is not None:
        from devices.zigbee.source import ZigbeeSource  # noqa: PLC0415 # 60 MB of driver

        zigbee = ZigbeeSource(
            settings.zigbee,
            wiring.registry,
            wiring.availability,
            database=settings.home / "zigbee.db",
            now=wiring.now,
            monotonic=wiring.monotonic,
            keep=wiring.keep,
        )
        sources.append(zigbee)
        actuators.append(zigbee)
    if settings.mqtt is not None:
        from devices.mqtt.source import MqttSource  # noqa: PLC0415 # as above

        mqtt = MqttSource(
            settings.mqtt,
            wiring.registry,
            wiring.availability,
            now=wiring.now,
            monotonic=wiring.monotonic,
            start=wiring.start,
            gap_s=wiring.gap_s,
            keep=wiring.keep,
        )
        sources.append(mqtt)
        actuators.append(mqtt.actuator)
    if settings.ble is not None:
        from devices.ble.counters import CounterFile  # noqa: PLC0415 # as above
        from devices.ble.source import BleSource  # noqa: PLC0415 # as above

        ble = BleSource(
            settings.ble,
            wiring.registry,
            wiring.availability,
            now=wiring.now,
            monotonic=wiring.monotonic,
            start=wiring.start,
            counters=CounterFile(settings.home / "ble_counts.json"),
            keep=wiring.keep,
        )
        sources.append(ble)
    return Radios(sources=tuple(sources), actuators=tuple(actuators))
