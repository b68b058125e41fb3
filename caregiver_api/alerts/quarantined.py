# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The rows of incidents in quarantine, until a person has closed the alert that stands for them."""

import hashlib
import json
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from caregiver_api.platform.schema import delivery_status, incident, page, quarantine

UNREADABLE: Final = "alert_unreadable"
"""Kind of the service's own alert that stands for a flat's incidents in quarantine."""

_STANDS_FOR: Final = sa.select(quarantine.c.incident).where(
    quarantine.c.alert == sa.bindparam("b_alert"), quarantine.c.over == 0
)
_OVER: Final = quarantine.update().where(quarantine.c.over == 0).values(over=1)


def alert_of(hub: str) -> str:
    """Name the one alert that stands for whatever of a flat cannot be read."""
    return hashlib.sha256(f"{UNREADABLE}|{hub}".encode()).hexdigest()[:32]


async def row_of(connection: AsyncConnection, name: str) -> dict[str, Any] | None:
    """Return an incident's row as it stands, without reading what is in it."""
    query = sa.select(incident).where(incident.c.id == name)
    row = (await connection.execute(query)).mappings().one_or_none()
    return None if row is None else dict(row)


async def move_in(connection: AsyncConnection, name: str, why: str, at_s: float) -> None:
    """Move an incident's row here, out of everybody's way; nothing when it is gone already."""
    row = await row_of(connection, name)
    if row is None:
        return
    await connection.execute(
        quarantine.insert().values(
            incident=name,
            hub=row["hub"],
            alert=alert_of(row["hub"]),
            why=why,
            content=json.dumps(row, default=repr),
            at_s=at_s,
            over=0,
        )
    )
    await connection.execute(sa.delete(incident).where(incident.c.id == name))
    await connection.execute(sa.delete(delivery_status).where(delivery_status.c.incident == name))


async def lives(connection: AsyncConnection, name: str) -> int:
    """Note that an incident stands for itself again: its flat said more of it.

    Returns:
        The last round of pages that went out for it, so that new ones are not taken for old ones;
        0 for an incident that was never in quarantine.
    """
    again = await connection.execute(_OVER.where(quarantine.c.incident == name))
    if not again.rowcount:
        return 0
    newest = sa.select(sa.func.max(page.c.round_no)).where(page.c.incident == name)
    return await connection.scalar(newest) or 0


async def closed(connection: AsyncConnection, alert: str) -> None:
    """Note that a person closed the alert that stood for some."""
    await connection.execute(_OVER.where(quarantine.c.alert == alert))


async def stands_for(connection: AsyncConnection, alert: str) -> tuple[str, ...]:
    """Return the incidents that an alert stands for."""
    rows = await connection.execute(_STANDS_FOR, {"b_alert": alert})
    return tuple(dict.fromkeys(rows.scalars()))


async def highest(connection: AsyncConnection) -> int:
    """Return the number of the last row in quarantine."""
    return await connection.scalar(sa.select(sa.func.max(quarantine.c.seq))) or 0


async def waiting(connection: AsyncConnection) -> int:
    """Return how many are in quarantine that no person has dealt with (`/healthz`)."""
    count = sa.select(sa.func.count()).select_from(quarantine).where(quarantine.c.over == 0)
    return await connection.scalar(count) or 0


async def forget(connection: AsyncConnection, hub: str) -> None:
    """Erase what is in quarantine of a flat: on what consent it rested cannot be read."""
    await connection.execute(quarantine.update().where(quarantine.c.hub == hub).values(content=""))
