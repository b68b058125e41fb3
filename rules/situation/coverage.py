# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What can be seen now and what is blind; it starts blind and stays so until a device is heard."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple, Protocol

from rules.model.apartment import Apartment, Device, Role, RoomType
from rules.model.identity import DeviceId, RoomId, Seconds
from rules.model.quantities import MINUTE_S, NEVER
from rules.model.verdict import Blind
from rules.situation.private_time import Pause


@dataclass(frozen=True, slots=True, kw_only=True)
class StuckLimits:
    """When a motion sensor that stays "on" is no longer believed.

    Source: motion sensors hold "on" for 60 to 90 s after the last movement and re-trigger
    (docs/rules.md, sources); half an hour of unbroken movement under one sensor is rarer than a
    lost "clear" frame or an empty battery (docs/rules.md).
    """

    after_s: Seconds = 30 * MINUTE_S


_new = tuple.__new__


class ReceptionState(StrEnum):
    """Whether a device is heard."""

    LIVE = "live"
    SILENT = "silent"
    GAP = "gap"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceReception:
    """Since when a device is what it is."""

    reception: ReceptionState
    since: Seconds


class Coverage(NamedTuple):
    """Memory of what is heard. A device that is not in `devices` was never heard.

    Attributes:
        began: axis time of the first fact of all.
        devices: last known sight.
        radios: sources that are down, since when.
        moving: motion sensors that say "on", by their latest report.
        stuck: motion sensors that said "on" for too long, since then.
        gap: last time the hub was off, from and to.
    """

    began: Seconds = 0.0
    devices: Mapping[DeviceId, DeviceReception] = {}
    radios: Mapping[str, Seconds] = {}
    moving: Mapping[DeviceId, Seconds] = {}
    stuck: Mapping[DeviceId, Seconds] = {}
    gap: tuple[Seconds, Seconds] | None = None


class Sighted(Protocol):
    """Whatever knows the coverage: the state, or one turn of the engine."""

    @property
    def coverage(self) -> Coverage:
        """What is heard."""

    @property
    def pause(self) -> Pause | None:
        """Private time that is running."""


SEEING: Final = frozenset(
    {
        Role.MOTION,
        Role.BED,
        Role.CHAIR,
        Role.FALL_RADAR,
        Role.ITEM,
        Role.DRAWER,
        Role.TAP,
        Role.DOOR,
        Role.FRONT_DOOR,
    }
)
"""Roles by which a living person is seen."""
WATCHED: Final = SEEING | {
    Role.HELP,
    Role.FINE,
    Role.TAKE_BACK,
    Role.WEARABLE,
    Role.SMOKE,
    Role.CARBON_MONOXIDE,
    Role.LEAK,
    Role.STOVE,
    Role.STOVE_CUTOFF,
    Role.TEMPERATURE,
}
"""Roles whose loss is a blind spot; a dead lamp is a technical verdict, not blindness."""
HELPING: Final = frozenset({Role.HELP, Role.WEARABLE, Role.FALL_RADAR, Role.FINE, Role.TAKE_BACK})
"""Roles a call for help rests on: their loss is told at once."""


def begun(coverage: Coverage, at: Seconds) -> Coverage:
    """The first fact of all: blind from here."""
    return coverage._replace(began=at)


def heard(coverage: Coverage, device: DeviceId, at: Seconds) -> Coverage:
    """A device spoke: it is live."""
    return coverage._replace(
        devices={
            **coverage.devices,
            device: DeviceReception(reception=ReceptionState.LIVE, since=at),
        }
    )


def silent(coverage: Coverage, device: DeviceId, at: Seconds) -> Coverage:
    """A device was quiet for longer than it ever should be."""
    moving = {key: since for key, since in coverage.moving.items() if key != device}
    return coverage._replace(
        devices={
            **coverage.devices,
            device: DeviceReception(reception=ReceptionState.SILENT, since=at),
        },
        moving=moving,
    )


def moves(coverage: Coverage, device: DeviceId, at: Seconds) -> Coverage:
    """A motion sensor says "on"."""
    return _moving(coverage, {**coverage.moving, device: at}, coverage.stuck)


def rests(coverage: Coverage, device: DeviceId) -> Coverage:
    """A motion sensor went back to rest; a stuck one is believed again."""
    moving, stuck = coverage.moving, coverage.stuck
    if device in moving:
        moving = {key: at for key, at in moving.items() if key != device}
    if device in stuck:
        stuck = {key: at for key, at in stuck.items() if key != device}
    return _moving(coverage, moving, stuck)


def _moving(
    coverage: Coverage, moving: Mapping[DeviceId, Seconds], stuck: Mapping[DeviceId, Seconds]
) -> Coverage:
    """Return the coverage with other movement; written out because it runs for each frame."""
    made: Coverage = _new(Coverage, (*coverage[:3], moving, stuck, coverage[5]))
    return made


def stuck_due(coverage: Coverage, limits: StuckLimits) -> Seconds:
    """Axis time at which the next motion sensor is no longer believed."""
    waiting = [at for device, at in coverage.moving.items() if device not in coverage.stuck]
    return min(waiting) + limits.after_s if waiting else NEVER


def newly_stuck(coverage: Coverage, at: Seconds, limits: StuckLimits) -> tuple[DeviceId, ...]:
    """Motion sensors that have been "on" for too long at `at` and were not named before."""
    return tuple(
        sorted(
            device
            for device, since in coverage.moving.items()
            if device not in coverage.stuck and since + limits.after_s <= at
        )
    )


def hub_was_off(coverage: Coverage, *, since: Seconds, at: Seconds, long: bool) -> Coverage:
    """The hub was off; after a long gap a sensor counts only when heard again."""
    devices = coverage.devices
    if long:
        devices = {
            device: DeviceReception(reception=ReceptionState.GAP, since=since)
            if seen.reception is ReceptionState.LIVE
            else seen
            for device, seen in devices.items()
        }
    return coverage._replace(
        devices=devices,
        radios={},
        moving={} if long else coverage.moving,
        stuck={} if long else coverage.stuck,
        gap=(since, at),
    )


def why_blind(coverage: Coverage, device: Device) -> tuple[str, Seconds] | None:
    """Say why a device cannot be relied on and since when; None when it is live."""
    down_since = coverage.radios.get(device.source)
    if down_since is not None:
        return "radio", down_since
    seen = coverage.devices.get(device.id)
    if seen is None:
        return "unheard", coverage.began
    if seen.reception is ReceptionState.SILENT:
        return "silent", seen.since
    if seen.reception is ReceptionState.GAP and device.role in SEEING:
        return "gap", seen.since
    stuck_since = coverage.stuck.get(device.id)
    if stuck_since is not None:
        return "stuck_on", stuck_since
    return None


def dead(coverage: Coverage, device: Device) -> bool:
    """Whether a device is known not to work; never heard is not known to be dead."""
    if device.source in coverage.radios:
        return True
    seen = coverage.devices.get(device.id)
    return seen is not None and seen.reception is ReceptionState.SILENT


def blind(
    state: Sighted, apartment: Apartment, *, since: Seconds | None = None
) -> tuple[Blind, ...]:
    """List every blind spot of the flat, in the order of the apartment file.

    Args:
        state: the engine's state.
        apartment: the flat.
        since: also name the hub's last gap when it ended after this axis time.
    """
    coverage, pause = state.coverage, state.pause
    spots: list[Blind] = []
    if since is not None and coverage.gap is not None and coverage.gap[1] > since:
        spots.append(Blind(room=None, since=coverage.gap[0], why="gap"))
    if pause is not None:
        spots.append(Blind(room=None, since=pause.since, why="paused"))
    seeing = {device.room for device in apartment.devices if device.role in SEEING}
    spots.extend(
        Blind(room=room.id, since=coverage.began, why="no_sensor")
        for room in apartment.rooms
        if room.id not in seeing and room.type is not RoomType.OUTSIDE
    )
    for device in apartment.devices:
        if device.role in WATCHED:
            reason = why_blind(coverage, device)
            if reason is not None:
                spots.append(
                    Blind(room=device.room, since=reason[1], why=reason[0], device=device.id)
                )
    return tuple(spots)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomCoverage:
    """What one room shows: live when at least one sensor sees a person there."""

    live: bool
    blind: tuple[Blind, ...] = ()


def rooms(state: Sighted, apartment: Apartment) -> dict[RoomId, RoomCoverage]:
    """Say for each room whether a person can be seen there, and what is blind in it."""
    spots = blind(state, apartment)
    covered: dict[RoomId, RoomCoverage] = {}
    for room in apartment.rooms:
        live = state.pause is None and sees(state.coverage, apartment, room.id)
        covered[room.id] = RoomCoverage(
            live=live, blind=tuple(spot for spot in spots if spot.room == room.id)
        )
    return covered


def sees(
    coverage: Coverage, apartment: Apartment, room: RoomId, roles: frozenset[Role] = SEEING
) -> bool:
    """Whether a live device of these roles watches the room."""
    return any(
        device.room == room and device.role in roles and why_blind(coverage, device) is None
        for device in apartment.devices
    )


def dark_since(coverage: Coverage, apartment: Apartment, pause: Pause | None) -> Seconds:
    """Return since when nothing can be believed seen: private time, a deaf radio; else `NEVER`."""
    since = NEVER if pause is None else pause.since
    for source, down_since in coverage.radios.items():
        if down_since < since and hears_sensors(apartment, source):
            since = down_since
    return since


def hears_sensors(apartment: Apartment, source: str) -> bool:
    """Whether a device that can see a person speaks through this source."""
    return any(device.source == source and device.role in SEEING for device in apartment.devices)


def front_door_is_seen(coverage: Coverage, apartment: Apartment) -> bool:
    """Whether nobody can leave or come in unnoticed: there are front doors, and all are live."""
    doors = [device for device in apartment.devices if device.role is Role.FRONT_DOOR]
    return bool(doors) and all(why_blind(coverage, door) is None for door in doors)


def hides_a_person(coverage: Coverage, apartment: Apartment) -> bool:
    """Whether somebody could live on unseen where we used to see.

    A room that never had a working sensor is named as blind but does not count here, or no flat
    with one bare room could ever be judged.
    """
    seeing = [device for device in apartment.devices if device.role in SEEING]
    live = {device.room for device in seeing if why_blind(coverage, device) is None}
    lost = {device.room for device in seeing if device.id in coverage.devices}
    return not live or bool(lost - live)
