# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Something new was heard: whoever waits for a state looks again."""

import asyncio
from collections.abc import Callable

from rules.model.identity import Seconds


class ChangeSignal:
    """Wakes everyone who waits; `version` counts what was told."""

    def __init__(self) -> None:
        self.version = 0
        self._next = asyncio.Event()

    def tell(self) -> None:
        """Something changed."""
        self.version += 1
        self._next.set()
        self._next = asyncio.Event()

    async def after(self, version: int) -> int:
        """Return the version as soon as it is another than the one known."""
        while self.version == version:
            await self._next.wait()
        return self.version

    async def until(self, state: Callable[[], bool], within_s: Seconds) -> bool:
        """Return True as soon as `state` holds, False when it does not in time (real seconds)."""
        try:
            async with asyncio.timeout(within_s):
                while not state():
                    await self._next.wait()
        except TimeoutError:
            return state()
        return True
