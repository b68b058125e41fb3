# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pages go out: each channel has its own senders, so that a slow or dead one stops no other."""

import asyncio
from functools import partial
from typing import Any, Final

import sqlalchemy as sa
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from caregiver_api.alerts.delivery_status import REACHED, STAND_DOWN
from caregiver_api.alerts.incidents import BUNDLE
from caregiver_api.channels.channel import NEUTRAL, Channel, ChannelError, Page, Receipt
from caregiver_api.platform.clock import Axis
from caregiver_api.platform.live import Signal
from caregiver_api.platform.schema import page
from caregiver_api.platform.store import Store

log = structlog.get_logger()

TOGETHER: Final = 8
"""Pages a channel sends at once; what a crash may send twice is at most these."""
RETRY_S: Final = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Waits between tries, the last one repeated; given up when overtaken or an hour old."""
GIVE_UP_S: Final = 3600.0
LOOK_S: Final = 600.0
"""Real seconds after which a channel looks for pages even if nobody announced one."""


class Pages:
    """The outbox of pages.

    Args:
        channels: every page goes through each of them.
        wake: notified after pages were committed.

    Attributes:
        in_flight: pages being sent now.
        tried: notified after pages were made and after each was tried; wakes who judges them.
    """

    def __init__(
        self, store: Store, axis: Axis, channels: tuple[Channel, ...], wake: Signal
    ) -> None:
        self._store = store
        self._axis = axis
        self._channels = channels
        self._wake = wake
        self._wakes = {one.name: Signal() for one in channels}
        self._failing: dict[str, bool] = {}
        self.in_flight = 0
        self.tried = Signal()

    async def run(self) -> None:
        """Send for ever."""
        async with asyncio.TaskGroup() as tasks:
            for channel in self._channels:
                tasks.create_task(self._serve(channel))
            while True:
                await self._wake.wait()
                for one in (*self._wakes.values(), self.tried):
                    one.notify()

    async def _serve(self, channel: Channel) -> None:
        while True:
            rows, next_s = await self._store.read(
                partial(_due, channel=channel.name, now_s=self._axis.now())
            )
            if not rows:
                sleep_s = LOOK_S if next_s is None else max(0.0, next_s - self._axis.now())
                await self._wakes[channel.name].wait(min(LOOK_S, sleep_s + 0.001))
                continue
            self.in_flight += len(rows)
            try:
                results = await asyncio.gather(*(self._send(channel, row) for row in rows))
            finally:
                self.in_flight -= len(rows)
            await self._store.write(partial(_mark, results=list(results)))
            self.tried.notify()

    async def _send(self, channel: Channel, row: Any) -> dict[str, object]:
        """Try one page; return its row's new values."""
        now = self._axis.now()
        try:
            receipt = await channel.send(_page(row))
        except Exception as error:
            # Whatever a way out trips over, the others must go on: said, written down, tried again.
            if not isinstance(error, ChannelError):
                log.exception("channel_broken", channel=channel.name)
            elif not self._failing.get(channel.name):
                log.warning("channel_lost", channel=channel.name, why=str(error))
            self._failing[channel.name] = True
            over = now - row.created_s > GIVE_UP_S
            wait_s = RETRY_S[min(row.tries, len(RETRY_S) - 1)]
            return {
                "b_id": row.id,
                "retry_s": None if over else now + wait_s,
                "sent_s": None,
                "tries": row.tries + 1,
                "outcome": f"failed: {error}",
            }
        if self._failing.pop(channel.name, False):
            log.info("channel_back", channel=channel.name)
        return {
            "b_id": row.id,
            "retry_s": None,
            "sent_s": self._axis.now(),
            "tries": row.tries + 1,
            "outcome": outcome(receipt),
        }


def outcome(receipt: Receipt) -> str:
    """Say in a word how a page ended."""
    return f"{REACHED if receipt.reached else 'nobody'}: {receipt.detail}"


def _page(row: Any) -> Page:
    stand_down = row.why == STAND_DOWN
    text = STAND_DOWN if stand_down else "test" if row.test else row.priority
    return Page(
        id=row.id,
        person=row.person,
        incident=row.incident,
        tag=BUNDLE if row.why == BUNDLE else row.incident,
        priority=row.priority,
        text=NEUTRAL[text],
        ring=not stand_down and row.priority != "info",
        turn=row.turn,
        test=bool(row.test),
    )


_WAITING: Final = (page.c.channel == sa.bindparam("b_channel"), page.c.retry_s.isnot(None))
_DUE: Final = (
    sa.select(page)
    .where(*_WAITING, page.c.retry_s <= sa.bindparam("b_now"))
    # Urgent first; a new page before one that failed already.
    .order_by(
        sa.case((page.c.priority == "urgent", 0), (page.c.priority == "soon", 1), else_=2),
        page.c.tries,
        page.c.retry_s,
    )
    .limit(TOGETHER)
)
_NEXT: Final = sa.select(sa.func.min(page.c.retry_s)).where(*_WAITING)
_MARK: Final = (
    page.update()
    # A page that was overtaken while it was on its way stays overtaken.
    .where(page.c.id == sa.bindparam("b_id"), page.c.retry_s.isnot(None))
    .values(
        retry_s=sa.bindparam("retry_s"),
        sent_s=sa.bindparam("sent_s"),
        tries=sa.bindparam("tries"),
        outcome=sa.bindparam("outcome"),
    )
)


async def _due(
    connection: AsyncConnection, *, channel: str, now_s: float
) -> tuple[list[Any], float | None]:
    names = {"b_channel": channel, "b_now": now_s}
    rows = (await connection.execute(_DUE, names)).all()
    if rows:
        return list(rows), None
    return [], await connection.scalar(_NEXT, {"b_channel": channel})


async def _mark(connection: AsyncConnection, *, results: list[dict[str, object]]) -> None:
    await connection.execute(_MARK, results)
