# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Inactivity: nothing moved for too long although she is at home."""

from dataclasses import dataclass
from typing import override

from rules.detectors.detector import Detector, Outcome, kept
from rules.detectors.no_first_movement import NoFirstMovementLimits
from rules.detectors.stillness import INACTIVITY, NOT_SEEN, declared, is_known, still
from rules.model.declaration import Asking
from rules.model.identity import Seconds
from rules.model.quantities import HOUR_S, MINUTE_S, NEVER
from rules.model.verdict import Verdict
from rules.situation.occurrences import Faded, HubWasOff, PrivateTimeEnded, Seen, WatchStopped
from rules.situation.situation import Situation


@dataclass(frozen=True, slots=True, kw_only=True)
class InactivityLimits:
    """Stillness that is not worrying, and how it is asked and paged.

    Sources: personal limits come with learning; until then one cautious value. Published limits by
    day lie between 30 min and 5:23 h (docs/rules.md, sources); 4 h is above a long nap and below
    the highest. 14 h: longest night in bed without a visit to the bathroom. 60 s, once repeated;
    urgent after 15 min (CONTRACTS, table).
    """

    limit_s: Seconds = 4 * HOUR_S
    night_limit_s: Seconds = 14 * HOUR_S
    ask_s: Seconds = 60.0
    urgent_after_s: Seconds = 15 * MINUTE_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """When stillness is looked at next; early on purpose: a sign of life then costs nothing."""

    look_at: Seconds = NEVER


def _two_questions(limits: InactivityLimits) -> Asking:
    return Asking(asks=(limits.ask_s, limits.ask_s))


class Inactivity(Detector[Look, InactivityLimits]):
    """Concludes stillness after `limit_s` by day.

    Stillness that began or would end in the night may be sleep: it is judged when she should be up
    (`no_first_movement.latest_s`) or after `night_limit_s`, whichever comes first, and never before
    the limit of the day. An empty flat is never inactive.
    """

    name = "inactivity"
    memory = Look
    limits = InactivityLimits
    declares = (declared(INACTIVITY, _two_questions, "absence_violation"),)
    also_concludes = (NOT_SEEN,)
    formerly = ("INACTIVITY",)

    @override
    def due(self, memory: Look, limits: InactivityLimits) -> Seconds:
        return memory.look_at

    def on_seen(
        self, memory: Look, event: Seen | Faded, now: Situation, limits: InactivityLimits
    ) -> Outcome[Look]:
        """Begin to wait with the first sign; later ones are found when the time comes."""
        if memory.look_at < NEVER:
            return memory, ()
        return Look(look_at=event.sign.at + min(limits.limit_s, limits.night_limit_s)), ()

    def on_private_time_ended(
        self, memory: Look, event: PrivateTimeEnded, now: Situation, limits: InactivityLimits
    ) -> Outcome[Look]:
        """Wait again; what was not seen proves no stillness."""
        if now.signs.last is None:
            return memory, ()
        return kept(memory, Look(look_at=now.signs.still_since + limits.limit_s)), ()

    def on_hub_was_off(
        self, memory: Look, event: HubWasOff, now: Situation, limits: InactivityLimits
    ) -> Outcome[Look]:
        """Move on by the gap."""
        if memory.look_at == NEVER:
            return memory, ()
        return kept(memory, Look(look_at=memory.look_at + event.gap_s)), ()

    def on_watch_stopped(
        self, memory: Look, event: WatchStopped, now: Situation, limits: InactivityLimits
    ) -> Outcome[Look]:
        """Wait for nothing in private time or in an empty flat."""
        return kept(memory, Look()), ()

    @override
    def judge(self, memory: Look, now: Situation, limits: InactivityLimits) -> Outcome[Look]:
        if now.signs.last is None or now.pause is not None or not now.presence.home:
            return Look(), ()
        due = _deadline(now, limits)
        if due > now.at:
            return Look(look_at=due), ()
        still_s = now.at - now.signs.still_since
        return Look(), (still(now, INACTIVITY, still_s, limits.limit_s),)

    @override
    def known(self, verdict: Verdict, now: Situation) -> bool:
        return is_known(now)

    @override
    def urgent_after_s(self, limits: InactivityLimits) -> Seconds:
        return limits.urgent_after_s


def _deadline(now: Situation, limits: InactivityLimits) -> Seconds:
    """Return when stillness since the last sign becomes worrying."""
    since = now.signs.still_since
    due = since + limits.limit_s
    if now.is_night(due) or now.is_night(since):
        up_by_s = now.limits[NoFirstMovementLimits].latest_s
        morning = now.wall.next_local(now.apartment, since, up_by_s)
        due = max(due, min(since + limits.night_limit_s, morning))
    return due
