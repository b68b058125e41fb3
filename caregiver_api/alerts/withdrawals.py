# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""A consent ended: what rested on it is erased here, and the flat gets the confirmation."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from caregiver_api import wire
from caregiver_api.alerts import quarantined
from caregiver_api.alerts.incident import ALERT, Unreadable, read_row
from caregiver_api.audit import trail
from caregiver_api.escalation.state import Phase
from caregiver_api.hubs.downlink import Downlink
from caregiver_api.hubs.register import PairedHub
from caregiver_api.platform import schema
from caregiver_api.platform.clock import Axis, EscalationTime
from caregiver_api.platform.live import Live, OverviewChanged
from caregiver_api.platform.store import Store

ERASED = "erased"
"""Kind that stands where an erased one stood."""


class ConsentWithdrawals:
    """Carries out withdrawals.

    Closed incidents of the purpose are erased at once. An open one may be about a person who needs
    help now: it stays until somebody closes it, then it is erased as well.
    """

    def __init__(
        self, store: Store, downlink: Downlink, axis: Axis, time: EscalationTime, live: Live
    ) -> None:
        self._store = store
        self._downlink = downlink
        self._axis = axis
        self._time = time
        self._live = live

    async def receive(self, hub: PairedHub, purpose: str) -> None:
        """Carry out a withdrawal; return when it is durable. Repeating it is harmless."""

        async def work(connection: AsyncConnection) -> None:
            table = schema.withdrawn
            await connection.execute(
                sa.delete(table).where(table.c.hub == hub.id, table.c.purpose == purpose)
            )
            await connection.execute(
                table.insert().values(hub=hub.id, purpose=purpose, at_s=self._time.now())
            )
            await erase_closed(connection, hub.id)
            deed = trail.Deed(
                at_s=self._axis.now(),
                who=hub.id,
                what="consent_withdrawn",
                about=hub.id,
                detail={"purpose": purpose},
            )
            await trail.write(connection, deed)
            await self._downlink.add(
                connection, hub.id, kind=wire.DownKind.WITHDRAWAL_CONFIRMED, purpose=purpose
            )

        await self._store.write(work)
        self._downlink.notify(hub.id)
        self._live.publish(OverviewChanged(hub=hub.id))


async def erase_closed(connection: AsyncConnection, hub: str) -> None:
    """Erase closed incidents that came in before their purpose's consent was withdrawn."""
    rows = await connection.execute(
        sa.select(schema.withdrawn).where(schema.withdrawn.c.hub == hub)
    )
    ended = {row.purpose: row.at_s for row in rows}
    if not ended:
        return
    table, message = schema.incident, schema.message
    closed = await connection.execute(
        sa.select(table).where(table.c.hub == hub, table.c.phase == Phase.CLOSED)
    )
    await quarantined.forget(connection, hub)
    for row in closed.all():
        try:
            incident = read_row(row)
        except Unreadable:
            # On what consent it rested cannot be read, and nobody waits for it: it goes.
            await connection.execute(sa.delete(message).where(message.c.incident == row.id))
            await connection.execute(sa.delete(table).where(table.c.id == row.id))
            continue
        purpose, kind = incident.alert.purpose, incident.alert.kind
        if kind == ERASED or purpose is None or incident.opened_s > ended.get(purpose, 0.0):
            continue
        bare = ALERT.dump(
            wire.Alert(
                message_id=incident.alert.message_id,
                incident_id=incident.id,
                revision=incident.alert.revision,
                kind=ERASED,
                priority="info",
                phase="closed",
                age_s=0.0,
                basis=incident.alert.basis,
                purpose=purpose,
            )
        )
        await connection.execute(
            table.update().where(table.c.id == incident.id).values(alert=bare, since_s=0.0)
        )
        await connection.execute(
            message.update().where(message.c.incident == incident.id).values(body=bare)
        )
