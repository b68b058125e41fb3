# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The question reaches the resident: lamp and sounder in the room, never a browser alone."""

import asyncio
from collections.abc import Iterable
from typing import Final

from hub.actuation.actuators import Actuators
from hub.pipeline.commits import Commits
from hub.pipeline.trace import EventTrace
from hub.projections.incident_cards import IncidentCard
from hub.projections.incidents import IncidentProjection
from rules.model.apartment import Apartment, Device, Role
from rules.model.effects import Ask, AskEnded, Effect, IncidentClosed, Tell
from rules.model.events import Fact
from rules.model.identity import DeviceId, IncidentId, RoomId

# Light bright and tone on, then light dim and tone off: seen and heard, with room to speak.
PHASE_S: Final = 2.0
DIM: Final = 0.3
QUEUE_MAX: Final = 1_000
# Waits between tries to bring a device to rest (real seconds): a restarted radio, then a day.
REST_AGAIN_S: Final = (2.0, 5.0, 10.0, 30.0, *(60.0,) * 1440)

type Order = Ask | AskEnded | IncidentClosed | Tell


class Prompts:
    """Drives lamps and sounders for open questions; when one fails the next is tried.

    Args:
        apartment: lamps and sounders by room.
        actuators: switches them.
        commits: questions, their ends, and what is told in a room.
        trace: the public events.
        incidents: where somebody was asked.
    """

    def __init__(
        self,
        apartment: Apartment,
        actuators: Actuators,
        *,
        commits: Commits,
        trace: EventTrace,
        incidents: IncidentProjection,
    ) -> None:
        self._apartment = apartment
        self._actuators = actuators
        self._incidents = incidents
        self._trace = trace
        # Full would mean a thousand questions in one turn of the loop: a bug, so it raises.
        self._orders: asyncio.Queue[tuple[Fact | None, Order]] = asyncio.Queue(QUEUE_MAX)
        self._over: dict[IncidentId, asyncio.Event] = {}
        self._steady: dict[IncidentId, tuple[DeviceId, ...]] = {}
        self._before: set[IncidentId] = set()
        self._left_on: set[DeviceId] = set()
        commits.subscribe(self.happened)

    def happened(self, fact: Fact, effects: tuple[Effect, ...]) -> None:
        """Note what concerns the room."""
        for effect in effects:
            if isinstance(effect, Ask | AskEnded | IncidentClosed | Tell):
                self._orders.put_nowait((fact, effect))

    def resume(self, cards: Iterable[IncidentCard]) -> None:
        """Ask again what was being asked when the hub stopped; silence what it may have left on.

        Args:
            cards: incidents, open ones and the last ones that are over.
        """
        for card in cards:
            if card.closed is None and (card.attempt or card.carer is not None):
                self._before.add(card.id)
            if card.attempt and card.answer_by is None:
                # Its end may have come between two power cuts, before the sounder heard of it.
                self._left_on |= {
                    one.id
                    for one in self._signals()
                    if one.role is Role.SOUNDER and one.room in {card.room, card.asked_in}
                }
            if card.answer_by is not None:
                ask = Ask(
                    incident=card.id,
                    kind=card.kind,
                    room=card.asked_in,
                    answer_by=card.answer_by,
                    attempt=card.attempt,
                )
                self._orders.put_nowait((None, ask))

    async def run(self) -> None:
        """Carry the orders out."""
        async with asyncio.TaskGroup() as group:
            for device in sorted(self._left_on):
                group.create_task(self._rest(device))
            while True:
                fact, order = await self._orders.get()
                match order:
                    case Ask(incident=incident):
                        known = self._over.get(incident)
                        if known is None or known.is_set():
                            over = self._over[incident] = asyncio.Event()
                            group.create_task(self._ask(order, over))
                    case AskEnded(incident=incident):
                        if incident in self._over:
                            self._end(incident)
                        else:  # asked before the power went: lamp and sounder did not see it go
                            group.create_task(self._quiet(incident))
                    case IncidentClosed(incident=incident):
                        self._end(incident)
                        for device in self._steady.pop(incident, ()):
                            group.create_task(self._rest(device))
                        if incident in self._before:
                            self._before.discard(incident)
                            group.create_task(self._quiet(incident))
                    case Tell():
                        self._told(order, fact)
                        group.create_task(self._tell(order))

    def _end(self, incident: IncidentId) -> None:
        over = self._over.get(incident)
        if over is not None:
            over.set()

    async def _ask(self, ask: Ask, over: asyncio.Event) -> None:
        devices = await self._perceivable(ask.room)
        bright = True
        while not over.is_set():
            try:
                async with asyncio.timeout(PHASE_S):
                    await over.wait()
            except TimeoutError:
                bright = not bright
                if devices:
                    await self._show(devices, bright=bright)
                else:  # the radio was still starting
                    devices = await self._perceivable(ask.room)
        if self._over.get(ask.incident) is not over:
            return  # asked again meanwhile: the devices are in use
        del self._over[ask.incident]
        await asyncio.gather(*(self._rest(device.id) for device in devices))

    async def _perceivable(self, room: RoomId | None) -> tuple[Device, ...]:
        """Switch on what is in the room; when nothing there answers, try elsewhere."""
        here = [one for one in self._signals() if room in (None, one.room)]
        answered = await self._show(tuple(here), bright=True)
        for device in self._signals():
            if answered:
                break
            if device not in here:
                answered = await self._show((device,), bright=True)
        return answered

    async def _show(self, devices: tuple[Device, ...], *, bright: bool) -> tuple[Device, ...]:
        confirmed = await asyncio.gather(*(self._one(device, bright=bright) for device in devices))
        return tuple(one for one, yes in zip(devices, confirmed, strict=True) if yes)

    async def _one(self, device: Device, *, bright: bool) -> bool:
        if device.role is Role.SOUNDER:
            return await self._actuators.switch(device.id, on=bright, why="question")
        level = 1.0 if bright else DIM
        return await self._actuators.switch(device.id, on=True, level=level, why="question")

    async def _quiet(self, incident: IncidentId) -> None:
        """Bring to rest whatever asked about an incident before this start of the hub."""
        card = self._incidents.card(incident)
        rooms = set() if card is None else {card.room, card.asked_in}
        here = [one.id for one in self._signals() if one.room in rooms]
        await asyncio.gather(*(self._rest(device) for device in here))

    async def _rest(self, device: DeviceId) -> None:
        """Bring a device to rest; a sounder must not go on for ever because its radio was away.

        A lamp that shines because somebody comes, for this matter or another, shines on.
        """
        if any(device in lamps for lamps in self._steady.values()):
            await self._actuators.switch(device, on=True, level=1.0, why="somebody_comes")
            return
        for wait_s in REST_AGAIN_S:
            if await self._actuators.rest(device):
                return
            await asyncio.sleep(wait_s)
            if self._over:
                return  # somebody is asked again; the end of that brings it to rest

    async def _tell(self, tell: Tell) -> None:
        """Blinking ends, steady light stays until the incident is over: somebody has heard."""
        if tell.incident is None or tell.room is None:
            return
        card = self._incidents.card(tell.incident)
        if card is None or card.carer is None or card.closed is not None:
            return
        self._end(tell.incident)
        lamps = tuple(
            one.id for one in self._signals() if one.role is Role.LAMP and one.room == tell.room
        )
        self._steady[tell.incident] = lamps
        for lamp in lamps:
            await self._actuators.switch(lamp, on=True, level=1.0, why=tell.key)

    def _told(self, tell: Tell, fact: Fact | None) -> None:
        if fact is not None:
            self._trace.publish(
                "told",
                seq=fact.seq,
                at=fact.event.at,
                incident=tell.incident,
                room=tell.room,
                outcome=tell.key,
                detail=dict(tell.detail),
            )

    def _signals(self) -> list[Device]:
        signals = [one for one in self._apartment.devices if one.role in {Role.SOUNDER, Role.LAMP}]
        return sorted(signals, key=lambda one: one.role is not Role.SOUNDER)
