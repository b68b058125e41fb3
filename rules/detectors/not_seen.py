# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Not seen: nothing was seen for a time, somebody was at home, nobody moved since."""

from dataclasses import dataclass, replace
from typing import override

from rules.detectors.detector import Detector, Outcome, kept
from rules.detectors.stillness import NOT_SEEN, declared, is_known
from rules.model.declaration import Asking
from rules.model.identity import Seconds, Seq
from rules.model.quantities import NEVER
from rules.model.shared_limits import NotSeenLimits
from rules.model.verdict import Priority, Verdict
from rules.situation.occurrences import (
    CameInUnseen,
    HubWasOff,
    PrivateTimeEnded,
    Restarted,
    Seen,
    WatchStopped,
)
from rules.situation.situation import Situation


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A gap after which no sign of life came yet.

    Attributes:
        booted: axis time from which it is waited; moved on while the hub is off.
        booted_row: journal row of that.
        gap_s: length of the gap, None when nobody knows.
        private: the gap was private time that ran out.
    """

    booted: Seconds
    booted_row: Seq
    gap_s: Seconds | None
    private: bool = False


def _asked_once(limits: NotSeenLimits) -> Asking:
    return Asking(asks=(limits.ask_s,))


class NotSeen(Detector[Waiting | None, NotSeenLimits]):
    """Concludes that no sign of life came within `after_s` after a gap longer than `gap_s`."""

    name = "not_seen"
    memory = Waiting | None
    limits = NotSeenLimits
    declares = (declared(NOT_SEEN, _asked_once),)
    formerly = ("NOT_SEEN",)

    @override
    def due(self, memory: Waiting | None, limits: NotSeenLimits) -> Seconds:
        return NEVER if memory is None else memory.booted + limits.after_s

    def on_seen(
        self, memory: Waiting | None, event: Seen, now: Situation, limits: NotSeenLimits
    ) -> Outcome[Waiting | None]:
        """Wait no longer: she was seen."""
        return None, ()

    def on_restarted(
        self, memory: Waiting | None, event: Restarted, now: Situation, limits: NotSeenLimits
    ) -> Outcome[Waiting | None]:
        """Wait after a gap of the hub."""
        if now.pause is not None or not _needs_waiting(now, event.gap_s, limits):
            return memory, ()
        return Waiting(booted=now.at, booted_row=now.seq, gap_s=event.gap_s), ()

    def on_private_time_ended(
        self, memory: Waiting | None, event: PrivateTimeEnded, now: Situation, limits: NotSeenLimits
    ) -> Outcome[Waiting | None]:
        """Wait after private time that ran out by day: what happened in it nobody saw."""
        if not event.by_itself or now.is_night(now.at):
            return memory, ()
        gap_s = now.at - event.pause.since
        if not _needs_waiting(now, gap_s, limits):
            return None, ()
        row = event.pause.row
        waiting = Waiting(booted=now.at, booted_row=row, gap_s=gap_s, private=True)
        return kept(memory, waiting), ()

    def on_came_in_unseen(
        self, memory: Waiting | None, event: CameInUnseen, now: Situation, limits: NotSeenLimits
    ) -> Outcome[Waiting | None]:
        """Wait for whoever came in: a fall since would be missed by everything else."""
        if memory is not None or not _needs_waiting(now, None, limits):
            return memory, ()
        return Waiting(booted=now.at, booted_row=now.seq, gap_s=None), ()

    def on_hub_was_off(
        self, memory: Waiting | None, event: HubWasOff, now: Situation, limits: NotSeenLimits
    ) -> Outcome[Waiting | None]:
        """Move on by the gap."""
        if memory is None:
            return memory, ()
        return kept(memory, replace(memory, booted=memory.booted + event.gap_s)), ()

    def on_watch_stopped(
        self, memory: Waiting | None, event: WatchStopped, now: Situation, limits: NotSeenLimits
    ) -> Outcome[Waiting | None]:
        """Wait for nothing in private time or in an empty flat."""
        return None, ()

    @override
    def judge(
        self, memory: Waiting | None, now: Situation, limits: NotSeenLimits
    ) -> Outcome[Waiting | None]:
        if memory is None or now.pause is not None or not now.presence.home:
            return None, ()
        return None, (_verdict(memory, now, limits),)

    @override
    def known(self, verdict: Verdict, now: Situation) -> bool:
        return is_known(now)


def _needs_waiting(now: Situation, gap_s: Seconds | None, limits: NotSeenLimits) -> bool:
    long = gap_s is None or gap_s > limits.gap_s
    return long and now.presence.home and now.signs.last is not None


def _verdict(waiting: Waiting, now: Situation, limits: NotSeenLimits) -> Verdict:
    last = now.signs.last
    assert last is not None
    detail: dict[str, str | float] = {"waited_s": limits.after_s}
    if waiting.gap_s is not None:
        detail["gap_s"] = waiting.gap_s
    if waiting.private:
        detail["reason"] = "private"
    seen_utc_s = now.wall.utc_s(last.at)
    if seen_utc_s is not None:
        detail["seen_utc_s"] = seen_utc_s
    return now.verdict(
        NOT_SEEN,
        Priority.SOON,
        evidence=tuple(sorted({*now.signs.evidence, waiting.booted_row})),
        since=last.at,
        room=last.room,
        detail=detail,
    )
