# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Nothing moved for too long, not seen after a gap, no first movement (one file each in the house)."""

from dataclasses import dataclass, replace
from typing import Final

from rules.detectors.detector import (
    Asking,
    Declaration,
    Detector,
    Family,
    Movement,
    Outcome,
    by_flat,
    consent,
)
from rules.first import inactivity as old_inactivity
from rules.first import morning as old_morning
from rules.first import not_seen as old_not_seen
from rules.first.inactivity import InactivityLimits
from rules.first.morning import MorningLimits
from rules.first.not_seen import NotSeenLimits, Waiting
from rules.first.response import STILLNESS, Page
from rules.model.consent import Purpose
from rules.model.identity import Seconds
from rules.situation.occurrences import (
    CameInUnseen,
    Faded,
    HourSet,
    HubWasOff,
    PrivateTimeEnded,
    Restarted,
    Seen,
    WatchStopped,
)
from rules.model.quantities import NEVER
from rules.model.verdict import Verdict, VerdictKind
from rules.situation.presence import Whereabouts
from rules.situation.situation import Situation

_NOTHING: Final = ()


def _said(_verdict: Verdict, now: Situation) -> bool:
    """This unbroken stillness was concluded already, under whichever name."""
    last = now.signs.last
    return last is not None and any(
        incident.kind in STILLNESS and incident.verdict.at >= last.at
        for incident in now.open.values()
    )


def _declared(kind: VerdictKind, times: object, standard: str | None = None) -> Declaration:
    return Declaration(
        kind=kind,
        need=consent(Purpose.INACTIVITY),
        page=Page.NO_ANSWER,
        times=times,  # type: ignore[arg-type]
        place=by_flat,
        family=Family.STILLNESS,
        known=_said,
        answerable=True,
        overtaken_by=Movement.ANY,
        withdrawn_by_movement=True,
        standard=standard,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Still:
    """When stillness is looked at next; early on purpose, so that a sign of life costs nothing."""

    look_at: Seconds = NEVER


class Inactivity(Detector[Still, InactivityLimits]):
    name = "inactivity"
    limits = InactivityLimits
    memory = Still
    formerly = ("INACTIVITY",)
    declares = (
        _declared(
            VerdictKind.INACTIVITY,
            lambda limits: Asking(
                asks=(limits.ask_s, limits.ask_s), urgent_after_s=limits.urgent_after_s
            ),
            "absence_violation",
        ),
    )

    def due(self, memory: Still, limits: InactivityLimits) -> Seconds:
        return memory.look_at

    def on_seen(
        self, memory: Still, event: Seen | Faded, now: Situation, limits: InactivityLimits
    ) -> Outcome[Still]:
        if memory.look_at < NEVER:
            return memory, _NOTHING
        look_at = event.sign.at + min(limits.limit_s, limits.night_limit_s)
        return Still(look_at=look_at), _NOTHING

    def on_watch_again(
        self, memory: Still, event: PrivateTimeEnded, now: Situation, limits: InactivityLimits
    ) -> Outcome[Still]:
        if now.signs.last is None:
            return memory, _NOTHING
        return Still(look_at=now.signs.still_since + limits.limit_s), _NOTHING

    def on_hub_was_off(
        self, memory: Still, event: HubWasOff, now: Situation, limits: InactivityLimits
    ) -> Outcome[Still]:
        if memory.look_at == NEVER:
            return memory, _NOTHING
        return Still(look_at=memory.look_at + event.gap_s), _NOTHING

    def on_stopped(
        self, memory: Still, event: WatchStopped, now: Situation, limits: InactivityLimits
    ) -> Outcome[Still]:
        return Still(), _NOTHING

    def judge(self, memory: Still, now: Situation, limits: InactivityLimits) -> Outcome[Still]:
        if now.signs.last is None or now.pause is not None:
            return Still(), _NOTHING
        if now.presence.state is not Whereabouts.HOME:
            return Still(), _NOTHING
        up_by_s = now.limits.no_first_movement.latest_s
        due = old_inactivity.deadline(now, limits, up_by_s)  # type: ignore[arg-type]
        if due > now.at:
            return Still(look_at=due), _NOTHING
        return Still(), (old_inactivity.judge(now, limits),)  # type: ignore[arg-type]


class NotSeen(Detector[Waiting | None, NotSeenLimits]):
    name = "not_seen"
    limits = NotSeenLimits
    memory = Waiting | None
    formerly = ("NOT_SEEN",)
    declares = (_declared(VerdictKind.NOT_SEEN, lambda limits: Asking(asks=(limits.ask_s,))),)

    def begin(self) -> Waiting | None:
        return None

    def due(self, memory: Waiting | None, limits: NotSeenLimits) -> Seconds:
        return old_not_seen.due(memory, limits)

    def on_seen(
        self, memory: Waiting | None, event: Seen, now: Situation, limits: NotSeenLimits
    ) -> Outcome[Waiting | None]:
        return None, _NOTHING

    def on_restarted(
        self, memory: Waiting | None, event: Restarted, now: Situation, limits: NotSeenLimits
    ) -> Outcome[Waiting | None]:
        waiting = old_not_seen.begin(now, row=now.seq, gap_s=event.gap_s, limits=limits)  # type: ignore[arg-type]
        return (memory if waiting is None or now.pause is not None else waiting), _NOTHING

    def on_private_time_ended(
        self, memory: Waiting | None, event: PrivateTimeEnded, now: Situation, limits: NotSeenLimits
    ) -> Outcome[Waiting | None]:
        """Private time that ran out by day: a sign of life is waited for."""
        if not event.by_itself or now.is_night(now.at):
            return memory, _NOTHING
        gap_s = now.at - event.pause.since
        waiting = old_not_seen.begin(
            now,
            row=event.pause.row,
            gap_s=gap_s,
            limits=limits,
            private=True,  # type: ignore[arg-type]
        )
        return waiting, _NOTHING

    def on_came_in_unseen(
        self, memory: Waiting | None, event: CameInUnseen, now: Situation, limits: NotSeenLimits
    ) -> Outcome[Waiting | None]:
        """Whoever came in and fell since would not be missed by anything else."""
        if memory is not None:
            return memory, _NOTHING
        return old_not_seen.begin(now, row=now.seq, gap_s=None, limits=limits), _NOTHING  # type: ignore[arg-type]

    def on_hub_was_off(
        self, memory: Waiting | None, event: HubWasOff, now: Situation, limits: NotSeenLimits
    ) -> Outcome[Waiting | None]:
        if memory is None:
            return memory, _NOTHING
        return replace(memory, booted=memory.booted + event.gap_s), _NOTHING

    def on_stopped(
        self, memory: Waiting | None, event: WatchStopped, now: Situation, limits: NotSeenLimits
    ) -> Outcome[Waiting | None]:
        return None, _NOTHING

    def judge(
        self, memory: Waiting | None, now: Situation, limits: NotSeenLimits
    ) -> Outcome[Waiting | None]:
        if memory is None or now.pause is not None:
            return None, _NOTHING
        verdict = old_not_seen.judge(memory, now, limits)  # type: ignore[arg-type]
        return None, () if verdict is None else (verdict,)


class NoFirstMovement(Detector[Still, MorningLimits]):
    name = "no_first_movement"
    limits = MorningLimits
    memory = Still
    formerly = ("MORNING",)
    declares = (
        _declared(
            VerdictKind.NO_FIRST_MOVEMENT,
            lambda limits: Asking(asks=(limits.ask_s,)),
            "expected_use_start_violation",
        ),
    )

    def due(self, memory: Still, limits: MorningLimits) -> Seconds:
        return memory.look_at

    def on_hour(
        self, memory: Still, event: HourSet, now: Situation, limits: MorningLimits
    ) -> Outcome[Still]:
        return self._next(now, limits), _NOTHING

    def on_hub_was_off(
        self, memory: Still, event: HubWasOff, now: Situation, limits: MorningLimits
    ) -> Outcome[Still]:
        """A morning that fell into the gap: `not_seen` waits for her, on its own deadline."""
        if event.long and memory.look_at <= now.at:
            return self._next(now, limits), _NOTHING
        return memory, _NOTHING

    def judge(self, memory: Still, now: Situation, limits: MorningLimits) -> Outcome[Still]:
        memory = self._next(now, limits)
        if now.pause is not None:
            return memory, _NOTHING
        verdict = old_morning.judge(now, limits)  # type: ignore[arg-type]
        return memory, () if verdict is None else (verdict,)

    def _next(self, now: Situation, limits: MorningLimits) -> Still:
        return Still(look_at=now.wall.next_local(now.apartment, now.at, limits.latest_s))
