# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""How an incident goes on, written down and told: to open pages, and to its flat."""

import json
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from caregiver_api import wire
from caregiver_api.alerts import quarantined
from caregiver_api.alerts.announcer import AfterCommit
from caregiver_api.alerts.incident import HUB_SILENT, CareIncident
from caregiver_api.alerts.quarantined import UNREADABLE
from caregiver_api.escalation.actions import Progress
from caregiver_api.escalation.state import Phase
from caregiver_api.hubs.downlink import Downlink
from caregiver_api.hubs.escalation_policies import EscalationPolicies
from caregiver_api.people.caregivers import Caregivers
from caregiver_api.platform import schema
from caregiver_api.platform.clock import Axis, EscalationTime
from caregiver_api.platform.live import ProgressMade

OWN: Final = frozenset({HUB_SILENT, UNREADABLE})
"""Kinds of the service's own alerts."""

# Statements of the alarm path are built once: building them takes longer than running them.
_PROGRESS: Final = schema.progress.insert()
_CONFIRM: Final = (
    schema.message.update()
    .where(schema.message.c.incident == sa.bindparam("b_id"), schema.message.c.receipt_due == 1)
    .values(receipt_due=0)
    .returning(schema.message.c.id)
)


class ProgressLog:
    """Writes the steps of incidents."""

    def __init__(
        self,
        people: Caregivers,
        policies: EscalationPolicies,
        downlink: Downlink,
        axis: Axis,
        time: EscalationTime,
    ) -> None:
        self._people = people
        self._policies = policies
        self._downlink = downlink
        self._axis = axis
        self._time = time

    async def write(
        self,
        connection: AsyncConnection,
        incident: CareIncident,
        action: Progress,
        after: AfterCommit,
        reason: str | None = None,
        owned: str | None = None,
    ) -> None:
        """Write one step and note whom to tell, in one transaction.

        Args:
            connection: the transaction.
            incident: as it stands after the step.
            action: the step.
            after: collects what is to be told after the commit.
            reason: words a person gave.
            owned: who had the incident before.
        """
        rung = incident.state.rung + 1 if incident.state.rung >= 0 else None
        row = {
            "incident": incident.id,
            "step": action.step,
            "rung": rung,
            "who": action.who,
            "minutes": action.minutes,
            "reason": reason,
            "at_s": self._time.now(),
            "wall_ms": int(self._axis.now() * 1000),
        }
        await connection.execute(_PROGRESS, row)
        shown = {
            "incident_id": incident.id,
            "hub_id": incident.hub,
            "step": action.step,
            "rung": rung,
            "who": self._people.display(action.who),
            "who_id": action.who,
            "minutes": action.minutes,
            "reason": reason,
            "wall_ms": row["wall_ms"],
            "at": row["at_s"],
        }
        after.events.append(
            ProgressMade(
                hub=incident.hub,
                incident=incident.id,
                step=action.step,
                audience=self._policies.audience(incident.hub, incident.state),
                frame=json.dumps(shown, ensure_ascii=False),
            )
        )
        await self._tell_hub(connection, incident, action, after, reason, owned)

    async def _tell_hub(
        self,
        connection: AsyncConnection,
        incident: CareIncident,
        action: Progress,
        after: AfterCommit,
        reason: str | None,
        owned: str | None,
    ) -> None:
        about: tuple[str, ...] = (incident.id,)
        if incident.alert.kind in OWN:
            about = await quarantined.stands_for(connection, incident.id)
        more: dict[str, Any] = {
            "carer": self._people.display(action.who),
        }
        kind = wire.DownKind.CARER_ANSWERED
        match action.step:
            case "accepted" | "on_the_way" | "arrived":
                more |= {"step": action.step, "minutes": action.minutes}
            case "declined" | "expired" if owned is not None and owned == action.who:
                # She was told that somebody comes; now that is no longer so.
                more["step"] = "declined"
            case "closed":
                kind = wire.DownKind.CARER_CLOSED
                more |= {"reason": reason, "message_id": incident.alert.message_id}
                await quarantined.closed(connection, incident.id)
            case "nobody_reached" | "somebody_reached":
                kind = wire.DownKind(action.step)
                more["message_id"] = incident.alert.message_id
            case _:
                return
        for one in about:
            await self._downlink.add(connection, incident.hub, kind=kind, incident_id=one, **more)
            after.hubs.append(incident.hub)

    async def confirm_running(
        self, connection: AsyncConnection, incident: CareIncident, after: AfterCommit
    ) -> None:
        """Tell the hub, once for each message, that people are being called for it.

        What comes after an incident is over calls nobody (or it would run again): the flat need not
        help itself, so that is confirmed as well.
        """
        over = incident.state.phase in {Phase.SETTLED, Phase.CLOSED}
        if not (incident.state.running or over) or incident.alert.kind in OWN:
            return
        rows = (await connection.execute(_CONFIRM, {"b_id": incident.id})).all()
        for row in rows:
            await self._downlink.add(
                connection,
                incident.hub,
                kind=wire.DownKind.ESCALATION_RUNNING,
                message_id=row.id,
                incident_id=incident.id,
            )
            after.hubs.append(incident.hub)
