# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a person may do with an incident now, and whether their phone rings for it: pure."""

from typing import Literal

from caregiver_api.escalation.events import Accepted, Arrived, Declined, Event, OnTheWay
from caregiver_api.escalation.state import EscalationState, Phase
from caregiver_api.escalation.state_machine import paged

type CarerAction = Literal["accept", "on-the-way", "arrived", "decline", "close"]


def may(state: EscalationState, person: str) -> tuple[CarerAction, ...]:
    """Return what a person may do, the main thing first."""
    mine = state.owner == person
    match state.phase:
        case Phase.CLOSED:
            return ()
        case Phase.SETTLED | Phase.NOTED | Phase.AWAITING_DIGEST:
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


def rings(state: EscalationState, person: str) -> bool:
    """Say whether nobody has taken it, and the person was paged and has not declined."""
    if state.phase is not Phase.RUNNING or person in state.declined:
        return False
    return person in paged(state)


def changes_nothing(state: EscalationState, event: Event) -> bool:
    """Say whether the event would change nothing: a second tap, a repeated request."""
    match event:
        case Accepted(who=who, minutes=minutes):
            same = state.phase is Phase.ACCEPTED and state.owner == who
            return same and minutes in {None, state.minutes}
        case OnTheWay(who=who, minutes=minutes):
            same = state.phase is Phase.ON_THE_WAY and state.owner == who
            return same and minutes in {None, state.minutes}
        case Arrived(who=who):
            return state.phase is Phase.ARRIVED and state.owner == who
        case Declined(who=who):
            return who in state.declined and state.owner != who
        case _:
            return False
