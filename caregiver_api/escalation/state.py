# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""An incident's escalation: where it stands, who was called last, who has it in hand."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from caregiver_api.escalation.policy import EscalationPolicy

type Priority = Literal["urgent", "soon", "info"]
type Step = Literal[
    "paged",
    "escalated",
    "accepted",
    "on_the_way",
    "arrived",
    "declined",
    "expired",
    "closed",
    "settled",
    "nobody_reached",
    "somebody_reached",
]
"""What happened to an incident at the service; `settled` = the flat itself says it is over.

`nobody_reached` = no device took a page of a round; `somebody_reached` = after that one did.
"""


class Phase(StrEnum):
    """Where an incident stands at the service."""

    AWAITING_DIGEST = "bundled"
    """Info: waits for the next digest by day."""
    NOTED = "noted"
    """Info that was told: shown, rings nobody."""
    RUNNING = "running"
    """People are called, nobody has accepted."""
    ACCEPTED = "accepted"
    ON_THE_WAY = "on_the_way"
    ARRIVED = "arrived"
    SETTLED = "settled"
    """The flat says it is over, nobody had accepted: rings nobody, waits for a person to close."""
    CLOSED = "closed"


OWNED: Final = (Phase.ACCEPTED, Phase.ON_THE_WAY, Phase.ARRIVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationState:
    """An incident's escalation; `due_s` and all times on the escalation clock.

    Attributes:
        policy: rungs as they were when the incident came (no roster change breaks a running one).
        rung: rung that was paged last, -1 before the first page.
        round_no: how many rounds of pages went out; names each page.
        due_s: when the clock acts next, None = never.
        pending: why somebody is to be paged at the next step, None = nobody.
        raised_s: when the last page went out.
    """

    policy: EscalationPolicy
    priority: Priority
    phase: Phase
    due_s: float | None
    rung: int = -1
    round_no: int = 0
    pending: Literal["opened", "again", "raised", "owner"] | None = None
    raised_s: float | None = None
    owner: str | None = None
    minutes: int | None = None
    declined: tuple[str, ...] = ()
    test: bool = False

    @property
    def next_due_s(self) -> float | None:
        """Return when the clock must look again; a pending page is due at once (0)."""
        return 0.0 if self.pending is not None else self.due_s

    @property
    def running(self) -> bool:
        """Say whether people are called or have taken over: what the hub's receipt promises."""
        called = self.phase is Phase.RUNNING and self.rung >= 0
        return called or self.phase in OWNED
