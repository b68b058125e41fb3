# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Time that nobody watched: private time and gaps of the hub; it proves no stillness."""

from rules.model.identity import Seconds
from rules.situation import activity
from rules.situation import coverage as cov
from rules.situation.follow.activity import Followed
from rules.situation.occurrences import PrivateTimeEnded, Unseen
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
