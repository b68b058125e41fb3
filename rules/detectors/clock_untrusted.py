# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Clock untrusted: the wall clock is not known; hours of the day are not judged meanwhile."""

from dataclasses import dataclass
from typing import Final, override

from rules.detectors.detector import Detector, Outcome
from rules.detectors.technology import declared
from rules.model.conclusions import Clear
from rules.model.events import Booted, ClockChanged
from rules.model.identity import Seconds, Seq
from rules.model.quantities import NEVER
from rules.model.shared_limits import TechnicalLimits
from rules.model.verdict import Kind, Priority
from rules.situation.situation import Situation

CLOCK_UNTRUSTED: Final = Kind("clock_untrusted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Untrusted:
    """Since when the clock is not trusted, and by which row."""

    since: Seconds
    row: Seq


class ClockUntrusted(Detector[Untrusted | None, TechnicalLimits]):
    """Concludes that the clock was not trusted for `clock_grace_s`."""

    name = "clock_untrusted"
    section = "technical"
    memory = Untrusted | None
    limits = TechnicalLimits
    declares = (declared(CLOCK_UNTRUSTED),)

    @override
    def due(self, memory: Untrusted | None, limits: TechnicalLimits) -> Seconds:
        return NEVER if memory is None else memory.since + limits.clock_grace_s

    def on_clock(
        self,
        memory: Untrusted | None,
        event: Booted | ClockChanged,
        now: Situation,
        limits: TechnicalLimits,
    ) -> Outcome[Untrusted | None]:
        """Wait for a trusted clock, or end it."""
        trusted = event.clock_trusted if isinstance(event, Booted) else event.trusted
        if trusted:
            return None, (Clear(CLOCK_UNTRUSTED, ""),)
        if memory is not None or now.find(CLOCK_UNTRUSTED, "") is not None:
            return memory, ()
        return Untrusted(since=now.at, row=now.seq), ()

    @override
    def judge(
        self, memory: Untrusted | None, now: Situation, limits: TechnicalLimits
    ) -> Outcome[Untrusted | None]:
        assert memory is not None
        verdict = now.verdict(
            CLOCK_UNTRUSTED,
            Priority.INFO,
            evidence=(memory.row,),
            detail={"for_s": now.at - memory.since},
        )
        return None, (verdict,)
