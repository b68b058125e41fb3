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

from caregiver_api import wire
from caregiver_api.alerts.incident import Unreadable, find
from caregiver_api.alerts.intake import shown
from caregiver_api.alerts.overview import Board, Card, Connection
from caregiver_api.people.caregivers import Person
from caregiver_api.platform import schema
from caregiver_api.platform.live import AlertStored, BoardChanged, ProgressMade, Rang, news
from caregiver_api.service import Service

BEAT_S: Final = 15.0
MISSED_MAX: Final = 1000
"""Alerts replayed after a lost line; older ones stand in the snapshot."""


def event(name: str, data: str, number: int | None = None) -> str:
    """Write one server-sent event; `data` is JSON in one line."""
    head = f"id: {number}\n" if number is not None else ""
    return f"{head}event: {name}\ndata: {data}\n\n"


_RENAMED: Final = frozenset({"incident", "hub", "uncertain"})
"""Fields of a card that the JSON of the streams calls otherwise."""


def card_json(card: Card) -> dict[str, object]:
    """Return a card as JSON values."""
    return {
        **{name: getattr(card, name) for name in card.__slots__ if name not in _RENAMED},
        "incident_id": card.incident,
        "hub_id": card.hub,
        "time_uncertain": card.uncertain,
        "blind": [one.model_dump() for one in card.blind],
        "tried": [asdict(one) for one in card.tried],
        "owner": asdict(card.owner) if card.owner else None,
        "next": asdict(card.next) if card.next else None,
    }


def connection_json(flat: Connection) -> dict[str, object]:
    """Return a flat's connection as JSON values."""
    table: dict[str, object] = {
        name: getattr(flat, name) for name in flat.__slots__ if name not in {"blind", "hub"}
    }
    return {**table, "hub_id": flat.hub, "blind": [one.model_dump() for one in flat.blind]}


def board_json(board: Board) -> dict[str, object]:
    """Return a board as JSON values; the `snapshot` event and `GET /v1/alerts`."""
    return {
        "me": {"id": board.me.id, "name": board.me.display_name, "role": board.me.role},
        "now_s": board.now_s,
        "speed": board.speed,
        "service_s": board.service_s,
        "alerts": [card_json(one) for one in board.cards],
        "recent": [card_json(one) for one in board.recent],
        "flats": [connection_json(one) for one in board.flats],
        "quiet": board.quiet,
        "unseen": board.unseen,
    }


async def people_stream(
    service: Service, person: Person, token: str, last: int | None
) -> AsyncIterator[str]:
    """Yield `snapshot`, then `alert` and `progress` events for one person, and beats.

    Args:
        service: the service.
        person: who is logged in; sees only what they may see.
        token: their session; the stream ends with it.
        last: `Last-Event-ID` of a broken stream; alerts stored since are sent after the snapshot.
    """
    with service.live.listen(person.id) as listener:
        seen, missed = await service.deps.store.read(partial(_since, last=last))
        board = await service.boards.board(person)
        yield "retry: 1000\n\n"
        yield event("snapshot", json.dumps(board_json(board), ensure_ascii=False), seen)
        for number, hub, frame in await _frames(service, missed):
            if service.boards.may_see(person, hub):
                yield event("alert", frame, number)
        async for one in news(listener, BEAT_S):
            # A session that ended must not go on listening.
            if await service.sessions.who(token) is None:
                return
            match one:
                case AlertStored() if one.seq > seen and _mine(service, person, one):
                    yield event("alert", one.frame, one.seq)
                case ProgressMade() if _mine(service, person, one):
                    yield event("progress", one.frame)
                case None:
                    yield ": beat\n\n"
                case AlertStored() | ProgressMade() | Rang() | BoardChanged():
                    pass


def _mine(service: Service, person: Person, one: AlertStored | ProgressMade) -> bool:
    return service.boards.may_see(person, one.hub, one.audience)


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


async def _frames(service: Service, missed: list[Mapping[str, Any]]) -> list[tuple[int, str, str]]:
    frames = []
    for row in missed:
        hub = service.hubs.find(row["hub"])
        try:
            incident = await service.deps.store.read(partial(find, incident=row["incident"]))
        except Unreadable as fault:
            service.incidents.note(fault)
            continue
        if hub is None or incident is None:
            continue
        alert = wire.Alert.model_validate_json(row["body"])
        frame = shown(incident, alert, hub, seq=row["seq"], received_ms=row["received_ms"])
        frames.append((row["seq"], hub.id, json.dumps(frame, ensure_ascii=False)))
    return frames
