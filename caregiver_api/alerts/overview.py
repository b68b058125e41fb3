# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What one logged-in person sees: an immutable view, no more than the messages' basis allows."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from caregiver_api import wire
from caregiver_api.alerts.deadman import HEARD_S
from caregiver_api.alerts.incident import Incident
from caregiver_api.alerts.incidents import Incidents
from caregiver_api.escalation.permissions import Verb, may, rings
from caregiver_api.escalation.policy import OWNED, Phase
from caregiver_api.hubs.downlink import Downlink
from caregiver_api.hubs.register import Hub, HubState
from caregiver_api.people.caregivers import Person, Role
from caregiver_api.platform import schema
from caregiver_api.platform.clock import Axis, EscalationTime
from caregiver_api.platform.store import Store

RECENT_S: Final = 12 * 3600.0
RECENT_MAX: Final = 20
OPEN_MAX: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One thing that happened to an incident so far; `at_s` on the escalation clock.

    Attributes:
        step: paged, escalated, accepted, on_the_way, arrived, declined, expired, closed, settled,
            nobody_reached or somebody_reached.
        rung: rung of the chain, from 1.
        who: display name of the person who acted, None for the clock.
    """

    step: str
    at_s: float
    rung: int | None = None
    who: str | None = None
    minutes: int | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Who has taken an incident.

    Attributes:
        me: it is the person who looks.
        minutes: promised minutes, None if none were named.
        until_s: escalation time after which ownership ends (or, once there, a reminder to close).
    """

    name: str
    me: bool
    minutes: int | None
    until_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NextRung:
    """Who is called next and when (escalation clock); `repeats`: the same people again."""

    at_s: float
    names: tuple[str, ...]
    rung: int
    repeats: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One incident as it is shown; times in unix seconds of the escalation clock.

    Attributes:
        kind: wire name of the verdict; an unknown one is shown as it is.
        standing: bundled, noted, running, accepted, on_the_way, arrived, settled or closed.
        flat_phase: what the flat says of it (asked, answered, paged, closed ...).
        room_name: the room as the household calls it; `room` is the word of the message.
        since_s: when it became true, as far as is known; `uncertain`: the flat's clock was wrong.
        detail: numbers and words for the sentence that says why.
        evidence: journal row numbers of the hub it rests on.
        blind: what could not be seen meanwhile.
        called: who is rung now and has not declined.
        verbs: what the person who looks may do now, the main one first.
        declined: the person who looks has said that she cannot come.
        rings: nobody has taken it, and the person who looks was paged and has not declined.
    """

    incident: str
    hub: str
    flat: str
    kind: str
    priority: str
    standing: str
    flat_phase: str
    room: str | None
    room_name: str | None
    device: str | None
    since_s: float
    opened_s: float
    uncertain: bool
    late: bool
    test: bool
    count: int
    detail: Mapping[str, str | float]
    evidence: tuple[int, ...]
    blind: tuple[wire.BlindSpot, ...]
    basis: str
    purpose: str | None
    tried: tuple[Tried, ...]
    owner: Owner | None
    next: NextRung | None
    verbs: tuple[Verb, ...]
    called: tuple[str, ...] = ()
    declined: bool = False
    rings: bool = False
    closed_s: float | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """How well a flat is connected; "no data" is never "all is well".

    Attributes:
        live: heard within three heartbeats.
        heard_s: service time of the last sign of life, None = never.
        blind: what the hub cannot see.
        paused: private time; nothing but help calls comes.
        clock_trusted, outbox, radios: as the hub said last.
    """

    hub: str
    flat: str
    site: str
    state: str
    live: bool
    heard_s: float | None
    blind: tuple[wire.BlindSpot, ...]
    paused: bool
    clock_trusted: bool
    outbox: int
    radios: Mapping[str, str]
    absent_until_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """Everything one person sees.

    Attributes:
        me: who looks.
        now_s: escalation time; `speed` story seconds per real second (1 outside the showcase).
        service_s: real service time, for `Connection.heard_s`.
        cards: open incidents: urgent first, then nobody's before somebody's, then oldest first.
        recent: closed within 12 hours, newest first.
        flats: connections of all flats this person may see.
        quiet: flats that are connected, fully seen and without a card.
        unseen: flats without a card that are silent, blind somewhere or paused: nothing is known.
    """

    me: Person
    now_s: float
    speed: float
    service_s: float
    cards: tuple[Card, ...]
    recent: tuple[Card, ...]
    flats: tuple[Connection, ...]
    quiet: int
    unseen: int


class Boards:
    """Makes boards."""

    def __init__(
        self,
        store: Store,
        incidents: Incidents,
        downlink: Downlink,
        axis: Axis,
        time: EscalationTime,
    ) -> None:
        self._store = store
        self._incidents = incidents
        self._downlink = downlink
        self._axis = axis
        self._time = time

    def may_see(self, person: Person, hub: str, audience: frozenset[str] | None = None) -> bool:
        """Say whether a person may see a hub's incidents: leads all, carers if they are called."""
        if person.role is Role.LEAD:
            return True
        return person.id in (self._incidents.audience(hub) if audience is None else audience)

    async def board(self, person: Person) -> Board:
        """Return what a person sees now."""
        rows, history = await self._store.read(partial(_read, since_s=self._time.now() - RECENT_S))
        mine = [
            one
            for one in self._incidents.readable(rows)
            if self.may_see(person, one.hub, self._incidents.audience(one.hub, one.state))
        ]
        cards = [self._card(one, history.get(one.id, ()), person) for one in mine]
        still_open = sorted((one for one in cards if one.closed_s is None), key=_urgency)
        closed = sorted(
            (one for one in cards if one.closed_s is not None),
            key=lambda one: -(one.closed_s or 0.0),
        )
        flats = tuple(
            self._connection(one)
            for one in self._incidents.hubs.all()
            if one.state is not HubState.REVOKED and self.may_see(person, one.id)
        )
        busy = {one.hub for one in still_open}
        idle = [one for one in flats if one.hub not in busy]
        quiet = sum(one.live and not one.blind and not one.paused for one in idle)
        return Board(
            me=person,
            now_s=self._time.now(),
            speed=self._time.speed,
            service_s=self._axis.now(),
            cards=tuple(still_open),
            recent=tuple(closed),
            flats=flats,
            quiet=quiet,
            unseen=len(idle) - quiet,
        )

    async def card(self, person: Person, incident: str) -> Card | None:
        """Return one card, None if there is none this person may see."""
        rows, history = await self._store.read(partial(_read_one, incident=incident))
        for one in self._incidents.readable(rows):
            if self.may_see(person, one.hub, self._incidents.audience(one.hub, one.state)):
                return self._card(one, history.get(one.id, ()), person)
        return None

    def _connection(self, hub: Hub) -> Connection:
        beat = hub.heartbeat
        return Connection(
            hub=hub.id,
            flat=hub.name,
            site=hub.site,
            state=hub.state,
            live=hub.heard_s is not None and self._axis.now() - hub.heard_s <= HEARD_S,
            heard_s=hub.heard_s,
            blind=beat.blind if beat else (),
            paused=beat.paused if beat else False,
            clock_trusted=beat.clock_trusted if beat else False,
            outbox=beat.outbox if beat else 0,
            radios=beat.radios if beat else {},
            absent_until_s=hub.absent_until_s,
        )

    def _card(self, incident: Incident, history: tuple[Any, ...], person: Person) -> Card:
        alert, state, people = incident.alert, incident.state, self._incidents.people
        hub = self._incidents.hubs.find(incident.hub)
        owner = None
        if state.owner is not None and state.phase in OWNED:
            owner = Owner(
                name=people.display(state.owner) or "",
                me=state.owner == person.id,
                minutes=state.minutes,
                until_s=state.due_s,
            )
        return Card(
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
                Tried(
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
            verbs=may(state, person.id),
            rings=rings(state, person.id),
            closed_s=incident.closed_s,
            reason=incident.reason,
        )

    def _called(self, incident: Incident) -> tuple[str, ...]:
        state, display = incident.state, self._incidents.people.display
        if state.phase is not Phase.RUNNING or state.rung < 0:
            return ()
        here = state.chain[state.rung].carers
        return tuple(display(one) or one for one in here if one not in state.declined)

    def _next(self, incident: Incident) -> NextRung | None:
        state = incident.state
        if state.phase is not Phase.RUNNING or state.due_s is None or not state.chain:
            return None
        last = len(state.chain) - 1
        rung = state.rung if state.test and state.rung >= 0 else min(state.rung + 1, last)
        names = (self._incidents.people.display(one) or one for one in state.chain[rung].carers)
        return NextRung(
            at_s=state.due_s, names=tuple(names), rung=rung + 1, repeats=rung == state.rung
        )


def _urgency(card: Card) -> tuple[int, bool, float]:
    order = {"urgent": 0, "soon": 1, "info": 2}
    return order[card.priority], card.owner is not None, card.since_s


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
