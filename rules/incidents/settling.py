# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Movement: it overtakes a question, confirms an "I am fine", withdraws a page of stillness."""

from dataclasses import replace
from typing import assert_never

from rules.incidents.incidents import Heard, Incidents
from rules.incidents.messages import close
from rules.incidents.owner import Moved, Owner, Owners
from rules.model.declaration import Movement
from rules.model.effects import IncidentPhase
from rules.model.events import CloseReason
from rules.model.identity import Seconds
from rules.model.incident import Incident, Wait
from rules.situation.activity import Sign, Strength
from rules.situation.occurrences import Seen
from rules.situation.situation import Situation


def moved(incidents: Incidents, event: Seen, owners: Owners, now: Situation) -> Heard:
    """Follow a sign of life."""
    if not incidents.open or not event.confirms:
        return incidents, ()

    def step(incident: Incident) -> Moved | None:
        return settle(incident, event, owners(incident.kind, incidents.register), now)

    return incidents.each(step)


def settle(incident: Incident, event: Seen, owner: Owner, now: Situation) -> Moved | None:
    """Return an incident after a movement; None when the movement says nothing about it."""
    match incident.phase:
        case IncidentPhase.ANSWERED:
            if _confirms(incident, event.sign, owner, now):
                return close(incident, owner, now, CloseReason.RESIDENT_FINE)
        case _ if _is_question(incident):
            if _overtakes(incident, event, owner, now):
                return close(incident, owner, now, CloseReason.CLEARED)
        case IncidentPhase.PAGED if owner.declared.withdrawn_by_movement:
            return _moved_after_page(incident, event.sign, owner, now)
        case _:
            pass
    return None


def _is_question(incident: Incident) -> bool:
    waits = incident.wait is Wait.CUT or incident.wait is Wait.HOT
    return incident.phase is IncidentPhase.ASKED or incident.withheld or waits


def _confirms(incident: Incident, sign: Sign, owner: Owner, now: Situation) -> bool:
    """Say whether this movement confirms "I am fine"."""
    assert incident.answered_at is not None
    if not owner.declared.answerable or sign.at < incident.answered_at:
        return False
    if now.apartment.pets and sign.strength is not Strength.TOUCH:
        return False
    return _is_where(owner.declared.confirmed_by, incident, sign)


def _overtakes(incident: Incident, event: Seen, owner: Owner, now: Situation) -> bool:
    """Say whether this movement, without an answer, shows that the question is void."""
    which = owner.declared.overtaken_by
    match which:
        case Movement.ELSEWHERE:
            # Only she can be it when nobody else is or came in.
            if event.front_door or _somebody_else(now, since=incident.verdict.at):
                return False
        case Movement.ANY:
            if now.apartment.pets and event.sign.strength is not Strength.TOUCH:
                return False
        case Movement.INDOORS:
            if event.front_door:
                return False
        case _:
            pass
    return _is_where(which, incident, event.sign)


def _somebody_else(now: Situation, *, since: Seconds) -> bool:
    """Say whether somebody else may be what moves: a pet, a visitor, whoever came in since."""
    came_in = (now.presence.door_seen or -1.0) >= since
    return came_in or now.apartment.pets or now.presence.visit_until is not None


def _is_where(which: Movement, incident: Incident, sign: Sign) -> bool:
    match which:
        case Movement.NONE:
            return False
        case Movement.ANY | Movement.INDOORS:
            return True
        case Movement.THERE:
            return sign.room == incident.verdict.room
        case Movement.ELSEWHERE:
            return sign.room != incident.verdict.room
        case _:
            assert_never(which)


def _moved_after_page(incident: Incident, sign: Sign, owner: Owner, now: Situation) -> Moved | None:
    """Withdraw a page when two sensors saw movement and nobody can have come in."""
    assert incident.paged_at is not None
    if _somebody_else(now, since=incident.paged_at):
        return None
    if incident.moved_by is None:
        return replace(incident, moved_by=sign.device), ()
    if incident.moved_by != sign.device:
        return close(incident, owner, now, CloseReason.CLEARED)
    return None
