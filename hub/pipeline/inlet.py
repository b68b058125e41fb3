# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The inlet: the line of events, one transaction a fact."""

import asyncio
from collections import deque
from collections.abc import Iterable
from typing import Final

from devices.source import Sighting
from hub.pipeline.commits import Commits
from hub.pipeline.crash_recovery import CrashRecovery
from hub.pipeline.device_health import DeviceHealth
from hub.pipeline.effect_executor import EffectExecutor
from hub.pipeline.line import EventLine, Queued
from hub.pipeline.projections import Projections
from hub.pipeline.rule_memory import RuleMemory
from hub.pipeline.snapshots import Snapshots
from hub.pipeline.trace import EventTrace
from hub.storage.disk_space import DiskSpace
from hub.storage.journal import Journal
from rules.engine.state import Step
from rules.model.effects import Concluded
from rules.model.events import Event, Fact, StorageFull

AT_ONCE_MAX: Final = 32  # sightings taken in one go before other tasks get their turn
ENDED: Final = "ended_in_order"
"""Mark: "1" when the last process ended in order."""


class EventInlet:
    """The only writer of journal rows.

    Everything happens in the call of `put` or `append`, in the loop's thread: a press is in the
    outbox when `put` returns. Ordinary events wait in memory for the group commit.

    Args:
        journal: takes the rows.
        memory: the rules.
        effect_executor: what must be durable with a row.
        projections: what panel and API read.
        commits: durability, and who hears of it.
        snapshots: when rule memory is kept.
        crash_recovery: what happens to a row that cannot be followed.
        device_health: who is enrolled and heard.
        disk_space: ordinary rows are dropped while it is full.
        trace: the public events.
        unacknowledged_max: so many sightings waiting for their acknowledgement end the wait early;
            must stay below the broker's own limit of messages in flight, or it stops sending.

    Attributes:
        decoded: sightings taken since start.
    """

    def __init__(
        self,
        *,
        journal: Journal,
        memory: RuleMemory,
        effect_executor: EffectExecutor,
        projections: Projections,
        commits: Commits,
        snapshots: Snapshots,
        crash_recovery: CrashRecovery,
        device_health: DeviceHealth,
        disk_space: DiskSpace,
        trace: EventTrace,
        unacknowledged_max: int,
    ) -> None:
        self._journal = journal
        self._memory = memory
        self._effect_executor = effect_executor
        self._projections = projections
        self._commits = commits
        self._snapshots = snapshots
        self._crash_recovery = crash_recovery
        self._device_health = device_health
        self._disk_space = disk_space
        self._trace = trace
        self._unacknowledged_max = unacknowledged_max
        self._line: EventLine = deque()
        self._busy = False
        self._taken = 0
        self._fault: Exception | None = None
        self._broken: BaseException | None = None
        self._broke = asyncio.Event()
        self.decoded = 0
        commits.disk_full.subscribe(self._disk_full)

    # --- in

    def put(self, sighting: Sighting) -> None:
        """Take one sighting: journal, rules, outbox; durable at once if anything follows."""
        self.decoded += 1
        event = sighting.event
        if not self._device_health.is_enrolled(event):
            return
        for heard in self._device_health.heard(getattr(event, "device", None)):
            self._line.append(Queued(heard))
        self._trace.decoded(event, sighting.frame)
        self._line.append(Queued(event, sighting.frame, sighting.committed))
        self._work()

    async def has_room(self) -> None:
        """Let other tasks run now and then; the inlet itself is never behind."""
        self._taken += 1
        if self._taken >= AT_ONCE_MAX:
            self._taken = 0
            await asyncio.sleep(0)

    def append(self, event: Event, *, marks: tuple[tuple[str, str], ...] = ()) -> None:
        """Append an event of the hub, the resident or the service.

        Args:
            event: what happened; an `at` before the last row is moved up to it.
            marks: named values that become durable in the same transaction.
        """
        self._line.append(Queued(event, marks=marks))
        self._work()

    def follow_again(self, rows: Iterable[tuple[Fact, tuple[str, str]]]) -> None:
        """Follow rows that stopped the process before, under their own number and time.

        Args:
            rows: each with the mark that is set when it was followed.
        """
        for row, mark in rows:
            self._line.append(Queued(row.event, marks=(mark,), row=row))
        self._work()

    @property
    def idle(self) -> bool:
        """Say whether nothing is in line."""
        return not self._line and not self._busy

    # --- the work

    def _work(self) -> None:
        if self._broken is not None:
            raise self._broken
        if self._busy:
            return
        self._busy = True
        try:
            while self._line:
                self._take(self._line.popleft())
            self._end_if_something_broke()
        except BaseException as fault:
            self._broken = fault
            self._broke.set()
            self._snapshots.stop()
            self._crash_recovery.keep_line(self._line)
            self._commits.write()
            raise
        finally:
            self._busy = False

    def _end_if_something_broke(self) -> None:
        if self._fault is not None:
            self._commits.commit()  # it kept nothing from being followed
            raise self._fault

    def _take(self, queued: Queued) -> None:
        fact, step = self._follow(queued)
        effects, ordinary = step.effects, fact.event.ordinary
        at_once = bool(effects) or bool(queued.marks) or not ordinary
        dropped = self._disk_space.full and not at_once
        self._snapshots.row_followed(dropped=dropped)
        if dropped:
            self._disk_space.drop_row()
            if queued.committed is not None:
                queued.committed()
        else:
            if queued.row is None:
                self._journal.add(fact)
            if queued.committed is not None:
                self._commits.acknowledge(queued.committed)
        if at_once:
            if any(isinstance(one, Concluded) for one in effects):
                self._snapshots.want()
            effects = self._effect_executor.add(fact, effects, queued.marks)
        if at_once or (self._trace.watched and not dropped):
            self._commits.tell(fact, effects, queued.frame, ordinary=ordinary)
        not_folded = self._projections.fold(fact, effects)
        self._fault = self._fault or step.fault or not_folded
        if at_once or self._commits.unacknowledged >= self._unacknowledged_max:
            self._commits.commit()

    def _follow(self, queued: Queued) -> tuple[Fact, Step]:
        """Let the rules follow an event. A deadline that breaks on the way is deferred first.

        The process ends all the same, after everything in line. A row that the rules cannot
        follow stays first in line for the next start; the third time it is left out.
        """
        deferrals = 0
        while True:
            fact = queued.row or self._memory.next_fact(queued.event)
            try:
                return fact, self._memory.follow(fact)
            except Exception as fault:  # noqa: BLE001 # raised again unless it is a deadline's own
                self._line.appendleft(queued)
                deferred = self._crash_recovery.defer(fault, fact, self._line, deferrals=deferrals)
                self._fault = self._fault or fault
                self._take(Queued(deferred))
                self._line.popleft()
                deferrals += 1

    def _disk_full(self) -> None:
        self.append(StorageFull(at=self._memory.at, full=True))

    # --- the process

    async def run(self) -> None:
        """End with whatever broke the inlet, also when a driver swallowed it."""
        await self._broke.wait()
        assert self._broken is not None
        raise self._broken

    def end(self) -> None:
        """Make everything durable, and that nothing was lost; nothing may be put afterwards."""
        if self._broken is None:
            self._snapshots.keep()
            self._journal.set_mark(ENDED, "1")
            self._commits.commit()
