# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The engine: one fact in, a new state and its effects out. It knows no detector by name."""

from rules.detectors.registry import TABLE
from rules.detectors.table import Detectors
from rules.engine import codec
from rules.engine.deadlines import fire
from rules.engine.deferral import defer
from rules.engine.dispatch import Told, tell
from rules.engine.roster import Roster
from rules.engine.schedule import begun
from rules.engine.state import State, Step
from rules.model.events import Booted, DeadlinePutOff, Fact
from rules.model.flat import Flat
from rules.model.identity import JournalId
from rules.situation.follow.before import first, hour, hub_was_off, same_hour
from rules.situation.follow.events import follow
from rules.situation.situation import Situation

_new = tuple.__new__


class Engine:
    """The rules of one flat; holds no memory of its own."""

    def __init__(self, flat: Flat, table: Detectors = TABLE) -> None:
        """Make a table of detectors ready for a flat.

        Args:
            flat: apartment and limits; another flat needs another engine.
            table: detectors in the order of hearing.

        Raises:
            TableError: the table contradicts itself; whoever wrote the detector must change it.
        """
        assert flat.apartment.rooms, "a flat has rooms"
        self.flat = flat
        self.roster = Roster(flat, table)

    def begin(self, journal: JournalId) -> State:
        """Return the state before the first fact of a journal: blind, nothing consented."""
        return begun(self.roster, journal)

    def advance(self, state: State, fact: Fact) -> Step:
        """Work one fact in.

        Args:
            state: memory after the fact before.
            fact: `fact.event.at` must not lie before the state's time, `fact.seq` must be higher
                than its row.

        Returns:
            New state, effects, and when to wake. Deadlines at or before the fact have fired first,
            each at its own time (a verdict's `at` is the deadline), so it does not matter how often
            time is told.

        Raises:
            DeadlineBroke: a deadline or handler raised, the fact itself is not to blame: defer it
                and advance again.
        """
        event, before = fact.event, state.situation
        at, known = event.at, state.incidents.open
        assert at >= before.at, "journal order broken"
        assert fact.seq > before.seq, "journal numbers broken"
        now = before.at_fact(at, fact.seq, self.flat)
        state, effects, broke = Told(state, ())
        # Deferring one fires none: the next broken one must not keep this one from its rest.
        fires = type(event) is not DeadlinePutOff
        if (
            state.wake <= at
            or not fires
            or before.seq == 0
            or type(event) is Booted
            or not same_hour(now, fact.utc_s)
        ):
            state, effects, broke = self._before(state, now, fact)
            now = state.situation
        now, occurred = follow(now, event)
        state, effects, fault = tell(self.roster, state, now, occurred, effects)
        if fires and state.wake <= at:
            # A limit of zero, or a deadline set into the past by a gap.
            state, effects, late = fire(self.roster, state, at, known, effects)
            state = state._replace(situation=state.situation._replace(at=at, late=False))
            fault = fault or late
        step: Step = _new(Step, (state, effects, state.next_due, broke or fault))
        return step

    def _before(self, state: State, now: Situation, fact: Fact) -> Told:
        """Work in what comes before the event: a gap, deadlines, the hour, what is deferred."""
        event, began, known = fact.event, state.situation, state.incidents.open
        roster, at = self.roster, event.at
        if began.seq == 0:
            now = first(now)
        told = Told(state._replace(situation=now), ())
        if isinstance(event, Booted):
            now, occurred = hub_was_off(now, event, began.at)
            told = told.then(tell(roster, told.state, now, occurred))
        if not isinstance(event, DeadlinePutOff) and told.state.wake <= at:
            told = told.then(fire(roster, told.state, at, known, told.effects))
        now = told.state.situation._replace(at=at, late=False)
        now, occurred = hour(now, fact.utc_s)
        told = told.then(tell(roster, told.state, now, occurred, told.effects))
        if isinstance(event, DeadlinePutOff):
            deferred = defer(roster, told.state, event)
            effects = (*told.effects, *deferred.effects)
            told = told.then(deferred._replace(effects=effects))
        return told

    def defer(self, state: State, event: DeadlinePutOff) -> State:
        """Defer a deadline in a memory that is rebuilt; nothing is done and nobody is told."""
        return defer(self.roster, state, event).state

    def dump(self, state: State) -> bytes:
        """Write a state for a snapshot: equal histories give equal bytes."""
        return codec.dump(self.roster, state)

    def load(self, written: bytes, journal: JournalId | None = None) -> State:
        """Read a state back.

        Args:
            written: by this or an earlier release.
            journal: the journal it goes on in, when that is another one (a restored backup).

        Raises:
            StateError: torn, or of a release to come; the journal is replayed instead.
        """
        state = codec.load(self.roster, written)
        if journal is None:
            return state
        return state._replace(incidents=state.incidents._replace(journal=journal))
