# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who did what: rows chained by hash, written in the transaction of the deed."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from caregiver_api.platform.schema import audit

FIRST: Final = "0" * 64
"""What the first row is chained to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One audited deed. `who` and `about` are ids, never names; `detail` holds no health data."""

    at_s: float
    who: str
    what: str
    about: str = ""
    detail: Mapping[str, str | int | float | None]


def canonical(value: Mapping[str, object]) -> str:
    """Return JSON with sorted keys and without spaces."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def link(before: str, deed: Deed) -> str:
    """Return the hash of a deed chained to the row before."""
    text = canonical(
        {
            "about": deed.about,
            "at_s": deed.at_s,
            "detail": dict(deed.detail),
            "what": deed.what,
            "who": deed.who,
        }
    )
    return hashlib.sha256(f"{before}{text}".encode()).hexdigest()


async def write(connection: AsyncConnection, deed: Deed) -> None:
    """Append a deed to the chain, in the caller's transaction."""
    before = await connection.scalar(sa.select(audit.c.hash).order_by(audit.c.seq.desc()).limit(1))
    await connection.execute(
        audit.insert().values(
            at_s=deed.at_s,
            who=deed.who,
            what=deed.what,
            about=deed.about,
            detail=canonical(deed.detail),
            hash=link(before or FIRST, deed),
        )
    )


async def read(connection: AsyncConnection, *, last: int | None = None) -> list[tuple[Deed, str]]:
    """Return deeds with their hashes, oldest first; `last` keeps only that many of the newest."""
    query = sa.select(audit).order_by(audit.c.seq.desc())
    rows = (await connection.execute(query if last is None else query.limit(last))).all()
    return [
        (
            Deed(
                at_s=row.at_s,
                who=row.who,
                what=row.what,
                about=row.about,
                detail=json.loads(row.detail),
            ),
            row.hash,
        )
        for row in reversed(rows)
    ]


def verify(rows: Iterable[tuple[Deed, str]]) -> int | None:
    """Return the place (from 0) of the first row that does not fit the chain, None if all fit."""
    before = FIRST
    for place, (deed, hashed) in enumerate(rows):
        if link(before, deed) != hashed:
            return place
        before = hashed
    return None
