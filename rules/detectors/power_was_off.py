# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Power was off: the hub was off for longer than a restart takes."""

from typing import Final, override

from rules.detectors.detector import Detector, Outcome
from rules.detectors.technology import declared
from rules.model.incident import Incident
from rules.model.shared_limits import TechnicalLimits
from rules.model.verdict import Kind, Priority
from rules.situation.occurrences import Restarted
from rules.situation.situation import Situation

POWER_WAS_OFF: Final = Kind("power_was_off")


class PowerWasOff(Detector[None, TechnicalLimits]):
    """Concludes a gap of the hub above `power_gap_s`, or of a length nobody knows."""

    name = "power_was_off"
    section = "technical"
    limits = TechnicalLimits
    declares = (declared(POWER_WAS_OFF),)

    def on_restarted(
        self, memory: None, event: Restarted, now: Situation, limits: TechnicalLimits
    ) -> Outcome[None]:
        """Conclude the gap that just ended."""
        gap_s = event.gap_s
        if gap_s is not None and gap_s <= limits.power_gap_s:
            return memory, ()
        detail: dict[str, str | float] = {} if gap_s is None else {"gap_s": gap_s}
        return memory, (
            now.verdict(POWER_WAS_OFF, Priority.INFO, evidence=(now.seq,), detail=detail),
        )

    @override
    def over_when_told(self, incident: Incident) -> bool:
        """Say yes: the power is back already, and the next gap is a matter of its own."""
        return True
