# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Sends the outbox: urgent first, its basis asked again, repeated until it is stored."""

import asyncio
from collections.abc import Callable
from typing import Final

import httpx2
import structlog
from pydantic import ValidationError

from caregiver_api import wire
from hub.forwarding.link import Link, Refused
from hub.runtime.clock import Clock
from hub.runtime.randomness import Chance
from hub.storage.outbox import Outbox, Parcel
from rules.model.apartment import Apartment
from rules.model.consent import Register, decide
from rules.model.effects import Message
from rules.model.identity import Seconds
from rules.model.verdict import Blind, Priority

_LOG = structlog.get_logger()
BATCH_MAX: Final = 100
BACK_OFF_S: Final = 0.1
BACK_OFF_S_MAX: Final = {Priority.URGENT: 2.0, Priority.SOON: 2.0, Priority.INFO: 30.0}
"""Longest wait between tries, real seconds: a person waits behind the first two."""
# The service said that it will never understand this one; it may after its next update.
MISUNDERSTOOD_S: Final = 60.0

LANES: Final = ((Priority.URGENT,), (Priority.SOON, Priority.INFO))
"""Two lanes, so that a note under way never holds up a fall."""


class Sender:
    """Forwards parcels in two lanes.

    Args:
        register: what is allowed now; the same decision as at enqueueing is taken again.
        forwarded: called with every parcel the service has stored.
        purged: called with every message that may no longer leave.
    """

    def __init__(
        self,
        link: Link,
        outbox: Outbox,
        apartment: Apartment,
        *,
        clock: Clock,
        chance: Chance,
        register: Callable[[], Register],
        forwarded: Callable[[Parcel], None],
        purged: Callable[[Message], None],
    ) -> None:
        self._link = link
        self._outbox = outbox
        self._apartment = apartment
        self._clock = clock
        self._chance = chance
        self._register = register
        self._forwarded = forwarded
        self._purged = purged
        # Messages the service did not understand, and when (real second) each is tried again.
        self._misunderstood: dict[str, Seconds] = {}

    async def run(self) -> None:
        """Send until cancelled."""
        async with asyncio.TaskGroup() as group:
            for lane in LANES:
                group.create_task(self._lane(lane))

    async def _lane(self, lane: tuple[Priority, ...]) -> None:
        await self._link.paired()
        failures = 0
        while True:
            wakes = [self._outbox.wake[priority] for priority in lane]
            for wake in wakes:
                wake.clear()
            batch, rest_s = self._batch(lane)
            if not batch:
                failures = 0
                await _any(wakes, rest_s)
                continue
            wait_s = await self._try(batch)
            if wait_s is None:
                failures = 0
                continue
            failures += 1
            longest_s = BACK_OFF_S_MAX[batch[0].message.priority]
            ceiling_s = min(longest_s, BACK_OFF_S * 2.0 ** min(failures, 16))
            # A proxy may ask for an hour of patience; nobody lies on a floor that long for it.
            wait_s = min(wait_s, longest_s)
            await asyncio.sleep(max(wait_s, self._chance.uniform(0.0, ceiling_s)))

    def _batch(self, lane: tuple[Priority, ...]) -> tuple[list[Parcel], Seconds | None]:
        """Return what to send now; when that is nothing, how long to rest unless woken.

        What the service did not understand never stands before what it may understand.
        """
        now, register = self._clock.real(), self._register()
        batch: list[Parcel] = []
        odd: list[Parcel] = []
        for parcel in self._outbox.batch(lane, BATCH_MAX + len(self._misunderstood)):
            if not decide(register, parcel.message.need):
                self._outbox.drop([parcel.message])
                self._purged(parcel.message)
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
        register = self._register()
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
        except Refused as refused:
            if refused.status in {400, 413, 422}:
                return await self._one_by_one(batch)
            return refused.retry_after_s or 0.0
        taken = self._outbox.sent(
            [one.message.id for one in batch if one.message.id in stored.message_ids]
        )
        for parcel in taken:
            self._misunderstood.pop(parcel.message.id, None)
            self._forwarded(parcel)
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

    def _body(self, batch: list[Parcel]) -> bytes:
        alerts = tuple(self._alert(parcel.message) for parcel in batch)
        return wire.Messages(messages=alerts).model_dump_json(exclude_none=True).encode()

    def _alert(self, message: Message) -> wire.Alert:
        bare = message.id in self._misunderstood
        room = self._apartment.rooms_by_id.get(message.room) if message.room else None
        return wire.Alert(
            message_id=message.id,
            incident_id=message.incident,
            revision=message.revision,
            kind=message.kind,
            priority=message.priority.value,
            phase=message.phase,
            room=message.room,
            room_name=room.name[:80] if room else None,
            device=message.device,
            utc_s=message.utc_s,
            age_s=max(0.0, self._clock.axis() - message.at),
            evidence=tuple(message.evidence),
            blind=()
            if bare
            else tuple(blind_spot(one, self._clock, self._apartment) for one in message.blind),
            detail={} if bare else dict(message.detail),
            count=message.count,
            late=message.late,
            test=message.test,
            basis=message.need.basis,
            purpose=message.need.purpose,
        )


def blind_spot(blind: Blind, clock: Clock, apartment: Apartment) -> wire.BlindSpot:
    """Write a blind place for the wire; its axis time becomes wall time while that is trusted.

    Whole seconds: a heartbeat that differs by a rounding would be news every half minute.
    """
    since_s = clock.utc_of(blind.since)
    room = apartment.rooms_by_id.get(blind.room) if blind.room else None
    return wire.BlindSpot(
        room=blind.room,
        room_name=room.name if room else None,
        device=blind.device,
        why=blind.why,
        since_utc_s=None if since_s is None else float(round(since_s)),
    )


async def _any(events: list[asyncio.Event], within_s: Seconds | None) -> None:
    """Return when one of the events is set, or `within_s` real seconds are over."""
    tasks = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(tasks, timeout=within_s, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
