# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Private time: all but help and hazards rests; at most 8 h, ends by itself."""

from dataclasses import dataclass

from rules.model.identity import Seconds, Seq
from rules.model.quantities import HOUR_S


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseLimits:
    """Longest private time: a forgotten pause must not outlast a night (CONTRACTS, events)."""

    longest_s: Seconds = 8 * HOUR_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A private time that is running; `row` is where she asked for it."""

    since: Seconds
    until: Seconds
    row: Seq


def begin(at: Seconds, until: Seconds, row: Seq, limits: PauseLimits) -> Pause | None:
    """Start private time; None when it would be over at once."""
    until = min(until, at + limits.longest_s)
    return Pause(since=at, until=until, row=row) if until > at else None
