# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The second way out: no receipt in 8 real seconds, so the light outside the door."""

import asyncio
from collections.abc import Iterable
from typing import Final

import structlog

from hub.actuators import Actuators
from hub.cards import Card
from hub.clock import Clock
from hub.outbox import Parcel
from hub.pipeline import Pipeline
from rules.apartment import Apartment, Role
from rules.effects import Effect, IncidentClosed, Message, Send
from rules.events import CarerAnswered, CarerStep, EscalationRunning, Fact, SecondWayTaken
from rules.identity import DeviceId, IncidentId, MessageId, Seconds
from rules.verdicts import Priority

_LOG = structlog.get_logger()
RECEIPT_S: Final = 8.0
"""Real seconds from the outbox commit to the receipt (CONTRACTS, the wire)."""
OFF_AGAIN_S_MAX: Final = 600.0
AGAIN_S: Final = 10.0
"""Real seconds between tries of a lamp outside that does not obey."""


class SecondWay:
    """Watches urgent and soon messages; the siren inside only where the resident chose it.

    Args:
        siren: she chose a siren inside.
    """

    def __init__(
        self,
        apartment: Apartment,
        actuators: Actuators,
        *,
        pipeline: Pipeline,
        clock: Clock,
        siren: bool,
    ) -> None:
        roles = {Role.OUTSIDE_LAMP, Role.SIREN} if siren else {Role.OUTSIDE_LAMP}
        self._devices = tuple(one.id for one in apartment.devices if one.role in roles)
        self._actuators = actuators
        self._pipeline = pipeline
        self._clock = clock
        self._watched: dict[MessageId, tuple[Seconds, IncidentId]] = {}
        self._taken: set[IncidentId] = set()
        self._off: list[IncidentId] = []
        self._trying: set[DeviceId] = set()
        self._wake = asyncio.Event()

    def watch(self, message: Message) -> None:
        """Expect a receipt for this message from now on."""
        if message.priority is not Priority.INFO and not message.test:
            self._watched[message.id] = (self._clock.real() + RECEIPT_S, message.incident)
            self._wake.set()

    def resume(self, parcels: list[Parcel], cards: Iterable[Card]) -> None:
        """Expect receipts that were missing when the hub stopped; go on with what shines for it.

        Args:
            parcels: messages without a receipt.
            cards: incidents, open ones and the last ones that are over.
        """
        open_incidents = set()
        for card in cards:
            if card.closed is None:
                open_incidents.add(card.id)
            if card.second_way:
                shines = card.closed is None and card.carer is None
                # Taken or closed while we were off: the lamp did not hear of it.
                (self._taken.add if shines else self._off.append)(card.id)
        for parcel in parcels:
            if parcel.message.incident in open_incidents:
                self.watch(parcel.message)

    def happened(self, fact: Fact, effects: tuple[Effect, ...]) -> None:
        """Start and stop watching."""
        match fact.event:
            case EscalationRunning(message=message):
                self._watched.pop(message, None)
            case CarerAnswered(incident=incident, step=step) if step is not CarerStep.DECLINED:
                self._over(incident)
            case _:
                pass
        for effect in effects:
            if isinstance(effect, Send):
                self.watch(effect.message)
            elif isinstance(effect, IncidentClosed):
                self._over(effect.incident)

    def _over(self, incident: IncidentId) -> None:
        for message in [name for name, (_, one) in self._watched.items() if one == incident]:
            del self._watched[message]
        if incident in self._taken:
            self._taken.discard(incident)
            self._off.append(incident)
            self._wake.set()

    async def run(self) -> None:
        """Wait for the earliest missing receipt."""
        async with asyncio.TaskGroup() as group:
            while True:
                self._wake.clear()
                if self._off and not self._taken:
                    group.create_task(self._switch(on=False))
                self._off.clear()
                if self._late():
                    group.create_task(self._switch(on=True))
                due = min((due for due, _ in self._watched.values()), default=None)
                try:
                    async with asyncio.timeout(
                        None if due is None else max(0.0, due - self._clock.real())
                    ):
                        await self._wake.wait()
                except TimeoutError:
                    continue

    def _late(self) -> bool:
        real = self._clock.real()
        late = [(name, one) for name, (due, one) in self._watched.items() if due <= real]
        for message, incident in late:
            del self._watched[message]
            new = incident not in self._taken
            self._taken.add(incident)
            _LOG.warning("second_way_taken", message=message, incident=incident)
            if new:
                self._pipeline.append(SecondWayTaken(at=self._clock.axis(), message=message))
        return bool(late)

    async def _switch(self, *, on: bool) -> None:
        await asyncio.gather(*(self._one(device, on=on) for device in self._devices))

    async def _one(self, device: DeviceId, *, on: bool) -> None:
        """Switch, again and again while it is wanted: nothing else may call for her now.

        Off is tried ever more seldom: a lamp that shines on calls for nobody.
        """
        if device in self._trying and on:
            return
        self._trying.add(device)
        wait_s = AGAIN_S
        while not await self._actuators.switch(device, on=on, why="second_way"):
            await asyncio.sleep(wait_s)
            if on is not bool(self._taken):
                break
            wait_s = AGAIN_S if on else min(wait_s * 2.0, OFF_AGAIN_S_MAX)
        self._trying.discard(device)
