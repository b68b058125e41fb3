# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The local fallback without a receipt or with nobody reached: the light outside the door."""

import asyncio
import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import structlog

from devices.backoff import BackOff, doubling
from hub.actuation.actuators import Actuators
from hub.pipeline.commits import Commits
from hub.pipeline.inlet import EventInlet
from hub.pipeline.rule_memory import RuleMemory
from hub.projections.incidents import IncidentProjection
from hub.runtime.clock import Clock
from rules.model.apartment import Apartment, Role
from rules.model.consent import Need, decide
from rules.model.declaration import OPERATION
from rules.model.effects import Effect, IncidentClosed, Message, Purge, Send, Withheld
from rules.model.events import (
    CarerAnswered,
    CarerStep,
    EscalationRunning,
    Fact,
    NobodyReached,
    SecondWayTaken,
)
from rules.model.identity import DeviceId, IncidentId, MessageId, Seconds
from rules.model.verdict import Kind, Priority

_LOG = structlog.get_logger()
RECEIPT_S: Final = 8.0
"""Real seconds from the outbox commit to the receipt (CONTRACTS, the wire)."""
AGAIN_S: Final = 10.0
"""Real seconds between tries of a lamp outside that does not obey."""
OFF_AGAIN_S: Final = doubling(AGAIN_S, 600.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Watched:
    """A message without a receipt, and the real second until which one is expected."""

    incident: IncidentId
    until: Seconds
    need: Need


class LocalFallback:
    """Watches urgent and soon messages; the siren inside only where the resident chose it.

    Args:
        apartment: the lamps outside the door, the siren.
        actuators: switches them.
        inlet: takes that it was used.
        commits: messages, receipts and ends.
        memory: what is allowed now, and what each kind needs.
        incidents: what is known of each.
        clock: real time of the receipts.
        siren: she chose a siren inside.
    """

    def __init__(
        self,
        apartment: Apartment,
        actuators: Actuators,
        *,
        inlet: EventInlet,
        commits: Commits,
        memory: RuleMemory,
        incidents: IncidentProjection,
        clock: Clock,
        siren: bool,
    ) -> None:
        roles = {Role.OUTSIDE_LAMP, Role.SIREN} if siren else {Role.OUTSIDE_LAMP}
        self._devices = tuple(one.id for one in apartment.devices if one.role in roles)
        self._actuators = actuators
        self._inlet = inlet
        self._memory = memory
        self._incidents = incidents
        self._clock = clock
        self._watched: dict[MessageId, _Watched] = {}
        self._taken: set[IncidentId] = set()
        self._switching: set[DeviceId] = set()
        self._due_to_switch = False
        self._changed = asyncio.Event()
        self._wake = asyncio.Event()
        commits.subscribe(self.happened)

    def watch(self, message: Message) -> None:
        """Expect a receipt for this message from now on."""
        if message.priority is not Priority.INFO and not message.test:
            until = self._clock.real() + RECEIPT_S
            self._watched[message.id] = _Watched(
                incident=message.incident, until=until, need=message.need
            )
            self._wake.set()

    def resume(self, unconfirmed: Iterable[Message]) -> None:
        """Expect receipts that were missing when the hub stopped; go on with what shines for it.

        Args:
            unconfirmed: messages without a receipt.
        """
        known = self._incidents.cards()
        open_incidents = {card.id for card in known if card.closed is None}
        for message in unconfirmed:
            if message.incident in open_incidents:
                self.watch(message)
        for card in known:
            if card.shines:
                self._taken.add(card.id)
            elif card.unreached and card.message is not None:
                # The power went between the word and the light.
                now = self._clock.real()
                self._watched[card.message] = _Watched(
                    incident=card.id, until=now, need=self._need(card.kind)
                )
            # Lit, taken or closed while we were off: the lamp may not have heard of it.
            self._due_to_switch |= card.second_way

    def happened(self, fact: Fact, effects: tuple[Effect, ...]) -> None:
        """Start and stop watching."""
        match fact.event:
            case EscalationRunning(message=message):
                self._watched.pop(message, None)
            case NobodyReached(incident=incident, message=message):
                card = self._incidents.card(incident)
                if card is not None and card.unreached and self._live(self._need(card.kind)):
                    self._take(incident, message)
            case CarerAnswered(incident=incident, step=step) if step is not CarerStep.DECLINED:
                self._over(incident)
            case _:
                pass
        for effect in effects:
            if isinstance(effect, Send):
                self.watch(effect.message)
            elif isinstance(effect, IncidentClosed):
                self._over(effect.incident)
            elif isinstance(effect, Withheld) and effect.unsent:
                # Nobody knows of it: nobody could ever accept or close it.
                self._over(effect.incident)
            elif isinstance(effect, Purge):
                for name in [
                    name for name, one in self._watched.items() if one.need == effect.need
                ]:
                    del self._watched[name]

    def _take(self, incident: IncidentId, message: MessageId) -> None:
        """Call outside the door for an incident; once until somebody has it in hand."""
        if incident in self._taken:
            return
        self._taken.add(incident)
        self._switch()
        _LOG.warning("local_fallback_taken", message=message, incident=incident)
        self._inlet.append(
            SecondWayTaken(at=self._clock.axis(), message=message, incident=incident)
        )

    def _over(self, incident: IncidentId) -> None:
        for message in [name for name, one in self._watched.items() if one.incident == incident]:
            del self._watched[message]
        if incident in self._taken:
            self._taken.discard(incident)
            self._switch()

    def _switch(self) -> None:
        """Let the light become what it is to be; whoever waits to try again tries now."""
        self._due_to_switch = True
        self._changed.set()
        self._changed = asyncio.Event()
        self._wake.set()

    async def run(self) -> None:
        """Wait for the earliest missing receipt; switch what is to be switched."""
        async with asyncio.TaskGroup() as group:
            while True:
                self._wake.clear()
                self._late()
                if self._due_to_switch:
                    self._due_to_switch = False
                    for device in self._devices:
                        if device not in self._switching:
                            self._switching.add(device)
                            group.create_task(self._one(device))
                due = min((one.until for one in self._watched.values()), default=None)
                try:
                    async with asyncio.timeout(
                        None if due is None else max(0.0, due - self._clock.real())
                    ):
                        await self._wake.wait()
                except TimeoutError:
                    continue

    def _late(self) -> None:
        real = self._clock.real()
        for message, one in list(self._watched.items()):
            if one.until <= real:
                del self._watched[message]
                # What she took back meanwhile calls nobody, not even outside her door.
                if self._live(one.need):
                    self._take(one.incident, message)

    def _live(self, need: Need) -> bool:
        return decide(self._memory.register, need)

    def _need(self, kind: Kind) -> Need:
        """Return what a message needs; a kind of another release is told as operation."""
        declared = self._memory.declared.get(kind)
        return OPERATION if declared is None else declared.need

    async def _one(self, device: DeviceId) -> None:
        """Switch until it obeys: nothing else may call for her now.

        Off is tried ever more seldom: a lamp that shines on calls for nobody.
        """
        back_off = BackOff(OFF_AGAIN_S)
        while True:
            on, changed = bool(self._taken), self._changed
            obeyed = await self._actuators.switch(device, on=on, why="second_way")
            if on is not bool(self._taken):
                back_off.reset()
                continue
            if obeyed:
                break
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(AGAIN_S if on else back_off.failed()):
                    await changed.wait()
                back_off.reset()
        self._switching.discard(device)
