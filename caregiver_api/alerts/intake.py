# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Messages of hubs come in: stored once each, durable before they are answered, told at once."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from caregiver_api import wire
from caregiver_api.alerts import quarantined
from caregiver_api.alerts.announcer import AfterCommit, Announcer
from caregiver_api.alerts.incident import ALERT, CareIncident, Unreadable, find
from caregiver_api.alerts.incidents import CareIncidents
from caregiver_api.alerts.quarantined import UNREADABLE
from caregiver_api.escalation import state_machine
from caregiver_api.escalation.events import RevisionReceived
from caregiver_api.hubs.escalation_policies import EscalationPolicies
from caregiver_api.hubs.register import PairedHub
from caregiver_api.platform import schema
from caregiver_api.platform.clock import Axis, EscalationTime
from caregiver_api.platform.digest import DigestHours
from caregiver_api.platform.live import AlertStored, Signal
from caregiver_api.platform.problems import Refusal
from caregiver_api.platform.store import Store

OVER: Final = frozenset({"answered", "closed"})
"""Phases of a message that call nobody anew: they tell how it went on in the flat."""
TAKEN: Final = "accepted"
"""Phase of a message after a carer took it: news only if it counts more presses."""
_ADD: Final = insert(schema.message).on_conflict_do_nothing().returning(schema.message.c.seq)
_FOREIGN: Final = sa.select(
    sa.exists().where(
        schema.incident.c.id.in_(sa.bindparam("b_incidents", expanding=True)),
        schema.incident.c.hub != sa.bindparam("b_hub"),
    )
    | sa.exists().where(
        schema.message.c.id.in_(sa.bindparam("b_messages", expanding=True)),
        schema.message.c.hub != sa.bindparam("b_hub"),
    )
)


class Intake:
    """Takes messages in.

    Args:
        digest: when info may be told.
        wake: wakes the timer loop, which pages and confirms.
    """

    def __init__(
        self,
        store: Store,
        incidents: CareIncidents,
        policies: EscalationPolicies,
        announcer: Announcer,
        axis: Axis,
        time: EscalationTime,
        *,
        digest: DigestHours,
        wake: Signal,
    ) -> None:
        self._store = store
        self._incidents = incidents
        self._policies = policies
        self._announcer = announcer
        self._digest = digest
        self._axis = axis
        self._time = time
        self._wake = wake

    async def receive(self, hub: PairedHub, messages: Sequence[wire.Alert]) -> wire.Stored:
        """Store messages of a hub; return when all are durable. Known ones change nothing.

        Raises:
            Refusal: 403, a message belongs to another hub; nothing was stored.
        """

        async def work(connection: AsyncConnection) -> AfterCommit | None:
            if await _foreign(connection, hub, messages):
                return None
            after = AfterCommit()
            for alert in messages:
                await self._store_one(connection, hub, alert, after)
            return after

        self._follow_story(messages)
        after = await self._store.write(work)
        if after is None:
            raise Refusal(403, "foreign")
        self._announcer.publish(after)
        self._wake.notify()
        return wire.Stored(message_ids=tuple(alert.message_id for alert in messages))

    def _follow_story(self, messages: Sequence[wire.Alert]) -> None:
        """In a story the hub may be moved first: what it says happens now is now here as well."""
        if self._time.in_story:
            told = (one.utc_s + one.age_s for one in messages if one.utc_s is not None)
            self._time.tell(utc_s=max(told, default=0.0))

    async def _store_one(
        self, connection: AsyncConnection, hub: PairedHub, alert: wire.Alert, after: AfterCommit
    ) -> None:
        now, service_s = self._time.now(), self._axis.now()
        calls = alert.priority != "info" or alert.test
        row = {
            "id": alert.message_id,
            "incident": alert.incident_id,
            "hub": hub.id,
            "body": ALERT.dump(alert),
            "received_s": now,
            "received_ms": int(service_s * 1000),
            "receipt_due": int(calls),
        }
        seq = await connection.scalar(_ADD, row)
        if seq is None:
            return  # known: the answer to an earlier request was lost
        # Its events stand in order of numbers: a stream that breaks resumes behind the last one.
        place = len(after.events)
        try:
            before = await find(connection, alert.incident_id)
        except Unreadable as fault:
            # Each message is complete: with this one the incident begins anew, and is read.
            await quarantined.move_in(connection, fault.incident, str(fault), service_s)
            before = None
        if before is None:
            incident = await self._open(connection, hub, alert, after)
        else:
            incident = await self._revise(connection, before, alert, after)
        frame = shown(incident, alert, hub, seq=seq, received_ms=int(service_s * 1000))
        after.events.insert(
            place,
            AlertStored(
                seq=seq,
                hub=hub.id,
                incident=incident.id,
                audience=self._policies.audience(hub.id, incident.state),
                frame=json.dumps(frame, ensure_ascii=False),
            ),
        )

    async def _open(
        self, connection: AsyncConnection, hub: PairedHub, alert: wire.Alert, after: AfterCommit
    ) -> CareIncident:
        now = self._time.now()
        digest_s = self._digest.next_digest(now)
        state = state_machine.opened(
            # What cannot be read calls everybody of the flat.
            self._policies.all_at_once(hub.id)
            if alert.kind == UNREADABLE
            else self._policies.of(hub.id),
            at=now,
            priority=alert.priority,
            digest_s=digest_s,
            test=alert.test,
        )
        state = replace(state, round_no=await quarantined.lives(connection, alert.incident_id))
        told_s = None if alert.utc_s is None else alert.utc_s + alert.age_s
        incident = CareIncident(
            id=alert.incident_id,
            hub=hub.id,
            state=state,
            alert=alert,
            count=alert.count,
            opened_s=now,
            since_s=now - alert.age_s,
            uncertain=told_s is None or abs(told_s - now) > wire.SKEW_S,
        )
        event = self._event(alert, more=False)
        return await self._incidents.move(connection, incident, event, after, fresh=True)

    async def _revise(
        self,
        connection: AsyncConnection,
        before: CareIncident,
        alert: wire.Alert,
        after: AfterCommit,
    ) -> CareIncident:
        newest = alert if alert.revision > before.alert.revision else before.alert
        revised = replace(before, alert=newest, count=max(before.count, alert.count))
        event = self._event(alert, more=alert.count > before.count)
        # The timer loop looks at once: it confirms to the hub that the escalation runs.
        return await self._incidents.move(connection, revised, event, after, attend=True)

    def _event(self, alert: wire.Alert, *, more: bool) -> RevisionReceived:
        now = self._time.now()
        return RevisionReceived(
            at=now,
            priority=alert.priority,
            digest_s=self._digest.next_digest(now),
            over=alert.phase in OVER or (alert.phase == TAKEN and not more),
            settled=alert.phase == "closed",
            more=more,
        )


async def _foreign(
    connection: AsyncConnection, hub: PairedHub, messages: Sequence[wire.Alert]
) -> bool:
    names = {
        "b_hub": hub.id,
        "b_incidents": sorted({alert.incident_id for alert in messages}),
        "b_messages": sorted({alert.message_id for alert in messages}),
    }
    return bool(await connection.scalar(_FOREIGN, names))


def shown(
    incident: CareIncident, alert: wire.Alert, hub: PairedHub, *, seq: int, received_ms: int
) -> dict[str, object]:
    """Return what logged-in people read of a stored message: no more than the hub sent.

    Args:
        incident: the incident after this message.
        alert: the message.
        hub: whose flat it is.
        seq: number of the message here.
        received_ms: service time, unix milliseconds.
    """
    return {
        "seq": seq,
        "message_id": alert.message_id,
        "incident_id": alert.incident_id,
        "revision": alert.revision,
        "kind": alert.kind,
        "priority": alert.priority,
        "phase": alert.phase,
        "standing": incident.state.phase,
        "flat": hub.name,
        "hub_id": hub.id,
        "room": alert.room,
        "room_name": alert.room_name,
        "device": alert.device,
        "count": alert.count,
        "evidence": alert.evidence,
        "blind": [one.model_dump() for one in alert.blind],
        "detail": alert.detail,
        "late": alert.late,
        "test": alert.test,
        "utc_s": alert.utc_s,
        "time_uncertain": incident.uncertain,
        "since_s": incident.since_s,
        "received_ms": received_ms,
        "basis": alert.basis,
        "purpose": alert.purpose,
    }
