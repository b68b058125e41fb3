# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Door at night: the front door moved in the hours she chose, and nobody was seen since."""

from dataclasses import dataclass, replace
from typing import Final, override

from rules.detectors.detector import Detector, Outcome, kept
from rules.model.apartment import Role
from rules.model.consent import Purpose
from rules.model.declaration import Asking, Declaration, Movement, Page, consent
from rules.model.events import DoorClosed, DoorOpened
from rules.model.identity import DeviceId, RoomId, Seconds, Seq
from rules.model.quantities import DAY_S, HOUR_S, MINUTE_S, NEVER
from rules.model.verdict import Kind, Priority
from rules.situation.occurrences import HubWasOff, Seen, WatchStopped
from rules.situation.situation import Situation

DOOR_AT_NIGHT: Final = Kind("door_at_night")


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorAtNightLimits:
    """The front door at night and nobody seen since: off until she chooses it, hours of her own.

    Source: CONTRACTS, table; docs/rules.md, sources (open and no return within 10 min).
    """

    on: bool = False
    from_s: Seconds = 22 * HOUR_S
    to_s: Seconds = 6 * HOUR_S
    after_s: Seconds = 10 * MINUTE_S
    ask_s: Seconds = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class OutOfDoor:
    """The front door moved in the chosen hours and nobody was seen indoors since."""

    device: DeviceId
    room: RoomId
    at: Seconds
    row: Seq


def _asked_once(limits: DoorAtNightLimits) -> Asking:
    return Asking(asks=(limits.ask_s,))


class DoorAtNight(Detector[OutOfDoor | None, DoorAtNightLimits]):
    """Concludes `after_s` after the door moved, unless somebody was seen indoors since."""

    name = "door_at_night"
    memory = OutOfDoor | None
    limits = DoorAtNightLimits
    declares = (
        Declaration(
            kind=DOOR_AT_NIGHT,
            need=consent(Purpose.DOOR),
            page=Page.NO_ANSWER,
            times=_asked_once,
            answerable=True,
            overtaken_by=Movement.INDOORS,
            standard="occupant_exit_property",
        ),
    )
    formerly = ("DOOR",)

    @override
    def due(self, memory: OutOfDoor | None, limits: DoorAtNightLimits) -> Seconds:
        return NEVER if memory is None else memory.at + limits.after_s

    def on_door(
        self,
        memory: OutOfDoor | None,
        event: DoorOpened | DoorClosed,
        now: Situation,
        limits: DoorAtNightLimits,
    ) -> Outcome[OutOfDoor | None]:
        """Wait from the front door's movement on, if she may have left by it."""
        device = now.device(event.device)
        if device is None or device.role is not Role.FRONT_DOOR or now.pause is not None:
            return memory, ()
        if now.presence.door_at is None or not _in_her_hours(now, limits):
            return memory, ()
        return OutOfDoor(device=device.id, room=device.room, at=now.at, row=now.seq), ()

    def on_seen(
        self, memory: OutOfDoor | None, event: Seen, now: Situation, limits: DoorAtNightLimits
    ) -> Outcome[OutOfDoor | None]:
        """Wait no longer once somebody was seen indoors."""
        if memory is None or event.front_door:
            return memory, ()
        return (None if now.presence.door_at is None else memory), ()

    def on_hub_was_off(
        self, memory: OutOfDoor | None, event: HubWasOff, now: Situation, limits: DoorAtNightLimits
    ) -> Outcome[OutOfDoor | None]:
        """Move on by the gap."""
        if memory is None:
            return memory, ()
        return kept(memory, replace(memory, at=memory.at + event.gap_s)), ()

    def on_watch_stopped(
        self,
        memory: OutOfDoor | None,
        event: WatchStopped,
        now: Situation,
        limits: DoorAtNightLimits,
    ) -> Outcome[OutOfDoor | None]:
        """Wait for nothing in private time or in an empty flat."""
        return None, ()

    @override
    def judge(
        self, memory: OutOfDoor | None, now: Situation, limits: DoorAtNightLimits
    ) -> Outcome[OutOfDoor | None]:
        assert memory is not None
        verdict = now.verdict(
            DOOR_AT_NIGHT,
            Priority.SOON,
            evidence=(memory.row,),
            since=memory.at,
            room=memory.room,
            device=memory.device,
            detail={"out_s": limits.after_s},
        )
        return None, (verdict,)


def _in_her_hours(now: Situation, limits: DoorAtNightLimits) -> bool:
    utc_s = now.wall.utc_s(now.at)
    if not limits.on or utc_s is None:
        return False
    day_s = now.apartment.local_s(utc_s) % DAY_S
    if limits.from_s <= limits.to_s:
        return limits.from_s <= day_s < limits.to_s
    return day_s >= limits.from_s or day_s < limits.to_s
