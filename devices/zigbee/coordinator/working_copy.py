# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The driver's database in RAM while it runs, on disk when something lasting changed.

The driver commits every changed attribute: 4 KB a report, 40 MB in ten thousand, on a memory card
that is to last for years. What must survive a power cut (who joined, the network's backup) changes
a few times a year.
"""

import hashlib
import os
import sqlite3
import stat
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

import structlog

from rules.model.events import Instead

_SUFFIXES: Final = ("", "-wal", "-shm", "-journal")

log = structlog.get_logger(__name__)


class WorkingCopy:
    """One database, worked on in RAM where there is such a place, else on the disk itself."""

    def __init__(self, disk: Path, *, ram: Path | None) -> None:
        """Say where it is kept; nothing is touched before `open`.

        Args:
            disk: the file that survives.
            ram: a folder in memory, None to work on the disk.
        """
        self.disk = disk
        self._ram = ram
        self.path = disk
        """Where the driver works."""
        self._quarantined: Instead | None = None

    def open(self) -> Path:
        """Make the working copy and check it; return where the driver may work.

        Nobody else may read either file: the network key stands in them in clear. A damaged file is
        found here, because the driver leaves a thread behind when it finds the damage itself, and
        that thread would keep the process from ending. It goes into quarantine; the copy before it
        takes its place, or an empty one: the stick knows its network, and devices say who they are.

        Raises:
            OSError: the file cannot be read or written.
        """
        self.disk.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _private(self.disk)
        folder = _own_folder(self._ram, self.disk) if self._ram is not None else None
        self.path = self.disk if folder is None else folder / self.disk.name
        if folder is not None and _written(self.path) >= _written(self.disk) and _sound(self.path):
            return self.path
        self._quarantine_damaged()
        if folder is not None:
            self._forget()
            _private(self.path)
            if self.disk.stat().st_size:
                _copy(self.disk, self.path)
        elif self.disk.stat().st_size:
            _copy(self.disk, self._fresh(self.older))
        return self.path

    def take_quarantined(self) -> Instead | None:
        """Return, once, what stands in for a file that went into quarantine; None when none did."""
        instead, self._quarantined = self._quarantined, None
        return instead

    @property
    def older(self) -> Path:
        """The copy before the one on the disk."""
        return self.disk.with_name(self.disk.name + ".old")

    def _quarantine_damaged(self) -> None:
        """Put a damaged file into quarantine and the older copy, if it is sound, in its place."""
        if _sound(self.disk):
            return
        log.error("zigbee_database_damaged", file=self.disk.name)
        number = len(list(self.disk.parent.glob(f"{self.disk.name}.broken-*"))) + 1
        self.disk.replace(self.disk.with_name(f"{self.disk.name}.broken-{number}"))
        for suffix in _SUFFIXES[1:]:
            self.disk.with_name(self.disk.name + suffix).unlink(missing_ok=True)
        if self.older.exists() and _sound(self.older):
            self.older.replace(self.disk)
            self._quarantined = Instead.COPY
        else:
            self._quarantined = Instead.NOTHING
        _private(self.disk)

    def _fresh(self, path: Path) -> Path:
        path.unlink(missing_ok=True)
        _private(path)
        return path

    def keep(self) -> None:
        """Write the working copy to the disk, whole or not at all; the one before stays beside."""
        if self.path == self.disk or not self.path.exists():
            return
        fresh = self._fresh(self.disk.with_name(self.disk.name + ".new"))
        _copy(self.path, fresh)
        with fresh.open("rb") as file:
            os.fsync(file.fileno())
        if self.disk.exists() and self.disk.stat().st_size:
            self.older.unlink(missing_ok=True)
            with suppress(OSError):  # a file system without links goes without the older copy
                os.link(self.disk, self.older)
        fresh.replace(self.disk)

    def close(self) -> None:
        """Keep, and leave nothing in RAM."""
        if self.path != self.disk:
            self.keep()
            self._forget()
            with suppress(OSError):
                self.path.parent.rmdir()

    def _forget(self) -> None:
        for suffix in _SUFFIXES:
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)


def _own_folder(ram: Path, disk: Path) -> Path | None:
    """Return our own folder in a place that everybody may write to; None when there is none."""
    name = hashlib.sha256(str(disk.resolve()).encode()).hexdigest()[:16]
    folder = ram / f"tohuus-{name}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        status = folder.lstat()
    except OSError:
        return None
    ours = stat.S_ISDIR(status.st_mode) and status.st_uid == os.getuid()
    return folder if ours and stat.S_IMODE(status.st_mode) == 0o700 else None


def _written(path: Path) -> float:
    """Return when the database was last written, its write-ahead log included."""
    newest = -1.0
    for suffix in _SUFFIXES[:2]:
        with suppress(FileNotFoundError):
            newest = max(newest, path.with_name(path.name + suffix).stat().st_mtime)
    return newest


def _private(path: Path) -> None:
    if not path.exists():  # else its time would change, which says which copy is the newer
        path.touch(mode=0o600)
    path.chmod(0o600)


def _sound(path: Path) -> bool:
    try:
        with closing(sqlite3.connect(path)) as opened:
            (answer,) = opened.execute("pragma quick_check").fetchone()
    except sqlite3.DatabaseError:
        return False
    return bool(answer == "ok")


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
