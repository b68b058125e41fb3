# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Crash recovery: what stops the process is counted, deferred or kept for the next start."""

from collections.abc import Iterable

from hub.pipeline.line import EventLine, Queued
from hub.pipeline.rule_memory import RuleMemory
from hub.storage.crash_records import DEFERRALS_MAX, ROOM, CrashRecords
from hub.storage.journal import Journal
from rules.engine.circuit_breaker import DeadlineBroke
from rules.model.events import DeadlinePutOff, Fact


class CrashRecovery:
    """Counts, defers or keeps a row that the rules cannot follow, and those in line behind it.

    Args:
        journal: counts crashes of rows, keeps rows that nobody followed.
        memory: number and time of the next row.
        crash_records: counts of rows and deadlines.
    """

    def __init__(self, journal: Journal, memory: RuleMemory, crash_records: CrashRecords) -> None:
        self._journal = journal
        self._memory = memory
        self._crash_records = crash_records

    def defer(
        self, fault: Exception, fact: Fact, line: EventLine, *, deferrals: int
    ) -> DeadlinePutOff:
        """Return the event that lets a broken deadline rest, before the row is followed again.

        Args:
            fault: what broke.
            fact: the row that was to be followed; it stands first in line.
            line: the events in line.
            deferrals: deadlines that were deferred for this row already.

        Raises:
            Exception: `fault` itself, when the row is to blame; its crash is counted.
        """
        if not isinstance(fault, DeadlineBroke) or deferrals == DEFERRALS_MAX:
            self._count_crash(line, fault)
            raise fault
        return self._crash_records.defer(fault, at=self._memory.at, now=fact.event.at)

    def keep_line(self, line: EventLine) -> None:
        """Keep what nobody could follow any more; the next start follows it first."""
        if not _follows_again(line):  # what came up on the way comes up again
            facts: list[Fact] = []
            for queued in line:
                facts.append(self._memory.next_fact(queued.event, left_out=ROOM))
                self._memory.stand_at(facts[-1].seq, facts[-1].event.at)
                for key, value in queued.marks:
                    self._journal.set_mark(key, value)
            self._crash_records.keep(facts)

    def _count_crash(self, line: EventLine, fault: Exception) -> None:
        first = line[0]
        if first.row is not None or not _follows_again(line):
            kept = first.row or self._memory.next_fact(first.event, left_out=ROOM)
            self._journal.count_crash(kept.seq, repr(fault))


def _follows_again(line: Iterable[Queued]) -> bool:
    """Say whether the line holds rows that were kept by an earlier crash."""
    return any(queued.row is not None for queued in line)
