# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The hub's database and how an older one becomes today's."""

import sqlite3
from typing import Final

# Each entry brings the database from version n to n + 1, in one transaction.
# Never edit an entry that was released.
MIGRATIONS: Final[tuple[str, ...]] = (
    """
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE journal (
        seq INTEGER PRIMARY KEY, at REAL NOT NULL, utc_s REAL, kind TEXT NOT NULL, device TEXT,
        v INTEGER NOT NULL, held INTEGER NOT NULL, payload TEXT);
    CREATE INDEX journal_held ON journal (seq) WHERE held = 1;
    CREATE TABLE snapshot (seq INTEGER PRIMARY KEY, state BLOB NOT NULL);
    CREATE TABLE crash (seq INTEGER PRIMARY KEY, times INTEGER NOT NULL, fault TEXT NOT NULL);
    CREATE TABLE incident (id TEXT PRIMARY KEY, opened INTEGER NOT NULL, open INTEGER NOT NULL,
        card TEXT NOT NULL) WITHOUT ROWID;
    CREATE INDEX incident_opened ON incident (opened);
    CREATE TABLE outbox (n INTEGER PRIMARY KEY, message_id TEXT NOT NULL UNIQUE,
        seq INTEGER NOT NULL, incident TEXT NOT NULL, body TEXT NOT NULL, at REAL NOT NULL,
        sent INTEGER NOT NULL DEFAULT 0, running INTEGER NOT NULL DEFAULT 0);
    CREATE TABLE audit (n INTEGER PRIMARY KEY, at REAL NOT NULL, utc_s REAL, actor TEXT NOT NULL,
        action TEXT NOT NULL, subject TEXT NOT NULL, hash TEXT NOT NULL);
    """,
    """
    CREATE TABLE broken (deadline TEXT PRIMARY KEY, times INTEGER NOT NULL,
        at REAL NOT NULL) WITHOUT ROWID;
    """,
)


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


def migrate(connection: sqlite3.Connection) -> int:
    """Bring the database to today's schema; return its version.

    Raises:
        NewerDatabase: it is from a newer release.
    """
    found: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if found > len(MIGRATIONS):
        raise NewerDatabase(found, len(MIGRATIONS))
    for version in range(found, len(MIGRATIONS)):
        connection.execute("BEGIN IMMEDIATE")
        for statement in MIGRATIONS[version].split(";"):
            if statement.strip():
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {version + 1}")
        connection.execute("COMMIT")
    return len(MIGRATIONS)
