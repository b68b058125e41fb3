# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pages go out: each channel has its own senders, so that a slow or dead one stops no other."""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Any, Final

import sqlalchemy as sa
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from caregiver_api.channels.channel import ChannelError, DeliveryReceipt, PageNotice
from caregiver_api.channels.registry import OpenChannel
from caregiver_api.delivery.delivery_status import REACHED, STAND_DOWN
from caregiver_api.delivery.texts import NoticeTexts, NoticeWord
from caregiver_api.escalation.state_machine import DIGEST
from caregiver_api.people.addresses import Addresses
from caregiver_api.people.caregivers import Caregivers
from caregiver_api.platform.clock import Axis
from caregiver_api.platform.in_flight import InFlight
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


class PageDelivery:
    """Sends what is in the outbox of pages.

    Args:
        channels: every one has its own senders.
        texts: renders the words of a page.
        in_flight: counts the pages that are being sent now.
        paged: notified after pages were committed.
        tried: is notified after pages were made and after each was tried; wakes who judges them.
    """

    def __init__(
        self,
        store: Store,
        axis: Axis,
        people: Caregivers,
        addresses: Addresses,
        channels: Sequence[OpenChannel],
        *,
        texts: NoticeTexts,
        in_flight: InFlight,
        paged: Signal,
        tried: Signal,
    ) -> None:
        self._store = store
        self._axis = axis
        self._people = people
        self._addresses = addresses
        self._channels = tuple(channels)
        self._texts = texts
        self._in_flight = in_flight
        self._paged = paged
        self._tried = tried
        self._wakes = {one.name: Signal() for one in channels}
        self._failing: set[str] = set()

    async def run(self) -> None:
        """Send for ever."""
        async with asyncio.TaskGroup() as tasks:
            for channel in self._channels:
                tasks.create_task(self._serve(channel))
            while True:
                await self._paged.wait()
                for one in (*self._wakes.values(), self._tried):
                    one.notify()

    async def _serve(self, channel: OpenChannel) -> None:
        while True:
            rows, next_s = await self._store.read(
                partial(_due, channel=channel.name, now_s=self._axis.now())
            )
            if not rows:
                sleep_s = LOOK_S if next_s is None else max(0.0, next_s - self._axis.now())
                await self._wakes[channel.name].wait(min(LOOK_S, sleep_s + 0.001))
                continue
            with self._in_flight.of(len(rows)):
                results = await asyncio.gather(*(self._send(channel, row) for row in rows))
            await self._store.write(partial(_mark, results=list(results)))
            self._tried.notify()

    async def _send(self, channel: OpenChannel, row: Any) -> dict[str, object]:
        """Try one page; return its row's new values."""
        now = self._axis.now()
        try:
            receipt = await channel.channel.send(self._notice(row))
        except Exception as error:
            # Whatever a way out trips over, the others must go on: said, written down, tried again.
            if not isinstance(error, ChannelError):
                log.exception("channel_broken", channel=channel.name)
            elif channel.name not in self._failing:
                log.warning("channel_lost", channel=channel.name, why=str(error))
            self._failing.add(channel.name)
            over = now - row.created_s > GIVE_UP_S
            wait_s = RETRY_S[min(row.tries, len(RETRY_S) - 1)]
            return {
                "b_id": row.id,
                "retry_s": None if over else now + wait_s,
                "sent_s": None,
                "tries": row.tries + 1,
                "outcome": f"failed: {error}",
            }
        if channel.name in self._failing:
            self._failing.discard(channel.name)
            log.info("channel_back", channel=channel.name)
        if receipt.reached and row.address is not None:
            await self._addresses.verify(row.person, row.address)
        return {
            "b_id": row.id,
            "retry_s": None,
            "sent_s": self._axis.now(),
            "tries": row.tries + 1,
            "outcome": outcome(receipt),
        }

    def _notice(self, row: Any) -> PageNotice:
        stand_down = row.why == STAND_DOWN
        word: NoticeWord = STAND_DOWN if stand_down else "test" if row.test else row.priority
        person = self._people.find(row.person)
        rendered = self._texts.render(word, person.language if person else None)
        return PageNotice(
            id=row.id,
            recipient=person.display_name if person else row.person,
            address=row.person if row.address is None else row.address,
            incident=row.incident,
            tag=DIGEST if row.why == DIGEST else row.incident,
            priority=row.priority,
            title=rendered.title,
            text=rendered.text,
            ring=not stand_down and row.priority != "info",
            round_no=row.round_no,
            test=bool(row.test),
        )


def outcome(receipt: DeliveryReceipt) -> str:
    """Say in a word how a page ended."""
    return f"{REACHED if receipt.reached else 'nobody'}: {receipt.detail}"


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
