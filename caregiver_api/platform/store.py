# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The database: one writer that commits what waits together, readers that never block it."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from caregiver_api.platform.migrations import migrate

type Connector = Callable[[], Awaitable[Any]]
"""Opens a driver connection with aiosqlite's interface; the simulation brings a threadless one."""

type Work[T] = Callable[[AsyncConnection], Awaitable[T]]
"""Statements of one fact. It may run twice (alone, after its group failed), so it only touches the
database and returns; it tells a refusal by its result, never by an exception."""

READERS: Final = 4
GROUP: Final = 200
"""Facts committed together at most; more would only lengthen the wait of the first."""
BUSY_MS: Final = 5000


def engine(
    path: Path, *, write: bool, pool: int = 1, connector: Connector | None = None
) -> AsyncEngine:
    """Make an engine on a SQLite file: WAL, synchronous FULL, explicit BEGIN.

    Args:
        path: database file; its folder exists.
        write: begin IMMEDIATE (a later upgrade of a reading transaction would fail as "locked").
        pool: connections kept.
        connector: opens the driver connection instead of aiosqlite (which uses a thread each).
    """
    if connector is None:
        made = create_async_engine(
            f"sqlite+aiosqlite:///{path}",
            connect_args={"isolation_level": None},
            pool_size=pool,
            max_overflow=0,
        )
    else:
        made = create_async_engine(
            f"sqlite+aiosqlite:///{path}", async_creator=connector, pool_size=pool, max_overflow=0
        )

    @sa.event.listens_for(made.sync_engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={BUSY_MS}"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @sa.event.listens_for(made.sync_engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return made


@dataclass(slots=True, eq=False)
class _QueuedWork:
    work: Work[Any]
    done: bool = False
    result: Any = None
    failure: Exception | None = field(default=None)


class Store:
    """Durable state of the service.

    Args:
        writer: engine that begins IMMEDIATE.
        reader: engine for reads; None reads on the writer's connection (one-connection drivers).

    Attributes:
        commits: transactions committed.
        works: works committed; `works / commits` tells how well the group commit works.
    """

    def __init__(self, writer: AsyncEngine, reader: AsyncEngine | None) -> None:
        self._writer = writer
        self._reader = reader
        self._lock = asyncio.Lock()
        self._waiting: deque[_QueuedWork] = deque()
        self.commits = 0
        self.works = 0

    @classmethod
    def at(cls, path: Path) -> "Store":
        """Make the store on a file with aiosqlite."""
        return cls(engine(path, write=True), engine(path, write=False, pool=READERS))

    @classmethod
    def on(cls, connector: Connector) -> "Store":
        """Make the store on one connection of an injected driver."""
        return cls(engine(Path("injected.db"), write=True, connector=connector), None)

    async def open(self) -> None:
        """Create or migrate the tables.

        Raises:
            DatabaseTooNew: written by a newer version.
        """
        async with self._lock, self._writer.begin() as connection:
            await migrate(connection)

    async def write[T](self, work: Work[T]) -> T:
        """Do the work in a transaction and return when it is durable.

        Works that wait while another commits share the next transaction. If one of a group fails,
        the group is rolled back and each is done again alone, so that only the guilty one fails.
        """
        mine = _QueuedWork(work)
        self._waiting.append(mine)
        async with self._lock:
            if not mine.done:
                await self._commit_waiting()
        assert mine.done, "the leader left somebody behind"
        if mine.failure is not None:
            raise mine.failure
        result: T = mine.result
        return result

    async def _commit_waiting(self) -> None:
        group = [self._waiting.popleft() for _ in range(min(GROUP, len(self._waiting)))]
        try:
            await self._commit(group)
        except Exception as failure:  # noqa: BLE001 # handed to the caller whose work it was
            if len(group) == 1:
                group[0].failure, group[0].done = failure, True
                return
            for one in group:
                try:
                    await self._commit([one])
                except Exception as alone:  # noqa: BLE001 # handed to the caller whose work it was
                    one.failure, one.done = alone, True
        finally:
            # Cancelled in the middle: who is not done waits on, the next one leads.
            self._waiting.extendleft(one for one in reversed(group) if not one.done)

    async def _commit(self, group: list[_QueuedWork]) -> None:
        async with self._writer.begin() as connection:
            results = [await one.work(connection) for one in group]
        for one, result in zip(group, results, strict=True):
            one.result, one.done = result, True
        self.commits += 1
        self.works += len(group)

    async def read[T](self, work: Work[T]) -> T:
        """Read a consistent state of the database."""
        if self._reader is None:
            async with self._lock, self._writer.begin() as connection:
                return await work(connection)
        async with self._reader.begin() as connection:
            return await work(connection)

    async def close(self) -> None:
        """Close all connections."""
        await self._writer.dispose()
        if self._reader is not None:
            await self._reader.dispose()
