# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What changes by itself: private time runs out, she left or came, a sensor is believed no more."""

from collections.abc import Callable
from typing import Final

from rules.model.identity import Seconds
from rules.model.quantities import NEVER
from rules.situation import coverage as cov
from rules.situation import presence
from rules.situation.coverage import StuckLimits
from rules.situation.follow.activity import Followed
from rules.situation.follow.unseen import private_time_ended
from rules.situation.occurrences import PresenceChanged, SensorStuck
from rules.situation.presence import PresenceLimits
from rules.situation.situation import Situation


def dues(now: Situation) -> tuple[Seconds, Seconds, Seconds]:
    """Return when each of them is due next, in the order of `NAMES`."""
    return (
        NEVER if now.pause is None else now.pause.until,
        now.presence.due(now.limits[PresenceLimits]),
        now.stuck_look,
    )


def private_time_due(now: Situation) -> Followed:
    """End private time whose time ran out."""
    return private_time_ended(now, by_itself=True)


def presence_due(now: Situation) -> Followed:
    """Apply what changes by itself in who is in."""
    last, before = now.signs.last, now.presence
    present = before
    if (
        last is not None
        and cov.front_door_is_seen(now.coverage, now.apartment)
        and presence.stayed(present, now.at, last)
    ):
        present = presence.come(present, last.at)
    present = presence.pass_time(present, now.at, now.limits[PresenceLimits])
    if present is before:
        return now, ()
    row = now.seq if last is None else last.seq
    return now._replace(presence=present), (PresenceChanged(before, row),)


def stuck_due(now: Situation) -> Followed:
    """Believe a motion sensor no more; one at a time: each verdict names what was blind then."""
    limits, coverage = now.limits[StuckLimits], now.coverage
    said: tuple[object, ...] = ()
    for name in cov.newly_stuck(coverage, now.at, limits)[:1]:
        since = coverage.moving[name]
        coverage = coverage._replace(stuck={**coverage.stuck, name: since})
        said = (SensorStuck(name, since, now.moving_rows.get(name)),)
    look = cov.stuck_due(coverage, limits)
    return now._replace(coverage=coverage, stuck_look=look), said


NAMES: Final = ("private_time", "presence", "stuck")
"""Names of the situation's own deadlines; equal ones fire in this order, before any detector's."""
PRIVATE_TIME: Final = NAMES[0]
FORMERLY: Final = {"PAUSE": "private_time", "PRESENCE": "presence", "STUCK": "stuck"}
"""Their names in journals of the first release."""
BY_ITSELF: Final[tuple[Callable[[Situation], Followed], ...]] = (
    private_time_due,
    presence_due,
    stuck_due,
)
