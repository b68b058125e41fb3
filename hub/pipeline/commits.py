# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What waits becomes durable in one go, and only then is it acknowledged, told and acted on."""

import contextlib
from collections.abc import Callable

from hub.pipeline.event_stream import Stream
from hub.pipeline.trace import Hops
from hub.storage.disk_space import Storage
from hub.storage.journal import Journal, Unwritable
from hub.storage.outbox import Outbox
from rules.model.effects import Effect, Send
from rules.model.events import Fact

type Listener = Callable[[Fact, tuple[Effect, ...]], None]


class Commits:
    """Followed facts on their way to the disk, and those who want to hear of them afterwards.

    Args:
        journal: what is written.
        outbox: is woken when a message of it is durable.
        storage: gives room up when nothing can be written.
        stream: the public events.
        hops: makes them.
    """

    def __init__(
        self, journal: Journal, outbox: Outbox, storage: Storage, stream: Stream, hops: Hops
    ) -> None:
        self._journal = journal
        self._outbox = outbox
        self._storage = storage
        self._stream = stream
        self._hops = hops
        self._acknowledgements: list[Callable[[], None]] = []
        self._facts: list[tuple[Fact, tuple[Effect, ...], str | None]] = []
        self._early: list[tuple[Fact, tuple[Effect, ...]]] = []
        self._listening = False
        self.listeners: list[Listener] = []
        """Called in order after the commit of each fact that has effects or is not ordinary."""

    def listen(self, *listeners: Listener) -> None:
        """Add those who carry effects out; they first hear what the start itself led to.

        A question that ran out meanwhile or a stove that stays off came before they were made.
        """
        self._listening = True
        early, self._early = self._early, []
        self.listeners += listeners  # first: what they append meanwhile is for all of them, too
        for fact, effects in early:
            for listener in listeners:
                listener(fact, effects)

    def acknowledge(self, committed: Callable[[], None]) -> None:
        """Let a broker know after the commit."""
        self._acknowledgements.append(committed)

    @property
    def unacknowledged(self) -> int:
        """How many sightings wait for their acknowledgement."""
        return len(self._acknowledgements)

    def tell(self, fact: Fact, effects: tuple[Effect, ...], frame: str | None) -> None:
        """Let a fact be known after the commit."""
        self._facts.append((fact, effects, frame))

    def write(self) -> bool:
        """Make everything durable that waits, and tell nobody; say whether there was room."""
        try:
            self._journal.commit()
        except Unwritable:
            self._storage.make_room()
            with contextlib.suppress(Unwritable):  # its rows stay buffered and are tried again
                self._journal.commit()
            return False
        return True

    def commit(self) -> bool:
        """Make everything durable that waits, then let it be known. A full disk stops neither.

        Returns:
            Whether there was room; without, the alarm goes out from memory.
        """
        room = self.write()
        durable = not self._journal.dirty.is_set()
        if durable:
            acknowledgements, self._acknowledgements = self._acknowledgements, []
            for committed in acknowledgements:
                committed()
        facts, self._facts = self._facts, []
        watched = self._stream.watched
        for fact, effects, frame in facts:
            if watched:
                self._publish(fact, effects, frame, durable=durable)
            if effects or not fact.event.ordinary:
                for effect in effects:
                    if isinstance(effect, Send):
                        self._outbox.committed(effect.message.priority)
                for listener in self.listeners:
                    listener(fact, effects)
                if not self._listening:
                    self._early.append((fact, effects))
        return room

    def _publish(
        self, fact: Fact, effects: tuple[Effect, ...], frame: str | None, *, durable: bool
    ) -> None:
        if durable and self._stream.wants("journaled"):
            self._stream.publish(self._hops.journaled(fact, frame))
        hop = self._hops.of_event(fact)
        if hop is not None:
            self._stream.publish(hop)
        for effect in effects:
            for hop in self._hops.of_effect(fact, effect):
                self._stream.publish(hop)
