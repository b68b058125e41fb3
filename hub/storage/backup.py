# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Copies of the database: one a day, and back from one under a new journal name."""

import sqlite3
from pathlib import Path

from hub.runtime.randomness import Randomness
from rules.model.consent import ConsentState, Register
from rules.model.events import ConsentChanged
from rules.model.identity import Seconds


def copy(database: Path, target: Path) -> None:
    """Copy a database, also while the hub writes it; the target appears whole or not at all.

    Raises:
        OSError: no room for it.
        sqlite3.Error: the database cannot be read.
    """
    fresh = target.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    source = sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)
    copied = sqlite3.connect(fresh)
    try:
        source.backup(copied)
    finally:
        copied.close()
        source.close()
    fresh.chmod(0o600)
    fresh.replace(target)


def daily_copy(database: Path, *, keep: int) -> Path | None:
    """Make today's copy and let the oldest ones go; None when there is no room for one.

    Args:
        database: the hub's database.
        keep: how many copies stay, at least 1.
    """
    assert keep >= 1
    folder = database.parent / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    known = sorted(folder.glob("hub-*.sqlite"))
    number = int(known[-1].stem.partition("-")[2]) + 1 if known else 1
    target = folder / f"hub-{number:06d}.sqlite"
    try:
        copy(database, target)
    except (OSError, sqlite3.Error):
        target.with_suffix(".new").unlink(missing_ok=True)
        return None
    for old in sorted(folder.glob("hub-*.sqlite"))[:-keep]:
        old.unlink()
    return target


def expire(register: Register, *, at: Seconds) -> list[ConsentChanged]:
    """Return the end of every consent: nobody knows what was withdrawn since a copy was made."""
    return [
        ConsentChanged(
            at=at,
            purpose=purpose,
            recipient=recipient,
            state=ConsentState.EXPIRED,
            by="restored_copy",
        )
        for purpose, recipient in sorted(register.given)
    ]


def restore(saved: Path, database: Path, randomness: Randomness) -> str:
    """Put a copy in place of the database of a stopped hub; return the new journal's name.

    What she has withdrawn since the copy must not come back to life: the hub lets all consents
    expire at its next start and asks for them anew. The help agreement holds.

    Raises:
        OSError, sqlite3.Error: the copy cannot be used; nothing was changed.

    Its incidents must never get the names of those that were opened since the copy was made.
    """
    fresh = database.with_suffix(".restored")
    copy(saved, fresh)
    name = randomness.draw(16).hex()
    connection = sqlite3.connect(fresh)
    try:
        with connection:
            connection.execute("UPDATE meta SET value = ? WHERE key = 'journal_id'", (name,))
            connection.execute("INSERT OR REPLACE INTO meta VALUES ('restored', '1')")
    finally:
        connection.close()
    for leftover in (Path(f"{database}-wal"), Path(f"{database}-shm")):
        leftover.unlink(missing_ok=True)
    fresh.replace(database)
    return name
