# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""No first movement: the morning is over and nobody got up."""

from dataclasses import dataclass
from typing import override

from rules.detectors.detector import Detector, Outcome, kept
from rules.detectors.stillness import NO_FIRST_MOVEMENT, NOT_SEEN, declared, is_known, still
from rules.model.declaration import Asking
from rules.model.identity import Seconds
from rules.model.quantities import HOUR_S, MINUTE_S, NEVER
from rules.model.verdict import Verdict
from rules.situation.occurrences import HourSet, HubWasOff
from rules.situation.situation import Situation


@dataclass(frozen=True, slots=True, kw_only=True)
class NoFirstMovementLimits:
    """By when somebody is up.

    Sources: 11:00 local time at the latest until her usual hour is learned (docs/rules.md,
    sources); movement from 05:00 on counts as getting up; 5 min to answer (CONTRACTS, table).
    """

    from_s: Seconds = 5 * HOUR_S
    latest_s: Seconds = 11 * HOUR_S
    ask_s: Seconds = 5 * MINUTE_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Morning:
    """When the next morning is judged."""

    look_at: Seconds = NEVER


def _asked_once(limits: NoFirstMovementLimits) -> Asking:
    return Asking(asks=(limits.ask_s,))


class NoFirstMovement(Detector[Morning, NoFirstMovementLimits]):
    """Concludes at `latest_s` that nobody moved since `from_s` although she is at home."""

    name = "no_first_movement"
    memory = Morning
    limits = NoFirstMovementLimits
    declares = (declared(NO_FIRST_MOVEMENT, _asked_once, "expected_use_start_violation"),)
    also_concludes = (NOT_SEEN,)
    formerly = ("MORNING",)

    @override
    def due(self, memory: Morning, limits: NoFirstMovementLimits) -> Seconds:
        return memory.look_at

    def on_hour(
        self, memory: Morning, event: HourSet, now: Situation, limits: NoFirstMovementLimits
    ) -> Outcome[Morning]:
        """Wait for the hour anew: the clock was set."""
        return kept(memory, _next(now, limits)), ()

    def on_hub_was_off(
        self, memory: Morning, event: HubWasOff, now: Situation, limits: NoFirstMovementLimits
    ) -> Outcome[Morning]:
        """Leave a morning that fell into a long gap to `not_seen`, which has its own deadline."""
        if event.long and memory.look_at <= now.at:
            return _next(now, limits), ()
        return memory, ()

    @override
    def judge(
        self, memory: Morning, now: Situation, limits: NoFirstMovementLimits
    ) -> Outcome[Morning]:
        memory = _next(now, limits)
        verdict = None if now.pause is not None else _judge(now, limits)
        return memory, () if verdict is None else (verdict,)

    @override
    def known(self, verdict: Verdict, now: Situation) -> bool:
        return is_known(now)


def _next(now: Situation, limits: NoFirstMovementLimits) -> Morning:
    return Morning(look_at=now.wall.next_local(now.apartment, now.at, limits.latest_s))


def _judge(now: Situation, limits: NoFirstMovementLimits) -> Verdict | None:
    last = now.signs.last
    begin = now.at - (limits.latest_s - limits.from_s)
    if last is None or last.at >= begin or not now.presence.home:
        return None
    if now.signs.unseen_s > 0 and now.signs.still_since > begin:
        # Private time or a long gap lay in the morning: the time since is too short to judge.
        return None
    if now.presence.since >= begin:
        return None
    return still(now, NO_FIRST_MOVEMENT, now.at - last.at, limits.latest_s)
