# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Last known alarm state of each zone and radar, kept over restarts."""

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Final

import structlog

from devices import counts

# Bursts (a cord pulled again and again) are one write: the card is spared, nothing waits for it.
WRITE_EVERY_S: Final = 1.0

log = structlog.get_logger(__name__)


class AlarmState:
    """Last state by zone, in memory at once; on disk what must be known after a power cut.

    A file that is older than the truth makes the hub say an alarm once more, never less: a state is
    written after the journal holds what it led to.
    """

    def __init__(self, path: Path) -> None:
        """Read the file, if there is one; a broken one goes into quarantine."""
        self._path = path
        self._changed = asyncio.Event()
        self._writing = Lock()
        saved = counts.read(path)
        if saved is None:
            log.error("alarm_state_lost", file=path.name)
        self._kept = saved or {}
        self._now: dict[str, int] = dict(self._kept)

    def before(self, place: str) -> int | None:
        """Return the last state of a zone, None when it is not known."""
        return self._now.get(place)

    def follow(self, place: str, state: int) -> None:
        """Note a state that no restart needs to know."""
        self._now[place] = state

    def lasting(self, place: str, state: int) -> Callable[[], None]:
        """Note a state; return what is to be called when the event it led to is durable."""
        self._now[place] = state
        return partial(self._keep, place, state)

    def _keep(self, place: str, state: int) -> None:
        if self._kept.get(place) != state:
            self._kept[place] = state
            self._changed.set()

    async def run(self) -> None:
        """Write what changed, until cancelled; nobody waits for the card."""
        try:
            while True:
                await self._changed.wait()
                self._changed.clear()
                await asyncio.to_thread(self._write)
                await asyncio.sleep(WRITE_EVERY_S)
        finally:
            if self._changed.is_set():
                self._write()

    def _write(self) -> None:
        with self._writing:
            try:
                counts.write(self._path, self._kept)
            except OSError as fault:  # a full disk must not stop the alarm that is being noted
                log.warning("alarm_state_not_written", fault=repr(fault))
