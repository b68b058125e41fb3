# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The public event stream: every trace step of every frame, for whoever may watch this hub.

Interface for the faces: `EventStream.subscribe()` gives a `Watcher`; `async for steps in
watcher` yields lists of trace steps (plain dictionaries, see docs/events.md).
Nothing in the hub waits for a subscriber.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterable
from typing import Any, Final, Self

type TraceStep = dict[str, Any]

# A watcher that is this far behind will not catch up; it starts again from a snapshot.
BACKLOG_MAX: Final = 20_000


class Watcher:
    """One watcher's queue. Full means it ends: the watcher connects again and gets a snapshot."""

    def __init__(self, stream: "EventStream", wanted: frozenset[str] | None) -> None:
        self._stream = stream
        self._wanted = wanted
        self._steps: deque[TraceStep] = deque()
        self._filled = asyncio.Event()
        self.lost = False

    def wants(self, name: str) -> bool:
        """Say whether steps of this name are wanted."""
        return self._wanted is None or name in self._wanted

    def push(self, step: TraceStep) -> None:
        """Take one step if it is wanted."""
        if not self.wants(step["hop"]):
            return
        if len(self._steps) >= BACKLOG_MAX:
            self.end()
            return
        self._steps.append(step)
        self._filled.set()

    def end(self) -> None:
        """End after what is queued; `lost` says that steps are missing."""
        self.lost = True
        self._stream.leave(self)
        self._filled.set()

    async def __aiter__(self) -> AsyncIterator[list[TraceStep]]:
        while True:
            await self._filled.wait()
            self._filled.clear()
            steps = list(self._steps)
            self._steps.clear()
            if steps:
                yield steps
            if self.lost:
                return

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.leave(self)


class EventStream:
    """Hands each step to every watcher; costs nothing while nobody watches."""

    def __init__(self) -> None:
        self._watchers: list[Watcher] = []

    @property
    def watched(self) -> bool:
        """Say whether anybody watches: steps need not be made otherwise."""
        return bool(self._watchers)

    def wants(self, name: str) -> bool:
        """Say whether anybody wants steps of this name."""
        return any(one.wants(name) for one in self._watchers)

    def subscribe(self, wanted: Iterable[str] | None = None) -> Watcher:
        """Start watching; `wanted` names the steps, None means all. Use it in a `with` block."""
        watcher = Watcher(self, None if wanted is None else frozenset(wanted))
        self._watchers.append(watcher)
        return watcher

    def leave(self, watcher: Watcher) -> None:
        """Stop watching."""
        if watcher in self._watchers:
            self._watchers.remove(watcher)

    def publish(self, step: TraceStep) -> None:
        """Hand a step to everybody who wants it."""
        for watcher in tuple(self._watchers):
            watcher.push(step)

    def close(self) -> None:
        """Let every watcher go; the process ends."""
        for watcher in tuple(self._watchers):
            watcher.end()
