# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Kitchen, taps, drawer, days (one file each in the house)."""

from dataclasses import dataclass, replace
from typing import Final

from rules.detectors.detector import (
    Asking,
    Declaration,
    Detector,
    Outcome,
    by_device,
    by_flat,
    consent,
)
from rules.first import drawer as old_drawer
from rules.first import habits as old_habits
from rules.first import kitchen as old_kitchen
from rules.first import water as old_water
from rules.first.drawer import DrawerLimits
from rules.first.habits import HabitLimits, Habits
from rules.first.kitchen import Kitchen, KitchenLimits
from rules.first.response import Page
from rules.first.water import Running, WaterLimits
from rules.model import events as ev
from rules.model.apartment import Role, RoomType
from rules.model.conclusions import Clear
from rules.model.consent import Basis, Need, Purpose
from rules.model.identity import DeviceId, Seconds, Seq
from rules.model.incident import Incident
from rules.situation.occurrences import (
    HourSet,
    PresenceChanged,
    Seen,
    SightBack,
    SightLost,
    Unseen,
    WatchStopped,
)
from rules.model.quantities import NEVER
from rules.model.verdict import VerdictKind
from rules.situation.coverage import SEEING, why_blind
from rules.situation.presence import Whereabouts
from rules.situation.situation import Situation

_NOTHING: Final = ()


# --- water


class WaterRunning(Detector[dict[DeviceId, Running], WaterLimits]):
    name = "water_running"
    limits = WaterLimits
    memory = dict[DeviceId, Running]
    formerly = ("WATER",)
    declares = (
        Declaration(
            kind=VerdictKind.WATER_RUNNING,
            need=consent(Purpose.COMFORT),
            page=Page.IF_CHOSEN,
            times=lambda limits: Asking(page_after_s=limits.page_after_s),
            place=by_device,
            told=True,
            standard="expected_use_stop_violation",
        ),
    )

    def begin(self) -> dict[DeviceId, Running]:
        return {}

    def due(self, memory: dict[DeviceId, Running], limits: WaterLimits) -> Seconds:
        return old_water.due(memory, limits)

    def on_used(
        self,
        memory: dict[DeviceId, Running],
        event: ev.ItemUsed | ev.StateFound,
        now: Situation,
        limits: WaterLimits,
    ) -> Outcome[dict[DeviceId, Running]]:
        device = now.device(event.device)
        if device is None or device.role is not Role.TAP:
            return memory, _NOTHING
        if not event.active:
            left = {name: tap for name, tap in memory.items() if name != device.id}
            return left, (Clear(VerdictKind.WATER_RUNNING, device.id),)
        if device.id in memory or now.pause is not None:
            return memory, _NOTHING
        return {**memory, device.id: Running(since=now.at, row=now.seq)}, _NOTHING

    def on_stopped(
        self,
        memory: dict[DeviceId, Running],
        event: WatchStopped,
        now: Situation,
        limits: WaterLimits,
    ) -> Outcome[dict[DeviceId, Running]]:
        """Private time: a tap is nobody's business. Water in an empty flat runs on."""
        if not event.private:
            return memory, _NOTHING
        return {}, tuple(Clear(VerdictKind.WATER_RUNNING, tap) for tap in memory)

    def on_unseen(
        self, memory: dict[DeviceId, Running], event: Unseen, now: Situation, limits: WaterLimits
    ) -> Outcome[dict[DeviceId, Running]]:
        known = event.dark_s is not None and event.dark_s <= old_habits.UNSEEN_S
        return (memory if known else {}), _NOTHING

    def judge(
        self, memory: dict[DeviceId, Running], now: Situation, limits: WaterLimits
    ) -> Outcome[dict[DeviceId, Running]]:
        return old_water.judge(memory, now, limits)  # type: ignore[arg-type]

    def holds(
        self,
        memory: dict[DeviceId, Running],
        incident: Incident,
        now: Situation,
        limits: WaterLimits,
    ) -> bool:
        tap = now.device(incident.verdict.device)
        return tap is not None and why_blind(now.coverage, tap) is None


# --- kitchen


@dataclass(frozen=True, slots=True, kw_only=True)
class Unused:
    kitchen: Kitchen = Kitchen()
    look_at: Seconds = NEVER


_CLEAR_KITCHEN: Final = (Clear(VerdictKind.KITCHEN_UNUSED, ""),)


class KitchenUnused(Detector[Unused, KitchenLimits]):
    name = "kitchen_unused"
    limits = KitchenLimits
    memory = Unused
    formerly = ("KITCHEN",)
    declares = (
        Declaration(
            kind=VerdictKind.KITCHEN_UNUSED,
            need=consent(Purpose.COMFORT),
            page=Page.IF_CHOSEN,
            times=lambda limits: Asking(page_after_s=max(limits.page_s - limits.remind_s, 0.0)),
            waking=True,
            told=True,
            standard="expected_use_start_violation",
        ),
    )

    def due(self, memory: Unused, limits: KitchenLimits) -> Seconds:
        return memory.look_at

    def _from(
        self, memory: Unused, at: Seconds, row: Seq, limits: KitchenLimits
    ) -> Outcome[Unused]:
        fresh = Unused(kitchen=Kitchen(at=at, row=row), look_at=at + limits.remind_s)
        return fresh, _CLEAR_KITCHEN if memory.kitchen.told else _NOTHING

    def on_seen(
        self, memory: Unused, event: Seen, now: Situation, limits: KitchenLimits
    ) -> Outcome[Unused]:
        sign = event.sign
        if event.device is None:
            return memory, _NOTHING
        if now.room_type(sign.room) is RoomType.KITCHEN:
            return self._from(memory, now.at, now.seq, limits)
        if memory.look_at < NEVER or memory.kitchen.told:
            return memory, _NOTHING
        due = old_kitchen.due(memory.kitchen, now, limits)  # type: ignore[arg-type]
        if due == NEVER:
            return memory, _NOTHING
        return replace(memory, look_at=max(due, now.at)), _NOTHING

    def on_sight_back(
        self, memory: Unused, event: SightBack, now: Situation, limits: KitchenLimits
    ) -> Outcome[Unused]:
        device = event.device
        if device.role in SEEING and now.room_type(device.room) is RoomType.KITCHEN:
            return self._from(memory, now.at, now.seq, limits)
        return memory, _NOTHING

    def on_unseen(
        self, memory: Unused, event: Unseen, now: Situation, limits: KitchenLimits
    ) -> Outcome[Unused]:
        known = event.dark_s is not None and event.dark_s <= old_habits.UNSEEN_S
        if known or memory.kitchen.at is None:
            return memory, _NOTHING
        return self._from(memory, now.at, event.row, limits)

    def on_presence(
        self, memory: Unused, event: PresenceChanged, now: Situation, limits: KitchenLimits
    ) -> Outcome[Unused]:
        if now.presence.state is event.before.state:
            return memory, _NOTHING
        if now.presence.state is not Whereabouts.HOME:
            return replace(memory, look_at=NEVER), _CLEAR_KITCHEN
        if not old_kitchen.rooms(now.apartment):
            return memory, _NOTHING
        return self._from(memory, now.presence.since, event.row, limits)

    def on_hour(
        self, memory: Unused, event: HourSet, now: Situation, limits: KitchenLimits
    ) -> Outcome[Unused]:
        if memory.look_at == NEVER and not now.presence.home:
            return memory, _NOTHING
        due = old_kitchen.due(memory.kitchen, now, limits)  # type: ignore[arg-type]
        rests = memory.kitchen.told or now.pause is not None
        return replace(memory, look_at=NEVER if rests else due), _NOTHING

    def on_stopped(
        self, memory: Unused, event: WatchStopped, now: Situation, limits: KitchenLimits
    ) -> Outcome[Unused]:
        if not event.private:
            return memory, _NOTHING
        return replace(memory, look_at=NEVER), _CLEAR_KITCHEN

    def judge(self, memory: Unused, now: Situation, limits: KitchenLimits) -> Outcome[Unused]:
        due = old_kitchen.due(memory.kitchen, now, limits)  # type: ignore[arg-type]
        if due > now.at:
            return replace(memory, look_at=due), _NOTHING  # part of the time was night
        verdict = old_kitchen.judge(memory.kitchen, now, limits)  # type: ignore[arg-type]
        if verdict is None:
            return replace(memory, look_at=NEVER), _NOTHING
        return Unused(kitchen=replace(memory.kitchen, told=True)), (verdict,)

    def holds(
        self, memory: Unused, incident: Incident, now: Situation, limits: KitchenLimits
    ) -> bool:
        return old_kitchen.can_tell(now)  # type: ignore[arg-type]


# --- drawer


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    drawer: old_drawer.Drawer = old_drawer.Drawer()
    look_at: Seconds = NEVER


_CLEAR_DRAWER: Final = (Clear(VerdictKind.MEDICATION_DRAWER, ""),)


class MedicationDrawer(Detector[Opened, DrawerLimits]):
    name = "medication_drawer"
    limits = DrawerLimits
    memory = Opened
    formerly = ("DRAWER",)
    declares = (
        Declaration(
            kind=VerdictKind.MEDICATION_DRAWER,
            need=consent(Purpose.COMFORT),
            page=Page.IF_CHOSEN,
            times=lambda limits: Asking(page_after_s=limits.page_after_s),
            place=by_flat,
            told=True,
            standard="expected_use_start_violation",
        ),
    )

    def due(self, memory: Opened, limits: DrawerLimits) -> Seconds:
        return memory.look_at

    def on_opened(
        self, memory: Opened, event: ev.ItemUsed, now: Situation, limits: DrawerLimits
    ) -> Outcome[Opened]:
        device = now.device(event.device)
        if device is None or device.role is not Role.DRAWER:
            return memory, _NOTHING
        if not event.active or now.pause is not None:
            return memory, _NOTHING
        drawer = old_drawer.Drawer(at=now.at, row=now.seq)
        return replace(memory, drawer=drawer), _CLEAR_DRAWER

    def on_hour(
        self, memory: Opened, event: HourSet, now: Situation, limits: DrawerLimits
    ) -> Outcome[Opened]:
        return replace(memory, look_at=old_drawer.due(now, limits)), _NOTHING  # type: ignore[arg-type]

    def on_presence(
        self, memory: Opened, event: PresenceChanged, now: Situation, limits: DrawerLimits
    ) -> Outcome[Opened]:
        gone = now.presence.state is not event.before.state and not now.presence.home
        return memory, _CLEAR_DRAWER if gone else _NOTHING

    def on_stopped(
        self, memory: Opened, event: WatchStopped, now: Situation, limits: DrawerLimits
    ) -> Outcome[Opened]:
        return memory, _CLEAR_DRAWER if event.private else _NOTHING

    def judge(self, memory: Opened, now: Situation, limits: DrawerLimits) -> Outcome[Opened]:
        verdict = old_drawer.judge(memory.drawer, now, limits)  # type: ignore[arg-type]
        memory = replace(memory, look_at=old_drawer.due(now, limits))  # type: ignore[arg-type]
        # Yesterday's reminder is over; today's is one of its own.
        return memory, () if verdict is None else (*_CLEAR_DRAWER, verdict)

    def holds(
        self, memory: Opened, incident: Incident, now: Situation, limits: DrawerLimits
    ) -> bool:
        return old_drawer.can_tell(now)  # type: ignore[arg-type]


# --- days


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    habits: Habits = Habits()
    look_at: Seconds = NEVER


def _hers(kind: VerdictKind, shown: str) -> Declaration:
    return Declaration(
        kind=kind,
        need=Need(basis=Basis.SINGLE_TAP),
        page=Page.NEVER,
        times=lambda limits: Asking(shown_s=getattr(limits, shown)),
        told=True,
    )


class ChangedDays(Detector[Days, HabitLimits]):
    name = "habits"
    limits = HabitLimits
    memory = Days
    formerly = ("DAY",)
    declares = (
        _hers(VerdictKind.ACTIVITY_DRIFT, "drift_shown_s"),
        _hers(VerdictKind.NIGHT_VISITS_DRIFT, "drift_shown_s"),
        _hers(VerdictKind.UNUSUAL_DAY, "day_shown_s"),
    )

    def due(self, memory: Days, limits: HabitLimits) -> Seconds:
        return memory.look_at

    def on_seen(
        self, memory: Days, event: Seen, now: Situation, limits: HabitLimits
    ) -> Outcome[Days]:
        habits = old_habits.follow(memory.habits, now, event.sign)  # type: ignore[arg-type]
        if habits is memory.habits:
            return memory, _NOTHING
        return Days(habits=habits, look_at=memory.look_at), _NOTHING

    def _spoilt(self, memory: Days) -> Days:
        if memory.habits.began is None:
            return memory
        return replace(memory, habits=replace(memory.habits, began=None))

    def on_sight_lost(
        self, memory: Days, event: SightLost, now: Situation, limits: HabitLimits
    ) -> Outcome[Days]:
        return (self._spoilt(memory) if event.device.role in SEEING else memory), _NOTHING

    def on_unseen(
        self, memory: Days, event: Unseen, now: Situation, limits: HabitLimits
    ) -> Outcome[Days]:
        known = event.dark_s is not None and event.dark_s <= old_habits.UNSEEN_S
        return (memory if known else self._spoilt(memory)), _NOTHING

    def on_stopped(
        self, memory: Days, event: WatchStopped, now: Situation, limits: HabitLimits
    ) -> Outcome[Days]:
        return (self._spoilt(memory) if event.private else memory), _NOTHING

    def on_hour(
        self, memory: Days, event: HourSet, now: Situation, limits: HabitLimits
    ) -> Outcome[Days]:
        memory = memory if event.known else self._spoilt(memory)
        return replace(memory, look_at=self._next(now, limits)), _NOTHING

    def on_presence(
        self, memory: Days, event: PresenceChanged, now: Situation, limits: HabitLimits
    ) -> Outcome[Days]:
        before, present = event.before, now.presence
        if present.visit_until is not None and before.visit_until is None:
            memory = self._spoilt(memory)
        if present.state is before.state:
            return memory, _NOTHING
        habits = old_habits.came_or_went(memory.habits, before, present.since)
        return replace(memory, habits=habits), _NOTHING

    def judge(self, memory: Days, now: Situation, limits: HabitLimits) -> Outcome[Days]:
        habits, verdicts = old_habits.end_day(memory.habits, now, limits)  # type: ignore[arg-type]
        return Days(habits=habits, look_at=self._next(now, limits)), verdicts

    def _next(self, now: Situation, limits: HabitLimits) -> Seconds:
        return now.wall.next_local(now.apartment, now.at, limits.at_s) if limits.on else NEVER
