# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Answers and commands on their way down to a hub: durable, numbered, replayed."""

from collections.abc import AsyncIterator
from functools import partial
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from caregiver_api import wire
from caregiver_api.platform.clock import Axis
from caregiver_api.platform.codec import JsonCodec
from caregiver_api.platform.live import Signal
from caregiver_api.platform.schema import down
from caregiver_api.platform.store import Store

BEAT_S: Final = 15.0
"""Silence after which a comment keeps proxies from closing the stream."""
AT_ONCE: Final = 200

_HIGHEST: Final = sa.select(sa.func.max(down.c.number)).where(down.c.hub == sa.bindparam("b_hub"))
_DOWN: Final[JsonCodec[wire.Down]] = JsonCodec(wire.Down, leave_out="none")
_ADD: Final = down.insert()
_AFTER: Final = (
    sa.select(down.c.number, down.c.body)
    .where(down.c.hub == sa.bindparam("b_hub"), down.c.number > sa.bindparam("b_last"))
    .order_by(down.c.number)
    .limit(AT_ONCE)
)


class Downlink:
    """The streams of all hubs. A hub holds one; a newer one ends the older."""

    def __init__(self, store: Store, axis: Axis) -> None:
        self._store = store
        self._axis = axis
        self._streams: dict[str, Signal] = {}
        self._closing = False

    async def add(self, connection: AsyncConnection, hub: str, **what: Any) -> None:
        """Number a message for a hub, in the caller's transaction; `notify` after its commit.

        Args:
            connection: the transaction.
            hub: for whom.
            what: fields of `wire.Down` but the number.
        """
        last = await connection.scalar(_HIGHEST, {"b_hub": hub})
        # Never below service time: after a restored backup or a new pairing the numbers still rise.
        body = wire.Down(number=max((last or 0) + 1, int(self._axis.now())), **what)
        row = {
            "hub": hub,
            "number": body.number,
            "body": _DOWN.dump(body),
            "created_s": self._axis.now(),
        }
        await connection.execute(_ADD, row)

    def notify(self, hub: str) -> None:
        """Wake the hub's stream: something was committed for it."""
        stream = self._streams.get(hub)
        if stream is not None:
            stream.notify()

    def cut(self, hub: str) -> None:
        """End the hub's stream: its key counts no more."""
        stream = self._streams.pop(hub, None)
        if stream is not None:
            stream.notify()

    def connected(self, hub: str) -> bool:
        """Say whether a hub holds its stream now."""
        return hub in self._streams

    async def stream(self, hub: str, last: int) -> AsyncIterator[str]:
        """Yield all after number `last` as server-sent events, then what comes, and beats."""
        mine = Signal()
        before = self._streams.get(hub)
        self._streams[hub] = mine
        if before is not None:
            before.notify()
        try:
            yield "retry: 1000\n\n"
            while self._holds(hub, mine):
                rows = await self._store.read(partial(_after, hub=hub, last=last))
                for number, body in rows:
                    last = number
                    yield f"id: {number}\nevent: down\ndata: {body}\n\n"
                # Whoever commits something notifies: a quiet hub costs no query.
                while not rows and self._holds(hub, mine) and not await mine.wait(BEAT_S):
                    yield ": beat\n\n"
        finally:
            if self._streams.get(hub) is mine:
                del self._streams[hub]

    def _holds(self, hub: str, mine: Signal) -> bool:
        return self._streams.get(hub) is mine and not self._closing

    def close(self) -> None:
        """End all streams."""
        self._closing = True
        for stream in list(self._streams.values()):
            stream.notify()


async def _after(connection: AsyncConnection, *, hub: str, last: int) -> list[tuple[int, str]]:
    rows = await connection.execute(_AFTER, {"b_hub": hub, "b_last": last})
    return [(row.number, row.body) for row in rows]
