# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The deadline of an incident: nobody answered, nobody moved, a note is due or over."""

from dataclasses import replace
from typing import Any, NamedTuple, assert_never

from rules.incidents.messages import close, tell
from rules.incidents.owner import Effects, Owner
from rules.incidents.paging import ask_or_page, page, page_if_chosen
from rules.model.declaration import Page
from rules.model.effects import AskEnded, AskOutcome, IncidentPhase
from rules.model.events import CloseReason
from rules.model.incident import Incident, IncidentLimits, Wait
from rules.model.verdict import Priority
from rules.situation.situation import Situation


class Expired(NamedTuple):
    """An incident after its deadline.

    Attributes:
        incident: as it is now; None when it is over.
        effects: what is to be done.
        memory: of its owner, which changes when a remedy was applied.
    """

    incident: Incident | None
    effects: Effects
    memory: Any


def expire(incident: Incident, owner: Owner, now: Situation) -> Expired:
    """Apply the deadline of an incident at `now.at`."""
    memory = owner.memory
    match incident.wait:
        case Wait.ANSWER:
            unanswered = _unanswered(replace(incident, phase=IncidentPhase.NOTED), owner, now)
            ended = AskEnded(incident=incident.id, outcome=AskOutcome.TIMED_OUT)
            return unanswered._replace(effects=(ended, *unanswered.effects))
        case Wait.CUT:
            return _unanswered(incident, owner, now)
        case Wait.MOVEMENT:
            return Expired(*_not_moved(incident, owner, now), memory)
        case Wait.PAGE if owner.declared.page is Page.IF_CHOSEN:
            return Expired(*page_if_chosen(incident, owner, now), memory)
        case Wait.PAGE:
            return _note_due(incident, owner, now)
        case Wait.URGENT:
            return Expired(*page(replace(incident, priority=Priority.URGENT), owner, now), memory)
        case Wait.HOT if owner.detector.holds(memory, incident, now, owner.limits):
            return Expired(*page(incident, owner, now), memory)
        case Wait.HOT | Wait.END:
            return Expired(*close(incident, owner, now, CloseReason.CLEARED), memory)
        case Wait.NOTHING:
            raise AssertionError("an incident that waits for nothing has no deadline")
        case _:
            assert_never(incident.wait)


def _unanswered(incident: Incident, owner: Owner, now: Situation) -> Expired:
    """Help locally if that is possible, ask again if it is declared, or page."""
    remedy = owner.detector.remedy(owner.memory, incident, now, owner.limits)
    if remedy is not None:
        told = tell(incident, owner, now, remedy.told)
        waits = replace(incident, wait=Wait.HOT, due=now.at + remedy.check_s)
        return Expired(waits, (*remedy.commands, told), remedy.memory)
    asks = owner.times.asks
    if not incident.asked_again and incident.asked < len(asks):
        return Expired(*ask_or_page(incident, owner, now, asks[incident.asked]), owner.memory)
    return Expired(*page(incident, owner, now), owner.memory)


def _not_moved(incident: Incident, owner: Owner, now: Situation) -> tuple[Incident, Effects]:
    """Ask once more after an "I am fine" without movement, then page."""
    if incident.asked_again:
        return page(incident, owner, now)
    again_s = now.limits[IncidentLimits].again_ask_s
    return ask_or_page(replace(incident, asked_again=True), owner, now, again_s)


def _note_due(incident: Incident, owner: Owner, now: Situation) -> Expired:
    paged, effects = page(incident, owner, now)
    if not owner.detector.over_when_told(incident):
        return Expired(paged, effects, owner.memory)
    # It is over already: said once, the next one is a matter of its own.
    gone, last = close(paged, owner, now, CloseReason.CLEARED, say=False)
    return Expired(gone, (*effects, *last), owner.memory)
