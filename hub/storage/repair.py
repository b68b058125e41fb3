# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""A damaged database is quarantined and the newest copy takes its place."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

import structlog

from hub.runtime.randomness import Randomness
from hub.storage.backup import restore
from hub.storage.journal import Journal
from rules.model.events import Event, FilePutAside, Instead
from rules.model.identity import Seconds

_LOG = structlog.get_logger()

_QUARANTINED: Final = "put_aside"
_DAMAGE: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


class Appending(Protocol):
    """Where the hub's own events go."""

    def append(self, event: Event, *, marks: tuple[tuple[str, str], ...] = ()) -> None:
        """Append an event; the marks become durable with it."""


type Connect = Callable[[Path], sqlite3.Connection]


def suspect_if_damaged(faults: BaseExceptionGroup[sqlite3.DatabaseError], database: Path) -> None:
    """Note that the database was found damaged while the hub ran; the next start looks closely."""
    for fault in faults.exceptions:
        if isinstance(fault, BaseExceptionGroup):
            suspect_if_damaged(fault, database)
        elif getattr(fault, "sqlite_errorcode", None) in _DAMAGE:
            _mark(database).touch()


def open_journal(database: Path, connect: Connect, randomness: Randomness) -> Journal:
    """Open the journal; a damaged one makes room for the newest copy, or for an empty one.

    Nothing is deleted: the damaged file stays beside it as `hub.broken-N`.
    """
    journal = _sound(database, connect, randomness)
    if journal is not None:
        return journal
    number = len(list(database.parent.glob("hub.broken-*"))) + 1
    for ending in ("", "-wal", "-shm"):
        part = Path(f"{database}{ending}")
        if part.exists():
            part.replace(database.with_name(f"hub.broken-{number}{ending}"))
    _mark(database).unlink(missing_ok=True)
    instead = Instead.NOTHING
    for saved in sorted((database.parent / "backups").glob("hub-*.sqlite"), reverse=True):
        try:
            restore(saved, database, randomness)
        except (OSError, sqlite3.Error) as fault:
            _LOG.error("copy_unusable", copy=saved.name, fault=repr(fault))
            continue
        _LOG.error("database_restored", copy=saved.name, damaged=f"hub.broken-{number}")
        instead = Instead.COPY
        break
    else:
        _LOG.error("database_begun_anew", damaged=f"hub.broken-{number}")
    journal = Journal(connect(database), randomness=randomness)
    journal.set_mark(_QUARANTINED, instead)
    journal.commit()
    return journal


def report_quarantined(journal: Journal, inlet: Appending, *, file: str, at: Seconds) -> None:
    """After the boot: say once that the journal before this one was damaged."""
    if instead := journal.mark(_QUARANTINED):
        event = FilePutAside(at=at, file=file, instead=Instead(instead))
        inlet.append(event, marks=((_QUARANTINED, ""),))


def _sound(database: Path, connect: Connect, randomness: Randomness) -> Journal | None:
    connection = connect(database)
    try:
        journal = Journal(connection, randomness=randomness)
        if _mark(database).exists():
            if journal.read("PRAGMA quick_check(1)") != [("ok",)]:
                connection.close()
                return None
            _mark(database).unlink()
    except sqlite3.DatabaseError as fault:
        connection.close()
        if getattr(fault, "sqlite_errorcode", None) not in _DAMAGE:
            raise
        return None
    return journal


def _mark(database: Path) -> Path:
    return database.with_name("hub.suspect")
