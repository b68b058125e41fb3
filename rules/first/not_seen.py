# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Not seen after a gap: nothing was seen for a time, somebody was at home, nobody moved since."""

from dataclasses import dataclass

from rules.first.scene import Scene
from rules.model.identity import Seconds, Seq
from rules.model.quantities import MINUTE_S, NEVER
from rules.model.verdict import Priority, Verdict, VerdictKind


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSeenLimits:
    """After which gap, and how long, one waits for a sign of life.

    Source: CONTRACTS, time: a gap above 15 min with somebody at home has its own deadline of 30
    min; then 60 s to answer. A gap of unknown length counts as long. Private time that ran out by
    day is such a gap too: what happened in it nobody saw.
    """

    gap_s: Seconds = 15 * MINUTE_S
    after_s: Seconds = 30 * MINUTE_S
    ask_s: Seconds = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A gap after which no sign of life came yet."""

    booted: Seconds
    booted_row: Seq
    gap_s: Seconds | None
    private: bool = False
    """The gap was private time that ran out."""


def begin(
    scene: Scene,
    *,
    row: Seq,
    gap_s: Seconds | None,
    limits: NotSeenLimits,
    private: bool = False,
) -> Waiting | None:
    """Begin to wait after a gap that ended at `scene.at`; None when it needs no waiting."""
    long = gap_s is None or gap_s > limits.gap_s
    if not long or not scene.presence.home or scene.signs.last is None:
        return None
    return Waiting(booted=scene.at, booted_row=row, gap_s=gap_s, private=private)


def due(waiting: Waiting | None, limits: NotSeenLimits) -> Seconds:
    """Return when the waiting ends."""
    return NEVER if waiting is None else waiting.booted + limits.after_s


def judge(waiting: Waiting, scene: Scene, limits: NotSeenLimits) -> Verdict | None:
    """Judge at `scene.at`, the end of the waiting."""
    last = scene.signs.last
    assert last is not None
    if not scene.presence.home:
        return None
    detail: dict[str, str | float] = {"waited_s": limits.after_s}
    if waiting.gap_s is not None:
        detail["gap_s"] = waiting.gap_s
    if waiting.private:
        detail["reason"] = "private"
    seen_utc_s = scene.wall.utc_s(last.at)
    if seen_utc_s is not None:
        detail["seen_utc_s"] = seen_utc_s
    return scene.verdict(
        VerdictKind.NOT_SEEN,
        Priority.SOON,
        evidence=tuple(sorted({*scene.signs.evidence, waiting.booted_row})),
        since=last.at,
        room=last.room,
        detail=detail,
    )
