# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Deadlines: fired in order, each at its own time, whenever the next fact happens to come."""

from collections.abc import Mapping
from typing import NamedTuple

from rules.engine.circuit_breaker import DeadlineBroke, deferred_new, matter_of
from rules.engine.dispatch import Told, take, tell
from rules.engine.roster import FORMERLY_INCIDENTS, OWN, Roster
from rules.engine.schedule import due_moved, rescheduled
from rules.engine.state import State
from rules.incidents.expiry import expire
from rules.incidents.owner import Effects
from rules.model.identity import IncidentId, Seconds
from rules.model.incident import Incident
from rules.model.quantities import LATE_S
from rules.situation.follow import deadlines as own
from rules.situation.situation import Situation


class _Row(NamedTuple):
    """The row in which deadlines fire: its time, and the incidents that were open before it."""

    at: Seconds
    known: Mapping[IncidentId, Incident]


def fire(
    roster: Roster,
    state: State,
    until: Seconds,
    known: Mapping[IncidentId, Incident],
    effects: Effects = (),
) -> Told:
    """Fire every deadline at or before `until`, earliest first, each at its own time.

    Args:
        roster: the detectors.
        state: before.
        until: axis time of the row.
        known: incidents that were open before the row.
        effects: what this row led to so far.

    Raises:
        DeadlineBroke: one of them raised; it is to be deferred.
    """
    row, fault = _Row(until, known), None
    before = -1.0
    while state.wake <= until:
        due_at = state.wake
        slot = state.dues.index(due_at)
        # A deadline that was set into the past fires now, never before one that fired already.
        before = max(due_at, before)
        late = until - due_at > LATE_S
        now = state.situation._replace(at=before, late=late)
        try:
            told = _fire(roster, state, slot, now, row, effects)
        except DeadlineBroke:
            raise
        except Exception as error:
            raise DeadlineBroke(roster.slots[slot]) from error
        state, effects, fault = told.state, told.effects, fault or told.fault
    return Told(state, effects, fault)


def _fire(
    roster: Roster, state: State, slot: int, now: Situation, row: _Row, effects: Effects
) -> Told:
    if slot < OWN:
        now, occurred = own.BY_ITSELF[slot](now)
        state = due_moved(roster, state, slot, own.dues(now)[slot])
        return tell(roster, state, now, occurred, effects)
    if slot == len(roster.slots) - 1:
        return _expire(roster, state, now, row, effects)
    return _judge(roster, state, slot - OWN, now, effects)


def _judge(roster: Roster, state: State, number: int, now: Situation, effects: Effects) -> Told:
    """Let a detector judge at its deadline."""
    memory = state.memories[number]
    new, concluded = roster.table[number].judge(memory, now, roster.limits[number])
    assert new != memory, "a deadline must move on"
    memories = (*state.memories[:number], new, *state.memories[number + 1 :])
    incidents, more = take(roster, state.incidents, now, memories, number, concluded, effects)
    now = now._replace(open=incidents.open)
    state = rescheduled(roster, state, now, memories, (number,), incidents)
    return Told(state, (*effects, *more))


def _expire(roster: Roster, state: State, now: Situation, row: _Row, effects: Effects) -> Told:
    """Apply the deadline of every incident that is due."""
    for incident in tuple(state.incidents.open.values()):
        if incident.due <= now.at and state.incidents.open.get(incident.id) is incident:
            now = now._replace(open=state.incidents.open)
            state, more = _expire_one(roster, state, incident, now, row)
            effects = (*effects, *more)
    return Told(state, effects)


def _expire_one(
    roster: Roster, state: State, incident: Incident, now: Situation, row: _Row
) -> tuple[State, Effects]:
    lasting = incident.id in row.known
    if not lasting:
        deferred = deferred_new(state.deferred, incident, row.at)
        if deferred is not None:
            return _with_incident(roster, state, now, incident, *deferred)
    try:
        owner = roster.owner(state.memories, incident.kind, state.incidents.register)
        moved, effects, memory = expire(incident, owner, now)
    except Exception as error:
        if lasting:
            raise DeadlineBroke(FORMERLY_INCIDENTS, incident.id) from error
        raise DeadlineBroke(FORMERLY_INCIDENTS, matter=matter_of(incident)) from error
    if memory is not owner.memory:
        number = roster.number_of(incident.kind)
        memories = (*state.memories[:number], memory, *state.memories[number + 1 :])
        state = rescheduled(roster, state, now, memories, (number,), state.incidents)
    return _with_incident(roster, state, now, incident, moved, effects)


def _with_incident(
    roster: Roster,
    state: State,
    now: Situation,
    before: Incident,
    after: Incident | None,
    effects: Effects,
) -> tuple[State, Effects]:
    incidents = state.incidents.put(before.id, after)
    now = now._replace(open=incidents.open)
    return rescheduled(roster, state, now, state.memories, (), incidents), effects
