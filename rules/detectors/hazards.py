# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Stove, smoke, CO, leak, heat, cold (one file each in the house)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from rules.detectors.detector import (
    Asking,
    Declaration,
    Detector,
    Movement,
    Outcome,
    Stays,
    by_device,
    consent,
)
from rules.first import climate as old_climate
from rules.first import hazards as old_hazards
from rules.first import stove as old_stove
from rules.first.climate import Climate, ColdLimits, HeatLimits
from rules.first.hazards import LeakLimits
from rules.first.response import Page
from rules.first.stove import Stove, StoveLimits
from rules.model import events as ev
from rules.model.apartment import Role
from rules.model.conclusions import Clear
from rules.model.consent import Basis, Need, Purpose
from rules.model.effects import IncidentPhase, Switch
from rules.model.identity import Seconds
from rules.model.incident import Incident
from rules.situation.occurrences import Seen, Stirred
from rules.model.quantities import NEVER
from rules.model.verdict import Verdict, VerdictKind
from rules.situation.situation import Situation

_NOTHING: Final = ()
STOVE: Final = VerdictKind.STOVE_UNATTENDED


class StoveUnattended(Detector[Stove, StoveLimits]):
    name = "stove_unattended"
    limits = StoveLimits
    memory = Stove
    formerly = ("STOVE",)
    declares = (
        Declaration(
            kind=STOVE,
            need=consent(Purpose.SAFETY),
            page=Page.NO_ANSWER,
            times=lambda limits: Asking(
                asks=(max(limits.cut_s - limits.warn_s, 0.0),), check_s=limits.check_s
            ),
            told=True,
            tell_where_seen=True,
            answerable=True,
            confirmed_by=Movement.THERE,
            overtaken_by=Movement.THERE,
            remedy_told="stove_cut",
            standard="expected_use_stop_violation",
        ),
    )

    def due(self, memory: Stove, limits: StoveLimits) -> Seconds:
        return memory.due(limits)

    def on_measured(
        self, memory: Stove, event: ev.PowerMeasured, now: Situation, limits: StoveLimits
    ) -> Outcome[Stove]:
        device = now.device(event.device)
        if device is None or device.role is not Role.STOVE:
            return memory, _NOTHING
        return old_stove.measured(
            memory, device.id, event.power_w, now.at, now.seq, limits
        ), _NOTHING

    def on_somebody(
        self, memory: Stove, event: Stirred | Seen, now: Situation, limits: StoveLimits
    ) -> Outcome[Stove]:
        """Somebody is in the kitchen, a pet or private time notwithstanding."""
        if memory.meter is None or event.device is None:
            return memory, _NOTHING
        meter = now.device(memory.meter)
        if meter is None or meter.room != event.sign.room:
            return memory, _NOTHING
        return old_stove.seen(memory, now.at, now.seq), _NOTHING

    def on_switched(
        self, memory: Stove, event: ev.SwitchSensed, now: Situation, limits: StoveLimits
    ) -> Outcome[Stove]:
        """A cut stove stays off until it is reset by hand."""
        device = now.device(event.device)
        if device is None or device.role is not Role.STOVE_CUTOFF:
            return memory, _NOTHING
        if not memory.cut or not event.on:
            return memory, _NOTHING
        last = now.signs.last
        if last is not None and last.room == device.room and now.at - last.at <= limits.reset_s:
            return replace(memory, cut=False, told=False), _NOTHING
        return memory, self._stay_off(now)

    def on_booted(
        self, memory: Stove, event: ev.Booted, now: Situation, limits: StoveLimits
    ) -> Outcome[Stove]:
        return memory, self._stay_off(now) if memory.cut else _NOTHING

    def on_fire(
        self, memory: Stove, event: ev.HazardSensed, now: Situation, limits: StoveLimits
    ) -> Outcome[Stove]:
        """Smoke or gas: off, as long as the detector says something new."""
        device = now.device(event.device)
        if device is None or device.role not in {Role.SMOKE, Role.CARBON_MONOXIDE}:
            return memory, _NOTHING
        verdict = old_hazards.sensed(now, device, now.seq)  # type: ignore[arg-type]
        assert verdict is not None
        if said_before(verdict, now):
            return memory, _NOTHING
        commands = tuple(
            Switch(device=one.id, on=False, why=verdict.kind)
            for one in now.apartment.devices
            if one.role is Role.STOVE_CUTOFF
        )
        return (replace(memory, cut=True) if commands else memory), commands

    def judge(self, memory: Stove, now: Situation, limits: StoveLimits) -> Outcome[Stove]:
        meter = now.device(memory.meter)
        if meter is None:
            return Stove(cut=memory.cut), _NOTHING
        memory, verdict = old_stove.pass_time(memory, now, meter.room, limits)  # type: ignore[arg-type]
        if verdict is not None:
            return memory, (verdict,)
        if memory.on_since is None and not memory.cut:
            found = now.find(STOVE, meter.room)
            if found is not None and found.phase is not IncidentPhase.PAGED:
                return memory, (Clear(STOVE, meter.room),)
        return memory, _NOTHING

    def holds(self, memory: Stove, incident: Incident, now: Situation, limits: StoveLimits) -> bool:
        return memory.is_hot(now.at)

    def remedy(
        self, memory: Stove, incident: Incident, now: Situation, limits: StoveLimits
    ) -> tuple[Stove, tuple[Switch, ...]] | None:
        cutoff = now.first(Role.STOVE_CUTOFF)
        if memory.cut or cutoff is None:
            return None
        return replace(memory, cut=True), (Switch(device=cutoff.id, on=False, why=STOVE.value),)

    def settled(self, memory: Stove) -> bool:
        return memory.cut

    def says(self, memory: Stove, incident: Incident) -> Mapping[str, str | float]:
        # A cut-off that did not obey has cut nothing: the meter knows.
        return {"cut": "yes" if memory.cut and not memory.draws else "no"}

    def _stay_off(self, now: Situation) -> tuple[Switch, ...]:
        return tuple(
            Switch(device=device.id, on=False, why="stays_off")
            for device in now.apartment.devices
            if device.role is Role.STOVE_CUTOFF
        )


def said_before(verdict: Verdict, now: Situation) -> bool:
    """The detector repeats itself; only after it was quiet does it say something new."""
    found = now.find(verdict.kind, verdict.room or verdict.device or "")
    return found is not None and found.verdict.device == verdict.device and not found.over


def _hazard(kind: VerdictKind) -> Declaration:
    return Declaration(
        kind=kind,
        need=Need(basis=Basis.HAZARD_RELAY),
        page=Page.AT_ONCE,
        known=said_before,
        told=True,
        stays=Stays.CALLED,
        standard="condition_detected",
    )


class Hazards(Detector[None, LeakLimits]):
    name = "leak"
    limits = LeakLimits
    memory = type(None)
    wakes = False
    declares = (
        _hazard(VerdictKind.SMOKE),
        _hazard(VerdictKind.CARBON_MONOXIDE),
        Declaration(
            kind=VerdictKind.LEAK,
            need=consent(Purpose.SAFETY),
            page=Page.NO_ANSWER,
            times=lambda limits: Asking(asks=(limits.ask_s,)),
            known=said_before,
            told=True,
            answerable=True,
            confirmed_by=Movement.NONE,
            stays=Stays.ACCEPTED,
            standard="condition_detected",
        ),
    )

    def begin(self) -> None:
        return None

    def on_sensed(
        self, memory: None, event: ev.HazardSensed, now: Situation, limits: LeakLimits
    ) -> Outcome[None]:
        device = now.device(event.device)
        verdict = None if device is None else old_hazards.sensed(now, device, now.seq)  # type: ignore[arg-type]
        if verdict is None or said_before(verdict, now):
            return memory, _NOTHING
        if verdict.kind is VerdictKind.LEAK:
            return memory, (verdict,)
        lights = tuple(
            Switch(device=other.id, on=True, why=verdict.kind, level=1.0)
            for other in now.apartment.devices
            if other.role is Role.LAMP
        )
        return memory, (*lights, verdict)

    def on_ended(
        self, memory: None, event: ev.HazardEnded, now: Situation, limits: LeakLimits
    ) -> Outcome[None]:
        device = now.device(event.device)
        if device is None:
            return memory, _NOTHING
        said = []
        for declared in self.declares:
            found = now.find(declared.kind, device.room)
            if found is not None and found.verdict.device == device.id:
                said.append(Clear(declared.kind, device.room))
        return memory, tuple(said)


class HeatAndCold(Detector[Climate, None]):
    """Two kinds with two records of limits: they stand in the shared view today."""

    name = "heat"
    limits = HeatLimits
    memory = Climate
    formerly = ("CLIMATE",)
    declares = tuple(
        Declaration(
            kind=kind,
            need=consent(Purpose.COMFORT),
            page=Page.IF_CHOSEN,
            place=by_device,
            told=True,
            standard=standard,
        )
        for kind, standard in ((VerdictKind.HEAT, "high_temp"), (VerdictKind.COLD, "low_temp"))
    )
    cold = ColdLimits()

    def due(self, memory: Climate, limits: HeatLimits) -> Seconds:  # type: ignore[override]
        return memory.due(limits, self.cold)

    def on_measured(
        self, memory: Climate, event: ev.TemperatureMeasured, now: Situation, limits: HeatLimits
    ) -> Outcome[Climate]:
        device = now.device(event.device)
        assert device is not None
        memory, verdict, over = old_climate.measured(
            memory,
            now,
            device,
            event.temperature_c,
            now.seq,
            limits,
            now.limits.cold,  # type: ignore[arg-type]
        )
        if verdict is not None:
            return memory, (verdict,)
        if over:
            return memory, (Clear(VerdictKind.HEAT, device.id), Clear(VerdictKind.COLD, device.id))
        return memory, _NOTHING

    def judge(self, memory: Climate, now: Situation, limits: HeatLimits) -> Outcome[Climate]:  # type: ignore[override]
        return old_climate.pass_time(memory, now, limits, now.limits.cold)  # type: ignore[arg-type]
