# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""SQLite for SQLAlchemy's async engine without a thread: each statement runs where it is awaited."""

import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any


class InlineCursor:
    """A cursor with aiosqlite's interface that never suspends."""

    def __init__(self, cursor: sqlite3.Cursor, connection: sqlite3.Connection) -> None:
        self._cursor = cursor
        self._connection = connection

    async def __aenter__(self) -> "InlineCursor":
        return self

    @property
    def description(self) -> Any:
        return self._cursor.description

    @property
    def rowcount(self) -> int:
        return self._cursor.rowcount

    @property
    def lastrowid(self) -> Any:
        return self._cursor.lastrowid

    arraysize = 1

    async def execute(self, sql: str, parameters: Any = ()) -> None:
        # Through the connection, so that a simulated disk can count it and let the power go.
        self._cursor = self._connection.execute(sql, parameters)

    async def executemany(self, sql: str, parameters: Any) -> None:
        self._cursor = self._connection.executemany(sql, parameters)

    async def fetchone(self) -> Any:
        return self._cursor.fetchone()

    async def fetchmany(self, size: int | None = None) -> list[Any]:
        return self._cursor.fetchmany(size or 1)

    async def fetchall(self) -> list[Any]:
        return self._cursor.fetchall()

    async def close(self) -> None:
        self._cursor.close()


class InlineConnection:
    """A connection with the part of aiosqlite's interface that SQLAlchemy uses."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        assert connection.isolation_level is None, "transactions are begun by statement"
        self._connection: sqlite3.Connection | None = connection
        self._conn = connection
        self.isolation_level = None

    def cursor(self) -> InlineCursor:
        return InlineCursor(self._conn.cursor(), self._conn)

    async def create_function(self, *args: Any, **kw: Any) -> None:
        self._conn.create_function(*args, **kw)

    async def commit(self) -> None:
        self._conn.commit()

    async def rollback(self) -> None:
        self._conn.rollback()

    async def close(self) -> None:
        self._connection = None
        self._conn.close()

    def stop(self) -> None:
        self._connection = None


def connector(connect: Callable[[], sqlite3.Connection]) -> Callable[[], Awaitable[Any]]:
    """Make the connector for `caregiver_api.platform.store.Store.on`.

    Args:
        connect: opens the one connection, with `isolation_level=None`; for example
            `lambda: disk.connect("service.db")` of a `SimulatedDisk`.
    """

    async def opened() -> InlineConnection:
        return InlineConnection(connect())

    return opened
