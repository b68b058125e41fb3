# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The night: out of bed and not back, out of the door and not back."""

from dataclasses import dataclass

from rules.first.scene import Scene
from rules.model.identity import DeviceId, RoomId, Seconds, Seq
from rules.model.quantities import HOUR_S, MINUTE_S, NEVER
from rules.model.verdict import Priority, Verdict, VerdictKind


@dataclass(frozen=True, slots=True, kw_only=True)
class BedExitLimits:
    """Out of bed at night for 30 min (products: 15 to 60), 60 s to answer (CONTRACTS)."""

    after_s: Seconds = 30 * MINUTE_S
    ask_s: Seconds = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorLimits:
    """The front door at night and nobody seen since: off until she chooses it, hours of her own.

    Source: CONTRACTS, table; docs/rules.md, sources (open and no return within 10 min).
    """

    on: bool = False
    from_s: Seconds = 22 * HOUR_S
    to_s: Seconds = 6 * HOUR_S
    after_s: Seconds = 10 * MINUTE_S
    ask_s: Seconds = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class OutOfBed:
    """She left this bed at night and is not back."""

    device: DeviceId
    room: RoomId
    at: Seconds
    row: Seq


@dataclass(frozen=True, slots=True, kw_only=True)
class OutOfDoor:
    """The front door moved in the chosen hours and nobody was seen indoors since."""

    device: DeviceId
    room: RoomId
    at: Seconds
    row: Seq


def bed_due(out: OutOfBed | None, limits: BedExitLimits) -> Seconds:
    """Return when being out of bed is judged."""
    return NEVER if out is None else out.at + limits.after_s


def judge_bed(out: OutOfBed, scene: Scene, limits: BedExitLimits) -> Verdict | None:
    """Judge at `scene.at`; a night that is over by then is getting up."""
    if not scene.is_night(scene.at) or not scene.presence.home:
        return None
    return scene.verdict(
        VerdictKind.BED_EXIT,
        Priority.SOON,
        evidence=tuple(sorted({out.row, *scene.signs.evidence[-1:]})),
        since=out.at,
        room=out.room,
        device=out.device,
        detail={"out_s": limits.after_s},
    )


def door_counts(scene: Scene, limits: DoorLimits) -> bool:
    """Whether the front door matters at `scene.at`."""
    utc_s = scene.wall.utc_s(scene.at)
    if not limits.on or utc_s is None:
        return False
    day_s = scene.apartment.local_s(utc_s) % (24 * HOUR_S)
    if limits.from_s <= limits.to_s:
        return limits.from_s <= day_s < limits.to_s
    return day_s >= limits.from_s or day_s < limits.to_s


def door_due(out: OutOfDoor | None, limits: DoorLimits) -> Seconds:
    """Return when being out of the door is judged."""
    return NEVER if out is None else out.at + limits.after_s


def judge_door(out: OutOfDoor, scene: Scene, limits: DoorLimits) -> Verdict:
    """Judge at `scene.at`: the door moved at night and nobody was seen indoors since."""
    return scene.verdict(
        VerdictKind.DOOR_AT_NIGHT,
        Priority.SOON,
        evidence=(out.row,),
        since=out.at,
        room=out.room,
        device=out.device,
        detail={"out_s": limits.after_s},
    )
