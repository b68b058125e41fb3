# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The engine: one fact in, a new state and its effects out. It knows no detector by name."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final, NamedTuple

from rules.detectors.detector import Detector
from rules.detectors.registry import TABLE
from rules.detectors.table import UndeclaredKind, concluded_by, heard_by, owners, waits
from rules.engine.state import BELIEF, BOOK, State, dump, parse, read
from rules.first.help_call import Presses
from rules.first.resting import REVISIONS_LEFT_OUT, TRIES, DeadlineBroke, matter_of
from rules.first.state import StateError
from rules.incidents import lifecycle
from rules.incidents.lifecycle import HEARS, Incidents, Owner
from rules.model.conclusions import Clear
from rules.model.consent import Basis, Register
from rules.model.declaration import Asking, Declaration
from rules.model.effects import (
    AskEnded,
    AskOutcome,
    Concluded,
    Effect,
    IncidentClosed,
    IncidentPhase,
    Switch,
)
from rules.model.events import Booted, CloseReason, DeadlinePutOff, Fact
from rules.model.flat import Flat
from rules.model.identity import IncidentId, JournalId, Seconds, Seq
from rules.model.incident import Incident, Wait
from rules.model.quantities import LATE_S, NEVER
from rules.model.verdict import Verdict
from rules.situation import follow
from rules.situation.activity import Signs
from rules.situation.coverage import Coverage
from rules.situation.presence import Presence
from rules.situation.situation import Situation
from rules.situation.wall_clock import Wall

type Effects = tuple[Effect, ...]
_NONE: Effects = ()
_new = tuple.__new__
_OWN: Final = len(follow.BY_ITSELF)
"""Slots of the situation's own deadlines; detectors come next, incidents last."""


class Step(NamedTuple):
    state: State
    effects: Effects
    next_due: Seconds | None


class Engine:
    """The rules of one flat: a table of detectors, looked up once."""

    def __init__(self, flat: Flat, table: tuple[Detector[Any, Any], ...] = TABLE) -> None:
        self.flat = flat
        self.table = table
        self.names = tuple(one.name for one in table)
        self._slots = (*follow.NAMES, *self.names, "incidents")
        self._limits = tuple(flat.limits[one.limits] for one in table)
        self._concluded = tuple(concluded_by(one) for one in table)
        hears: dict[type, list[tuple[int, Callable[..., Any], Any]]] = {}
        for index, one in enumerate(table):
            for kind, handler in heard_by(one).items():
                hears.setdefault(kind, []).append((index, handler, self._limits[index]))
        self._hears = {kind: tuple(listeners) for kind, listeners in hears.items()}
        self._due = tuple(one.due if waits(one) else None for one in table)
        self._owner: Mapping[str, tuple[int, Declaration, Asking]] = {
            kind: (owner.number, owner.declared, owner.declared.times(self._limits[owner.number]))
            for kind, owner in owners(table).items()
        }
        formerly = {old: one.name for one in table for old in one.formerly}
        self._names = {
            **formerly,
            "PAUSE": "private_time",
            "PRESENCE": "presence",
            "STUCK": "stuck",
        }

    # --- begin, write, read

    def begin(self, journal: JournalId) -> State:
        assert self.flat.apartment.rooms, "a flat has rooms"
        now = Situation(
            at=0.0,
            seq=Seq(0),
            late=False,
            apartment=self.flat.apartment,
            limits=self.flat.limits,
            wall=Wall(),
            pause=None,
            presence=Presence(),
            signs=Signs(),
            coverage=Coverage(),
            moving_rows={},
            stuck_look=NEVER,
            presses=Presses(),
            in_bed=frozenset(),
            screen=False,
            booted=False,
            open={},
        )
        memories = tuple(one.begin() for one in self.table)
        return self._whole(now, memories, Incidents(journal), {})

    def dump(self, state: State) -> bytes:
        return dump(state, self.names)

    def load(self, written: bytes) -> State:
        """Read a state; a detector it does not know begins blind, one that is gone is left out."""
        body = parse(written)
        try:
            belief = {key: read(kind, body["situation"][key]) for key, kind in BELIEF.items()}
            book = {key: read(kind, body["incidents"][key]) for key, kind in BOOK.items()}
            memories = tuple(
                read(one.memory, body["memories"][one.name])
                if one.name in body["memories"]
                else one.begin()
                for one in self.table
            )
        except (ValueError, KeyError, TypeError) as error:
            raise StateError(repr(error)) from error
        now = Situation(
            late=False,
            apartment=self.flat.apartment,
            limits=self.flat.limits,
            open=book["open"],
            **belief,
        )
        return self._whole(now, memories, Incidents(**book), body["resting"])

    def _whole(
        self,
        now: Situation,
        memories: tuple[Any, ...],
        incidents: Incidents,
        resting: dict[str, Seconds],
    ) -> State:
        due = min((one.due for one in incidents.open.values()), default=NEVER)
        incidents = incidents._replace(due=due)
        dues = [*follow.dues(now)]
        dues += [self._due_of(index, memory) for index, memory in enumerate(memories)]
        dues.append(due)
        dues = [
            max(one, resting.get(name, one)) if one < NEVER else one
            for one, name in zip(dues, self._slots, strict=True)
        ]
        return State(now, memories, tuple(dues), min(dues), incidents, resting)

    def _due_of(self, index: int, memory: Any) -> Seconds:
        due = self._due[index]
        return NEVER if due is None else due(memory, self._limits[index])

    # --- one fact

    def advance(self, state: State, fact: Fact) -> Step:
        """Work one fact in; deadlines at or before it fire first, each at its own time."""
        event = fact.event
        at = event.at
        before = state.situation
        assert at >= before.at, "journal order broken"
        assert fact.seq > before.seq, "journal numbers broken"
        flat = self.flat
        now = _new(Situation, (at, fact.seq, False, flat.apartment, flat.limits, *before[5:]))
        effects: Effects = _NONE
        kind = type(event)
        offset_s = now.wall.offset_s
        same_hour = (
            fact.utc_s is None
            if offset_s is None
            else fact.utc_s is not None and abs(fact.utc_s - at - offset_s) <= 1.0
        )
        fires = kind is not DeadlinePutOff
        if not same_hour or state.wake <= at or kind is Booted or not fires or before.seq == 0:
            state, now, effects = self._before(state, now, fact)
        now, said = follow.follow(now, event)
        state, more = self._tell(state, now, said)
        if more:
            effects = (*effects, *more) if effects else more
        if fires and state.wake <= at:
            state, more = self._fire(state, at)
            effects = (*effects, *more)
            state = state._replace(situation=state.situation._replace(at=at, late=False))
        wake = state.wake
        return _new(Step, (state, effects, wake if wake < NEVER else None))

    def _before(self, state: State, now: Situation, fact: Fact) -> tuple[State, Situation, Effects]:
        """What comes before the event: a gap, deadlines, the hour, a detector that rests."""
        event, before, effects = fact.event, state.situation, _NONE
        at = event.at
        if before.seq == 0:
            now = now._replace(coverage=replace(now.coverage, began=at))
        state = state._replace(situation=now)
        if type(event) is Booted:
            now, said = follow.hub_was_off(now, event, before.at)
            state, effects = self._tell(state, now, said)
        if type(event) is not DeadlinePutOff and state.wake <= at:
            state, more = self._fire(state, at)
            effects = (*effects, *more)
        now, said = follow.hour(state.situation._replace(at=at, late=False), fact.utc_s)
        state, more = self._tell(state, now, said)
        effects = (*effects, *more)
        if type(event) is DeadlinePutOff:
            state, more = self._put_off(state, event)
            effects = (*effects, *more)
        return state, state.situation, effects

    def _tell(
        self, state: State, now: Situation, said: tuple[object, ...]
    ) -> tuple[State, Effects]:
        """Tell detectors, then the lifecycle, what happened; in order, in the order of the table."""
        before, wake, incidents, resting = state[0], state.wake, state.incidents, state.resting
        memories: Sequence[Any] = state.memories
        dues: Sequence[Seconds] = state.dues
        more: Sequence[Effect]
        effects: list[Effect] = []
        new_memories: list[Any] | None = None
        new_dues: list[Seconds] | None = None
        if (
            now.presence is not before.presence
            or now.pause is not before.pause
            or now.stuck_look != before.stuck_look
        ):
            dues = new_dues = [*follow.dues(now), *dues[_OWN:]]
        index = 0
        for occurrence in said:
            kind = type(occurrence)
            try:
                for index, handler, limits in self._hears.get(kind, ()):
                    if resting and self._rests(resting, index, now.at):
                        continue
                    memory = memories[index]
                    memory_, concluded = handler(memory, occurrence, now, limits)
                    if memory_ is not memory:
                        if new_memories is None:
                            memories = new_memories = list(memories)
                        new_memories[index] = memory_
                        due = self._due_of(index, memory_)
                        if due != dues[index + _OWN]:
                            if new_dues is None:
                                dues = new_dues = list(dues)
                            new_dues[index + _OWN] = due
                    if concluded:
                        incidents, now, more = self._take(
                            index, incidents, now, concluded, memories, effects
                        )
                        effects += more
            except Exception as fault:
                raise DeadlineBroke(f"{self.names[index]}.on") from fault
            heard = HEARS.get(kind)
            if heard is not None:
                owners = partial(self._owned, memories)
                incidents_, more = heard(incidents, occurrence, owners, now)
                if incidents_ is not incidents:
                    incidents = incidents_
                    now = now._replace(open=incidents.open)
                effects += more
        if incidents is not state.incidents:
            if new_dues is None:
                new_dues = list(dues)
            new_dues[-1] = incidents.due
        if new_dues is not None:
            if resting:
                new_dues = self._rested(new_dues, resting)
            dues, wake = tuple(new_dues), min(new_dues)
        if new_memories is not None:
            memories = tuple(new_memories)
        return _new(State, (now, memories, dues, wake, incidents, resting)), tuple(effects)

    def _take(
        self,
        index: int,
        incidents: Incidents,
        now: Situation,
        concluded: tuple[object, ...],
        memories: Any,
        effects: list[Effect],
    ) -> tuple[Incidents, Situation, list[Effect]]:
        """Hand what a detector concluded to the lifecycle."""
        found: list[Effect] = []
        for one in concluded:
            if type(one) is Switch:
                found.append(one)
                continue
            kind = one.kind  # type: ignore[attr-defined]
            if kind not in self._concluded[index]:
                raise UndeclaredKind(self.names[index], kind)
            owner = self._owned(memories, kind, incidents.register)
            if type(one) is Clear:
                incidents_, more = lifecycle.clear(incidents, one, owner, now)
            else:
                assert isinstance(one, Verdict)
                taken = [said.incident for said in (*effects, *found) if type(said) is Concluded]
                incidents_, more = lifecycle.conclude(incidents, one, owner, now, taken)
            if incidents_ is not incidents:
                incidents = incidents_
                now = now._replace(open=incidents.open)
            found += more
        return incidents, now, found

    def _owned(self, memories: Any, kind: str, register: Register) -> Owner:
        index, declared, times = self._owner[kind]
        limits = self._limits[index]
        return Owner(declared, times, self.table[index], memories[index], limits, register)

    # --- deadlines

    def _fire(self, state: State, until: Seconds) -> tuple[State, Effects]:
        """Fire every deadline at or before `until`, earliest first, each at its own time.

        Raises:
            DeadlineBroke: one of them raised.
        """
        effects: Effects = _NONE
        before, known = -1.0, state.incidents.open
        while state.wake <= until:
            due_at = state.wake
            slot = state.dues.index(due_at)
            name = self._slots[slot]
            at = max(due_at, before)
            before = at
            now = state.situation._replace(at=at, late=until - due_at > LATE_S)
            rests_until = state.resting.get(name, 0.0)
            if rests_until > at:
                state = self._moved(state, slot, rests_until)
                continue
            try:
                state, more = self._judge(state, slot, now, known, effects)
            except DeadlineBroke:
                raise
            except Exception as fault:
                raise DeadlineBroke(name) from fault
            effects = (*effects, *more)
        return state, effects

    def _judge(
        self,
        state: State,
        slot: int,
        now: Situation,
        known: Mapping[IncidentId, Incident],
        said: Effects,
    ) -> tuple[State, Effects]:
        if slot < _OWN:
            now, occurred = follow.BY_ITSELF[slot](now)
            state = self._moved(state, slot, follow.dues(now)[slot])
            return self._tell(state, now, occurred)
        if slot == len(self._slots) - 1:
            return self._expire(state, now, known)
        index = slot - _OWN
        limits, memory = self._limits[index], state.memories[index]
        memory_, concluded = self.table[index].judge(memory, now, limits)
        assert memory_ is not memory, "a deadline must move on"
        due = self._due_of(index, memory_)
        memories = (*state.memories[:index], memory_, *state.memories[index + 1 :])
        incidents, now, effects = self._take(
            index, state.incidents, now, concluded, memories, list(said)
        )
        state = self._moved(state, slot, due)
        if incidents is not state.incidents:
            state = self._moved(state, len(self._slots) - 1, incidents.due)
        return (
            _new(State, (now, memories, state.dues, state.wake, incidents, state.resting)),
            tuple(effects),
        )

    def _expire(
        self, state: State, now: Situation, known: Mapping[IncidentId, Incident]
    ) -> tuple[State, Effects]:
        effects: Effects = _NONE
        memories, incidents = state.memories, state.incidents
        for incident in tuple(incidents.open.values()):
            if incident.due > now.at or incidents.open.get(incident.id) is not incident:
                continue
            lasting = incident.id in known
            if not lasting:
                rests = self._new_rests(state.resting, incident, now)
                if rests is not None:
                    incidents = incidents.put(incident.id, rests[0])
                    effects = (*effects, *rests[1])
                    continue
            index, _, _ = self._owner[incident.kind]
            try:
                owner = self._owned(memories, incident.kind, incidents.register)
                moved, more, memory = lifecycle.expire(incident, owner, now)
            except Exception as fault:
                name = incident.id if lasting else None
                matter = None if lasting else matter_of(incident)
                raise DeadlineBroke("INCIDENTS", name, matter=matter) from fault
            incidents = incidents.put(incident.id, moved)
            now = now._replace(open=incidents.open)
            effects = (*effects, *more)
            if memory is not memories[index]:
                memories = (*memories[:index], memory, *memories[index + 1 :])
                state = self._moved(state, index + _OWN, self._due_of(index, memory))
        state = self._moved(state, len(self._slots) - 1, incidents.due)
        now = now._replace(open=incidents.open)
        return _new(
            State, (now, memories, state.dues, state.wake, incidents, state.resting)
        ), effects

    def _moved(self, state: State, slot: int, due: Seconds) -> State:
        if due < NEVER and state.resting:
            due = max(due, state.resting.get(self._slots[slot], due))
        dues = (*state.dues[:slot], due, *state.dues[slot + 1 :])
        return _new(
            State,
            (state.situation, state.memories, dues, min(dues), state.incidents, state.resting),
        )

    # --- circuit breaker

    def _rests(self, resting: dict[str, Seconds], index: int, at: Seconds) -> bool:
        return resting.get(f"{self.names[index]}.on", 0.0) > at

    def _rested(self, dues: list[Seconds], resting: dict[str, Seconds]) -> list[Seconds]:
        return [
            max(due, resting.get(name, due)) if due < NEVER else due
            for due, name in zip(dues, self._slots, strict=True)
        ]

    def put_off(self, state: State, event: DeadlinePutOff) -> State:
        """Let a detector or an incident rest in a memory that is rebuilt; nobody is told."""
        return self._put_off(state, event)[0]

    def _put_off(self, state: State, event: DeadlinePutOff) -> tuple[State, Effects]:
        now, incidents, effects = state.situation, state.incidents, _NONE
        name = self._names.get(event.deadline, event.deadline)
        memories, resting = state.memories, state.resting
        if event.incident is not None:
            incident = incidents.open.get(event.incident)
            if incident is not None:
                moved, effects = _incident_rests(incident, event)
                incidents = incidents.put(incident.id, moved)
                now = now._replace(open=incidents.open)
        elif event.matter is not None:
            resting = {**resting, event.matter: event.until}
        elif name == "private_time" and event.times >= TRIES:
            # That it cannot end in order makes it no longer, nor her unwatched.
            now, said = follow.pause_over(
                now._replace(at=event.at if now.pause is None else max(event.at, now.pause.until)),
                by_itself=True,
            )
            state, effects = self._tell(state._replace(situation=now), now, said)
            return self._whole(
                state.situation._replace(at=event.at), state.memories, state.incidents, resting
            ), effects
        else:
            resting = {**resting, name: event.until}
            if name.endswith(".on"):
                index = self.names.index(name.removesuffix(".on"))
                # What it missed it cannot know: it begins anew, blind.
                blind = self.table[index].begin()
                memories = (*memories[:index], blind, *memories[index + 1 :])
        return self._whole(now, memories, incidents, resting), effects

    def _new_rests(
        self, resting: dict[str, Seconds], incident: Incident, now: Situation
    ) -> tuple[Incident, Effects] | None:
        """An incident that this very row opened is known by its matter."""
        until = resting.get(matter_of(incident), -1.0)
        if until < now.at:
            return None
        if until > now.at:
            return replace(incident, due=until), _NONE
        return _rests_for_good(replace(incident, revision=incident.revision + REVISIONS_LEFT_OUT))


def _incident_rests(incident: Incident, event: DeadlinePutOff) -> tuple[Incident | None, Effects]:
    if event.times < TRIES:
        return replace(incident, due=event.until), _NONE
    if incident.need.basis is Basis.SINGLE_TAP:
        closed = IncidentClosed(incident=incident.id, reason=CloseReason.CLEARED.value)
        return None, (closed,)
    if event.times > TRIES:
        left_out = REVISIONS_LEFT_OUT if event.until <= event.at else 0
        return _rests_for_good(replace(incident, revision=incident.revision + left_out))
    moved, effects = _asked_no_more(incident)
    # Whatever was to follow, a person shall look: paged with the next fact, which comes at once.
    return replace(moved, wait=Wait.PAGE, due=event.at), effects


def _rests_for_good(incident: Incident) -> tuple[Incident, Effects]:
    moved, effects = _asked_no_more(incident)
    return replace(moved, wait=Wait.NOTHING, due=NEVER), effects


def _asked_no_more(incident: Incident) -> tuple[Incident, Effects]:
    if incident.phase is not IncidentPhase.ASKED:
        return incident, _NONE
    ended = AskEnded(incident=incident.id, outcome=AskOutcome.TIMED_OUT)
    return replace(incident, phase=IncidentPhase.NOTED), (ended,)
