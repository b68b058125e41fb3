# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The steps from one version of the tables to the next, and single values that are remembered."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from caregiver_api.platform.schema import meta, note

VERSION: Final = 2
"""Version of the tables; a database with a higher one is refused."""


class DatabaseTooNew(Exception):
    """The database was written by a newer version of the service; install that one again."""


type Migration = Callable[[AsyncConnection], Awaitable[None]]


async def _addresses(connection: AsyncConnection) -> None:
    """Add what channels with addresses need (the table `address` is made with all new tables)."""
    for statement in (
        "ALTER TABLE person ADD COLUMN language TEXT",
        "ALTER TABLE page ADD COLUMN address TEXT",
    ):
        await connection.exec_driver_sql(statement)


MIGRATIONS: Final[Mapping[int, Migration]] = MappingProxyType({1: _addresses})
"""Step from version N to N + 1, by N."""


async def migrate(connection: AsyncConnection) -> None:
    """Create the tables, or bring those of an older version up to `VERSION`.

    Raises:
        DatabaseTooNew: its version is higher than ours; nothing was written.
    """
    version = await _version(connection)
    if version > VERSION:
        raise DatabaseTooNew(version)
    await connection.run_sync(meta.create_all)
    for step in range(version, VERSION):
        await MIGRATIONS[step](connection)
    await remember(connection, "schema", str(VERSION))


async def _version(connection: AsyncConnection) -> int:
    there = await connection.run_sync(lambda sync: sa.inspect(sync).has_table(note.name))
    stored = await recall(connection, "schema") if there else None
    return VERSION if stored is None else int(stored)


async def remember(connection: AsyncConnection, name: str, value: str) -> None:
    """Write a single value."""
    await connection.execute(sa.delete(note).where(note.c.name == name))
    await connection.execute(note.insert().values(name=name, value=value))


async def recall(connection: AsyncConnection, name: str) -> str | None:
    """Read a single value."""
    value: str | None = await connection.scalar(sa.select(note.c.value).where(note.c.name == name))
    return value
