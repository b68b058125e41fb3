# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The public event stream: every hop of every frame, for whoever may watch this hub.

Interface for the faces: `Stream.subscribe()` gives a `Subscription`; `async for hops in
subscription` yields lists of hops (plain dictionaries, see docs/events.md).
Nothing in the hub waits for a subscriber.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterable
from typing import Any, Final, Self

type Hop = dict[str, Any]

# A watcher that is this far behind will not catch up; it starts again from a snapshot.
BACKLOG_MAX: Final = 20_000


class Subscription:
    """One watcher's queue. Full means it ends: the watcher connects again and gets a snapshot."""

    def __init__(self, stream: "Stream", wanted: frozenset[str] | None) -> None:
        self._stream = stream
        self._wanted = wanted
        self._hops: deque[Hop] = deque()
        self._filled = asyncio.Event()
        self.lost = False

    def wants(self, hop: str) -> bool:
        """Say whether hops of this name are wanted."""
        return self._wanted is None or hop in self._wanted

    def push(self, hop: Hop) -> None:
        """Take one hop if it is wanted."""
        if not self.wants(hop["hop"]):
            return
        if len(self._hops) >= BACKLOG_MAX:
            self.end()
            return
        self._hops.append(hop)
        self._filled.set()

    def end(self) -> None:
        """End after what is queued; `lost` says that hops are missing."""
        self.lost = True
        self._stream.leave(self)
        self._filled.set()

    async def __aiter__(self) -> AsyncIterator[list[Hop]]:
        while True:
            await self._filled.wait()
            self._filled.clear()
            hops = list(self._hops)
            self._hops.clear()
            if hops:
                yield hops
            if self.lost:
                return

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.leave(self)


class Stream:
    """Hands each hop to every watcher; costs nothing while nobody watches."""

    def __init__(self) -> None:
        self._watchers: list[Subscription] = []

    @property
    def watched(self) -> bool:
        """Say whether anybody watches: hops need not be made otherwise."""
        return bool(self._watchers)

    def wants(self, hop: str) -> bool:
        """Say whether anybody wants hops of this name."""
        return any(one.wants(hop) for one in self._watchers)

    def subscribe(self, wanted: Iterable[str] | None = None) -> Subscription:
        """Start watching; `wanted` names the hops, None means all. Use it in a `with` block."""
        watcher = Subscription(self, None if wanted is None else frozenset(wanted))
        self._watchers.append(watcher)
        return watcher

    def leave(self, watcher: Subscription) -> None:
        """Stop watching."""
        if watcher in self._watchers:
            self._watchers.remove(watcher)

    def publish(self, hop: Hop) -> None:
        """Hand a hop to everybody who wants it."""
        for watcher in tuple(self._watchers):
            watcher.push(hop)

    def close(self) -> None:
        """Let every watcher go; the process ends."""
        for watcher in tuple(self._watchers):
            watcher.end()
