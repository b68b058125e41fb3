# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Commits: what waits becomes durable in one go, and only then is it acknowledged and told."""

import asyncio
import contextlib
from collections.abc import Callable

from hub.pipeline.snapshots import Snapshots
from hub.pipeline.trace import EventTrace
from hub.runtime.subscribers import Subscribers
from hub.storage.disk_space import DiskSpace
from hub.storage.journal import Journal, Unwritable
from hub.storage.outbox import Outbox
from rules.model.effects import Effect, Send
from rules.model.events import Fact
from rules.model.identity import Seconds

type Listener = Callable[[Fact, tuple[Effect, ...]], None]


class Commits:
    """Followed facts on their way to the disk, and those who want to hear of them afterwards.

    Args:
        journal: what is written.
        outbox: is woken when a message of it is durable.
        disk_space: gives room up when nothing can be written.
        trace: the public events.
        snapshots: one is due when rows were thrown away.
        group_s: longest wait of an ordinary event for its commit, real seconds, at most 5.

    Attributes:
        disk_full: told once when nothing can be written any more.
    """

    def __init__(
        self,
        *,
        journal: Journal,
        outbox: Outbox,
        disk_space: DiskSpace,
        trace: EventTrace,
        snapshots: Snapshots,
        group_s: Seconds,
    ) -> None:
        assert 0 < group_s <= 5.0, "CONTRACTS: group commit at most 5 s"
        self._journal = journal
        self._outbox = outbox
        self._disk_space = disk_space
        self._trace = trace
        self._snapshots = snapshots
        self._group_s = group_s
        self.disk_full = Subscribers[()]()
        self._acknowledgements: list[Callable[[], None]] = []
        self._facts: list[tuple[Fact, tuple[Effect, ...], str | None, bool]] = []
        self._at_once = Subscribers[Fact, tuple[Effect, ...]]()
        self._after_start = Subscribers[Fact, tuple[Effect, ...]]()
        self._early: list[tuple[Fact, tuple[Effect, ...]]] | None = []

    def subscribe(self, listener: Listener, *, during_start: bool = False) -> None:
        """Add a listener; told of each fact that has effects or is not ordinary, once durable.

        Args:
            listener: called in the order of subscribing.
            during_start: tell it at once what the start itself leads to; who carries effects out
                hears of that when everybody is ready (`release`).
        """
        (self._at_once if during_start else self._after_start).subscribe(listener)

    def release(self) -> None:
        """Tell what the start led to: a question that ran out meanwhile, a stove that stays off.

        What the listeners append meanwhile is told to all of them, too.
        """
        early, self._early = self._early or [], None
        for fact, effects in early:
            self._after_start.tell(fact, effects)

    def acknowledge(self, committed: Callable[[], None]) -> None:
        """Let a broker know after the commit."""
        self._acknowledgements.append(committed)

    @property
    def unacknowledged(self) -> int:
        """How many sightings wait for their acknowledgement."""
        return len(self._acknowledgements)

    def tell(
        self, fact: Fact, effects: tuple[Effect, ...], frame: str | None, *, ordinary: bool
    ) -> None:
        """Let a fact be known after the commit.

        Args:
            fact: the row.
            effects: what the rules want done.
            frame: name of the radio frame it came from.
            ordinary: listeners hear of it only if it has effects.
        """
        self._facts.append((fact, effects, frame, ordinary))

    def write(self) -> bool:
        """Make everything durable that waits, and tell nobody; say whether there was room."""
        try:
            self._journal.commit()
        except Unwritable:
            self._disk_space.make_room()
            with contextlib.suppress(Unwritable):  # its rows stay buffered and are tried again
                self._journal.commit()
            return False
        return True

    def commit(self) -> None:
        """Make everything durable that waits, then let it be known. A full disk stops neither."""
        room = self.write()
        self._let_know(durable=not self._journal.dirty.is_set())
        if not room:
            self._snapshots.want()  # rows that were not yet in one may have gone
            if self._disk_space.ran_out():
                self.disk_full.tell()

    async def run(self) -> None:
        """Commit what waits within the group time, with a snapshot if one is due."""
        while True:
            await self._journal.dirty.wait()
            await asyncio.sleep(self._group_s)
            self._snapshots.keep_if_due()
            self.commit()
            self._journal.checkpoint()

    def _let_know(self, *, durable: bool) -> None:
        if durable:
            acknowledgements, self._acknowledgements = self._acknowledgements, []
            for committed in acknowledgements:
                committed()
        facts, self._facts = self._facts, []
        watched = self._trace.watched
        for fact, effects, frame, ordinary in facts:
            if watched:
                self._trace.followed(fact, effects, frame, durable=durable)
            if effects or not ordinary:
                for effect in effects:
                    if isinstance(effect, Send):
                        self._outbox.committed(effect.message.priority)
                self._at_once.tell(fact, effects)
                if self._early is None:
                    self._after_start.tell(fact, effects)
                else:
                    self._early.append((fact, effects))
