# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Sensors that show a person: motion, items, doors, seats, and states found after a start."""

from rules.model.apartment import Device, Role
from rules.model.events import (
    DoorClosed,
    DoorOpened,
    ItemUsed,
    Motion,
    MotionEnded,
    SeatLeft,
    SeatTaken,
    StateFound,
)
from rules.situation import coverage as cov
from rules.situation import presence
from rules.situation.activity import Strength
from rules.situation.coverage import ReceptionState, StuckLimits
from rules.situation.follow.activity import Followed, heard, signed, signed_with
from rules.situation.occurrences import CameInUnseen, CoverageBack, SensorBelieved
from rules.situation.presence import PresenceLimits
from rules.situation.situation import Situation


def motion(now: Situation, event: Motion) -> Followed:
    """Follow a motion sensor's "on"; written out, because it is the most frequent event."""
    device = now.apartment.devices_by_id.get(event.device)
    if device is None:
        return now, ()
    at, name, coverage = now.at, device.id, now.coverage
    seen = coverage.devices.get(name)
    back: tuple[object, ...] = ()
    if seen is None or seen.reception is not ReceptionState.LIVE:
        coverage, back = cov.heard(coverage, name, at), (CoverageBack(device),)
    look = min(at + now.limits[StuckLimits].after_s, now.stuck_look)
    rows = {**now.moving_rows, name: now.seq}
    coverage = cov.moves(coverage, name, at)
    now, said = signed_with(now, coverage, rows, look, device, Strength.MOTION)
    return now, (*back, *said) if back else said


def motion_ended(now: Situation, event: MotionEnded) -> Followed:
    """Follow a motion sensor that went back to rest: somebody moved until now."""
    device = now.apartment.devices_by_id.get(event.device)
    if device is None:
        return now, ()
    name, coverage = device.id, now.coverage
    seen = coverage.devices.get(name)
    before: tuple[object, ...] = ()
    if seen is None or seen.reception is not ReceptionState.LIVE:
        coverage, before = cov.heard(coverage, name, now.at), (CoverageBack(device),)
    if name in coverage.stuck:
        before = (*before, SensorBelieved(name))
    if name in coverage.moving or name in coverage.stuck:
        coverage = cov.rests(coverage, name)
    rows, look = now.moving_rows, now.stuck_look
    now, said = signed_with(now, coverage, rows, look, device, Strength.FADING)
    return now, (*before, *said) if before else said


def item(now: Situation, event: ItemUsed) -> Followed:
    """Follow something of the household; only its beginning surely shows a hand."""
    now, device, back = heard(now, event.device)
    if device is None:
        return now, ()
    now, said = signed(now, device, Strength.TOUCH if event.active else Strength.FADING)
    return now, (*back, *said, event)


def door(now: Situation, event: DoorOpened | DoorClosed) -> Followed:
    """Follow a door; a front door works presence before its sign: who comes in is not her."""
    now, device, back = heard(now, event.device)
    if device is None:
        return now, ()
    if device.role is Role.FRONT_DOOR and now.pause is None:
        opened, limits = type(event) is DoorOpened, now.limits[PresenceLimits]
        present = presence.at_door(now.presence, now.at, now.seq, opened=opened, limits=limits)
        now = now._replace(presence=present)
    now, said = signed(now, device, Strength.TOUCH)
    return now, (*back, *said, event)


def seat(now: Situation, event: SeatTaken | SeatLeft) -> Followed:
    """Follow a bed or chair that feels a person, or no longer does."""
    now, device, back = heard(now, event.device)
    if device is None:
        return now, ()
    now, said = signed(now, device, Strength.TOUCH)
    if device.role is Role.BED:
        now = _bed(now, device, taken=type(event) is SeatTaken)
    return now, (*back, *said, event)


def _bed(now: Situation, device: Device, *, taken: bool) -> Situation:
    name = {device.id}
    return now._replace(in_bed=now.in_bed | name if taken else now.in_bed - name)


def state_on_reconnect(now: Situation, event: StateFound) -> Followed:
    """Take a state over as it is now; it is no sign of life: it may have changed hours ago."""
    now, device, said = heard(now, event.device)
    if device is None:
        return now, ()
    match device.role:
        case Role.MOTION if not event.active:
            now, believed = _at_rest(now, device)
            said = (*said, *believed)
        case Role.BED:
            now = _bed(now, device, taken=event.active)
        case Role.FRONT_DOOR if now.pause is None:
            now, came_in = _moved_unseen(now)
            said = (*said, *came_in)
        case _:
            pass
    return now, (*said, event)


def _at_rest(now: Situation, device: Device) -> Followed:
    name, coverage = device.id, now.coverage
    if name in coverage.stuck:
        return now._replace(coverage=cov.rests(coverage, name)), (SensorBelieved(name),)
    if name in coverage.moving:
        return now._replace(coverage=cov.rests(coverage, name)), ()
    return now, ()


def _moved_unseen(now: Situation) -> Followed:
    """Follow a front door that moved while nobody listened."""
    was_home = now.presence.home
    present = presence.door_state_on_reconnect(
        now.presence, now.at, now.seq, now.limits[PresenceLimits]
    )
    return now._replace(presence=present), () if was_home else (CameInUnseen(),)
