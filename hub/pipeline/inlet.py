# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""From a sighting to a durable conclusion: one transaction a fact, and only then deeds."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from devices.source import Sighting
from hub.pipeline.commits import Commits
from hub.pipeline.device_health import Hearing
from hub.pipeline.effect_executor import Consequences
from hub.pipeline.event_stream import Stream
from hub.pipeline.projection import Showing
from hub.pipeline.trace import Hops
from hub.projections.view import View
from hub.runtime.clock import Clock, StoryTime
from hub.storage.audit import Audit
from hub.storage.backup import expire
from hub.storage.crash_records import PUT_OFFS_MAX, ROOM, Crashes
from hub.storage.disk_space import Storage
from hub.storage.journal import Journal
from hub.storage.outbox import Outbox
from hub.storage.snapshots import recover
from hub.storage.stale_incidents import bygones
from rules.engine.circuit_breaker import DeadlineBroke
from rules.engine.engine import Engine
from rules.engine.state import State, Step
from rules.model.consent import Register
from rules.model.effects import Concluded
from rules.model.events import (
    Booted,
    Event,
    Fact,
    IncidentLaidToRest,
    RowQuarantined,
    StorageFull,
    Tick,
)
from rules.model.identity import RoomId, Seconds, Seq
from rules.model.verdict import Blind
from rules.situation.coverage import RoomCoverage

SNAPSHOT_S: Final = 900.0
"""Rule memory is kept at most this seldom while something happens, and soon after each verdict."""
RECOVERY_S: Final = 600.0  # while the disk is full, room is looked for this often (real time)
# Numbers left out after a start that no orderly end came before: incidents are named after rows,
# and a row that was lost (group commit, dead disk) must never lend its number to another.
LEFT_OUT: Final = 100_000
TURN: Final = 32  # sightings taken in one go before other tasks get their turn
ENDED: Final = "ended_in_order"


@dataclass(frozen=True, slots=True)
class _Waiting:
    """An event in line: its frame, who wants to hear of the commit, values to set with it.

    Attributes:
        row: it is in the journal already, and nobody has followed it.
    """

    event: Event
    frame: str | None = None
    committed: Callable[[], None] | None = None
    marks: tuple[tuple[str, str], ...] = ()
    row: Fact | None = None


class Pipeline:
    """The only writer of the journal and the only caller of the rules.

    Everything happens in the call of `put` or `append`, in the loop's thread: a press is in the
    outbox when `put` returns. Ordinary events wait in memory for the group commit.

    Args:
        group_s: longest wait of an ordinary event for its commit, real seconds, at most 5.
        unacknowledged_max: so many sightings waiting for their acknowledgement end the wait early;
            must stay below the broker's own limit of messages in flight, or it stops sending.
    """

    def __init__(
        self,
        *,
        rules: Engine,
        journal: Journal,
        outbox: Outbox,
        audit: Audit,
        clock: Clock,
        stream: Stream,
        view: View,
        hearing: Hearing,
        storage: Storage,
        group_s: Seconds = 5.0,
        unacknowledged_max: int = 10,
    ) -> None:
        assert 0 < group_s <= 5.0, "CONTRACTS: group commit at most 5 s"
        self._rules = rules
        self._journal = journal
        self._outbox = outbox
        self._consequences = Consequences(journal, outbox, audit)
        self._crashes = Crashes(journal)
        self._showing = Showing(view, journal, self._crashes)
        self._clock = clock
        self._stream = stream
        self._view = view
        self._hearing = hearing
        self._storage = storage
        self._hops = Hops(clock)
        self._group_s = group_s
        self._unacknowledged_max = unacknowledged_max
        self._memory: State
        self._seq = Seq(0)
        self._at = 0.0
        self._snapshot_real = 0.0
        self._snapshot_seq = Seq(0)
        self._snapshot_soon = False
        self._dropped = False
        self._line: deque[_Waiting] = deque()
        self._busy = False
        self._turn = 0
        self._fault: Exception | None = None
        self._broken: BaseException | None = None
        self._broke = asyncio.Event()
        self._commits = Commits(journal, outbox, storage, stream, self._hops)
        self.listen = self._commits.listen
        self.listeners = self._commits.listeners
        """Called in order after the commit of each fact that has effects or is not ordinary."""
        self.rearmed: Callable[[Seconds | None], None] = lambda _: None
        """Told the next deadline whenever it may have moved; the ticker listens."""
        self.next_due: Seconds | None = None
        self.decoded = 0
        """Sightings taken since start."""

    # --- start

    def boot(self, story: StoryTime | None = None) -> Seconds | None:
        """Rebuild memory, take the axis up and append `Booted`; nothing may be put before.

        Args:
            story: when the showcase leads the clock.

        Returns:
            How long the hub did not run, None when unknown.
        """
        tail = self._journal.tail()
        recovered = recover(self._journal, self._rules, self._crashes)
        orderly = tail.at is None or self._journal.mark(ENDED) == "1"
        self._memory = recovered.memory
        self._journal.set_mark(ENDED, "0")
        self._snapshot_real = self._clock.real()
        start = self._clock.start(tail.at, tail.utc_s, story)
        self._view.load(self._journal)
        unshown = self._showing.again(recovered.unshown)
        self.commit()
        self._follow_again()
        self._seq = tail.seq if orderly else Seq(tail.seq + LEFT_OUT)
        self._at = tail.at or 0.0
        self.append(
            Booted(
                at=start.at, gap_s=start.gap_s, clock_trusted=start.trusted, lost_s=self._group_s
            )
        )
        if self._journal.mark("restored") == "1":
            for expired in expire(self.register, at=self._at):
                self.append(expired)
            self._journal.set_mark("restored", "0")
            self.commit()
        for row, kind in (*recovered.quarantined, *unshown):
            self.append(RowQuarantined(at=self._clock.axis(), row=row, kind=kind))
        for incident in bygones(self._journal, self._rules.incidents(self._memory)):
            self.append(IncidentLaidToRest(at=self._clock.axis(), incident=incident))
        return start.gap_s

    def _follow_again(self) -> None:
        """Follow what stopped the process before, under its own number and in its own time."""
        once_more = self._crashes.once_more()
        if once_more:
            before = self._journal.tail(before=once_more[0][0].seq)
            self._seq, self._at = before.seq, before.at or 0.0
        for row, mark in once_more:
            self._line.append(_Waiting(row.event, marks=(mark,), row=row))
        self._work()

    # --- the inlet

    def put(self, sighting: Sighting) -> None:
        """Take one sighting: journal, rules, outbox; durable at once if anything follows."""
        self.decoded += 1
        event = sighting.event
        if not self._hearing.is_enrolled(event):
            return
        for heard in self._hearing.heard(getattr(event, "device", None)):
            self._line.append(_Waiting(heard))
        if self._stream.wants("decoded"):
            self._stream.publish(self._hops.decoded(event, sighting.frame))
        self._line.append(_Waiting(event, sighting.frame, sighting.committed))
        self._work()

    async def has_room(self) -> None:
        """Let other tasks run now and then; the pipeline itself is never behind."""
        self._turn += 1
        if self._turn >= TURN:
            self._turn = 0
            await asyncio.sleep(0)

    def append(self, event: Event, *, marks: tuple[tuple[str, str], ...] = ()) -> None:
        """Append an event of the hub, the resident or the service.

        Args:
            event: what happened; an `at` before the last row is moved up to it.
            marks: named values that become durable in the same transaction.
        """
        self._line.append(_Waiting(event, marks=marks))
        self._work()

    # --- what others may know

    @property
    def register(self) -> Register:
        """What is allowed now."""
        return self._rules.register(self._memory)

    def blind(self) -> tuple[Blind, ...]:
        """What cannot be seen now."""
        return self._rules.blind(self._memory)

    def rooms(self) -> Mapping[RoomId, RoomCoverage]:
        """Whether a person would be seen, room by room."""
        return self._rules.rooms(self._memory)

    def written_memory(self) -> bytes:
        """Rule memory as a snapshot would hold it; equal memories give equal bytes."""
        return self._rules.dump(self._memory)

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
            self._keep_line()
            raise
        finally:
            self._busy = False

    def _end_if_something_broke(self) -> None:
        if self._fault is not None:
            self.commit()  # it kept nothing from being followed
            raise self._fault

    def _keep_line(self) -> None:
        """Keep what nobody could follow any more; the next start follows it first."""
        if not self._follows_again():  # what came up on the way comes up again
            facts: list[Fact] = []
            for one in self._line:
                facts.append(self._fact(one.event, left_out=ROOM))
                self._seq, self._at = facts[-1].seq, facts[-1].event.at
                for key, value in one.marks:
                    self._journal.set_mark(key, value)
            self._crashes.keep(facts)
        self._commits.write()

    def _take(self, waiting: _Waiting) -> None:
        fact, step = self._follow(waiting)
        event = fact.event
        self._memory, effects = step.state, step.effects
        self._seq, self._at = fact.seq, event.at
        at_once = bool(effects) or bool(waiting.marks) or not event.ordinary
        self._dropped = self._storage.full and not at_once
        if self._dropped:
            self._storage.dropped += 1
            if waiting.committed is not None:
                waiting.committed()
        else:
            if waiting.row is None:
                self._journal.add(fact)
            if waiting.committed is not None:
                self._commits.acknowledge(waiting.committed)
        if at_once:
            self._snapshot_soon |= any(isinstance(one, Concluded) for one in effects)
            effects = self._consequences.add(fact, effects, waiting.marks)
        if at_once or (self._stream.watched and not self._dropped):
            self._commits.tell(fact, effects, waiting.frame)
        not_shown = self._showing.show(fact, effects)
        self._fault = self._fault or step.fault or not_shown
        if at_once or self._commits.unacknowledged >= self._unacknowledged_max:
            self.commit()
        if step.next_due != self.next_due:
            self.next_due = step.next_due
            self.rearmed(step.next_due)

    def _follow(self, waiting: _Waiting) -> tuple[Fact, Step]:
        """Let the rules follow an event. A deadline that breaks on the way is put off first.

        The process ends all the same, after everything in line. A row that the rules cannot
        follow stays first in line for the next start; the third time it is left out.
        """
        put_offs = 0
        while True:
            fact = waiting.row or self._fact(waiting.event)
            try:
                return fact, self._rules.advance(self._memory, fact)
            except Exception as fault:
                self._line.appendleft(waiting)
                if not isinstance(fault, DeadlineBroke) or put_offs == PUT_OFFS_MAX:
                    self._count_crash(waiting, fault)
                    raise
                self._fault = self._fault or fault
                put_off = self._crashes.put_off(fault, at=self._at, now=fact.event.at)
                self._take(_Waiting(put_off))
                self._line.popleft()
                put_offs += 1

    def _count_crash(self, waiting: _Waiting, fault: Exception) -> None:
        if waiting.row is not None or not self._follows_again():
            kept = waiting.row or self._fact(waiting.event, left_out=ROOM)
            self._journal.count_crash(kept.seq, repr(fault))

    def _follows_again(self) -> bool:
        return any(one.row is not None for one in self._line)

    def _fact(self, event: Event, *, left_out: int = 0) -> Fact:
        if event.at < self._at:
            event = replace(event, at=self._at)
        utc_s = self._clock.utc_of(event.at)
        return Fact(seq=Seq(self._seq + 1 + left_out), utc_s=utc_s, event=event)

    # --- durability

    def commit(self) -> None:
        """Make everything durable that waits, then let it be known. A full disk stops neither."""
        if not self._commits.commit():
            self._snapshot_soon = True  # rows that were not yet in one may have gone
            if not self._storage.full:
                self._storage.full = True
                self._line.append(_Waiting(StorageFull(at=self._at, full=True)))

    def keep_snapshot(self) -> None:
        """Buffer rule memory as of the last row, if anything happened since the last one."""
        if self._seq == self._snapshot_seq or self._broken is not None:
            return
        if self._dropped:
            # No snapshot is ahead of the journal: number and axis go on from its last row.
            self._journal.add(self._fact(Tick(at=self._at), left_out=-1))
        self._journal.keep_snapshot(self._seq, self._rules.dump(self._memory))
        self._snapshot_real, self._snapshot_seq = self._clock.real(), self._seq
        self._snapshot_soon = False

    def end(self) -> None:
        """Make everything durable, and that nothing was lost; nothing may be put afterwards."""
        if self._broken is None:
            self.keep_snapshot()
            self._journal.set_mark(ENDED, "1")
            self.commit()

    async def run(self) -> None:
        """Commit what waits within the group time; end with whatever broke the pipeline."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._grouping())
            group.create_task(self._breaking())

    async def _grouping(self) -> None:
        while True:
            await self._journal.dirty.wait()
            await asyncio.sleep(self._group_s)
            self._group()

    async def _breaking(self) -> None:
        await self._broke.wait()
        assert self._broken is not None
        raise self._broken

    def _group(self) -> None:
        if self._snapshot_soon or self._clock.real() - self._snapshot_real >= SNAPSHOT_S:
            self.keep_snapshot()
        self.commit()
        self._journal.checkpoint()
        self._work()

    def look_for_room(self) -> None:
        """While the disk was full: try again, and say so when there is room."""
        if self._storage.full and self._storage.recovered():
            self._storage.full = False
            self.append(StorageFull(at=self._clock.axis(), full=False))
