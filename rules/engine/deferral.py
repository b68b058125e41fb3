# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What broke is deferred in memory: a detector, an incident, the end of private time."""

from rules.engine.circuit_breaker import HANDLER, TRIES, deferred_incident
from rules.engine.dispatch import Told, tell
from rules.engine.roster import Roster
from rules.engine.schedule import whole
from rules.engine.state import State
from rules.model.events import DeadlinePutOff
from rules.situation.follow import deadlines
from rules.situation.follow.unseen import private_time_ended


def defer(roster: Roster, state: State, event: DeadlinePutOff) -> Told:
    """Defer a deadline or handler until `event.until`; nobody is told here."""
    if event.incident is not None:
        return _defer_incident(roster, state, event)
    if event.matter is not None:
        return _defer_names(roster, state, (event.matter,), event)
    names = roster.names_of(event.deadline)
    if names == (deadlines.PRIVATE_TIME,) and event.times >= TRIES:
        return _end_private_time(roster, state, event)
    return _defer_names(roster, state, names, event)


def _defer_incident(roster: Roster, state: State, event: DeadlinePutOff) -> Told:
    assert event.incident is not None
    incident = state.incidents.open.get(event.incident)
    if incident is None:
        # One that is not known is over; all the others have nothing to do with it.
        return Told(state, ())
    moved, effects = deferred_incident(incident, event)
    incidents = state.incidents.put(incident.id, moved)
    now = state.situation._replace(open=incidents.open)
    return Told(whole(roster, now, state.memories, incidents, state.deferred), effects)


def _defer_names(
    roster: Roster, state: State, names: tuple[str, ...], event: DeadlinePutOff
) -> Told:
    deferred = {**state.deferred, **dict.fromkeys(names, event.until)}
    memories = tuple(
        # What its handler missed it cannot know: it begins anew, blind.
        one.begin() if f"{one.name}{HANDLER}" in names else memory
        for one, memory in zip(roster.table, state.memories, strict=True)
    )
    return Told(whole(roster, state.situation, memories, state.incidents, deferred), ())


def _end_private_time(roster: Roster, state: State, event: DeadlinePutOff) -> Told:
    """End private time: that it cannot end in order makes it no longer, nor her unwatched."""
    now = state.situation
    ended = event.at if now.pause is None else max(event.at, now.pause.until)
    now, occurred = private_time_ended(now._replace(at=ended), by_itself=True)
    told = tell(roster, state, now, occurred)
    state = told.state
    now = state.situation._replace(at=event.at)
    return told._replace(state=whole(roster, now, state.memories, state.incidents, state.deferred))
