# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a person may do with an incident now, and whether their phone rings for it: pure."""

from typing import Literal

from caregiver_api.escalation.policy import Phase, State
from caregiver_api.escalation.state_machine import paged

type Verb = Literal["accept", "on-the-way", "arrived", "decline", "close"]


def may(state: State, person: str) -> tuple[Verb, ...]:
    """Return what a person may do, the main thing first."""
    mine = state.owner == person
    match state.phase:
        case Phase.CLOSED:
            return ()
        case Phase.SETTLED | Phase.NOTED | Phase.BUNDLED:
            return ("close", "accept")
        case Phase.RUNNING if person in state.declined:
            return ("accept", "on-the-way", "arrived", "close")
        case Phase.RUNNING:
            return ("accept", "on-the-way", "decline", "arrived", "close")
        case Phase.ACCEPTED:
            return ("on-the-way", "arrived", "decline", "close") if mine else ("arrived", "close")
        case Phase.ON_THE_WAY:
            return ("arrived", "decline", "close") if mine else ("arrived", "close")
        case Phase.ARRIVED:
            return ("close", "decline") if mine else ("close",)


def rings(state: State, person: str) -> bool:
    """Say whether nobody has taken it, and the person was paged and has not declined."""
    if state.phase is not Phase.RUNNING or person in state.declined:
        return False
    return person in paged(state)
