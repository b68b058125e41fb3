# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Sensors, battery, radio, power, clock, disk (one file each in the house)."""

from dataclasses import replace
from typing import Final

from rules.detectors.detector import OPERATION, Declaration, Detector, Outcome, by_device, by_room
from rules.first import technical as old
from rules.first.response import Page
from rules.first.technical import TechnicalLimits, Trouble
from rules.model import events as ev
from rules.model.conclusions import Clear
from rules.model.events import FallSensed, HazardSensed, HelpPressed
from rules.model.identity import DeviceId, Seconds
from rules.situation.occurrences import (
    Restarted,
    SensorBelieved,
    SensorStuck,
    SightBack,
    SightLost,
)
from rules.model.quantities import NEVER
from rules.model.verdict import Priority, Verdict, VerdictKind
from rules.situation.coverage import StuckLimits
from rules.situation.situation import Situation

_NOTHING: Final = ()


def _declared(kind: VerdictKind, **more: object) -> Declaration:
    return Declaration(kind=kind, need=OPERATION, page=Page.BY_DAY, told=True, **more)  # type: ignore[arg-type]


def _is_open(verdict: Verdict, now: Situation) -> bool:
    """It is said once until it is over."""
    return now.find(verdict.kind, verdict.device or "") is not None


class _Stateless[L](Detector[None, L]):
    memory = type(None)
    wakes = False

    def begin(self) -> None:
        return None


class SensorSilent(_Stateless[TechnicalLimits]):
    name = "sensor_silent"
    limits = TechnicalLimits
    declares = (
        _declared(
            VerdictKind.SENSOR_SILENT,
            place=by_device,
            known=_is_open,
            standard="auto_presence_failed",
        ),
    )

    def on_lost(
        self, memory: None, event: SightLost, now: Situation, limits: TechnicalLimits
    ) -> Outcome[None]:
        detail: dict[str, str | float] = {"silent_after_s": event.device.silent_after_s}
        kind = VerdictKind.SENSOR_SILENT
        return memory, (old.about_device(now, kind, event.device, now.seq, detail),)  # type: ignore[arg-type]

    def on_back(
        self, memory: None, event: SightBack, now: Situation, limits: TechnicalLimits
    ) -> Outcome[None]:
        return memory, (Clear(VerdictKind.SENSOR_SILENT, event.device.id),)


class StuckOn(_Stateless[StuckLimits]):
    name = "stuck_on"
    limits = StuckLimits
    declares = (_declared(VerdictKind.STUCK_ON, place=by_device, known=_is_open, standard="fault"),)

    def on_stuck(
        self, memory: None, event: SensorStuck, now: Situation, limits: StuckLimits
    ) -> Outcome[None]:
        device = now.device(event.device)
        if device is None or event.row is None:
            return memory, _NOTHING
        return memory, (old.stuck(now, device.id, device.room, event.row, event.since),)  # type: ignore[arg-type]

    def on_believed(
        self, memory: None, event: SensorBelieved, now: Situation, limits: StuckLimits
    ) -> Outcome[None]:
        return memory, (Clear(VerdictKind.STUCK_ON, event.device),)


class BatteryLow(Detector[frozenset[DeviceId], TechnicalLimits]):
    name = "battery_low"
    limits = TechnicalLimits
    memory = frozenset[DeviceId]
    wakes = False
    declares = (_declared(VerdictKind.BATTERY_LOW, place=by_device, standard="low_battery"),)

    def begin(self) -> frozenset[DeviceId]:
        return frozenset()

    def on_measured(
        self,
        memory: frozenset[DeviceId],
        event: ev.BatteryMeasured,
        now: Situation,
        limits: TechnicalLimits,
    ) -> Outcome[frozenset[DeviceId]]:
        device = now.device(event.device)
        assert device is not None
        kind = VerdictKind.BATTERY_LOW
        if event.charge_pct >= limits.battery_good_pct:
            if device.id not in memory:
                return memory, _NOTHING
            return memory - {device.id}, (Clear(kind, device.id),)
        if event.charge_pct >= limits.battery_low_pct or device.id in memory:
            return memory, _NOTHING
        detail: dict[str, str | float] = {"charge_pct": event.charge_pct}
        verdict = old.about_device(now, kind, device, now.seq, detail)  # type: ignore[arg-type]
        return memory | {device.id}, (verdict,)


class RadioDown(Detector[dict[str, Trouble], TechnicalLimits]):
    name = "radio_down"
    limits = TechnicalLimits
    memory = dict[str, Trouble]
    formerly = ("TECHNICAL",)
    declares = (
        _declared(
            VerdictKind.RADIO_DOWN,
            place=lambda verdict: str(verdict.detail["source"]),
            standard="auto_presence_failed",
        ),
    )

    def begin(self) -> dict[str, Trouble]:
        return {}

    def due(self, memory: dict[str, Trouble], limits: TechnicalLimits) -> Seconds:
        if not memory:
            return NEVER
        return min(trouble.since for trouble in memory.values()) + limits.radio_grace_s

    def on_down(
        self,
        memory: dict[str, Trouble],
        event: ev.RadioDown,
        now: Situation,
        limits: TechnicalLimits,
    ) -> Outcome[dict[str, Trouble]]:
        return {**memory, event.source: Trouble(since=now.at, row=now.seq)}, _NOTHING

    def on_up(
        self, memory: dict[str, Trouble], event: ev.RadioUp, now: Situation, limits: TechnicalLimits
    ) -> Outcome[dict[str, Trouble]]:
        rest = {key: one for key, one in memory.items() if key != event.source}
        return rest, (Clear(VerdictKind.RADIO_DOWN, event.source),)

    def judge(
        self, memory: dict[str, Trouble], now: Situation, limits: TechnicalLimits
    ) -> Outcome[dict[str, Trouble]]:
        lasted = {
            key: one
            for key, one in sorted(memory.items())
            if one.since + limits.radio_grace_s <= now.at
        }
        rest = {key: one for key, one in memory.items() if key not in lasted}
        return rest, tuple(old.radio_down(now, key, one) for key, one in lasted.items())  # type: ignore[arg-type]


class ClockUntrusted(Detector[Trouble | None, TechnicalLimits]):
    name = "clock_untrusted"
    limits = TechnicalLimits
    memory = Trouble | None
    formerly = ("TECHNICAL",)
    declares = (_declared(VerdictKind.CLOCK_UNTRUSTED),)

    def begin(self) -> Trouble | None:
        return None

    def due(self, memory: Trouble | None, limits: TechnicalLimits) -> Seconds:
        return NEVER if memory is None else memory.since + limits.clock_grace_s

    def on_clock(
        self,
        memory: Trouble | None,
        event: ev.Booted | ev.ClockChanged,
        now: Situation,
        limits: TechnicalLimits,
    ) -> Outcome[Trouble | None]:
        trusted = event.clock_trusted if isinstance(event, ev.Booted) else event.trusted
        kind = VerdictKind.CLOCK_UNTRUSTED
        if trusted:
            return None, (Clear(kind, ""),)
        if memory is not None or now.find(kind, "") is not None:
            return memory, _NOTHING
        return Trouble(since=now.at, row=now.seq), _NOTHING

    def judge(
        self, memory: Trouble | None, now: Situation, limits: TechnicalLimits
    ) -> Outcome[Trouble | None]:
        assert memory is not None
        verdict = old.about_hub(
            now,  # type: ignore[arg-type]
            VerdictKind.CLOCK_UNTRUSTED,
            memory.row,
            priority=Priority.INFO,
            detail={"for_s": now.at - memory.since},
        )
        return None, (verdict,)


class PowerWasOff(_Stateless[TechnicalLimits]):
    name = "power_was_off"
    limits = TechnicalLimits
    declares = (_declared(VerdictKind.POWER_WAS_OFF, over_when_told=True),)

    def on_restarted(
        self, memory: None, event: Restarted, now: Situation, limits: TechnicalLimits
    ) -> Outcome[None]:
        gap_s = event.gap_s
        if gap_s is not None and gap_s <= limits.power_gap_s:
            return memory, _NOTHING
        detail: dict[str, str | float] = {} if gap_s is None else {"gap_s": gap_s}
        kind, info = VerdictKind.POWER_WAS_OFF, Priority.INFO
        return memory, (old.about_hub(now, kind, now.seq, priority=info, detail=detail),)  # type: ignore[arg-type]


class StorageFull(_Stateless[TechnicalLimits]):
    name = "storage_full"
    limits = TechnicalLimits
    declares = (_declared(VerdictKind.STORAGE_FULL, known=_is_open),)

    def on_storage(
        self, memory: None, event: ev.StorageFull, now: Situation, limits: TechnicalLimits
    ) -> Outcome[None]:
        kind = VerdictKind.STORAGE_FULL
        if not event.full:
            return memory, (Clear(kind, ""),)
        return memory, (old.about_hub(now, kind, now.seq, priority=Priority.SOON),)  # type: ignore[arg-type]


_CALLS: Final = frozenset(kind.__name__ for kind in (HelpPressed, FallSensed, HazardSensed))


class RowQuarantined(_Stateless[TechnicalLimits]):
    name = "row_quarantined"
    limits = TechnicalLimits
    declares = (
        _declared(VerdictKind.ROW_QUARANTINED, place=lambda verdict: str(verdict.evidence[-1])),
    )

    def on_row(
        self, memory: None, event: ev.RowQuarantined, now: Situation, limits: TechnicalLimits
    ) -> Outcome[None]:
        detail: dict[str, str | float] = {"row": float(event.row)}
        if event.kind:
            detail["event"] = event.kind
        priority = Priority.URGENT if event.kind in _CALLS else Priority.SOON
        verdict = old.about_hub(
            now,
            VerdictKind.ROW_QUARANTINED,
            now.seq,
            priority=priority,
            detail=detail,  # type: ignore[arg-type]
        )
        return memory, (replace(verdict, evidence=tuple(sorted({event.row, now.seq}))),)

    def on_file(
        self, memory: None, event: ev.FilePutAside, now: Situation, limits: TechnicalLimits
    ) -> Outcome[None]:
        detail: dict[str, str | float] = {"file": event.file, "instead": event.instead.value}
        kind, soon = VerdictKind.ROW_QUARANTINED, Priority.SOON
        return memory, (old.about_hub(now, kind, now.seq, priority=soon, detail=detail),)  # type: ignore[arg-type]

    def on_put_off(
        self, memory: None, event: ev.DeadlinePutOff, now: Situation, limits: TechnicalLimits
    ) -> Outcome[None]:
        kind, soon = VerdictKind.ROW_QUARANTINED, Priority.SOON
        if event.times % 3 or any(
            one.kind is kind and one.verdict.detail.get("deadline") == event.deadline
            for one in now.open.values()
        ):
            return memory, _NOTHING
        detail: dict[str, str | float] = {"deadline": event.deadline}
        return memory, (old.about_hub(now, kind, now.seq, priority=soon, detail=detail),)  # type: ignore[arg-type]


class TestAlarm(_Stateless[TechnicalLimits]):
    name = "test_alarm"
    limits = TechnicalLimits
    declares = (
        Declaration(
            kind=VerdictKind.TEST_ALARM, need=OPERATION, page=Page.AT_ONCE, told=True, test=True
        ),
    )

    def on_asked(
        self, memory: None, event: ev.TestAlarmAsked, now: Situation, limits: TechnicalLimits
    ) -> Outcome[None]:
        return memory, (
            now.verdict(
                VerdictKind.TEST_ALARM,
                Priority.URGENT,
                evidence=(now.seq,),
                detail={"by": event.by},
            ),
        )
