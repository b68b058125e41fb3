# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What occurred is told to the detectors, then to the incidents; a call for help never rests."""

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


class _Moment(NamedTuple):
    """The state between two listeners."""

    now: Situation
    memories: tuple[Any, ...]
    changed: tuple[int, ...]
    incidents: Incidents
    effects: Effects

    def with_incidents(self, incidents: Incidents, effects: Effects) -> "_Moment":
        if incidents is self.incidents and not effects:
            return self
        now = self.now
        if incidents is not self.incidents:
            now = now._replace(open=incidents.open)
        return self._replace(now=now, incidents=incidents, effects=(*self.effects, *effects))


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
    moment = _Moment(now, state.memories, (), state.incidents, effects)
    fault: Exception | None = None
    broken: tuple[HandlerBroke, ...] = ()
    for occurrence in occurred:
        kind = type(occurrence)
        for number, handler, limits in roster.hears.get(kind, ()):
            if state.deferred and _is_deferred(roster, state.deferred, number, now.at):
                continue
            memory = moment.memories[number]
            try:
                new, concluded = handler(memory, occurrence, moment.now, limits)
                if concluded or new is not memory:
                    moment = _after(roster, moment, number, new, concluded)
            except Exception as error:
                name = f"{roster.names[number]}{HANDLER}"
                if not roster.table[number].never_rests:
                    raise DeadlineBroke(name) from error
                moment, fault = _called_plainly(roster, moment, number, occurrence), error
                broken = (*broken, HandlerBroke(name))
        heard = HEARS.get(kind)
        if heard is not None:
            owners = partial(roster.owner, moment.memories)
            moment = moment.with_incidents(*heard(moment.incidents, occurrence, owners, moment.now))
    now, memories, changed, incidents, effects = moment
    state = rescheduled(roster, state, now, memories, changed, incidents)
    if not broken:
        return Told(state, effects)
    return tell(roster, state, now, broken, effects)._replace(fault=fault)


def _is_deferred(roster: Roster, deferred: dict[str, Seconds], number: int, at: Seconds) -> bool:
    name = f"{roster.names[number]}{HANDLER}"
    return deferred.get(name, 0.0) > at and not roster.table[number].never_rests


def _after(
    roster: Roster, moment: _Moment, number: int, memory: Any, concluded: tuple[Conclusion, ...]
) -> _Moment:
    """Return the moment after a handler."""
    if memory is not moment.memories[number]:
        memories = (*moment.memories[:number], memory, *moment.memories[number + 1 :])
        moment = moment._replace(memories=memories, changed=(*moment.changed, number))
    if not concluded:
        return moment
    now, memories, _, incidents, effects = moment
    return moment.with_incidents(
        *take(roster, incidents, now, memories, number, concluded, effects)
    )


def take(
    roster: Roster,
    incidents: Incidents,
    now: Situation,
    memories: tuple[Any, ...],
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
            taken = _named(effects, found)
            incidents, more = conclude(incidents, one, owner, now, taken)
        now = now._replace(open=incidents.open)
        found = (*found, *more)
    return incidents, found


def _named(*effects: Effects) -> frozenset[IncidentId]:
    """Return the names this row gave to incidents already."""
    return frozenset(one.incident for some in effects for one in some if isinstance(one, Concluded))


def _called_plainly(roster: Roster, moment: _Moment, number: int, occurrence: object) -> _Moment:
    """Open the call for help whose handler broke, with no code of its detector; page it at once."""
    now, incidents = moment.now, moment.incidents
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
    taken = _named(moment.effects)
    return moment.with_incidents(*conclude(incidents, verdict, owner, now, taken))
