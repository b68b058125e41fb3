# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Time that nobody watched: private time and gaps of the hub; it proves no stillness."""

from dataclasses import replace

from rules.model.events import Booted
from rules.model.identity import Seconds
from rules.model.quantities import NEVER
from rules.model.shared_limits import NotSeenLimits
from rules.situation import activity, presses
from rules.situation import coverage as cov
from rules.situation.follow.signs_of_life import Followed
from rules.situation.occurrences import HubWasOff, PrivateTimeEnded, Unseen
from rules.situation.situation import Situation


def unseen(now: Situation, since: Seconds) -> tuple[Situation, Seconds]:
    """Count what could not be seen until now, each second once.

    Args:
        now: the situation, still dark for whatever made it so.
        since: axis time from which nothing could be seen.

    Returns:
        The situation, and how far stillness moved on.
    """
    since = min(since, cov.dark_since(now.coverage, now.apartment, now.pause))
    signs = activity.unseen(now.signs, since, now.at)
    still_s = signs.unseen_s - now.signs.unseen_s
    quiet_at = None if now.quiet_at is None else now.quiet_at + still_s
    return now._replace(signs=signs, quiet_at=quiet_at), still_s


def private_time_ended(now: Situation, *, by_itself: bool) -> Followed:
    """End private time, if there is one."""
    pause = now.pause
    if pause is None:
        return now, ()
    now, _ = unseen(now, pause.since)
    # No silence is waited for in it, so there is none to move on.
    said = (Unseen(0.0, now.at - pause.since, pause.row), PrivateTimeEnded(pause, by_itself))
    return now._replace(pause=None), said


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
