# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""How far each sealed device has counted: what was said before a restart cannot be played back."""

import json
from pathlib import Path
from typing import Final, Protocol

# An ordinary packet played back after a crash does no harm; flash memory wears out. So only
# presses are written at once, the rest with every so many packets.
LAZY: Final = 32


class Counters(Protocol):
    """Where replay counters outlive the process."""

    def load(self, address: str) -> int | None:
        """Return the last count taken from a device, None for the first."""

    def save(self, address: str, count: int, *, at_once: bool) -> None:
        """Keep a count; called when the events of its packet are durable."""


class CounterFile:
    """A small JSON file, replaced as a whole."""

    def __init__(self, path: Path) -> None:
        """Read the file, if there is one.

        Raises:
            ValueError: it is there and no JSON object of numbers: better ask than forget.
        """
        self._path = path
        self._counts: dict[str, int] = {}
        self._unwritten = 0
        if path.exists():
            found = json.loads(path.read_text())
            if not isinstance(found, dict) or not all(type(one) is int for one in found.values()):
                raise ValueError(f"{path}: expected an object of address -> count")
            self._counts = found

    def load(self, address: str) -> int | None:
        """Return the last count taken from a device, None for the first."""
        return self._counts.get(address)

    def save(self, address: str, count: int, *, at_once: bool) -> None:
        """Keep a count; on disk at once, or with one of the next packets."""
        self._counts[address] = count
        self._unwritten += 1
        if at_once or self._unwritten >= LAZY:
            fresh = self._path.with_suffix(".new")
            fresh.write_text(json.dumps(self._counts, sort_keys=True) + "\n")
            fresh.replace(self._path)
            self._unwritten = 0
