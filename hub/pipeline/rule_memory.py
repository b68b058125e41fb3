# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Rule memory as of the last journal row, and the questions others ask it."""

from collections.abc import Mapping
from dataclasses import replace

from hub.runtime.clock import Clock
from hub.runtime.subscribers import Subscribers
from hub.storage.crash_records import CrashRecords
from hub.storage.journal import Journal
from hub.storage.recovery import Recovered, recover
from rules.engine.engine import Engine
from rules.engine.state import State, Step
from rules.model.consent import Register
from rules.model.events import Event, Fact
from rules.model.identity import IncidentId, RoomId, Seconds, Seq
from rules.model.verdict import Blind
from rules.situation.coverage import RoomCoverage


class RuleMemory:
    """The only caller of the rules; holds their memory and the number of the last row.

    Args:
        rules: the rules.
        clock: gives each row its wall time.

    Attributes:
        seq: number of the last row that was followed.
        at: its time on the axis.
        next_due: when the rules want to be asked again, None for never.
        rearmed: told `next_due` whenever it moved.
    """

    def __init__(self, rules: Engine, clock: Clock) -> None:
        self._rules = rules
        self._clock = clock
        self._memory: State
        self.seq = Seq(0)
        self.at: Seconds = 0.0
        self.next_due: Seconds | None = None
        self.rearmed = Subscribers[Seconds | None]()

    def recover(self, journal: Journal, crash_records: CrashRecords) -> Recovered:
        """Rebuild memory from the journal and take it over."""
        recovered = recover(journal, self._rules, crash_records)
        self._memory = recovered.memory
        return recovered

    def stand_at(self, seq: Seq, at: Seconds) -> None:
        """Let the next row come behind this one."""
        self.seq, self.at = seq, at

    def next_fact(self, event: Event, *, left_out: int = 0) -> Fact:
        """Return an event as the next row; a time before the last row is moved up to it.

        Args:
            event: what happened.
            left_out: how many numbers stay free before it.
        """
        if event.at < self.at:
            event = replace(event, at=self.at)
        utc_s = self._clock.utc_of(event.at)
        return Fact(seq=Seq(self.seq + 1 + left_out), utc_s=utc_s, event=event)

    def follow(self, fact: Fact) -> Step:
        """Let the rules follow one row; return what is to be done.

        Raises:
            DeadlineBroke: a deadline raised, not the fact; nothing was changed.
        """
        step = self._rules.advance(self._memory, fact)
        self._memory = step.state
        self.seq, self.at = fact.seq, fact.event.at
        if step.next_due != self.next_due:
            self.next_due = step.next_due
            self.rearmed.tell(step.next_due)
        return step

    @property
    def register(self) -> Register:
        """What is allowed now."""
        return self._memory.register

    def blind(self) -> tuple[Blind, ...]:
        """Return what cannot be seen now."""
        return self._memory.blind()

    def rooms(self) -> Mapping[RoomId, RoomCoverage]:
        """Return for each room whether a person would be seen there now."""
        return self._memory.rooms()

    def incidents(self) -> tuple[IncidentId, ...]:
        """Return the open incidents, in the order they opened."""
        return tuple(self._memory.open)

    def written(self) -> bytes:
        """Return memory as a snapshot holds it; equal memories give equal bytes."""
        return self._rules.dump(self._memory)
