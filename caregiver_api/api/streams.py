# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The JSON stream for logged-in people: a snapshot, then one `alert` for each stored message."""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import asdict
from functools import partial
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from caregiver_api.alerts.incident import ALERT, Unreadable, find
from caregiver_api.alerts.intake import shown
from caregiver_api.alerts.overview import Overviews
from caregiver_api.alerts.unreadable import UnreadableIncidents
from caregiver_api.alerts.views import FlatView, IncidentView, Overview
from caregiver_api.hubs.escalation_policies import EscalationPolicies
from caregiver_api.hubs.register import HubRegister
from caregiver_api.people.caregivers import Person
from caregiver_api.people.sessions import Sessions
from caregiver_api.platform import schema
from caregiver_api.platform.live import (
    AlertStored,
    Live,
    OverviewChanged,
    ProgressMade,
    Rang,
    live_events,
)
from caregiver_api.platform.store import Store

BEAT_S: Final = 15.0
MISSED_MAX: Final = 1000
"""Alerts replayed after a lost line; older ones stand in the snapshot."""


def event(name: str, data: str, number: int | None = None) -> str:
    """Write one server-sent event; `data` is JSON in one line."""
    head = f"id: {number}\n" if number is not None else ""
    return f"{head}event: {name}\ndata: {data}\n\n"


_RENAMED: Final = {
    "incident": "incident_id",
    "hub": "hub_id",
    "uncertain": "time_uncertain",
    "permitted": "verbs",
}
"""Fields of a view that the JSON of the streams calls otherwise."""


def incident_json(view: IncidentView) -> dict[str, object]:
    """Return an incident as JSON values."""
    return {
        **{_RENAMED.get(name, name): getattr(view, name) for name in view.__slots__},
        "blind": [one.model_dump() for one in view.blind],
        "tried": [asdict(one) for one in view.tried],
        "owner": asdict(view.owner) if view.owner else None,
        "next": asdict(view.next) if view.next else None,
    }


def flat_json(view: FlatView) -> dict[str, object]:
    """Return a flat's connection as JSON values."""
    return {
        **{_RENAMED.get(name, name): getattr(view, name) for name in view.__slots__},
        "blind": [one.model_dump() for one in view.blind],
    }


def overview_json(overview: Overview) -> dict[str, object]:
    """Return an overview as JSON values; the `snapshot` event and `GET /v1/alerts`."""
    me = overview.me
    return {
        "me": {"id": me.id, "name": me.display_name, "role": me.role},
        "now_s": overview.now_s,
        "speed": overview.speed,
        "service_s": overview.service_s,
        "alerts": [incident_json(one) for one in overview.incidents],
        "recent": [incident_json(one) for one in overview.recent],
        "flats": [flat_json(one) for one in overview.flats],
        "quiet": overview.quiet,
        "unseen": overview.unseen,
    }


class PeopleStream:
    """The streams of logged-in people."""

    def __init__(
        self,
        store: Store,
        live: Live,
        sessions: Sessions,
        hubs: HubRegister,
        policies: EscalationPolicies,
        overviews: Overviews,
        unreadable: UnreadableIncidents,
    ) -> None:
        self._store = store
        self._live = live
        self._sessions = sessions
        self._hubs = hubs
        self._policies = policies
        self._overviews = overviews
        self._unreadable = unreadable

    async def events(self, person: Person, token: str, last: int | None) -> AsyncIterator[str]:
        """Yield `snapshot`, then `alert` and `progress` events for one person, and beats.

        Args:
            person: who is logged in; sees only what they may see.
            token: their session; the stream ends with it.
            last: `Last-Event-ID` of a broken stream; alerts stored since come after the snapshot.
        """
        with self._live.listen(person.id) as listener:
            seen, missed = await self._store.read(partial(_since, last=last))
            overview = overview_json(await self._overviews.of(person))
            yield "retry: 1000\n\n"
            yield event("snapshot", json.dumps(overview, ensure_ascii=False), seen)
            for number, hub, frame in await self._frames(missed):
                if self._policies.may_see(person, hub):
                    yield event("alert", frame, number)
            async for one in live_events(listener, BEAT_S):
                # A session that ended must not go on listening.
                if await self._sessions.who(token) is None:
                    return
                match one:
                    case AlertStored() if one.seq > seen and self._concerns(person, one):
                        yield event("alert", one.frame, one.seq)
                    case ProgressMade() if self._concerns(person, one):
                        yield event("progress", one.frame)
                    case None:
                        yield ": beat\n\n"
                    case AlertStored() | ProgressMade() | Rang() | OverviewChanged():
                        pass

    def _concerns(self, person: Person, one: AlertStored | ProgressMade) -> bool:
        return self._policies.may_see(person, one.hub, one.audience)

    async def _frames(self, missed: list[Mapping[str, Any]]) -> list[tuple[int, str, str]]:
        frames = []
        for row in missed:
            hub = self._hubs.find(row["hub"])
            try:
                incident = await self._store.read(partial(find, incident=row["incident"]))
            except Unreadable as fault:
                self._unreadable.note(fault)
                continue
            if hub is None or incident is None:
                continue
            alert = ALERT.load(row["body"])
            frame = shown(incident, alert, hub, seq=row["seq"], received_ms=row["received_ms"])
            frames.append((row["seq"], hub.id, json.dumps(frame, ensure_ascii=False)))
        return frames


async def _since(
    connection: AsyncConnection, *, last: int | None
) -> tuple[int, list[Mapping[str, Any]]]:
    table = schema.message
    seen = await connection.scalar(sa.select(sa.func.max(table.c.seq))) or 0
    if last is None:
        return seen, []
    rows = await connection.execute(
        sa.select(table)
        .where(table.c.seq > last, table.c.seq <= seen)
        .order_by(table.c.seq)
        .limit(MISSED_MAX)
    )
    return seen, [dict(row) for row in rows.mappings()]
