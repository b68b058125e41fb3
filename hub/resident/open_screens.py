# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Open screens: whether somebody can read and answer at a panel now."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from hub.pipeline.inlet import EventInlet
from hub.runtime.clock import Clock
from rules.model.events import ScreenChanged

# A page that is drawn anew is gone for a moment; a display that lost power is gone for good.
GRACE_S: Final = 30.0


class OpenScreens:
    """Counts the open live streams of the panel.

    Interface for the faces: the panel's live stream runs inside `with screen.shown():`.
    """

    def __init__(self, inlet: EventInlet, clock: Clock) -> None:
        self._inlet = inlet
        self._clock = clock
        self._shown = 0
        self._live = False
        self._changed = asyncio.Event()

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Say that a panel is open while inside."""
        self._shown += 1
        self._changed.set()
        try:
            yield
        finally:
            self._shown -= 1
            self._changed.set()

    async def run(self) -> None:
        """Turn openings and losses into events, after a grace."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            if self._shown == 0 and self._live:
                try:
                    async with asyncio.timeout(GRACE_S):
                        await self._changed.wait()
                except TimeoutError:
                    self._say(live=False)
            elif self._shown > 0 and not self._live:
                self._say(live=True)

    def _say(self, *, live: bool) -> None:
        self._live = live
        self._inlet.append(ScreenChanged(at=self._clock.axis(), live=live))
