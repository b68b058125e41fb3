# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is to be done after an event: page people, let them stand down, tell how it went on."""

from dataclasses import dataclass
from typing import Literal

from caregiver_api.escalation.state import EscalationState, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class PageCarers:
    """Ring these people.

    `why`: opened, again, raised, owner, escalated, repeated, expired, remind or bundle (a digest).
    """

    to: tuple[str, ...]
    why: str
    round_no: int
    rung: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StandDown:
    """These need not come any more: silence their phones."""

    to: tuple[str, ...]
    round_no: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Tell everybody (and the flat, where a person acted) what happened."""

    step: Step
    who: str | None = None
    minutes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionRefused:
    """It does not fit any more: `taken` by `who`, `closed`, or called again (`newer`)."""

    why: Literal["taken", "closed", "newer"]
    who: str | None = None


type Action = PageCarers | StandDown | Progress | ActionRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """State after the event, and what is to be done."""

    state: EscalationState
    actions: tuple[Action, ...] = ()
