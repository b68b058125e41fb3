# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Bed exit, door at night, and the light on the way (one file each in the house)."""

from dataclasses import replace
from typing import Final

from rules.detectors.detector import Asking, Declaration, Detector, Movement, Outcome, consent
from rules.first import falls, night, night_light
from rules.first.night import BedExitLimits, DoorLimits, OutOfBed, OutOfDoor
from rules.first.night_light import NightLight, NightLightLimits
from rules.first.response import FALLS, Page
from rules.model import events as ev
from rules.model.apartment import Role
from rules.model.conclusions import Clear
from rules.model.consent import Purpose
from rules.model.identity import Seconds
from rules.situation.occurrences import HubWasOff, Seen, WatchStopped
from rules.model.quantities import NEVER
from rules.model.verdict import VerdictKind
from rules.situation.activity import Strength
from rules.situation.situation import Situation

_NOTHING: Final = ()


class BedExit(Detector[OutOfBed | None, BedExitLimits]):
    name = "bed_exit"
    limits = BedExitLimits
    memory = OutOfBed | None
    formerly = ("BED",)
    declares = (
        Declaration(
            kind=VerdictKind.BED_EXIT,
            need=consent(Purpose.NIGHT),
            page=Page.NO_ANSWER,
            times=lambda limits: Asking(asks=(limits.ask_s,)),
            answerable=True,
        ),
    )

    def begin(self) -> OutOfBed | None:
        return None

    def due(self, memory: OutOfBed | None, limits: BedExitLimits) -> Seconds:
        return night.bed_due(memory, limits)

    def on_bed(
        self,
        memory: OutOfBed | None,
        event: ev.SeatTaken | ev.SeatLeft | ev.StateFound,
        now: Situation,
        limits: BedExitLimits,
    ) -> Outcome[OutOfBed | None]:
        device = now.device(event.device)
        if device is None or device.role is not Role.BED:
            return memory, _NOTHING
        if device.id in now.in_bed:
            return None, (Clear(VerdictKind.BED_EXIT, device.room),)
        if now.pause is not None or not now.is_night(now.at):
            return memory, _NOTHING
        return OutOfBed(device=device.id, room=device.room, at=now.at, row=now.seq), _NOTHING

    def on_hub_was_off(
        self, memory: OutOfBed | None, event: HubWasOff, now: Situation, limits: BedExitLimits
    ) -> Outcome[OutOfBed | None]:
        return (None if memory is None else replace(memory, at=memory.at + event.gap_s)), _NOTHING

    def on_stopped(
        self, memory: OutOfBed | None, event: WatchStopped, now: Situation, limits: BedExitLimits
    ) -> Outcome[OutOfBed | None]:
        return None, _NOTHING

    def judge(
        self, memory: OutOfBed | None, now: Situation, limits: BedExitLimits
    ) -> Outcome[OutOfBed | None]:
        assert memory is not None
        verdict = night.judge_bed(memory, now, limits)  # type: ignore[arg-type]
        return None, () if verdict is None else (verdict,)


class DoorAtNight(Detector[OutOfDoor | None, DoorLimits]):
    name = "door_at_night"
    limits = DoorLimits
    memory = OutOfDoor | None
    formerly = ("DOOR",)
    declares = (
        Declaration(
            kind=VerdictKind.DOOR_AT_NIGHT,
            need=consent(Purpose.DOOR),
            page=Page.NO_ANSWER,
            times=lambda limits: Asking(asks=(limits.ask_s,)),
            answerable=True,
            overtaken_by=Movement.INDOORS,
            standard="occupant_exit_property",
        ),
    )

    def begin(self) -> OutOfDoor | None:
        return None

    def due(self, memory: OutOfDoor | None, limits: DoorLimits) -> Seconds:
        return night.door_due(memory, limits)

    def on_door(
        self,
        memory: OutOfDoor | None,
        event: ev.DoorOpened | ev.DoorClosed,
        now: Situation,
        limits: DoorLimits,
    ) -> Outcome[OutOfDoor | None]:
        device = now.device(event.device)
        if device is None or device.role is not Role.FRONT_DOOR or now.pause is not None:
            return memory, _NOTHING
        if now.presence.door_at is None or not night.door_counts(now, limits):  # type: ignore[arg-type]
            return memory, _NOTHING
        return OutOfDoor(device=device.id, room=device.room, at=now.at, row=now.seq), _NOTHING

    def on_seen(
        self, memory: OutOfDoor | None, event: Seen, now: Situation, limits: DoorLimits
    ) -> Outcome[OutOfDoor | None]:
        if memory is None or event.front_door:
            return memory, _NOTHING
        return (None if now.presence.door_at is None else memory), _NOTHING

    def on_hub_was_off(
        self, memory: OutOfDoor | None, event: HubWasOff, now: Situation, limits: DoorLimits
    ) -> Outcome[OutOfDoor | None]:
        return (None if memory is None else replace(memory, at=memory.at + event.gap_s)), _NOTHING

    def on_stopped(
        self, memory: OutOfDoor | None, event: WatchStopped, now: Situation, limits: DoorLimits
    ) -> Outcome[OutOfDoor | None]:
        return None, _NOTHING

    def judge(
        self, memory: OutOfDoor | None, now: Situation, limits: DoorLimits
    ) -> Outcome[OutOfDoor | None]:
        assert memory is not None
        return None, (night.judge_door(memory, now, limits),)  # type: ignore[arg-type]


class NightLamp(Detector[NightLight, NightLightLimits]):
    """Concludes nothing: its only conclusions are commands."""

    name = "night_light"
    limits = NightLightLimits
    memory = NightLight
    formerly = ("NIGHT_LIGHT",)

    def due(self, memory: NightLight, limits: NightLightLimits) -> Seconds:
        return memory.due(limits)

    def on_seen(
        self, memory: NightLight, event: Seen, now: Situation, limits: NightLightLimits
    ) -> Outcome[NightLight]:
        moved = event.sign.strength is Strength.MOTION and event.device is not None
        if not moved and not event.front_door:
            return memory, _NOTHING
        if memory.on:
            return NightLight(on=True, moved_at=now.at), _NOTHING
        if not now.is_night(now.at):
            return memory, _NOTHING
        commands = night_light.switch(now.apartment, on=True, limits=limits)
        if not commands:
            return memory, _NOTHING
        return NightLight(on=True, moved_at=now.at), commands

    def judge(
        self, memory: NightLight, now: Situation, limits: NightLightLimits
    ) -> Outcome[NightLight]:
        last, quiet_at = now.signs.last, now.quiet_at
        sits_still = (
            last is not None
            and quiet_at is not None
            and now.room_type(last.room) in falls.RISKY
            and quiet_at + now.limits.possible_fall.silence_s > now.at
        )
        if sits_still or now.any_open(FALLS):
            # She sits still in bath or hall, or lies there: the light stays until that is over.
            return NightLight(on=True, moved_at=now.at), _NOTHING
        return NightLight(), night_light.switch(now.apartment, on=False, limits=limits)
