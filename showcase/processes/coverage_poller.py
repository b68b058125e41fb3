# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the hub can see now, asked again whenever it may have changed."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Final

import httpx2

from showcase.processes.hub_line import LOST, HubLine, LineError

# A room that can be seen again is seen on the page within a second or two.
AGAIN_S: Final = 1.0
_CHANGES: Final = frozenset(
    {"DeviceHeard", "DeviceSilent", "RadioUp", "RadioDown", "Paused", "Resumed", "Booted"}
)


class CoveragePoller:
    """Asks the hub for a snapshot while something cannot be seen, and after what may change that.

    Args:
        line: the hub.
        tell: told of each answer.
    """

    def __init__(self, line: HubLine, tell: Callable[[Mapping[str, Any]], None]) -> None:
        self._line, self._tell = line, tell
        self._again = asyncio.Event()

    def hub(self, event: str, said: Mapping[str, Any]) -> None:
        """The hub's public stream said something."""
        changed = (said.get("event") or {}).get("type") in _CHANGES
        if event == "snapshot" or (event != LOST and changed):
            self._again.set()

    async def run(self) -> None:
        """Look again until cancelled."""
        while True:
            await self._again.wait()
            await asyncio.sleep(AGAIN_S)
            self._again.clear()
            try:
                said = await self._line.snapshot()
            except (LineError, httpx2.TransportError, FileNotFoundError):
                continue  # the hub is off: its stream begins with a snapshot when it is back
            self._tell(said)
            if any(room.get("blind") for room in (said.get("coverage") or {}).values()):
                self._again.set()
