# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Snapshots of rule memory: a restart need not follow the whole journal."""

from typing import Final

from hub.pipeline.rule_memory import RuleMemory
from hub.runtime.clock import Clock
from hub.storage.journal import Journal
from rules.model.events import Tick
from rules.model.identity import Seq

SNAPSHOT_S: Final = 900.0
"""Rule memory is kept at most this seldom while something happens, and soon after each verdict."""


class Snapshots:
    """Buffers rule memory for the next commit.

    Args:
        journal: where it is kept.
        memory: the rules' memory.
        clock: real time between two snapshots.
    """

    def __init__(self, journal: Journal, memory: RuleMemory, clock: Clock) -> None:
        self._journal = journal
        self._memory = memory
        self._clock = clock
        self._kept_real = 0.0
        self._kept_seq = Seq(0)
        self._wanted = False
        self._row_dropped = False
        self._stopped = False

    def begin(self) -> None:
        """Count the time to the next snapshot from now."""
        self._kept_real = self._clock.real()

    def want(self) -> None:
        """Let the next group commit hold a snapshot."""
        self._wanted = True

    def row_followed(self, *, dropped: bool) -> None:
        """Note whether the last row that was followed stands in the journal."""
        self._row_dropped = dropped

    def stop(self) -> None:
        """Keep none any more: the process ends with a fault."""
        self._stopped = True

    def keep_if_due(self) -> None:
        """Buffer one if it is wanted or the last one is old."""
        if self._wanted or self._clock.real() - self._kept_real >= SNAPSHOT_S:
            self.keep()

    def keep(self) -> None:
        """Buffer rule memory as of the last row, if anything happened since the last one."""
        memory = self._memory
        if memory.seq == self._kept_seq or self._stopped:
            return
        if self._row_dropped:
            # No snapshot is ahead of the journal: number and axis go on from its last row.
            self._journal.add(memory.next_fact(Tick(at=memory.at), left_out=-1))
        self._journal.keep_snapshot(memory.seq, memory.written())
        self._kept_real, self._kept_seq = self._clock.real(), memory.seq
        self._wanted = False
