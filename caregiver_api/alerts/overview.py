# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Views made for one person: open incidents, what was closed, which flats are heard and seen."""

from functools import partial
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from caregiver_api.alerts.incident import CareIncident
from caregiver_api.alerts.unreadable import UnreadableIncidents
from caregiver_api.alerts.views import (
    RECENT_S,
    FlatView,
    IncidentOwner,
    IncidentStep,
    IncidentView,
    NextRung,
    Overview,
)
from caregiver_api.escalation.permissions import may, rings
from caregiver_api.escalation.state import OWNED, Phase
from caregiver_api.hubs.escalation_policies import EscalationPolicies
from caregiver_api.hubs.register import HubRegister, HubState, PairedHub
from caregiver_api.people.caregivers import Caregivers, Person
from caregiver_api.platform import schema
from caregiver_api.platform.clock import Axis, EscalationTime
from caregiver_api.platform.store import Store

RECENT_MAX: Final = 20
OPEN_MAX: Final = 500


class Overviews:
    """Makes overviews."""

    def __init__(
        self,
        store: Store,
        people: Caregivers,
        hubs: HubRegister,
        policies: EscalationPolicies,
        unreadable: UnreadableIncidents,
        axis: Axis,
        time: EscalationTime,
    ) -> None:
        self._store = store
        self._people = people
        self._hubs = hubs
        self._policies = policies
        self._unreadable = unreadable
        self._axis = axis
        self._time = time

    async def of(self, person: Person) -> Overview:
        """Return what a person sees now."""
        rows, history = await self._store.read(partial(_read, since_s=self._time.now() - RECENT_S))
        mine = [
            one
            for one in self._unreadable.readable(rows)
            if self._policies.may_see(person, one.hub, self._policies.audience(one.hub, one.state))
        ]
        seen = [self._incident(one, history.get(one.id, ()), person) for one in mine]
        still_open = sorted((one for one in seen if one.closed_s is None), key=_urgency)
        closed = sorted(
            (one for one in seen if one.closed_s is not None),
            key=lambda one: -(one.closed_s or 0.0),
        )
        flats = tuple(
            self._flat(one)
            for one in self._hubs.all()
            if one.state is not HubState.REVOKED and self._policies.may_see(person, one.id)
        )
        busy = {one.hub for one in still_open}
        idle = [one for one in flats if one.hub not in busy]
        quiet = sum(one.live and not one.blind and not one.paused for one in idle)
        return Overview(
            me=person,
            now_s=self._time.now(),
            speed=self._time.speed,
            service_s=self._axis.now(),
            incidents=tuple(still_open),
            recent=tuple(closed),
            flats=flats,
            quiet=quiet,
            unseen=len(idle) - quiet,
        )

    async def incident(self, person: Person, incident: str) -> IncidentView | None:
        """Return one incident, None if there is none this person may see."""
        rows, history = await self._store.read(partial(_read_one, incident=incident))
        for one in self._unreadable.readable(rows):
            if self._policies.may_see(person, one.hub, self._policies.audience(one.hub, one.state)):
                return self._incident(one, history.get(one.id, ()), person)
        return None

    def _flat(self, hub: PairedHub) -> FlatView:
        beat = hub.heartbeat
        return FlatView(
            hub=hub.id,
            flat=hub.name,
            site=hub.site,
            state=hub.state,
            live=hub.is_heard(self._axis.now()),
            heard_s=hub.heard_s,
            blind=beat.blind if beat else (),
            paused=beat.paused if beat else False,
            clock_trusted=beat.clock_trusted if beat else False,
            outbox=beat.outbox if beat else 0,
            radios=beat.radios if beat else {},
            absent_until_s=hub.absent_until_s,
        )

    def _incident(
        self, incident: CareIncident, history: tuple[Any, ...], person: Person
    ) -> IncidentView:
        alert, state, people = incident.alert, incident.state, self._people
        hub = self._hubs.find(incident.hub)
        owner = None
        if state.owner is not None and state.phase in OWNED:
            owner = IncidentOwner(
                name=people.display(state.owner) or "",
                me=state.owner == person.id,
                minutes=state.minutes,
                until_s=state.due_s,
            )
        return IncidentView(
            incident=incident.id,
            hub=incident.hub,
            flat=hub.name if hub else "",
            kind=alert.kind,
            priority=state.priority,
            standing=state.phase,
            flat_phase=alert.phase,
            room=alert.room,
            room_name=alert.room_name,
            device=alert.device,
            since_s=incident.since_s,
            opened_s=incident.opened_s,
            uncertain=incident.uncertain,
            late=alert.late,
            test=state.test,
            count=incident.count,
            detail=alert.detail,
            evidence=alert.evidence,
            blind=alert.blind,
            basis=alert.basis,
            purpose=alert.purpose,
            tried=tuple(
                IncidentStep(
                    step=row.step,
                    at_s=row.at_s,
                    rung=row.rung,
                    who=people.display(row.who),
                    minutes=row.minutes,
                    reason=row.reason,
                )
                for row in history
            ),
            owner=owner,
            next=self._next(incident),
            called=self._called(incident),
            declined=state.phase is Phase.RUNNING and person.id in state.declined,
            permitted=may(state, person.id),
            rings=rings(state, person.id),
            closed_s=incident.closed_s,
            reason=incident.reason,
        )

    def _called(self, incident: CareIncident) -> tuple[str, ...]:
        state, display = incident.state, self._people.display
        if state.phase is not Phase.RUNNING or state.rung < 0:
            return ()
        here = state.policy[state.rung].carers
        return tuple(display(one) or one for one in here if one not in state.declined)

    def _next(self, incident: CareIncident) -> NextRung | None:
        state = incident.state
        if state.phase is not Phase.RUNNING or state.due_s is None or not state.policy:
            return None
        last = len(state.policy) - 1
        rung = state.rung if state.test and state.rung >= 0 else min(state.rung + 1, last)
        names = (self._people.display(one) or one for one in state.policy[rung].carers)
        return NextRung(
            at_s=state.due_s, names=tuple(names), rung=rung + 1, repeats=rung == state.rung
        )


def _urgency(one: IncidentView) -> tuple[int, bool, float]:
    order = {"urgent": 0, "soon": 1, "info": 2}
    return order[one.priority], one.owner is not None, one.since_s


type _Rows = tuple[list[Any], dict[str, tuple[Any, ...]]]


async def _read(connection: AsyncConnection, *, since_s: float) -> _Rows:
    table = schema.incident
    opened = await connection.execute(
        sa.select(table)
        .where(table.c.phase != Phase.CLOSED)
        .order_by(table.c.opened_s)
        .limit(OPEN_MAX)
    )
    closed = await connection.execute(
        sa.select(table)
        .where(table.c.phase == Phase.CLOSED, table.c.closed_s > since_s)
        .order_by(table.c.closed_s.desc())
        .limit(RECENT_MAX)
    )
    rows = [*opened, *closed]
    return rows, await _history(connection, [row.id for row in rows])


async def _read_one(connection: AsyncConnection, *, incident: str) -> _Rows:
    table = schema.incident
    rows = list(await connection.execute(sa.select(table).where(table.c.id == incident)))
    return rows, await _history(connection, [row.id for row in rows])


async def _history(connection: AsyncConnection, incidents: list[str]) -> dict[str, tuple[Any, ...]]:
    table = schema.progress
    rows = await connection.execute(
        sa.select(table).where(table.c.incident.in_(incidents)).order_by(table.c.seq)
    )
    by_incident: dict[str, list[Any]] = {}
    for row in rows:
        by_incident.setdefault(row.incident, []).append(row)
    return {incident: tuple(steps) for incident, steps in by_incident.items()}
