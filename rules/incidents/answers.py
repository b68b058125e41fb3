# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the resident answers: "I am fine", private time, taking a call back, sharing a note."""

from dataclasses import replace

from rules.incidents.incidents import TAPS_KEPT, Heard, Incidents
from rules.incidents.messages import close, give, tell
from rules.incidents.owner import Effects, Moved, Owner, Owners
from rules.incidents.paging import page
from rules.model.consent import Basis
from rules.model.declaration import Movement
from rules.model.effects import AskEnded, AskOutcome, IncidentPhase
from rules.model.events import CloseReason, SharedByTap
from rules.model.incident import Incident, IncidentLimits, Wait
from rules.model.quantities import NEVER
from rules.situation.situation import Situation


def answered_fine(incidents: Incidents, _event: object, owners: Owners, now: Situation) -> Heard:
    """Follow "I am fine": what it answers stays open until she moves."""

    def step(incident: Incident) -> Moved | None:
        owner = owners(incident.kind, incidents.register)
        if not owner.declared.answerable or incident.phase is IncidentPhase.ANSWERED:
            return None
        return _answered(incident, owner, now)

    return incidents.each(step)


def _answered(incident: Incident, owner: Owner, now: Situation) -> Moved:
    effects: Effects = ()
    if incident.phase is IncidentPhase.ASKED:
        effects = (AskEnded(incident=incident.id, outcome=AskOutcome.ANSWERED),)
    no_movement = owner.declared.confirmed_by is Movement.NONE
    answered = replace(
        incident,
        phase=IncidentPhase.ANSWERED,
        answered_at=now.at,
        wait=Wait.NOTHING if no_movement else Wait.MOVEMENT,
        due=NEVER if no_movement else now.at + now.limits[IncidentLimits].movement_s,
    )
    if incident.revision > 0 and owner.may_leave(incident):
        answered, more = give(answered, owner, now)
        effects = (*effects, *more)
    if not owner.detector.settled(owner.memory):
        return answered, effects
    gone, more = close(answered, owner, now, CloseReason.RESIDENT_FINE)
    return gone, (*effects, *more)


def paused(incidents: Incidents, event: object, owners: Owners, now: Situation) -> Heard:
    """Follow that she asks for private time: an answer, and the movement it waits for."""
    incidents, effects = answered_fine(incidents, event, owners, now)

    def step(incident: Incident) -> Moved | None:
        owner = owners(incident.kind, incidents.register)
        if incident.phase is not IncidentPhase.ANSWERED:
            return None
        if owner.declared.confirmed_by is Movement.NONE:
            return None
        return close(incident, owner, now, CloseReason.RESIDENT_FINE)

    incidents, more = incidents.each(step)
    return incidents, (*effects, *more)


def taken_back(incidents: Incidents, _event: object, owners: Owners, now: Situation) -> Heard:
    """Follow that she takes her calls for help back by the separate control."""

    def step(incident: Incident) -> Moved | None:
        owner = owners(incident.kind, incidents.register)
        if not owner.detector.ended_by_take_back(incident):
            return None
        told = tell(incident, owner, now, "taken_back")
        gone, effects = close(incident, owner, now, CloseReason.TAKEN_BACK)
        return gone, (told, *effects)

    return incidents.each(step)


def shared(incidents: Incidents, event: SharedByTap, owners: Owners, now: Situation) -> Heard:
    """Follow that she shares a note with her carers: this one, once, and no other."""
    incident = incidents.open.get(event.incident)
    if incident is None or incident.need.basis is not Basis.SINGLE_TAP or incident.revision > 0:
        return incidents, ()
    taps = (*incidents.register.taps, incident.id)[-TAPS_KEPT:]
    incidents = incidents._replace(register=replace(incidents.register, taps=taps))
    told, effects = page(incident, owners(incident.kind, incidents.register), now)
    # It still ends by itself.
    return incidents.put(told.id, replace(told, wait=incident.wait, due=incident.due)), effects
