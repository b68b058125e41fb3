# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Days and nights that change: said to her alone; others hear of it when she taps "share"."""

from dataclasses import dataclass, replace
from typing import Final

from rules.first.falls import BATHS
from rules.first.scene import Scene
from rules.model.identity import Seconds, Seq
from rules.model.quantities import DAY_S, HOUR_S, MINUTE_S
from rules.model.verdict import Priority, Verdict, VerdictKind
from rules.situation.activity import Sign, Strength
from rules.situation.coverage import SEEING, why_blind
from rules.situation.presence import Presence, Whereabouts

SLOT_S: Final = 10 * MINUTE_S
"""Activity is counted in slots of this length with a sign of life: how many sensors hang there
does not matter."""
UNSEEN_S: Final = 15 * MINUTE_S
"""A day of which more than this could not be seen at a stretch is not counted."""
VISIT_APART_S: Final = 10 * MINUTE_S
"""Signs in the bathroom closer together than this are one visit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HabitLimits:
    """How far days and nights must move before it is said.

    Sources: docs/rules.md, sources. 14 whole days are learned first; a week is compared with the
    four before it. 1.5 visits a night are about four standard errors of a week's mean at one visit
    a night; shares of activity are wide on purpose, until personal limits are learned.

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
class Day:
    """One whole day: active slots an hour at home, bathroom visits at night, its last row."""

    active: float
    visits: int
    row: Seq


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """Memory of days.

    Attributes:
        began: begin of the running day; None when it is not whole and will not count.
        slots, slot: active slots of it, and the latest one.
        visits, bath_at: night visits of it, and the latest sign in a bathroom.
        away_s: time out of the flat in it.
        row: latest sign of life in it.
        days: whole days before it, oldest first.
        rests: kinds that were said, and for how many days they are not said again.
    """

    began: Seconds | None = None
    slots: int = 0
    slot: int = -1
    visits: int = 0
    bath_at: Seconds | None = None
    away_s: Seconds = 0.0
    row: Seq | None = None
    days: tuple[Day, ...] = ()
    rests: tuple[tuple[VerdictKind, int], ...] = ()


def follow(habits: Habits, scene: Scene, sign: Sign) -> Habits:
    """Count one sign of life."""
    if sign.strength is Strength.FADING:
        return habits
    slot = int(sign.at // SLOT_S)
    bath = scene.room_type(sign.room) in BATHS
    if slot == habits.slot and not bath:
        return habits
    if slot != habits.slot:
        habits = replace(habits, slot=slot, slots=habits.slots + 1, row=sign.seq)
    if bath:
        before = habits.bath_at
        apart = before is None or sign.at - before > VISIT_APART_S
        new = apart and scene.is_night(sign.at)
        habits = replace(habits, bath_at=sign.at, visits=habits.visits + new)
    return habits


def unseen(habits: Habits, seconds: Seconds) -> Habits:
    """Drop the running day when too much of it could not be seen."""
    if habits.began is None or seconds <= UNSEEN_S:
        return habits
    return replace(habits, began=None)


def came_or_went(habits: Habits, before: Presence, at: Seconds) -> Habits:
    """Count the time she was out, now that she is back at `at`."""
    if habits.began is None or before.state is not Whereabouts.AWAY:
        return habits
    return replace(habits, away_s=habits.away_s + at - max(before.since, habits.began))


def end_day(
    habits: Habits, scene: Scene, limits: HabitLimits
) -> tuple[Habits, tuple[Verdict, ...]]:
    """End the running day at `scene.at`, judge it if it was whole, and begin the next one."""
    whole = _whole(habits, scene, limits)
    days = habits.days if whole is None else (*habits.days, whole)
    kept = _days(limits.before_days) + _days(limits.week_days)
    rests = tuple((kind, left - 1) for kind, left in habits.rests if left > 1)
    next_day = Habits(
        began=scene.at,
        slot=habits.slot,
        bath_at=habits.bath_at,
        days=days[-kept:],
        rests=rests,
    )
    if whole is None:
        return next_day, ()
    resting = {kind for kind, _ in rests}
    verdicts = [
        one for one in _judge(next_day.days, scene, limits, resting) if one.kind not in resting
    ]
    said = tuple((one.kind, int(limits.rest_days)) for one in verdicts)
    return replace(next_day, rests=(*rests, *said)), tuple(verdicts)


def _whole(habits: Habits, scene: Scene, limits: HabitLimits) -> Day | None:
    began, presence = habits.began, scene.presence
    if began is None or habits.row is None or scene.pause is not None:
        return None
    if presence.visit_until is not None or presence.state is Whereabouts.UNKNOWN:
        return None
    if any(
        why_blind(scene.coverage, one) is not None
        for one in scene.apartment.devices
        if one.role in SEEING
    ):
        return None
    away_s = habits.away_s
    if presence.state is Whereabouts.AWAY:
        away_s += scene.at - max(presence.since, began)
    length_s = scene.at - began
    # A clock that was set makes days of another length.
    if away_s > limits.away_s or abs(length_s - DAY_S) > 2 * HOUR_S:
        return None
    home_h = (length_s - away_s) / HOUR_S
    return Day(active=habits.slots / home_h, visits=habits.visits, row=habits.row)


def _judge(
    days: tuple[Day, ...], scene: Scene, limits: HabitLimits, resting: set[VerdictKind]
) -> list[Verdict]:
    week, learned = _days(limits.week_days), _days(limits.learn_days)
    found: list[Verdict] = []
    if len(days) >= learned + week:
        before, now = days[:-week], days[-week:]
        usual, active = _mean_active(before), _mean_active(now)
        if not limits.less * usual < active < limits.more * usual:
            detail = _share(active, usual)
            found.append(_verdict(VerdictKind.ACTIVITY_DRIFT, scene, now, detail))
        often = sum(day.visits for day in before) / len(before)
        lately = sum(day.visits for day in now) / week
        if abs(lately - often) >= limits.visits:
            detail = {
                "way": "more" if lately > often else "less",
                "before": round(often, 1),
                "now": round(lately, 1),
            }
            found.append(_verdict(VerdictKind.NIGHT_VISITS_DRIFT, scene, now, detail))
    drifts = VerdictKind.ACTIVITY_DRIFT
    if len(days) > learned and not any(one.kind is drifts for one in found):
        usual, active = _mean_active(days[:-1]), days[-1].active
        drifting = drifts in resting
        if not drifting and not limits.quiet * usual < active < limits.lively * usual:
            detail = _share(active, usual)
            found.append(_verdict(VerdictKind.UNUSUAL_DAY, scene, days[-1:], detail))
    return found


def _days(length: float) -> int:
    """Return whole days of a limit: less than one compares nothing."""
    return max(1, int(length))


def _mean_active(days: tuple[Day, ...]) -> float:
    return sum(day.active for day in days) / len(days)


def _share(active: float, usual: float) -> dict[str, str | float]:
    percent = float(round(100 * active / usual)) if usual else 0.0
    return {"way": "more" if active > usual else "less", "percent": percent}


def _verdict(
    kind: VerdictKind, scene: Scene, days: tuple[Day, ...], detail: dict[str, str | float]
) -> Verdict:
    return scene.verdict(
        kind,
        Priority.INFO,
        evidence=tuple(sorted({day.row for day in days})),
        detail={**detail, "days": float(len(days))},
    )
