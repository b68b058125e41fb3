# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Somebody who lives alone: her day, her calls, her answers, her consents, and the days on which she falls."""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random
from typing import Final

from hub.bootstrap import Hub
from rules.model.consent import ConsentState, Purpose
from rules.model.events import (
    BatteryMeasured,
    DeviceEvent,
    DoorClosed,
    DoorOpened,
    FallSensed,
    FinePressed,
    HelpPressed,
    HelpTakenBack,
    Motion,
    MotionEnded,
    PowerMeasured,
    SeatLeft,
    SeatTaken,
)
from rules.model.identity import DeviceId, Seconds
from showcase.resident.daily_life import Edge, edges
from tests.simulation.air import Air
from tests.simulation.disk import PowerLoss
from tests.simulation.machines import HubMachine
from tests.simulation.truth import Lying, Press, Truth

PIN: Final = "4711"
START_S: Final = 5 * 3600.0
"""The world begins at five in the morning of her first day."""
SIGN_OF_LIFE_S: Final = 3000.0
"""A device says something at least this often, as sensors do that are supervised."""
CORDS: Final = tuple(map(DeviceId, ("cord-bath", "cord-bedroom", "button-ble")))
RADAR: Final = DeviceId("radar-bath")
HOLDING_S: Final = 30.0
"""One press repeated by the radio for longer than this is another press (rules.situation.presses)."""


def event_of(edge: Edge) -> Callable[[Seconds], DeviceEvent]:
    """Return what the hub hears when a sensor of her flat changes."""
    device, on = DeviceId(edge.device), edge.on
    kind: type[DeviceEvent]
    match edge.device.partition("-")[0]:
        case "motion":
            kind = Motion if on else MotionEnded
        case "door":
            kind = DoorOpened if on else DoorClosed
        case "bed":
            kind = SeatTaken if on else SeatLeft
        case _:
            return lambda at: PowerMeasured(device=device, at=at, power_w=1600.0 if on else 0.0)
    return lambda at: kind(device=device, at=at)


class Resident:
    """Her life, driven by the shared `showcase.resident.daily_life`.

    Args:
        hub: the machine in her flat; what she does at the panel goes through `hub.resident.actions`.
        air: her devices.
        truth: told what she really did.
    """

    def __init__(
        self,
        seed: int,
        chance: Random,
        hub: HubMachine,
        air: Air,
        truth: Truth,
        note: Callable[..., None],
    ) -> None:
        self._edges = [one for one in edges(seed, 2) if one.at >= START_S]
        self._chance = chance
        self._machine = hub
        self._air = air
        self._truth = truth
        self._note = note
        self._presses = 0
        self._busy = False
        self._moving: set[str] = set()
        self.lying: Lying | None = None

    # --- her day

    async def live(self) -> None:
        """Move about as her day goes; somebody who lies there moves nothing."""
        for edge in self._edges:
            await self._until(edge.at - START_S)
            free = self.lying is None and not self._busy
            if free or (not edge.on and edge.device in self._moving):
                self._sense(edge)

    def _sense(self, edge: Edge) -> None:
        """Let a sensor change; a motion sensor goes back to rest by itself, whatever she does."""
        if edge.device.startswith("motion-"):
            (self._moving.add if edge.on else self._moving.discard)(edge.device)
        self._air.sense(DeviceId(edge.device), event_of(edge))

    async def signs_of_life(self) -> None:
        """Let every device report now and then, as radios do by themselves."""
        devices = [one.id for one in self._air.apartment.devices]
        beats = [(self._chance.uniform(1.0, SIGN_OF_LIFE_S), device) for device in devices]
        while True:
            at, device = min(beats)
            beats.remove((at, device))
            beats.append((at + SIGN_OF_LIFE_S * self._chance.uniform(0.9, 1.1), device))
            await self._until(at)
            self._air.sense(
                device, lambda at, one=device: BatteryMeasured(device=one, at=at, charge_pct=80.0)
            )

    # --- her calls

    async def press(self, device: DeviceId | None = None) -> Press:
        """Call for help with a cord or button."""
        device = device or self._chance.choice(CORDS)
        self._presses += 1
        name = f"{device}#{self._presses}"
        made = self._truth.presses[name] = Press(name=name, at=self._now())
        self._note("press", name)
        self._air.call(
            device,
            lambda at: HelpPressed(device=device, at=at, press=name),
            lambda: self._acknowledged(made),
        )
        return made

    def _acknowledged(self, press: Press) -> None:
        if press.acknowledged is None:
            press.acknowledged = self._now()

    def take_back(self) -> None:
        """Take her calls back."""
        device = DeviceId("take-back-bedroom")
        self._air.call(device, lambda at: HelpTakenBack(device=device, at=at))

    def fine(self, room: str = "bath") -> None:
        """Answer a question with the button in the room."""
        self._presses += 1
        device, name = DeviceId(f"fine-{room}"), f"fine#{self._presses}"
        self._air.call(device, lambda at: FinePressed(device=device, at=at, press=name))

    # --- at the panel

    async def at_panel(self, act: Callable[[Hub], Awaitable[None] | None]) -> None:
        """Do something at the panel, as soon as the hub runs; until it was done."""
        while True:
            hub = self._machine.up
            if hub is not None:
                try:
                    done = act(hub)
                    if done is not None:
                        await done
                except PowerLoss as fault:
                    self._machine.broke(fault)
                else:
                    return
            await asyncio.sleep(20.0)

    async def consent(self, purpose: Purpose, *, given: bool) -> None:
        """Give or withdraw one consent, with her PIN."""
        state = ConsentState.GIVEN if given else ConsentState.WITHDRAWN
        await self.at_panel(lambda hub: hub.resident.consent(purpose, state, PIN))
        self._note("consent", purpose, given)

    async def panel_help(self) -> None:
        """Call for help at the panel; when it answers nothing, she knows."""
        hub = self._machine.up
        if hub is None:
            return
        try:
            hub.resident.help()
        except PowerLoss as fault:
            self._machine.broke(fault)

    # --- on a bad day

    async def collapse(self) -> None:
        """Go to the bath, fall, and lie there without a sound."""
        await self._into_bath(lasts_s=12.0)
        self._lie(radar=False)

    async def fall(self) -> None:
        """Fall where the radar sees it, and cannot answer."""
        await self._into_bath(lasts_s=2.0)
        self._lie(radar=True)
        self._radar()

    async def huff(self) -> None:
        """Be taken for fallen, sit still and say nothing for a while."""
        await self._into_bath(lasts_s=2.0)
        self._radar()
        self._busy = True
        await asyncio.sleep(150.0)
        self._busy = False

    async def linger(self) -> None:
        """Sit in the bath without a movement for longer than anybody should."""
        await self._into_bath(lasts_s=2.0)
        self._busy = True
        await asyncio.sleep(1500.0)
        self._busy = False

    async def stumble(self) -> None:
        """Be taken for fallen, and say that she is fine."""
        await self._into_bath(lasts_s=2.0)
        self._radar()
        await asyncio.sleep(self._chance.uniform(5.0, 30.0))
        self.fine()

    def _radar(self) -> None:
        self._presses += 1
        name = f"radar#{self._presses}"
        self._air.call(RADAR, lambda at: FallSensed(device=RADAR, at=at, press=name))

    def _lie(self, *, radar: bool) -> None:
        self.lying = Lying(at=self._now(), radar=radar)
        self._truth.lying.append(self.lying)
        self._note("lies", radar)

    async def _into_bath(self, *, lasts_s: Seconds) -> None:
        self._busy = True
        for room in ("hall", "bath", "bath", "bath"):
            for on in (True, False):
                self._sense(Edge(at=self._now(), device=f"motion-{room}", on=on))
                await asyncio.sleep(lasts_s)
        self._busy = False

    def found(self) -> None:
        """A carer has come; she is helped up."""
        if self.lying is not None:
            self.lying.found = self._now()
            self.lying = None
            self._note("found")

    def _now(self) -> Seconds:
        return asyncio.get_running_loop().time()

    async def _until(self, at: Seconds) -> None:
        await asyncio.sleep(max(0.0, at - self._now()))
