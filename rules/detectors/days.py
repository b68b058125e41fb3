# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Days: activity and night visits of whole days, counted one by one."""

from dataclasses import dataclass, replace
from typing import Final

from rules.detectors.falls import BATHS
from rules.model.identity import Seconds, Seq
from rules.model.quantities import DAY_S, HOUR_S, MINUTE_S
from rules.model.verdict import Kind
from rules.situation.activity import Sign, Strength
from rules.situation.coverage import SEEING, why_blind
from rules.situation.presence import Presence, Whereabouts
from rules.situation.situation import Situation

SLOT_S: Final = 10 * MINUTE_S
"""Activity is counted in slots of this length with a sign of life: how many sensors hang there
does not matter."""
VISIT_APART_S: Final = 10 * MINUTE_S
"""Activity in the bathroom closer together than this are one visit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One whole day: active slots an hour at home, bathroom visits at night, its last row."""

    active: float
    visits: int
    row: Seq


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """The running day and the whole days before it.

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
    rests: tuple[tuple[Kind, int], ...] = ()


def follow(days: Days, now: Situation, sign: Sign) -> Days:
    """Count one sign of life."""
    if sign.strength is Strength.FADING:
        return days
    slot = int(sign.at // SLOT_S)
    bath = now.room_type(sign.room) in BATHS
    if slot == days.slot and not bath:
        return days
    if slot != days.slot:
        days = replace(days, slot=slot, slots=days.slots + 1, row=sign.seq)
    if bath:
        before = days.bath_at
        apart = before is None or sign.at - before > VISIT_APART_S
        new = apart and now.is_night(sign.at)
        if new or sign.at != before:
            days = replace(days, bath_at=sign.at, visits=days.visits + new)
    return days


def spoilt(days: Days) -> Days:
    """Drop the running day: it was not seen whole."""
    return days if days.began is None else replace(days, began=None)


def came_or_went(days: Days, before: Presence, at: Seconds) -> Days:
    """Count the time she was out, now that she is back at `at`."""
    if days.began is None or before.state is not Whereabouts.AWAY:
        return days
    out_s = at - max(before.since, days.began)
    return days if out_s == 0 else replace(days, away_s=days.away_s + out_s)


def ended(days: Days, now: Situation, away_s: Seconds) -> Day | None:
    """Return the running day that ends at `now.at`; None when it does not count.

    Args:
        days: the days so far.
        now: the situation at its end.
        away_s: a day with more seconds out of the flat does not count.
    """
    began, presence = days.began, now.presence
    if began is None or days.row is None or now.pause is not None:
        return None
    if presence.visit_until is not None or presence.state is Whereabouts.UNKNOWN:
        return None
    if any(
        why_blind(now.coverage, one) is not None
        for one in now.apartment.devices
        if one.role in SEEING
    ):
        return None
    out_s = days.away_s
    if presence.state is Whereabouts.AWAY:
        out_s += now.at - max(presence.since, began)
    length_s = now.at - began
    # A clock that was set makes days of another length.
    if out_s > away_s or abs(length_s - DAY_S) > 2 * HOUR_S:
        return None
    home_h = (length_s - out_s) / HOUR_S
    return Day(active=days.slots / home_h, visits=days.visits, row=days.row)
