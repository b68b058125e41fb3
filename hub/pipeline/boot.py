# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The boot: memory rebuilt, the axis taken up, what stopped the last process followed first."""

from typing import Final

from hub.pipeline.commits import Commits
from hub.pipeline.inlet import ENDED, EventInlet
from hub.pipeline.projections import Projections
from hub.pipeline.rule_memory import RuleMemory
from hub.pipeline.snapshots import Snapshots
from hub.runtime.clock import Clock, StoryTime
from hub.storage.backup import expire
from hub.storage.crash_records import CrashRecords
from hub.storage.journal import Journal
from hub.storage.stale_incidents import stale_incidents
from rules.model.events import Booted, IncidentLaidToRest, RowQuarantined
from rules.model.identity import Seconds, Seq

# Numbers left out after a start that no orderly end came before: incidents are named after rows,
# and a row that was lost (group commit, dead disk) must never lend its number to another.
LEFT_OUT: Final = 100_000


class Boot:
    """The start of one hub process.

    Args:
        journal: what is known.
        memory: the rules; their memory is rebuilt.
        inlet: takes the first rows.
        commits: makes them durable.
        snapshots: counts from the start.
        projections: are loaded.
        crash_records: rows and deadlines that stopped an earlier process.
        clock: its axis goes on where the journal ends.
        group_s: what a power cut may have cost, real seconds.
    """

    def __init__(
        self,
        *,
        journal: Journal,
        memory: RuleMemory,
        inlet: EventInlet,
        commits: Commits,
        snapshots: Snapshots,
        projections: Projections,
        crash_records: CrashRecords,
        clock: Clock,
        group_s: Seconds,
    ) -> None:
        self._journal = journal
        self._memory = memory
        self._inlet = inlet
        self._commits = commits
        self._snapshots = snapshots
        self._projections = projections
        self._crash_records = crash_records
        self._clock = clock
        self._group_s = group_s

    def start(self, story: StoryTime | None = None) -> Seconds | None:
        """Rebuild memory, take the axis up and append `Booted`; nothing may be put before.

        Args:
            story: when the showcase leads the clock.

        Returns:
            How long the hub did not run, None when unknown.
        """
        journal, memory = self._journal, self._memory
        tail = journal.tail()
        recovered = memory.recover(journal, self._crash_records)
        orderly = tail.at is None or journal.mark(ENDED) == "1"
        journal.set_mark(ENDED, "0")
        self._snapshots.begin()
        start = self._clock.start(tail.at, tail.utc_s, story)
        self._projections.load()
        left_out = self._projections.fold_again(recovered.unfolded)
        self._commits.commit()
        self._follow_again()
        memory.stand_at(tail.seq if orderly else Seq(tail.seq + LEFT_OUT), tail.at or 0.0)
        self._inlet.append(
            Booted(
                at=start.at, gap_s=start.gap_s, clock_trusted=start.trusted, lost_s=self._group_s
            )
        )
        self._restored()
        for row, kind in (*recovered.quarantined, *left_out):
            self._inlet.append(RowQuarantined(at=self._clock.axis(), row=row, kind=kind))
        for incident in stale_incidents(journal, memory.incidents()):
            self._inlet.append(IncidentLaidToRest(at=self._clock.axis(), incident=incident))
        return start.gap_s

    def _follow_again(self) -> None:
        rows = self._crash_records.once_more()
        if rows:
            before = self._journal.tail(before=rows[0][0].seq)
            self._memory.stand_at(before.seq, before.at or 0.0)
        self._inlet.follow_again(rows)

    def _restored(self) -> None:
        """Let all consents expire after a copy was put in place."""
        if self._journal.mark("restored") == "1":
            for expired in expire(self._memory.register, at=self._memory.at):
                self._inlet.append(expired)
            self._journal.set_mark("restored", "0")
            self._commits.commit()
