# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Her decisions, taken the way she takes them: consents with her PIN, help agreement, pause."""

import asyncio
from typing import Final

from showcase.apartment.set_up import PURPOSES
from showcase.processes.change_signal import ChangeSignal
from showcase.processes.clock import Clock
from showcase.processes.hub_line import HubLine
from showcase.resident.consent_mirror import ConsentMirror

# What the hub has taken stands in its stream at once.
TOLD_S_MAX: Final = 2.0
# The panel counts two taps on one button within a second as one.
RESUMED_S_MAX: Final = 5.0
AGAIN_S: Final = 1.2


class Decisions:
    """Each is over when the hub's stream has said so.

    Args:
        line: the hub.
        pin: of her panel.
        mirror: what she decided so far.
        changes: told of every word of the hub.
        clock: real time.
    """

    def __init__(
        self, line: HubLine, pin: str, mirror: ConsentMirror, changes: ChangeSignal, clock: Clock
    ) -> None:
        self._line, self._pin, self._mirror = line, pin, mirror
        self._changes, self._clock = changes, clock
        self._deciding = asyncio.Lock()

    async def agree(self, *, live: bool) -> None:
        """Begin or end the help agreement."""
        mirror = self._mirror
        if mirror.agreement is not live:
            await self._line.setup("POST", "agreement", live=live)
            await self._changes.until(lambda: mirror.agreement is live, TOLD_S_MAX)

    async def allow(self, purpose: str, *, given: bool) -> None:
        """Give or withdraw one consent."""
        mirror = self._mirror
        if (purpose in mirror.given) is not given:
            await self._line.consent(self._pin, purpose, given=given)
            await self._changes.until(lambda: (purpose in mirror.given) is given, TOLD_S_MAX)

    async def allow_all(self, *, given: bool) -> None:
        """Give or withdraw every consent to monitoring; one wish after the other."""
        async with self._deciding:
            for purpose in PURPOSES:
                await self.allow(purpose, given=given)

    async def pause(self, minutes: str) -> None:
        """Press the pause on her panel."""
        await self._line.panel("pause", minutes=minutes)
        await self._changes.until(lambda: self._mirror.paused, TOLD_S_MAX)

    async def resume(self) -> None:
        """Press "end the pause" if there is one, again where the panel took it for a tremor."""
        end = self._clock.monotonic() + RESUMED_S_MAX
        while self._mirror.paused and self._clock.monotonic() < end:
            await self._line.panel("resume")
            await self._changes.until(lambda: not self._mirror.paused, AGAIN_S)
