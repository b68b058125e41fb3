# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Stove unattended: on with nobody in the kitchen; told, cut, paged while it is hot."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, override

from rules.detectors.alarm import KIND, repeats
from rules.detectors.cooker import Stove
from rules.detectors.detector import Detector, Outcome, Remedy, kept
from rules.model.apartment import Role
from rules.model.conclusions import Clear
from rules.model.consent import Purpose
from rules.model.declaration import Asking, Declaration, Movement, Page, consent
from rules.model.effects import IncidentPhase, Switch
from rules.model.events import Booted, HazardSensed, PowerMeasured, SwitchSensed
from rules.model.identity import RoomId, Seconds
from rules.model.incident import Incident
from rules.model.quantities import MINUTE_S, NEVER
from rules.model.verdict import Kind, Priority, Verdict
from rules.situation.occurrences import Seen, Stirred
from rules.situation.situation import Situation

STOVE_UNATTENDED: Final = Kind("stove_unattended")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoveUnattendedLimits:
    """When a stove is on, alone, cut, and still hot.

    Sources: on + no kitchen motion 10 min -> told, 15 min -> off (docs/rules.md, sources;
    CONTRACTS, table). 100 W: electronics and fan draw less, the smallest plate on its lowest step
    averages more. 3 min: a thermostat's longest pause between two pulses. 15 min: residual heat of
    a plate. 2 min: meters report within 30 to 60 s.

    Attributes:
        reset_s: a cut-off found on is a reset by hand only when somebody was in the kitchen this
            recently.
    """

    on_w: float = 100.0
    cycle_s: Seconds = 3 * MINUTE_S
    warn_s: Seconds = 10 * MINUTE_S
    cut_s: Seconds = 15 * MINUTE_S
    check_s: Seconds = 2 * MINUTE_S
    cooling_s: Seconds = 15 * MINUTE_S
    reset_s: Seconds = 2 * MINUTE_S


def _asked_until_cut(limits: StoveUnattendedLimits) -> Asking:
    return Asking(asks=(max(limits.cut_s - limits.warn_s, 0.0),))


class StoveUnattended(Detector[Stove, StoveUnattendedLimits]):
    """Concludes that the stove is on and alone, and switches it off when nobody answers.

    After a cut it stays off until it is reset by hand. It is also cut by smoke and carbon monoxide.
    The hub never switches a stove on.
    """

    name = "stove_unattended"
    memory = Stove
    limits = StoveUnattendedLimits
    declares = (
        Declaration(
            kind=STOVE_UNATTENDED,
            need=consent(Purpose.SAFETY),
            page=Page.NO_ANSWER,
            times=_asked_until_cut,
            told=True,
            answerable=True,
            confirmed_by=Movement.THERE,
            overtaken_by=Movement.THERE,
            standard="expected_use_stop_violation",
        ),
    )
    formerly = ("STOVE",)

    @override
    def due(self, memory: Stove, limits: StoveUnattendedLimits) -> Seconds:
        if memory.on_since is None:
            return NEVER
        due = NEVER if memory.told else memory.alone_since + limits.warn_s
        if memory.low_since is not None:
            due = min(due, memory.low_since + limits.cycle_s)
        return due

    def on_measured(
        self, memory: Stove, event: PowerMeasured, now: Situation, limits: StoveUnattendedLimits
    ) -> Outcome[Stove]:
        """Follow the stove's power meter."""
        device = now.device(event.device)
        if device is None or device.role is not Role.STOVE:
            return memory, ()
        if event.power_w >= limits.on_w:
            if memory.on_since is None:
                meter, row = device.id, now.seq
                on = replace(memory, meter=meter, on_since=now.at, on_row=row)
                return replace(on, low_since=None, told=False), ()
            return (memory if memory.low_since is None else replace(memory, low_since=None)), ()
        if memory.on_since is None or memory.low_since is not None:
            return memory, ()
        return replace(memory, low_since=now.at, hot_until=now.at + limits.cooling_s), ()

    def on_somebody(
        self, memory: Stove, event: Stirred | Seen, now: Situation, limits: StoveUnattendedLimits
    ) -> Outcome[Stove]:
        """Note that somebody is in the kitchen, a pet or private time notwithstanding."""
        if memory.meter is None or event.device is None:
            return memory, ()
        meter = now.device(memory.meter)
        if meter is None or meter.room != event.sign.room:
            return memory, ()
        return replace(memory, seen_at=now.at, seen_row=now.seq, told=False), ()

    def on_switched(
        self, memory: Stove, event: SwitchSensed, now: Situation, limits: StoveUnattendedLimits
    ) -> Outcome[Stove]:
        """Keep a cut stove off until it is reset by hand."""
        device = now.device(event.device)
        if device is None or device.role is not Role.STOVE_CUTOFF:
            return memory, ()
        if not memory.cut or not event.on:
            return memory, ()
        last = now.signs.last
        if last is not None and last.room == device.room and now.at - last.at <= limits.reset_s:
            return replace(memory, cut=False, told=False), ()
        return memory, _off(now, "stays_off")

    def on_booted(
        self, memory: Stove, event: Booted, now: Situation, limits: StoveUnattendedLimits
    ) -> Outcome[Stove]:
        """Keep a cut stove off after a restart."""
        return memory, _off(now, "stays_off") if memory.cut else ()

    def on_fire(
        self, memory: Stove, event: HazardSensed, now: Situation, limits: StoveUnattendedLimits
    ) -> Outcome[Stove]:
        """Cut the stove when smoke or carbon monoxide is reported anew."""
        device = now.device(event.device)
        if device is None or device.role not in {Role.SMOKE, Role.CARBON_MONOXIDE}:
            return memory, ()
        kind = KIND[device.role]
        if repeats(kind, device, now):
            return memory, ()
        commands = _off(now, kind)
        return kept(memory, replace(memory, cut=memory.cut or bool(commands))), commands

    @override
    def judge(self, memory: Stove, now: Situation, limits: StoveUnattendedLimits) -> Outcome[Stove]:
        meter = now.device(memory.meter)
        if meter is None:
            return Stove(cut=memory.cut), ()
        if memory.on_since is not None and not memory.is_on(now.at, limits.cycle_s):
            memory = replace(memory, on_since=None, on_row=None, low_since=None, told=False)
            return memory, _over(memory, meter.room, now)
        if memory.told or memory.on_since is None or memory.alone_since + limits.warn_s > now.at:
            return memory, _over(memory, meter.room, now)
        return replace(memory, told=True), (_verdict(memory, meter.room, now),)

    @override
    def room_told(self, incident: Incident, now: Situation) -> RoomId | None:
        """Return the room she was seen in last: nobody is in the kitchen."""
        last = now.signs.last
        return last.room if last is not None and last.room is not None else incident.verdict.room

    @override
    def holds(
        self, memory: Stove, incident: Incident, now: Situation, limits: StoveUnattendedLimits
    ) -> bool:
        return memory.is_hot(now.at)

    @override
    def remedy(
        self, memory: Stove, incident: Incident, now: Situation, limits: StoveUnattendedLimits
    ) -> Remedy[Stove] | None:
        cutoff = now.first(Role.STOVE_CUTOFF)
        if memory.cut or cutoff is None:
            return None
        off = Switch(device=cutoff.id, on=False, why=STOVE_UNATTENDED)
        return Remedy(replace(memory, cut=True), (off,), "stove_cut", limits.check_s)

    @override
    def settled(self, memory: Stove) -> bool:
        return memory.cut

    @override
    def says(self, memory: Stove, incident: Incident) -> Mapping[str, str | float]:
        # A cut-off that did not obey has cut nothing: the meter knows.
        return {"cut": "yes" if memory.cut and not memory.draws else "no"}


def _off(now: Situation, why: str) -> tuple[Switch, ...]:
    return tuple(
        Switch(device=device.id, on=False, why=why)
        for device in now.apartment.devices
        if device.role is Role.STOVE_CUTOFF
    )


def _over(memory: Stove, room: RoomId, now: Situation) -> tuple[Clear, ...]:
    """End a matter nobody was paged for, once the stove went off by itself."""
    if memory.on_since is not None or memory.cut:
        return ()
    found = now.find(STOVE_UNATTENDED, room)
    if found is None or found.phase is IncidentPhase.PAGED:
        return ()
    return (Clear(STOVE_UNATTENDED, room),)


def _verdict(memory: Stove, room: RoomId, now: Situation) -> Verdict:
    assert memory.on_row is not None
    assert memory.on_since is not None
    rows = {memory.on_row} if memory.seen_row is None else {memory.on_row, memory.seen_row}
    return now.verdict(
        STOVE_UNATTENDED,
        Priority.SOON,
        evidence=tuple(sorted(rows)),
        since=memory.on_since,
        room=room,
        device=memory.meter,
        detail={"on_s": now.at - memory.on_since, "alone_s": now.at - memory.alone_since},
    )
