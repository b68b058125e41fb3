# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What carers and the care service say: taken, given back, closed, nobody reached."""

from dataclasses import replace

from rules.incidents.incidents import Heard, Incidents
from rules.incidents.messages import close, revision_of, tell
from rules.incidents.owner import Effects, Owner, Owners
from rules.incidents.paging import urgent_later
from rules.model.effects import AskEnded, AskOutcome, IncidentPhase
from rules.model.events import (
    CarerAnswered,
    CarerClosed,
    CarerStep,
    CloseReason,
    EscalationRunning,
    IncidentLaidToRest,
    NobodyReached,
    SomebodyReached,
)
from rules.model.incident import Incident, Wait
from rules.model.quantities import NEVER
from rules.model.verdict import Priority
from rules.situation.situation import Situation


def carer_answered(
    incidents: Incidents, event: CarerAnswered, owners: Owners, now: Situation
) -> Heard:
    """Follow a carer who took the incident or is on the way: the resident hears it."""
    incident = incidents.open.get(event.incident)
    if incident is None:
        return incidents, ()
    owner = owners(incident.kind, incidents.register)
    if event.step is CarerStep.DECLINED:
        return incidents.put(incident.id, _given_back(incident, owner, now)), ()
    effects: Effects = ()
    if incident.phase is IncidentPhase.ASKED:
        # A carer who comes needs no answer to a lamp.
        effects = (AskEnded(incident=incident.id, outcome=AskOutcome.OVERTAKEN),)
    taken = replace(
        incident,
        accepted=True,
        phase=IncidentPhase.ACCEPTED,
        wait=Wait.NOTHING,
        due=NEVER,
        unreached=False,
    )
    minutes = {} if event.minutes is None else {"minutes": float(event.minutes)}
    told = tell(taken, owner, now, f"carer_{event.step.value}", carer=event.carer, **minutes)
    return incidents.put(incident.id, taken), (*effects, told)


def _given_back(incident: Incident, owner: Owner, now: Situation) -> Incident:
    """Return an incident nobody has any more: it becomes urgent in its time again."""
    if not incident.accepted:
        return incident
    free = replace(incident, accepted=False)
    if incident.phase is not IncidentPhase.ACCEPTED:
        return free
    wait, due = urgent_later(free, owner, now)
    if wait is Wait.NOTHING:
        return replace(free, phase=IncidentPhase.PAGED)
    return replace(free, phase=IncidentPhase.PAGED, wait=wait, due=due)


def carer_closed(incidents: Incidents, event: CarerClosed, owners: Owners, now: Situation) -> Heard:
    """Follow a carer who closed the incident; the service knows already.

    What she called meanwhile the carer has not seen, and the service will call people for it.
    """
    incident = incidents.open.get(event.incident)
    if incident is None:
        return incidents, ()
    owner = owners(incident.kind, incidents.register)
    if event.message is not None and owner.may_leave(incident):
        known = revision_of(incident, event.message)
        if known is not None and incident.called > known:
            return incidents.put(incident.id, _given_back(incident, owner, now)), ()
    told = tell(incident, owner, now, "carer_closed", carer=event.carer, reason=event.reason.value)
    gone, effects = close(incident, owner, now, event.reason, say=False)
    return incidents.put(incident.id, gone), (told, *effects)


def escalation_running(
    incidents: Incidents, event: EscalationRunning, owners: Owners, now: Situation
) -> Heard:
    """Follow that people are being called: the resident hears it."""
    for incident in incidents.open.values():
        if revision_of(incident, event.message) is not None:
            if incident.priority is Priority.INFO:
                return incidents, ()
            owner = owners(incident.kind, incidents.register)
            return incidents, (tell(incident, owner, now, "help_is_called"),)
    return incidents, ()


def nobody_reached(
    incidents: Incidents, event: NobodyReached, owners: Owners, now: Situation
) -> Heard:
    """Follow that nobody is there: she hears it once, and that the calling goes on."""
    incident = incidents.open.get(event.incident)
    if incident is None or incident.accepted or incident.unreached:
        return incidents, ()
    unreached = replace(incident, unreached=True)
    owner = owners(incident.kind, incidents.register)
    return incidents.put(incident.id, unreached), (tell(unreached, owner, now, "nobody_reached"),)


def somebody_reached(
    incidents: Incidents, event: SomebodyReached, owners: Owners, now: Situation
) -> Heard:
    """Follow that a phone rings after all: whose, and whether they come, nobody knows yet."""
    incident = incidents.open.get(event.incident)
    if incident is None or not incident.unreached:
        return incidents, ()
    reached = replace(incident, unreached=False)
    owner = owners(incident.kind, incidents.register)
    return incidents.put(incident.id, reached), (tell(reached, owner, now, "help_is_called"),)


def over_long_ago(
    incidents: Incidents, event: IncidentLaidToRest, owners: Owners, now: Situation
) -> Heard:
    """End an incident that was over long ago: nobody is told anything now."""
    incident = incidents.open.get(event.incident)
    if incident is None:
        return incidents, ()
    owner = owners(incident.kind, incidents.register)
    gone, effects = close(incident, owner, now, CloseReason.CLEARED, say=False)
    return incidents.put(incident.id, gone), effects
