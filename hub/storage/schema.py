# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The hub's database and how an older one becomes today's."""

import json
import sqlite3
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sqlite_utils import Database

type Migration = Callable[[Database], None]


class NewerDatabase(Exception):
    """The database was written by a newer Tohuus; going back needs the copy made before.

    Attributes:
        found: its schema version.
        known: the newest version this code knows.
    """

    def __init__(self, found: int, known: int) -> None:
        super().__init__(found, known)
        self.found = found
        self.known = known


def _first(database: "Database") -> None:
    database.execute("CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID")
    database.execute(
        """
        CREATE TABLE journal (
        seq INTEGER PRIMARY KEY, at REAL NOT NULL, utc_s REAL, kind TEXT NOT NULL, device TEXT,
        v INTEGER NOT NULL, held INTEGER NOT NULL, payload TEXT)"""
    )
    database.execute("CREATE INDEX journal_held ON journal (seq) WHERE held = 1")
    database.execute("CREATE TABLE snapshot (seq INTEGER PRIMARY KEY, state BLOB NOT NULL)")
    database.execute(
        "CREATE TABLE crash (seq INTEGER PRIMARY KEY, times INTEGER NOT NULL, fault TEXT NOT NULL)"
    )
    database.execute(
        """
        CREATE TABLE incident (id TEXT PRIMARY KEY, opened INTEGER NOT NULL, open INTEGER NOT NULL,
        card TEXT NOT NULL) WITHOUT ROWID"""
    )
    database.execute("CREATE INDEX incident_opened ON incident (opened)")
    database.execute(
        """
        CREATE TABLE outbox (n INTEGER PRIMARY KEY, message_id TEXT NOT NULL UNIQUE,
        seq INTEGER NOT NULL, incident TEXT NOT NULL, body TEXT NOT NULL, at REAL NOT NULL,
        sent INTEGER NOT NULL DEFAULT 0, running INTEGER NOT NULL DEFAULT 0)"""
    )
    database.execute(
        """
        CREATE TABLE audit (n INTEGER PRIMARY KEY, at REAL NOT NULL, utc_s REAL,
        actor TEXT NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL, hash TEXT NOT NULL)"""
    )


def _broken_deadlines(database: "Database") -> None:
    database.execute(
        """
        CREATE TABLE broken (deadline TEXT PRIMARY KEY, times INTEGER NOT NULL,
        at REAL NOT NULL) WITHOUT ROWID"""
    )


def _cards_say_whether_they_shine(database: "Database") -> None:
    """Cards written before it was told apart: what was lit shone until somebody came."""
    incidents = database.table("incident")
    for row in list(incidents.rows_where("json_type(card, '$.shines') IS NULL")):
        card = json.loads(row["card"])
        at_rest = card["closed"] is not None or card["carer"] is not None
        card["shines"] = card["second_way"] and not at_rest
        text = json.dumps(card, ensure_ascii=False, separators=(",", ":"))
        incidents.update(row["id"], {"card": text})


MIGRATIONS: Final[tuple[Migration, ...]] = (
    _first,
    _broken_deadlines,
    _cards_say_whether_they_shine,
)
"""Each brings the database from version n to n + 1, in one transaction; released ones stay."""


def check_version(connection: sqlite3.Connection) -> int:
    """Return the schema version of a database; nothing is written.

    Raises:
        NewerDatabase: it is from a newer release.
    """
    found: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if found > len(MIGRATIONS):
        raise NewerDatabase(found, len(MIGRATIONS))
    return found


def migrate(connection: sqlite3.Connection) -> int:
    """Bring the database to today's schema; return its version.

    Raises:
        NewerDatabase: it is from a newer release.
    """
    found = check_version(connection)
    if found == len(MIGRATIONS):
        return found
    from sqlite_utils import Database  # noqa: PLC0415 # 15 MB that a running hub does not need

    database = Database(connection, recursive_triggers=False, execute_plugins=False)
    for version in range(found, len(MIGRATIONS)):
        connection.execute("BEGIN IMMEDIATE")
        MIGRATIONS[version](database)
        connection.execute(f"PRAGMA user_version = {version + 1}")
        connection.execute("COMMIT")
    return len(MIGRATIONS)
