# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""An event loop on virtual time: seeded, without threads, and it says so when nothing can happen any more."""

import asyncio
import itertools
import selectors
from collections.abc import Callable
from typing import Any


class Deadlock(RuntimeError):
    """Nothing is ready and no timer is set: the world under test waits for ever."""


class ThreadInSimulation(RuntimeError):
    """Somebody started a thread; its result would depend on the machine."""


class _VirtualSelector(selectors.SelectSelector):
    loop: "SimulatedLoop"

    def select(self, timeout: float | None = None) -> Any:
        """Never look at a file descriptor: nothing of this world comes from outside."""
        if timeout is None:
            raise Deadlock(f"t={self.loop.time():.3f} s")
        if timeout > 0:
            self.loop.jump()
        return []


class SimulatedTask(asyncio.Task):  # type: ignore[type-arg] # asyncio.Task is generic only in stubs
    """A task whose hash is its number, so that sets of tasks iterate alike in every process."""

    def __init__(self, *args: Any, number: int, **kwargs: Any) -> None:
        self._number = number
        super().__init__(*args, **kwargs)

    def __hash__(self) -> int:
        return self._number


class SimulatedLoop(asyncio.SelectorEventLoop):
    """Runs timers in order and jumps over the time between them."""

    def __init__(self) -> None:
        self._now_s = 0.0
        selector = _VirtualSelector()
        selector.loop = self
        super().__init__(selector)
        self._clock_resolution = 1e-9
        numbers = itertools.count(1)
        self.set_task_factory(
            lambda loop, coro, **kw: SimulatedTask(coro, loop=loop, number=next(numbers), **kw)
        )

    def time(self) -> float:
        """Virtual seconds since the loop was made."""
        return self._now_s

    def jump(self) -> None:
        """Go to the next timer."""
        self._now_s = max(self._now_s, self._scheduled[0].when())  # type: ignore[attr-defined] # private, and asyncio's own name for a decade

    def run_in_executor(self, executor: Any, func: Callable[..., Any], *args: Any) -> Any:
        """Refuse: work in threads would run on real time."""
        raise ThreadInSimulation(repr(func))
