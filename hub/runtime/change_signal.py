# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""A counter of changes that readers can wait on."""

import asyncio


class ChangeSignal:
    """Counts changes that are worth drawing; readers wait for a count newer than theirs.

    Attributes:
        version: the number of changes so far.
    """

    def __init__(self) -> None:
        self.version = 0
        self._changed = asyncio.Event()
        self._closed = False

    def touch(self) -> None:
        """Count one change and wake everybody who waits."""
        self.version += 1
        self._changed.set()
        self._changed = asyncio.Event()

    async def changed(self, since: int) -> int | None:
        """Return the version once it is newer than `since`; None when the hub ends."""
        while self.version <= since and not self._closed:
            await self._changed.wait()
        return None if self._closed else self.version

    def close(self) -> None:
        """Let everybody go who waits; the process ends."""
        self._closed = True
        self._changed.set()
