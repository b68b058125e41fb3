# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What comes before an event: the first fact of all, a gap of the hub, the wall clock."""

from dataclasses import replace
from typing import Final

from rules.model.events import Booted
from rules.model.identity import Seconds
from rules.model.quantities import NEVER
from rules.model.shared_limits import NotSeenLimits
from rules.situation import coverage as cov
from rules.situation import presses
from rules.situation.follow.activity import Followed
from rules.situation.follow.unseen import unseen
from rules.situation.occurrences import HourSet, HubWasOff, Unseen
from rules.situation.situation import Situation
from rules.situation.wall_clock import WallClock

_SLEW_S: Final = 1.0  # a wall clock that is set by less than this is the same clock


def first(now: Situation) -> Situation:
    """Begin with the first fact of all: blind from here."""
    return now._replace(coverage=cov.begun(now.coverage, now.at))


def hub_was_off(now: Situation, event: Booted, alive_until: Seconds) -> Followed:
    """Move every stillness on by the gap before a start; no deadline has fired yet.

    Args:
        now: the situation at the start, with what was believed before it.
        event: the start.
        alive_until: axis time of the last fact before it.
    """
    if not now.booted:
        return now, ()
    if event.gap_s is not None:
        alive_until = min(max(alive_until, event.at - event.gap_s), event.at)
    gap_s = event.at - alive_until
    long = event.gap_s is None or event.gap_s > now.limits[NotSeenLimits].gap_s
    now, still_s = unseen(now, alive_until)
    present, coverage = now.presence, now.coverage
    if present.door_at is not None:
        present = replace(present, door_at=present.door_at + gap_s)
    moving = {key: at + gap_s for key, at in coverage.moving.items()}
    coverage = coverage._replace(moving=moving)
    coverage = cov.hub_was_off(coverage, since=alive_until, at=event.at, long=long)
    look = now.stuck_look
    now = now._replace(
        presses=presses.hub_was_off(now.presses, gap_s),
        presence=present,
        coverage=coverage,
        stuck_look=look if look == NEVER else look + gap_s,
    )
    dark_s = None if event.gap_s is None else gap_s
    return now, (Unseen(still_s, dark_s, now.seq), HubWasOff(gap_s, long))


def hour(now: Situation, utc_s: Seconds | None) -> Followed:
    """Follow the wall clock; it sets the hour of the day, never the axis."""
    known = now.wall.offset_s
    if utc_s is None:
        if known is None:
            return now, ()
        return now._replace(wall=WallClock()), (HourSet(known=False),)
    offset_s = utc_s - now.at
    if known is not None and abs(offset_s - known) <= _SLEW_S:
        return now, ()
    return now._replace(wall=WallClock(offset_s=offset_s)), (HourSet(known=True),)


def same_hour(now: Situation, utc_s: Seconds | None) -> bool:
    """Say whether `hour` would change nothing."""
    known = now.wall.offset_s
    if known is None or utc_s is None:
        return known is utc_s
    return abs(utc_s - now.at - known) <= _SLEW_S
