# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The rules as the hub sees them: an opaque memory, and what follows from each fact."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from rules.first import engine, state
from rules.first.flat import Flat
from rules.first.resting import RETRY_S, TRIES, DeadlineBroke, rest_s
from rules.first.state import State, StateError
from rules.model.consent import Register
from rules.model.effects import Effect
from rules.model.events import DeadlinePutOff, Fact
from rules.model.identity import IncidentId, JournalId, RoomId, Seconds
from rules.model.verdict import Blind
from rules.situation import coverage
from rules.situation.coverage import RoomCoverage

__all__ = [
    "RETRY_S",
    "TRIES",
    "Conclusion",
    "DeadlineBroke",
    "Memory",
    "Rulebook",
    "Rules",
    "StateError",
    "rest_s",
]

type Memory = object
"""What the rules remember; only a rulebook looks inside."""


@dataclass(frozen=True, slots=True)
class Conclusion:
    """Memory after a fact, what is to be done, and when the rules want to be asked again."""

    memory: Memory
    effects: tuple[Effect, ...]
    next_due: Seconds | None


class Rules(Protocol):
    """Port to the rules; tests use a tiny rulebook of their own."""

    def begin(self, journal: JournalId) -> Memory:
        """Return the memory of a flat that was never seen before."""

    def advance(self, memory: Memory, fact: Fact) -> Conclusion:
        """Follow one fact.

        Raises:
            DeadlineBroke: a deadline raised, not the fact: put it off and try again.
        """

    def put_off(self, memory: Memory, event: DeadlinePutOff) -> Memory:
        """Let a deadline rest while memory is rebuilt; nothing follows from it."""

    def dump(self, memory: Memory) -> bytes:
        """Write memory for a snapshot; bit-equal after `load`."""

    def load(self, written: bytes, journal: JournalId) -> Memory:
        """Read a snapshot of this journal, or of the one it was restored from.

        Raises:
            StateError: written by another version; the journal is replayed instead.
        """

    def register(self, memory: Memory) -> Register:
        """Return what is allowed now."""

    def blind(self, memory: Memory) -> tuple[Blind, ...]:
        """Return what cannot be seen now."""

    def rooms(self, memory: Memory) -> Mapping[RoomId, RoomCoverage]:
        """Return for each room whether a person would be seen there now."""

    def incidents(self, memory: Memory) -> tuple[IncidentId, ...]:
        """Return the open incidents, in the order they opened."""


class Rulebook:
    """The shipped rules for one flat."""

    def __init__(self, flat: Flat) -> None:
        self._flat = flat

    def begin(self, journal: JournalId) -> Memory:
        """Return the memory of a flat that was never seen before."""
        return engine.begin(journal, self._flat)

    def advance(self, memory: Memory, fact: Fact) -> Conclusion:
        """Follow one fact.

        Raises:
            DeadlineBroke: a deadline raised, not the fact: put it off and try again.
        """
        assert isinstance(memory, State)
        step = engine.advance(memory, fact, self._flat)
        return Conclusion(step.state, step.effects, step.next_due)

    def put_off(self, memory: Memory, event: DeadlinePutOff) -> Memory:
        """Let a deadline rest while memory is rebuilt; nothing follows from it."""
        assert isinstance(memory, State)
        return engine.put_off(memory, event, self._flat)

    def dump(self, memory: Memory) -> bytes:
        """Write memory for a snapshot; bit-equal after `load`."""
        assert isinstance(memory, State)
        return state.dump(memory)

    def load(self, written: bytes, journal: JournalId) -> Memory:
        """Read a snapshot of this journal, or of the one it was restored from.

        Raises:
            StateError: written by another version; the journal is replayed instead.
        """
        return replace(state.load(written), journal=journal)

    def register(self, memory: Memory) -> Register:
        """Return what is allowed now."""
        assert isinstance(memory, State)
        return memory.register

    def blind(self, memory: Memory) -> tuple[Blind, ...]:
        """Return what cannot be seen now."""
        assert isinstance(memory, State)
        return coverage.blind(memory, self._flat.apartment)

    def rooms(self, memory: Memory) -> Mapping[RoomId, RoomCoverage]:
        """Return for each room whether a person would be seen there now."""
        assert isinstance(memory, State)
        return coverage.rooms(memory, self._flat.apartment)

    def incidents(self, memory: Memory) -> tuple[IncidentId, ...]:
        """Return the open incidents, in the order they opened."""
        assert isinstance(memory, State)
        return tuple(memory.incidents)
