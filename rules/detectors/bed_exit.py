# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Bed exit: out of bed at night and not back."""

from dataclasses import dataclass, replace
from typing import Final, override

from rules.detectors.detector import Detector, Outcome, kept
from rules.model.apartment import Role
from rules.model.conclusions import Clear
from rules.model.consent import Purpose
from rules.model.declaration import Asking, Declaration, Page, consent
from rules.model.events import SeatLeft, SeatTaken, StateFound
from rules.model.identity import DeviceId, RoomId, Seconds, Seq
from rules.model.quantities import MINUTE_S, NEVER
from rules.model.verdict import Kind, Priority
from rules.situation.occurrences import HubWasOff, WatchStopped
from rules.situation.situation import Situation

BED_EXIT: Final = Kind("bed_exit")


@dataclass(frozen=True, slots=True, kw_only=True)
class BedExitLimits:
    """Out of bed at night for 30 min (products: 15 to 60), 60 s to answer (CONTRACTS)."""

    after_s: Seconds = 30 * MINUTE_S
    ask_s: Seconds = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class OutOfBed:
    """She left this bed at night and is not back."""

    device: DeviceId
    room: RoomId
    at: Seconds
    row: Seq


def _asked_once(limits: BedExitLimits) -> Asking:
    return Asking(asks=(limits.ask_s,))


class BedExit(Detector[OutOfBed | None, BedExitLimits]):
    """Concludes `after_s` after she left the bed; a night that is over by then is getting up."""

    name = "bed_exit"
    memory = OutOfBed | None
    limits = BedExitLimits
    declares = (
        Declaration(
            kind=BED_EXIT,
            need=consent(Purpose.NIGHT),
            page=Page.NO_ANSWER,
            times=_asked_once,
            answerable=True,
        ),
    )
    formerly = ("BED",)

    @override
    def due(self, memory: OutOfBed | None, limits: BedExitLimits) -> Seconds:
        return NEVER if memory is None else memory.at + limits.after_s

    def on_bed(
        self,
        memory: OutOfBed | None,
        event: SeatTaken | SeatLeft | StateFound,
        now: Situation,
        limits: BedExitLimits,
    ) -> Outcome[OutOfBed | None]:
        """Wait from leaving the bed at night on; back in bed it is over."""
        device = now.device(event.device)
        if device is None or device.role is not Role.BED:
            return memory, ()
        if device.id in now.in_bed:
            return None, (Clear(BED_EXIT, device.room),)
        if now.pause is not None or not now.is_night(now.at):
            return memory, ()
        return OutOfBed(device=device.id, room=device.room, at=now.at, row=now.seq), ()

    def on_hub_was_off(
        self, memory: OutOfBed | None, event: HubWasOff, now: Situation, limits: BedExitLimits
    ) -> Outcome[OutOfBed | None]:
        """Move on by the gap."""
        if memory is None:
            return memory, ()
        return kept(memory, replace(memory, at=memory.at + event.gap_s)), ()

    def on_watch_stopped(
        self, memory: OutOfBed | None, event: WatchStopped, now: Situation, limits: BedExitLimits
    ) -> Outcome[OutOfBed | None]:
        """Wait for nothing in private time or in an empty flat."""
        return None, ()

    @override
    def judge(
        self, memory: OutOfBed | None, now: Situation, limits: BedExitLimits
    ) -> Outcome[OutOfBed | None]:
        assert memory is not None
        if not now.is_night(now.at) or not now.presence.home:
            return None, ()
        verdict = now.verdict(
            BED_EXIT,
            Priority.SOON,
            evidence=tuple(sorted({memory.row, *now.signs.evidence[-1:]})),
            since=memory.at,
            room=memory.room,
            device=memory.device,
            detail={"out_s": limits.after_s},
        )
        return None, (verdict,)
