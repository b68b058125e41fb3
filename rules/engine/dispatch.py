# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What occurred is told to the detectors, then to the incidents; a call for help never rests."""

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

from rules.detectors.table import UndeclaredKind
from rules.engine.circuit_breaker import HANDLER, DeadlineBroke
from rules.engine.roster import Roster
from rules.engine.schedule import rescheduled
from rules.engine.state import State
from rules.incidents.incidents import Heard, Incidents
from rules.incidents.lifecycle import HEARS
from rules.incidents.opening import clear, conclude
from rules.incidents.owner import Effects
from rules.model.conclusions import Clear, Conclusion
from rules.model.effects import Concluded, Switch
from rules.model.identity import IncidentId, Seconds
from rules.model.verdict import Priority, Verdict
from rules.situation.occurrences import HandlerBroke
from rules.situation.situation import Situation

_new = tuple.__new__


class Told(NamedTuple):
    """What became of telling.

    Attributes:
        state: afterwards.
        effects: of the whole row so far.
        fault: what broke in the handler of a call for help, which was opened all the same.
    """

    state: State
    effects: Effects
    fault: Exception | None = None

    def then(self, later: "Told") -> "Told":
        """Return a later step of the same row; the first fault is kept."""
        return later if self.fault is None else later._replace(fault=self.fault)


def tell(
    roster: Roster,
    state: State,
    now: Situation,
    occurred: tuple[object, ...],
    effects: Effects = (),
) -> Told:
    """Tell everybody what occurred, in order: detectors in the order of the table, then incidents.

    Args:
        roster: the detectors.
        state: before it.
        now: the situation after it.
        occurred: events and changes of the situation.
        effects: what this row led to so far.

    Raises:
        DeadlineBroke: a handler raised; it is to be deferred.
    """
    hears, deferred, incidents = roster.hears, state.deferred, state.incidents
    memories, changed = [*state.memories], set[int]()
    broken: tuple[HandlerBroke, ...] = ()
    fault: Exception | None = None
    for occurrence in occurred:
        kind = type(occurrence)
        for number, handler, limits in hears.get(kind, ()):
            if deferred and _is_deferred(roster, deferred, number, now.at):
                continue
            memory = memories[number]
            try:
                new, concluded = handler(memory, occurrence, now, limits)
                if new is not memory:
                    memories[number] = new
                    changed.add(number)
                if not concluded:
                    continue
                heard = take(roster, incidents, now, memories, number, concluded, effects)
            except Exception as error:
                name = f"{roster.names[number]}{HANDLER}"
                if not roster.table[number].never_rests:
                    raise DeadlineBroke(name) from error
                heard = _called_plainly(roster, incidents, now, number, occurrence, effects)
                broken, fault = (*broken, HandlerBroke(name)), error
            incidents, effects = heard[0], (*effects, *heard[1])
            now = now.with_open(incidents.open)
        listener = HEARS.get(kind)
        if listener is not None:
            owners = partial(roster.owner, memories)
            after, more = listener(incidents, occurrence, owners, now)
            if after is not incidents:
                incidents, now = after, now.with_open(after.open)
            if more:
                effects = (*effects, *more)
    kept = tuple(memories) if changed else state.memories
    state = rescheduled(roster, state, now, kept, changed, incidents)
    if not broken:
        told: Told = _new(Told, (state, effects, None))
        return told
    return tell(roster, state, now, broken, effects)._replace(fault=fault)


def _is_deferred(roster: Roster, deferred: dict[str, Seconds], number: int, at: Seconds) -> bool:
    name = f"{roster.names[number]}{HANDLER}"
    return deferred.get(name, 0.0) > at and not roster.table[number].never_rests


def take(
    roster: Roster,
    incidents: Incidents,
    now: Situation,
    memories: Sequence[Any],
    number: int,
    concluded: tuple[Conclusion, ...],
    effects: Effects,
) -> Heard:
    """Hand what a detector concluded to the incidents.

    Args:
        roster: the detectors.
        incidents: open ones.
        now: the situation.
        memories: of the detectors, this one's included.
        number: the detector that concluded.
        concluded: its conclusions, in order.
        effects: what this row led to so far.

    Raises:
        UndeclaredKind: it may not conclude this kind.
    """
    found: Effects = ()
    for one in concluded:
        if isinstance(one, Switch):
            found = (*found, one)
            continue
        if one.kind not in roster.may_conclude[number]:
            raise UndeclaredKind(roster.names[number], one.kind)
        owner = roster.owner(memories, one.kind, incidents.register)
        if isinstance(one, Clear):
            incidents, more = clear(incidents, one, owner, now)
        else:
            taken = _named(effects, found) if effects or found else frozenset[IncidentId]()
            incidents, more = conclude(incidents, one, owner, now, taken)
        now = now.with_open(incidents.open)
        found = (*found, *more)
    return incidents, found


def _named(*effects: Effects) -> frozenset[IncidentId]:
    """Return the names this row gave to incidents already."""
    return frozenset(one.incident for some in effects for one in some if isinstance(one, Concluded))


def _called_plainly(
    roster: Roster,
    incidents: Incidents,
    now: Situation,
    number: int,
    occurrence: object,
    effects: Effects,
) -> Heard:
    """Open the call for help whose handler broke, with no code of its detector; page it at once."""
    owner = roster.plain_owner(number, incidents.register)
    device = now.device(getattr(occurrence, "device", None))
    verdict = Verdict(
        kind=owner.declared.kind,
        priority=Priority.URGENT,
        at=now.at,
        room=None if device is None else device.room,
        device=getattr(occurrence, "device", None),
        evidence=(now.seq,),
    )
    return conclude(incidents, verdict, owner, now, _named(effects))
