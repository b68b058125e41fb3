# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Counts of authenticated devices, kept over restarts against replay."""

from pathlib import Path
from typing import Final, Protocol

import structlog

from devices import counts

# An ordinary packet played back after a crash does no harm; flash memory wears out. So only
# presses are written at once, the rest with every so many packets.
LAZY: Final = 32

log = structlog.get_logger(__name__)


class Counters(Protocol):
    """Where replay counters outlive the process."""

    def load(self, address: str) -> int | None:
        """Return the last count taken from a device, None for the first."""

    def save(self, address: str, count: int, *, at_once: bool) -> None:
        """Keep a count; called when the events of its packet are durable."""

    def flush(self) -> None:
        """Keep all of them: the process ends in order."""


class CounterFile:
    """A small JSON file, replaced as a whole."""

    def __init__(self, path: Path) -> None:
        """Read the file, if there is one.

        A broken one goes into quarantine: a hub that forgets how far a button has counted still
        hears it, a hub that does not start hears nobody.
        """
        self._path = path
        self._unwritten = 0
        saved = counts.read(path)
        if saved is None:
            log.error("replay_counters_lost", file=path.name)
        self._counts = saved or {}

    def load(self, address: str) -> int | None:
        """Return the last count taken from a device, None for the first."""
        return self._counts.get(address)

    def save(self, address: str, count: int, *, at_once: bool) -> None:
        """Keep a count; on disk at once, or with one of the next packets."""
        self._counts[address] = count
        self._unwritten += 1
        if at_once or self._unwritten >= LAZY:
            self.flush()

    def flush(self) -> None:
        """Write what is not on disk yet."""
        if self._unwritten:
            try:
                counts.write(self._path, self._counts)
            except OSError as fault:  # a full disk must not stop the press that is being counted
                log.warning("replay_counters_not_written", fault=repr(fault))
            else:
                self._unwritten = 0
