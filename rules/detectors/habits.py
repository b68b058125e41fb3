# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Habits: days and nights that change; said to her alone, others hear of it by her single tap."""

from dataclasses import dataclass, field, replace
from typing import Final, override

from rules.detectors import darkness, days
from rules.detectors.days import Day, Days
from rules.detectors.detector import Detector, Outcome, kept
from rules.model.consent import Basis, Need
from rules.model.declaration import Asking, Declaration, Page
from rules.model.identity import Seconds
from rules.model.quantities import DAY_S, HOUR_S, NEVER
from rules.model.verdict import Kind, Priority, Verdict
from rules.situation.coverage import SEEING
from rules.situation.occurrences import (
    CoverageLost,
    HourSet,
    PresenceChanged,
    Seen,
    Unseen,
    WatchStopped,
)
from rules.situation.situation import Situation

ACTIVITY_DRIFT: Final = Kind("activity_drift")
NIGHT_VISITS_DRIFT: Final = Kind("night_visits_drift")
UNUSUAL_DAY: Final = Kind("unusual_day")


@dataclass(frozen=True, slots=True, kw_only=True)
class HabitsLimits:
    """How far days and nights must move before it is said.

    Sources: docs/rules.md, sources; ADR 0008. 14 whole days are learned first; a week is compared
    with the four before it. 1.5 visits a night are about four standard errors of a week's mean at
    one visit a night; shares of activity are wide on purpose, until personal limits are learned.

    Attributes:
        on: False counts nothing.
        at_s: local hour at which a day ends and is judged, when the night is over.
        learn_days: whole days before anything is said.
        less, more: share of the weeks before at which the week's activity is a drift.
        quiet, lively: share of usual activity at which one day is unusual.
        visits: nightly visits to the bathroom more or less than before.
        rest_days: a drift that was said is not said again for so many days.
        away_s: a day with more time out of the flat is not counted.
    """

    on: bool = True
    at_s: Seconds = 10 * HOUR_S
    learn_days: float = 14
    week_days: float = 7
    before_days: float = 28
    less: float = 0.6
    more: float = 1.6
    quiet: float = 0.5
    lively: float = 2.0
    visits: float = 1.5
    rest_days: float = 14
    away_s: Seconds = 6 * HOUR_S
    drift_shown_s: Seconds = 7 * DAY_S
    day_shown_s: Seconds = 1 * DAY_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """The days that were counted, and when the running one ends."""

    habits: Days = field(default_factory=Days)
    look_at: Seconds = NEVER


def _drift_shown(limits: HabitsLimits) -> Asking:
    return Asking(shown_s=limits.drift_shown_s)


def _day_shown(limits: HabitsLimits) -> Asking:
    return Asking(shown_s=limits.day_shown_s)


_HERS: Final = Declaration(
    kind=ACTIVITY_DRIFT,
    need=Need(basis=Basis.SINGLE_TAP),
    page=Page.NEVER,
    times=_drift_shown,
    told=True,
)


class Habits(Detector[Counted, HabitsLimits]):
    """Concludes at `at_s` how the last days differ from the weeks before.

    A day counts only when it was seen whole: no blind sensor, visit, private time, gap, or long
    absence.
    """

    name = "habits"
    memory = Counted
    limits = HabitsLimits
    declares = (
        _HERS,
        _HERS._replace(kind=NIGHT_VISITS_DRIFT),
        _HERS._replace(kind=UNUSUAL_DAY, times=_day_shown),
    )
    formerly = ("DAY",)

    @override
    def due(self, memory: Counted, limits: HabitsLimits) -> Seconds:
        return memory.look_at

    def on_seen(
        self, memory: Counted, event: Seen, now: Situation, limits: HabitsLimits
    ) -> Outcome[Counted]:
        """Count one sign of life."""
        return _counted(memory, days.follow(memory.habits, now, event.sign)), ()

    def on_coverage_lost(
        self, memory: Counted, event: CoverageLost, now: Situation, limits: HabitsLimits
    ) -> Outcome[Counted]:
        """Drop the day: a sensor that sees her fell silent."""
        return (_spoilt(memory) if event.device.role in SEEING else memory), ()

    def on_unseen(
        self, memory: Counted, event: Unseen, now: Situation, limits: HabitsLimits
    ) -> Outcome[Counted]:
        """Drop the day after long darkness."""
        return (_spoilt(memory) if darkness.is_long(event) else memory), ()

    def on_watch_stopped(
        self, memory: Counted, event: WatchStopped, now: Situation, limits: HabitsLimits
    ) -> Outcome[Counted]:
        """Drop the day: private time is not counted."""
        return (_spoilt(memory) if event.private else memory), ()

    def on_hour(
        self, memory: Counted, event: HourSet, now: Situation, limits: HabitsLimits
    ) -> Outcome[Counted]:
        """Wait for the hour anew; a day of which the hour was lost does not count."""
        memory = memory if event.known else _spoilt(memory)
        return kept(memory, replace(memory, look_at=_next(now, limits))), ()

    def on_presence(
        self, memory: Counted, event: PresenceChanged, now: Situation, limits: HabitsLimits
    ) -> Outcome[Counted]:
        """Count the time out of the flat; a day with a visit does not count."""
        before, present = event.before, now.presence
        if present.visit_until is not None and before.visit_until is None:
            memory = _spoilt(memory)
        if present.state is before.state:
            return memory, ()
        return _counted(memory, days.came_or_went(memory.habits, before, present.since)), ()

    @override
    def judge(self, memory: Counted, now: Situation, limits: HabitsLimits) -> Outcome[Counted]:
        habits, verdicts = _end_day(memory.habits, now, limits)
        return Counted(habits=habits, look_at=_next(now, limits)), verdicts


def _counted(memory: Counted, habits: Days) -> Counted:
    return memory if habits is memory.habits else Counted(habits=habits, look_at=memory.look_at)


def _spoilt(memory: Counted) -> Counted:
    return _counted(memory, days.spoilt(memory.habits))


def _next(now: Situation, limits: HabitsLimits) -> Seconds:
    return now.wall.next_local(now.apartment, now.at, limits.at_s) if limits.on else NEVER


def _end_day(
    habits: Days, now: Situation, limits: HabitsLimits
) -> tuple[Days, tuple[Verdict, ...]]:
    """End the running day, judge it if it was whole, and begin the next one."""
    whole = days.ended(habits, now, limits.away_s)
    counted = habits.days if whole is None else (*habits.days, whole)
    kept = _days(limits.before_days) + _days(limits.week_days)
    rests = tuple((kind, left - 1) for kind, left in habits.rests if left > 1)
    next_day = Days(
        began=now.at,
        slot=habits.slot,
        bath_at=habits.bath_at,
        days=counted[-kept:],
        rests=rests,
    )
    if whole is None:
        return next_day, ()
    deferred: set[str] = {kind for kind, _ in rests}
    verdicts = [
        one for one in _changes(next_day.days, now, limits, deferred) if one.kind not in deferred
    ]
    said = tuple((Kind(one.kind), int(limits.rest_days)) for one in verdicts)
    return replace(next_day, rests=(*rests, *said)), tuple(verdicts)


def _changes(
    counted: tuple[Day, ...], now: Situation, limits: HabitsLimits, deferred: set[str]
) -> list[Verdict]:
    week, learned = _days(limits.week_days), _days(limits.learn_days)
    found: list[Verdict] = []
    drifts = ACTIVITY_DRIFT in deferred
    if len(counted) >= learned + week:
        before, lately = counted[:-week], counted[-week:]
        usual, active = _mean_active(before), _mean_active(lately)
        if not limits.less * usual < active < limits.more * usual:
            drifts = True
            found.append(_verdict(ACTIVITY_DRIFT, now, lately, _share(active, usual)))
        often = sum(day.visits for day in before) / len(before)
        visits = sum(day.visits for day in lately) / week
        if abs(visits - often) >= limits.visits:
            detail: dict[str, str | float] = {
                "way": "more" if visits > often else "less",
                "before": round(often, 1),
                "now": round(visits, 1),
            }
            found.append(_verdict(NIGHT_VISITS_DRIFT, now, lately, detail))
    if len(counted) > learned and not drifts:
        usual, active = _mean_active(counted[:-1]), counted[-1].active
        if not limits.quiet * usual < active < limits.lively * usual:
            found.append(_verdict(UNUSUAL_DAY, now, counted[-1:], _share(active, usual)))
    return found


def _days(length: float) -> int:
    """Return whole days of a limit: less than one compares nothing."""
    return max(1, int(length))


def _mean_active(counted: tuple[Day, ...]) -> float:
    return sum(day.active for day in counted) / len(counted)


def _share(active: float, usual: float) -> dict[str, str | float]:
    percent = float(round(100 * active / usual)) if usual else 0.0
    return {"way": "more" if active > usual else "less", "percent": percent}


def _verdict(
    kind: Kind, now: Situation, counted: tuple[Day, ...], detail: dict[str, str | float]
) -> Verdict:
    return now.verdict(
        kind,
        Priority.INFO,
        evidence=tuple(sorted({day.row for day in counted})),
        detail={**detail, "days": float(len(counted))},
    )
