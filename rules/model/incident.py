# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""An incident: one matter from the first conclusion to its end."""

from dataclasses import dataclass
from enum import StrEnum

from rules.model.consent import Need
from rules.model.effects import IncidentPhase
from rules.model.identity import DeviceId, IncidentId, Seconds
from rules.model.quantities import MINUTE_S, NEVER
from rules.model.verdict import Kind, Priority, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentLimits:
    """How long "I am fine" waits for movement before one more question (CONTRACTS)."""

    movement_s: Seconds = 15 * MINUTE_S
    again_ask_s: Seconds = 60.0


class Wait(StrEnum):
    """What an incident waits for."""

    NOTHING = "nothing"
    ANSWER = "answer"
    MOVEMENT = "movement"
    PAGE = "page"
    """A note that is said once a day."""
    URGENT = "urgent"
    """Nobody took a page: it becomes urgent."""
    CUT = "cut"
    """Nobody can be asked: the stove is cut at its time all the same."""
    HOT = "hot"
    """The stove was cut: is it still hot?"""
    END = "end"
    """A note to her alone ends by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One open incident.

    Attributes:
        id: written once, from the row that opened it.
        place: room, device or source it is about, "" for the flat.
        verdict: latest conclusion it carries.
        opened_at: axis time of the first conclusion.
        phase: what the world sees.
        priority: of the next page; rises, never falls.
        count: conclusions or presses on this card.
        revision: revisions that were given to the outbox.
        called: the last of them that called people (others tell how it went on).
        asked: questions of this round so far.
        asked_again: the question after an "I am fine" without movement was asked.
        wait / due: what it waits for, until when.
        moved_by: after a page, the first device that saw movement again.
        unasked: it was paged without asking because no question could be perceived.
        withheld: a page was due and no live basis let it leave.
        over: the detector is quiet again although a carer has the matter in hand.
        unreached: people are called for it, and nobody is reached.
    """

    id: IncidentId
    kind: Kind
    place: str
    verdict: Verdict
    opened_at: Seconds
    need: Need
    priority: Priority
    phase: IncidentPhase = IncidentPhase.NOTED
    count: int = 1
    revision: int = 0
    called: int = 0
    asked: int = 0
    asked_again: bool = False
    accepted: bool = False
    wait: Wait = Wait.NOTHING
    due: Seconds = NEVER
    paged_at: Seconds | None = None
    answered_at: Seconds | None = None
    moved_by: DeviceId | None = None
    unasked: bool = False
    withheld: bool = False
    over: bool = False
    unreached: bool = False
    late: bool = False
    test: bool = False
