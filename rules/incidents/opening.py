# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a detector concluded: an incident opens, is counted up, or is over."""

from collections.abc import Collection
from dataclasses import replace

from rules.incidents.incidents import Heard, Incidents
from rules.incidents.messages import close, tell
from rules.incidents.owner import Effects, Owner
from rules.incidents.paging import page, pages, start
from rules.model.conclusions import Clear
from rules.model.consent import Basis
from rules.model.declaration import Page, Stays
from rules.model.effects import Concluded, IncidentPhase
from rules.model.events import CloseReason
from rules.model.identity import IncidentId, incident_id
from rules.model.incident import Incident
from rules.model.verdict import Verdict
from rules.situation.situation import Situation


def conclude(
    incidents: Incidents,
    verdict: Verdict,
    owner: Owner,
    now: Situation,
    taken: Collection[IncidentId] = (),
) -> Heard:
    """Open an incident for a verdict, or count up the open one it belongs to.

    Args:
        incidents: open ones.
        verdict: what is concluded.
        owner: of its kind.
        now: the situation.
        taken: names this row gave already.
    """
    if verdict.kind in now.limits.off or owner.detector.known(verdict, now):
        return incidents, ()
    place = owner.declared.place(verdict)
    found = now.find(verdict.kind, place)
    effects: Effects = ()
    if found is not None and verdict.at - found.verdict.at > owner.detector.card_s(owner.limits):
        incidents, effects = _left_behind(incidents, found, owner, now)
        found = None
    if found is not None:
        counted, more = again(found, verdict, owner, now)
        return incidents.put(found.id, counted), more
    name = _new_id(incidents, verdict, place, now, taken)
    new, more = opened(name, place, verdict, owner, now)
    return incidents.put(name, new), (*effects, *more)


def opened(
    name: IncidentId, place: str, verdict: Verdict, owner: Owner, now: Situation
) -> tuple[Incident, Effects]:
    """Open an incident and begin with what its kind declares."""
    need = owner.declared.need
    incident = Incident(
        id=name,
        kind=verdict.kind,
        place=place,
        verdict=verdict,
        opened_at=verdict.at,
        # What is hers alone leaves by a tap on this very note, and no other.
        need=replace(need, incident=name) if need.basis is Basis.SINGLE_TAP else need,
        priority=verdict.priority,
        late=verdict.late,
        test=owner.detector.is_test(verdict),
    )
    effects: Effects = (Concluded(incident=name, verdict=verdict),)
    if owner.declared.told:
        effects = (*effects, tell(incident, owner, now, verdict.kind))
    incident, more = start(incident, owner, now)
    return incident, (*effects, *more)


def again(
    incident: Incident, verdict: Verdict, owner: Owner, now: Situation
) -> tuple[Incident, Effects]:
    """Count an open incident up."""
    incident = replace(
        incident,
        verdict=verdict,
        count=incident.count + 1,
        late=verdict.late,
        moved_by=None,
        over=False,
    )
    said: Effects = (Concluded(incident=incident.id, verdict=verdict),)
    match pages(incident, owner):
        case Page.AT_ONCE:
            incident, more = page(incident, owner, now)
        case Page.NO_ANSWER if incident.phase is not IncidentPhase.ASKED:
            incident, more = start(replace(incident, asked=0, asked_again=False), owner, now)
        case _:
            more = ()
    return incident, (*said, *more)


def clear(incidents: Incidents, matter: Clear, owner: Owner, now: Situation) -> Heard:
    """End what is right again, or leave it to whoever was called for it."""
    found = now.find(matter.kind, matter.place)
    if found is None:
        return incidents, ()
    if _stays(found, owner.declared.stays):
        return incidents.put(found.id, replace(found, over=True)), ()
    gone, effects = close(found, owner, now, CloseReason.CLEARED)
    return incidents.put(found.id, gone), effects


def _stays(incident: Incident, stays: Stays) -> bool:
    """Say whether somebody still looks after what is right again."""
    match stays:
        case Stays.CALLED:
            return incident.accepted or incident.revision > 0
        case Stays.ACCEPTED:
            return incident.accepted
        case Stays.NEVER:
            return False


def _left_behind(incidents: Incidents, found: Incident, owner: Owner, now: Situation) -> Heard:
    """Keep an old card open beside a new one; where nothing left the flat it is over."""
    if not found.withheld:
        return incidents, ()
    gone, effects = close(found, owner, now, CloseReason.CLEARED)
    return incidents.put(found.id, gone), effects


def _new_id(
    incidents: Incidents,
    verdict: Verdict,
    place: str,
    now: Situation,
    taken: Collection[IncidentId],
) -> IncidentId:
    name = incident_id(incidents.journal, now.seq, verdict.kind, place)
    second = 1
    while name in taken or name in incidents.open:
        # One row (a late wake-up) opened, closed and opened the same matter again.
        second += 1
        name = incident_id(incidents.journal, now.seq, verdict.kind, f"{place}#{second}")
    return name
