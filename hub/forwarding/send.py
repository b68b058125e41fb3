# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Sends the outbox: urgent first, its basis asked again, repeated until it is stored."""

import asyncio
from typing import Final

import httpx2
import structlog
from pydantic import ValidationError

from caregiver_api import wire
from devices.backoff import BackOff, doubling
from hub.forwarding.alert import alert
from hub.forwarding.link import Link, RequestRefused
from hub.pipeline.rule_memory import RuleMemory
from hub.pipeline.trace import EventTrace
from hub.runtime.clock import Clock
from hub.runtime.randomness import Randomness
from hub.storage.audit import Audit
from hub.storage.outbox import Outbox, Parcel
from rules.model.apartment import Apartment
from rules.model.consent import decide
from rules.model.effects import Message
from rules.model.identity import Seconds
from rules.model.verdict import Priority

_LOG = structlog.get_logger()
BATCH_MAX: Final = 100
WAITS_S: Final = doubling(0.2, 30.0)
BACK_OFF_S_MAX: Final = {Priority.URGENT: 2.0, Priority.SOON: 2.0, Priority.INFO: 30.0}
"""Longest wait between tries, real seconds: a person waits behind the first two."""
# The service said that it will never understand this one; it may after its next update.
MISUNDERSTOOD_S: Final = 60.0

LANES: Final = ((Priority.URGENT,), (Priority.SOON, Priority.INFO))
"""Two lanes, so that a note under way never holds up a fall."""


class Sender:
    """Forwards parcels in two lanes.

    Args:
        link: the signed connection.
        outbox: what waits.
        apartment: names of rooms.
        clock: time.
        randomness: spreads the tries.
        memory: what is allowed now; the same decision as at enqueueing is taken again.
        audit: what may no longer leave.
        trace: what the service has stored.
    """

    def __init__(
        self,
        link: Link,
        outbox: Outbox,
        apartment: Apartment,
        *,
        clock: Clock,
        randomness: Randomness,
        memory: RuleMemory,
        audit: Audit,
        trace: EventTrace,
    ) -> None:
        self._link = link
        self._outbox = outbox
        self._apartment = apartment
        self._clock = clock
        self._randomness = randomness
        self._memory = memory
        self._audit = audit
        self._trace = trace
        # Messages the service did not understand, and when (real second) each is tried again.
        self._misunderstood: dict[str, Seconds] = {}

    async def run(self) -> None:
        """Send until cancelled."""
        async with asyncio.TaskGroup() as group:
            for lane in LANES:
                group.create_task(self._lane(lane))

    async def _lane(self, lane: tuple[Priority, ...]) -> None:
        await self._link.paired()
        back_off = BackOff(WAITS_S)
        while True:
            wakes = [self._outbox.wake[priority] for priority in lane]
            for wake in wakes:
                wake.clear()
            batch, rest_s = self._batch(lane)
            if not batch:
                back_off.reset()
                await _any(wakes, rest_s)
                continue
            wait_s = await self._try(batch)
            if wait_s is None:
                back_off.reset()
                continue
            longest_s = BACK_OFF_S_MAX[batch[0].message.priority]
            ceiling_s = min(longest_s, back_off.failed())
            # A proxy may ask for an hour of patience; nobody lies on a floor that long for it.
            wait_s = min(wait_s, longest_s)
            await asyncio.sleep(max(wait_s, self._randomness.uniform(0.0, ceiling_s)))

    def _batch(self, lane: tuple[Priority, ...]) -> tuple[list[Parcel], Seconds | None]:
        """Return what to send now; when that is nothing, how long to rest unless woken.

        What the service did not understand never stands before what it may understand.
        """
        now, register = self._clock.real(), self._memory.register
        batch: list[Parcel] = []
        odd: list[Parcel] = []
        for parcel in self._outbox.batch(lane, BATCH_MAX + len(self._misunderstood)):
            if not decide(register, parcel.message.need):
                self._outbox.drop([parcel.message])
                self._note_purged(parcel.message)
                self._misunderstood.pop(parcel.message.id, None)
            elif parcel.message.id in self._misunderstood:
                odd.append(parcel)
            else:
                batch.append(parcel)
        if batch or not odd:
            return batch[:BATCH_MAX], None
        first = min(odd, key=lambda one: self._misunderstood[one.message.id])
        rest_s = self._misunderstood[first.message.id] - now
        return ([], rest_s) if rest_s > 0 else ([first], None)

    def _live(self, batch: list[Parcel]) -> bool:
        register = self._memory.register
        return all(decide(register, parcel.message.need) for parcel in batch)

    async def _try(self, batch: list[Parcel]) -> Seconds | None:
        """Send a batch; None when it was taken, else the shortest wait before the next try."""
        if not self._live(batch):
            return None  # a basis ended while others were on their way: put together anew
        body = self._body(batch)
        try:
            answer = await self._link.post(
                wire.PATH_MESSAGES, body, still=lambda: self._live(batch)
            )
            stored = wire.Stored.model_validate_json(answer.content)
        except httpx2.TransportError:
            return 0.0
        except ValidationError:
            _LOG.warning("answer_not_understood", path="messages")
            return 1.0
        except RequestRefused as refused:
            if refused.status in {400, 413, 422}:
                return await self._one_by_one(batch)
            return refused.retry_after_s or 0.0
        taken = self._outbox.sent(
            [one.message.id for one in batch if one.message.id in stored.message_ids]
        )
        for parcel in taken:
            self._misunderstood.pop(parcel.message.id, None)
            self._trace_forwarded(parcel)
        return None if taken else 1.0

    async def _one_by_one(self, batch: list[Parcel]) -> Seconds | None:
        """Keep a message the service does not understand from holding up the others."""
        if len(batch) == 1:
            name, now = batch[0].message.id, self._clock.real()
            if name not in self._misunderstood:
                _LOG.error("message_not_understood", message=name, kind=batch[0].message.kind)
                self._misunderstood[name] = now  # at once, with only who calls, whence, and why
            else:
                self._misunderstood[name] = now + MISUNDERSTOOD_S
            return 0.0
        waits = [await self._try([parcel]) for parcel in batch]
        return None if None in waits else max(one for one in waits if one is not None)

    def _note_purged(self, message: Message) -> None:
        self._audit.note(
            self._clock.axis(),
            self._clock.utc(),
            actor="hub",
            action="purged",
            subject=message.id,
        )

    def _trace_forwarded(self, parcel: Parcel) -> None:
        message = parcel.message
        self._trace.publish(
            "forwarded",
            seq=parcel.seq,
            at=self._clock.axis(),
            incident=message.incident,
            message=message.id,
            kind=message.kind,
            room=message.room,
            device=message.device,
        )

    def _body(self, batch: list[Parcel]) -> bytes:
        alerts = tuple(
            alert(
                parcel.message,
                self._clock,
                self._apartment,
                bare=parcel.message.id in self._misunderstood,
            )
            for parcel in batch
        )
        return wire.Messages(messages=alerts).model_dump_json(exclude_none=True).encode()


async def _any(events: list[asyncio.Event], within_s: Seconds | None) -> None:
    """Return when one of the events is set, or `within_s` real seconds are over."""
    tasks = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(tasks, timeout=within_s, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
