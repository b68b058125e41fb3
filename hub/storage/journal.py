# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The journal: every fact in order, and in the same transaction whatever follows from it."""

import asyncio
import contextlib
import json
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from hub.runtime.randomness import Randomness
from hub.storage.payload import VERSION as PAYLOAD_VERSION
from hub.storage.payload import decode, device_of, encode, kind_of
from hub.storage.schema import check_version, migrate
from rules.model.events import Event, Fact
from rules.model.identity import JournalId, Seconds, Seq

# The disk is full, gone read-only or broken, or another program holds the database: all are
# "nothing can be written" to the alarm path.
_UNWRITABLE: Final = frozenset(
    {
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_BUSY,
    }
)
_INSERT: Final = (
    "INSERT INTO journal (seq, at, utc_s, kind, device, v, held, payload) VALUES (?,?,?,?,?,?,?,?)"
)
SNAPSHOTS_KEPT: Final = 2

type Statement = tuple[str, tuple[Any, ...]]
"""A statement for the transaction of a row, and its values."""
# Checkpoints are made between presses and not inside one: a press must not wait for old pages.
_PRAGMAS: Final = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "busy_timeout = 5000",
    "wal_autocheckpoint = 0",
)
CHECKPOINT_COMMITS: Final = 300
"""So many commits make about as many pages as SQLite itself would wait for (1,000)."""


class Unwritable(Exception):
    """The storage is full, read-only or broken; what was to be written is still buffered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tail:
    """Where the journal ends; `at` is None for an empty one."""

    seq: Seq
    at: Seconds | None
    utc_s: Seconds | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Rule memory after the row `seq`."""

    seq: Seq
    state: bytes


class Journal:
    """One SQLite database (WAL, FULL) with a buffer in front of it.

    `add` and `also` only fill the buffer; `commit` writes all of it in one transaction or nothing.

    Args:
        connection: in autocommit mode (`isolation_level=None`); the journal is its only writer.
        randomness: names a new journal.

    Raises:
        NewerDatabase: the database is from a newer release; it was not touched.
    """

    def __init__(self, connection: sqlite3.Connection, *, randomness: Randomness) -> None:
        self._db = connection
        check_version(connection)  # the pragmas already write to the file
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        self._commits = 0
        migrate(connection)
        self._rows: list[tuple[Any, ...]] = []
        self._also: list[Statement] = []
        self._snapshot: Snapshot | None = None
        self.dirty = asyncio.Event()
        """Set while something waits in the buffer."""
        known = self.mark("journal_id")
        self.id = JournalId(known or randomness.draw(16).hex())
        if known is None:
            self.set_mark("journal_id", self.id)
            self.commit()

    # --- writing

    def add(self, fact: Fact) -> None:
        """Buffer one fact as the next row."""
        event = fact.event
        self._rows.append(
            (
                fact.seq,
                event.at,
                fact.utc_s,
                kind_of(event),
                device_of(event),
                PAYLOAD_VERSION,
                0 if event.ordinary else 1,
                encode(event),
            )
        )
        self.dirty.set()

    def also(self, sql: str, *values: Any) -> None:
        """Buffer another statement for the same transaction."""
        self._also.append((sql, values))
        self.dirty.set()

    def set_mark(self, key: str, value: str) -> None:
        """Buffer a named value (last number of the stream, for example)."""
        self.also(
            "INSERT INTO meta VALUES (?,?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            key,
            value,
        )

    def commit(self) -> None:
        """Make the buffer durable in one transaction.

        Raises:
            Unwritable: nothing was written; the buffer is as before.
        """
        if not self._rows and not self._also and self._snapshot is None:
            return
        try:
            self._db.execute("BEGIN IMMEDIATE")
            if self._rows:
                self._db.executemany(_INSERT, self._rows)
            for sql, values in self._also:
                self._db.execute(sql, values)
            if self._snapshot is not None:
                self._write_snapshot(self._snapshot)
            self._db.execute("COMMIT")
        except sqlite3.Error as fault:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            code = getattr(fault, "sqlite_errorcode", None)
            if code is not None and code & 0xFF in _UNWRITABLE:
                raise Unwritable from fault
            raise
        self._rows.clear()
        self._also.clear()
        self._snapshot = None
        self.dirty.clear()
        self._commits += 1

    def checkpoint(self) -> None:
        """Move what was committed into the database file, once enough has come together."""
        if self._commits >= CHECKPOINT_COMMITS:
            self._commits = 0
            with contextlib.suppress(sqlite3.OperationalError):  # no room: the log keeps it all
                self._db.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def drop_ordinary(self) -> int:
        """Throw buffered ordinary rows and a snapshot away for the alarms; return how many rows."""
        self._snapshot = None
        kept = [row for row in self._rows if row[6]]
        dropped = len(self._rows) - len(kept)
        self._rows = kept
        return dropped

    def make_room(self, rows: int) -> int:
        """Delete the oldest ordinary rows; return how many. A snapshot should follow.

        Raises:
            Unwritable: not even that is possible.
        """
        try:
            return self._db.execute(
                "DELETE FROM journal WHERE seq IN"
                " (SELECT seq FROM journal WHERE held = 0"
                "  AND seq < (SELECT max(seq) FROM journal) ORDER BY seq LIMIT ?)",
                (rows,),
            ).rowcount
        except sqlite3.Error as fault:
            raise Unwritable from fault

    def has_room(self, size_bytes: int) -> bool:
        """Try whether the database could grow by so much; nothing stays of the trial."""
        try:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.execute("INSERT INTO snapshot VALUES (-1, zeroblob(?))", (size_bytes,))
        except sqlite3.Error:
            return False
        finally:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
        return True

    def keep_snapshot(self, seq: Seq, state: bytes) -> None:
        """Buffer rule memory as of row `seq`; only the newest few stay."""
        self._snapshot = Snapshot(seq=seq, state=state)
        self.dirty.set()

    def _write_snapshot(self, snapshot: Snapshot) -> None:
        self._db.execute(
            "INSERT OR REPLACE INTO snapshot VALUES (?,?)", (snapshot.seq, snapshot.state)
        )
        self._db.execute(
            "DELETE FROM snapshot WHERE seq NOT IN"
            " (SELECT seq FROM snapshot ORDER BY seq DESC LIMIT ?)",
            (SNAPSHOTS_KEPT,),
        )

    def count_crash(self, seq: Seq, fault: str) -> None:
        """Buffer that the row stopped the process once more."""
        self.also(
            "INSERT INTO crash VALUES (?, 1, ?)"
            " ON CONFLICT (seq) DO UPDATE SET times = times + 1, fault = excluded.fault",
            seq,
            fault[:500],
        )

    # --- reading

    def read(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return the rows of a query over what is durable."""
        return self._db.execute(sql, values).fetchall()

    def mark(self, key: str) -> str | None:
        """Return a named value, None if it was never set."""
        found = self.read("SELECT value FROM meta WHERE key = ?", key)
        return found[0][0] if found else None

    def tail(self, before: Seq | None = None) -> Tail:
        """Return where the journal ends, or the part of it before a row."""
        found = self.read(
            "SELECT seq, at, utc_s FROM journal WHERE seq < ? ORDER BY seq DESC LIMIT 1",
            sys.maxsize if before is None else before,
        )
        if not found:
            return Tail(seq=Seq(0), at=None, utc_s=None)
        seq, at, utc_s = found[0]
        return Tail(seq=Seq(seq), at=at, utc_s=utc_s)

    def facts(self, after: int = 0, *, held_only: bool = False) -> Iterator[Fact]:
        """Yield the facts behind row `after` in order; `held_only` leaves the ordinary ones out."""
        only = "held = 1 AND " if held_only else ""
        for seq, at, utc_s, kind, device, version, payload in self._db.execute(
            f"SELECT seq, at, utc_s, kind, device, v, payload FROM journal WHERE {only}seq > ?"  # noqa: S608 # fixed text
            " ORDER BY seq",
            (after,),
        ):
            yield Fact(seq=Seq(seq), utc_s=utc_s, event=decode(kind, version, at, device, payload))

    def event(self, seq: Seq) -> tuple[Event, Seconds | None] | None:
        """Return one row's event and wall time, None when the row is gone or was never durable."""
        found = self.read(
            "SELECT kind, v, at, device, payload, utc_s FROM journal WHERE seq = ?", seq
        )
        return (decode(*found[0][:5]), found[0][5]) if found else None

    def snapshots(self) -> list[Snapshot]:
        """Return the kept snapshots, newest first."""
        found = self.read("SELECT seq, state FROM snapshot ORDER BY seq DESC")
        return [Snapshot(seq=Seq(seq), state=state) for seq, state in found]

    def crashes(self) -> dict[int, int]:
        """Return how often each row stopped the process."""
        return dict(self.read("SELECT seq, times FROM crash"))

    def close(self) -> None:
        """Close the database; what is still buffered is not written."""
        self._db.close()


def as_json(value: object) -> str:
    """Write plain data the one way the hub stores it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
