# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""When the rules want to be woken: due times are derived from memory, never written."""

from collections.abc import Collection
from typing import Any

from rules.engine.roster import OWN, Roster
from rules.engine.state import State
from rules.incidents.incidents import Incidents
from rules.model.identity import JournalId, Seconds
from rules.model.quantities import NEVER
from rules.situation.follow import deadlines
from rules.situation.situation import Situation, before_the_first_fact

_new = tuple.__new__


def begun(roster: Roster, journal: JournalId) -> State:
    """Return the state before the first fact of a journal: blind, nothing consented."""
    now = before_the_first_fact(roster.flat)
    memories = tuple(one.begin() for one in roster.table)
    return whole(roster, now, memories, Incidents(journal), {})


def whole(
    roster: Roster,
    now: Situation,
    memories: tuple[Any, ...],
    incidents: Incidents,
    deferred: dict[str, Seconds],
) -> State:
    """Return a state with every due time made anew."""
    dues = [
        *deadlines.dues(now),
        *(roster.due(number, memory) for number, memory in enumerate(memories)),
        min((one.due for one in incidents.open.values()), default=NEVER),
    ]
    incidents = incidents._replace(due=dues[-1])
    dues = _put_off(roster, dues, deferred)
    return State(now, memories, tuple(dues), min(dues), incidents, deferred)


def rescheduled(
    roster: Roster,
    state: State,
    now: Situation,
    memories: tuple[Any, ...],
    changed: Collection[int],
    incidents: Incidents,
) -> State:
    """Return the state after an occurrence, with the due times it can have changed.

    Args:
        roster: the detectors.
        state: before.
        now: the situation after it.
        memories: of the detectors after it.
        changed: places in the table whose memory is another one.
        incidents: after it.
    """
    before, deferred, dues = state.situation, state.deferred, state.dues
    new = [*dues]
    if (
        now.presence is not before.presence
        or now.pause is not before.pause
        or now.stuck_look != before.stuck_look
    ):
        new[:OWN] = deadlines.dues(now)
    for number in changed:
        new[number + OWN] = roster.due(number, memories[number])
    new[-1] = incidents.due
    if deferred:
        new = _put_off(roster, new, deferred)
    made: State
    if new == [*dues]:
        made = _new(State, (now, memories, dues, state.wake, incidents, deferred))
    else:
        made = _new(State, (now, memories, tuple(new), min(new), incidents, deferred))
    return made


def due_moved(roster: Roster, state: State, slot: int, due: Seconds) -> State:
    """Return the state with one deadline at another time."""
    dues = [*state.dues]
    dues[slot] = due
    dues = _put_off(roster, dues, state.deferred)
    return state._replace(dues=tuple(dues), wake=min(dues))


def _put_off(roster: Roster, dues: list[Seconds], deferred: dict[str, Seconds]) -> list[Seconds]:
    """Return due times none of which is before its deadline may fire again."""
    if not deferred:
        return dues
    return [
        max(due, deferred.get(name, due)) if due < NEVER else due
        for due, name in zip(dues, roster.slots, strict=True)
    ]
