# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Room on the disk for alarms: a reserve is given up, ordinary rows go before alarm rows."""

import contextlib
from pathlib import Path
from typing import Final

from hub.storage.journal import Journal, Unwritable

# Enough for some thousand alarm rows with their messages, small beside any card.
RESERVE_BYTES: Final = 4 * 1024 * 1024
_CHUNK: Final = bytes(64 * 1024)
ROWS_AT_ONCE: Final = 2_000


class DiskSpace:
    """Keeps a reserve beside the database and gives it up when nothing else can be written.

    Args:
        journal: whose ordinary rows may go.
        reserve: path of the reserve file; None keeps none (simulation).
        size_bytes: its size.

    Attributes:
        full: nothing could be written; ordinary rows are dropped.
        dropped: ordinary rows dropped since the start.
    """

    def __init__(
        self, journal: Journal, *, reserve: Path | None, size_bytes: int = RESERVE_BYTES
    ) -> None:
        self._journal = journal
        self._reserve = reserve
        self._size_bytes = size_bytes
        self.full = False
        self.dropped = 0

    def keep_reserve(self) -> bool:
        """Write the reserve if it is not there; False when there is no room for it."""
        if self._reserve is None or (
            self._reserve.exists() and self._reserve.stat().st_size >= self._size_bytes
        ):
            return True
        try:
            with self._reserve.open("wb") as file:
                for _ in range(self._size_bytes // len(_CHUNK)):
                    file.write(_CHUNK)
        except OSError:
            self._reserve.unlink(missing_ok=True)
            return False
        return True

    def make_room(self) -> None:
        """Give up the reserve and the oldest ordinary rows; afterwards a commit may succeed."""
        if self._reserve is not None:
            with contextlib.suppress(OSError):  # a disk that turned read-only gives nothing up
                self._reserve.unlink(missing_ok=True)
        self.dropped += self._journal.drop_ordinary()
        try:
            self._journal.make_room(ROWS_AT_ONCE)
        except Unwritable:
            return

    def ran_out(self) -> bool:
        """Note that nothing could be written; True the first time."""
        new = not self.full
        self.full = True
        return new

    def drop_row(self) -> None:
        """Count an ordinary row that is not written."""
        self.dropped += 1

    def recovered(self) -> bool:
        """Try whether there is room again for the reserve and as much of journal."""
        room = min(self._size_bytes, 512 * 1024)
        if not (self.keep_reserve() and self._journal.has_room(room)):
            return False
        self.full = False
        return True
