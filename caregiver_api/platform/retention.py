# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What has served its time is deleted: closed incidents, old answers, log-ins and codes."""

from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from caregiver_api.escalation.state import Phase
from caregiver_api.platform import migrations, schema
from caregiver_api.platform.clock import Axis, EscalationTime
from caregiver_api.platform.live import Signal
from caregiver_api.platform.store import Store

DAY_S: Final = 86400.0
HOUR_S: Final = 3600.0
NOTES: Final = 6
"""How often an hour the time is noted."""
DOWN_DAYS: Final = 30
"""A hub that was away longer starts anew; its answers would be stale."""


class ServiceRetention:
    """Deletes once an hour, notes the time in between.

    Args:
        incident_days: how long closed incidents are kept.
    """

    def __init__(
        self, store: Store, axis: Axis, time: EscalationTime, *, incident_days: int
    ) -> None:
        self._store = store
        self._axis = axis
        self._time = time
        self._incident_days = incident_days
        self._never = Signal()

    async def step(self) -> None:
        """Delete what is too old."""
        now, story = self._axis.now(), self._time.now()

        async def work(connection: AsyncConnection) -> None:
            table = schema.incident
            old = sa.select(table.c.id).where(
                table.c.phase == Phase.CLOSED,
                table.c.closed_s < story - self._incident_days * DAY_S,
            )
            for part in (schema.message, schema.page, schema.progress):
                await connection.execute(sa.delete(part).where(part.c.incident.in_(old)))
            await connection.execute(sa.delete(table).where(table.c.id.in_(old)))
            quarantine = schema.quarantine
            await connection.execute(
                sa.delete(quarantine).where(quarantine.c.at_s < now - self._incident_days * DAY_S)
            )
            down, session, pairing = schema.down, schema.session, schema.pairing
            await connection.execute(
                sa.delete(down).where(
                    down.c.created_s < now - DOWN_DAYS * DAY_S,
                    # The highest number stays, so that numbers go on rising.
                    down.c.number < sa.select(sa.func.max(down.alias().c.number)).scalar_subquery(),
                )
            )
            await connection.execute(sa.delete(session).where(session.c.expires_s < now))
            await connection.execute(sa.delete(pairing).where(pairing.c.expires_s < now - DAY_S))

        await self._store.write(work)

    async def note_time(self) -> None:
        """Note the time, so that the axis does not go back over a restart."""

        async def work(connection: AsyncConnection) -> None:
            await migrations.remember(connection, "axis_s", str(self._axis.now()))
            await migrations.remember(connection, "escalation_s", str(self._time.now()))

        await self._store.write(work)

    async def run(self) -> None:
        """Delete and note for ever."""
        while True:
            await self.step()
            for _ in range(NOTES):
                await self.note_time()
                await self._never.wait(HOUR_S / NOTES)
