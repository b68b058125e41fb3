# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""A disk that keeps what was committed and nothing else when the power goes."""

import sqlite3
from pathlib import Path
from random import Random
from typing import Any


class PowerLoss(BaseException):
    """The power went in the middle of a statement; only what was committed stays."""


class _Connection(sqlite3.Connection):
    """A connection that can lose its power between two statements of a transaction."""

    disk: "SimulatedDisk"

    def execute(self, sql: str, *args: Any) -> sqlite3.Cursor:
        self.disk.statement(sql)
        return super().execute(sql, *args)

    def executemany(self, sql: str, *args: Any) -> sqlite3.Cursor:
        self.disk.statement(sql)
        return super().executemany(sql, *args)

    def close(self) -> None:
        """Keep the database: it is the disk that ends with the power, not the program's handle."""


class SimulatedDisk:
    """One machine's databases by file name, each in memory, each back to its last commit at a power loss.

    Attributes:
        torn: how many power losses fell inside an open transaction.
        statements: statements seen, to show that the world really wrote.
    """

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._kept: dict[str, bytes] = {}
        self._open: dict[str, sqlite3.Connection] = {}
        self._strike_in: int | None = None
        self._dead = False
        self.torn = 0
        self.statements = 0

    def connect(self, path: str | Path, **_ignored: Any) -> sqlite3.Connection:
        """Open the database of that name as the last power loss left it."""
        name = Path(path).name
        if self._dead:
            raise PowerLoss(name)
        assert name not in self._open, "one machine, one connection"
        connection = sqlite3.connect(
            ":memory:", isolation_level=None, check_same_thread=False, factory=_Connection
        )
        connection.disk = self
        if name in self._kept:
            connection.deserialize(self._kept[name])
        self._open[name] = connection
        return connection

    def statement(self, sql: str) -> None:
        """Count a statement; strike if the power is to go here. Nothing works after it went."""
        if self._dead:
            raise PowerLoss(sql)
        self.statements += 1
        if self._strike_in is None:
            return
        self._strike_in -= 1
        if self._strike_in <= 0:
            self._dead = True
            raise PowerLoss(sql)

    def strike_soon(self) -> None:
        """Let the power go within the next few statements, wherever that is."""
        self._strike_in = self._chance.randint(1, 12)

    def calm(self) -> None:
        """Take a planned strike back."""
        self._strike_in = None

    def power_loss(self) -> None:
        """Forget everything that was not committed."""
        self._strike_in = None
        self._dead = True
        for name, connection in self._open.items():
            if connection.in_transaction:
                self.torn += 1
                connection.rollback()
            self._kept[name] = connection.serialize()
            sqlite3.Connection.close(connection)
        self._open.clear()

    def power_on(self) -> None:
        """Let the disk turn again; until then nothing can be opened."""
        assert not self._open, "the power went first"
        self._dead = False

    def look(self, name: str, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Read what is in a database now, from outside: no statement of the machine, never a strike.

        While the machine is off this is what its disk holds.
        """
        connection = self._open.get(name)
        if connection is not None:
            return sqlite3.Connection.execute(connection, sql, values).fetchall()
        if name not in self._kept:
            return []
        shelf = sqlite3.connect(":memory:")
        shelf.deserialize(self._kept[name])
        found = shelf.execute(sql, values).fetchall()
        shelf.close()
        return found
