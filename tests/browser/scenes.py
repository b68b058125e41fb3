# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The real hub and the real service, brought into the states whose pages people see."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext

from caregiver_api import wire
from hub.bootstrap import Hub
from hub.projections.panel import LinkView
from rules.model.apartment import Role
from rules.model.events import (
    BatteryMeasured,
    CarerAnswered,
    CarerStep,
    DeviceHeard,
    DeviceSilent,
    EscalationRunning,
    FallSensed,
    Motion,
    MotionEnded,
)
from rules.model.identity import DeviceId, IncidentId
from rules.situation.coverage import SEEING
from tests.browser.browsing import served
from tests.caregiver_api.world import PASSWORD, FakeHub, World
from tests.hub.flat import EPOCH_S, Flat

DAY = datetime(2026, 11, 21, 14, 12, tzinfo=UTC)
NIGHT = datetime(2026, 11, 21, 2, 19, tzinfo=UTC)
PIN = "4711"


class Home:
    """A running hub behind the real door, with a radio that says what a scene needs."""

    def __init__(self, hub: Hub, flat: Flat, address: str) -> None:
        self.hub = hub
        self.flat = flat
        self.address = address

    def say(self, event: Any) -> None:
        self.flat.radio.say(event)

    @property
    def at(self) -> float:
        return self.hub.clock.axis()

    def heard(self, *but: str) -> None:
        """Let every device be heard once, except some."""
        for device in self.hub.flat.apartment.devices:
            if device.id not in but:
                self.say(DeviceHeard(device=device.id, at=self.at))
                if device.role is Role.MOTION:
                    self.say(Motion(device=device.id, at=self.at))

    def silent(self, device: str) -> None:
        self.say(DeviceSilent(device=DeviceId(device), at=self.at))

    def days(self, count: float, every_h: float) -> None:
        """Let so many days go by in which every room is used so often."""
        last = self.hub.journal.tail().at
        at = self.at if last is None else max(last, self.at)
        for _ in range(int(count * 24 / every_h)):
            for device in self.hub.flat.apartment.devices:
                if device.role in SEEING:
                    self.say(BatteryMeasured(device=device.id, at=at, charge_pct=90.0))
                if device.role is Role.MOTION:
                    self.say(Motion(device=device.id, at=at))
                    self.say(MotionEnded(device=device.id, at=at))
            at += every_h * 3600.0

    def fall(self) -> None:
        self.say(FallSensed(device=DeviceId("radar-bath"), at=self.at, press="radar:1"))

    async def incident(self) -> IncidentId:
        """Wait until something is open that calls people or asks; return its name."""
        for _ in range(3000):
            urgent = [one for one in self.hub.view.panel().incidents if one.priority == "urgent"]
            if urgent:
                return urgent[0].id
            await asyncio.sleep(0.01)
        raise AssertionError("nothing was concluded")

    async def answered(self, step: CarerStep, minutes: int | None = None) -> None:
        """Let the service say that people are called, and what Anna does."""
        incident = await self.incident()
        card = self.hub.incidents.card(incident)
        if card.message and not card.running:
            self.hub.inlet.append(EscalationRunning(at=self.at, message=card.message))
        self.hub.inlet.append(
            CarerAnswered(at=self.at, incident=incident, step=step, carer="Anna", minutes=minutes)
        )


@contextlib.asynccontextmanager
async def home(folder: Path, *, when: datetime = DAY, **settings: Any) -> AsyncIterator[Home]:
    """Run a hub whose wall clock shows `when`, everything agreed to, a PIN set."""
    flat = Flat(folder, **settings)
    flat.wall_offset_s = when.timestamp() - EPOCH_S - asyncio.get_running_loop().time()
    async with flat.hub() as hub:
        await hub.resident.set_pin(PIN)
        hub.forwarding.view = lambda: LinkView(paired=True, connected=True)
        async with served(hub._app()) as address:
            try:
                yield Home(hub, flat, address)
            finally:
                hub.changes.close()


class Duty:
    """A running care service with Anna logged in and Mrs Petersen's hub paired."""

    def __init__(self, world: World, hub: FakeHub, address: str) -> None:
        self.world = world
        self.hub = hub
        self.address = address

    async def log_in(self, browser: Browser, name: str = "anna", **options: Any) -> BrowserContext:
        """Return a browser context that holds this person's session."""
        context = await browser.new_context(locale="de-DE", **options)
        answer = await context.request.post(
            f"{self.address}/login", form={"name": name, "password": PASSWORD}
        )
        assert answer.ok, await answer.text()
        return context

    async def alarm(self, number: int = 1, revision: int = 1, **change: Any) -> str:
        """Let the hub report; returns the incident's name."""
        happened_s = self.world.service.time.now() - change.get("age_s", 0.5)
        alert = self.hub.alert(number, revision, **({"utc_s": happened_s} | change))
        answer = await self.hub.send(alert)
        assert answer.status_code == 202, answer.text
        await self.world.settle()
        return alert.incident_id

    async def possible_fall(self) -> str:
        return await self.alarm(
            1,
            kind="possible_fall",
            basis="consent",
            purpose="falls",
            detail={"reason": "silence", "still_s": 1200.0},
            age_s=70.0,
            blind=(wire.BlindSpot(room="kitchen", why="silent", since_utc_s=1_794_990_000.0),),
        )

    async def stove(self) -> str:
        return await self.alarm(
            2,
            kind="stove_unattended",
            priority="soon",
            room="kitchen",
            room_name="Küche",
            basis="consent",
            purpose="safety",
            detail={"on_s": 1500.0, "alone_s": 720.0},
            age_s=1500.0,
        )

    async def battery(self) -> str:
        return await self.alarm(
            3,
            kind="battery_low",
            priority="info",
            phase="noted",
            room="hall",
            room_name="Flur",
            basis="operation",
            detail={"charge_pct": 8.0},
        )


@contextlib.asynccontextmanager
async def duty() -> AsyncIterator[Duty]:
    """Run a care service: lead, Anna, Bo, one flat that is heard."""
    world = World()
    await world.start()
    try:
        await world.people()
        hub = await world.hub()
        await world.policy(hub, (("anna",), 120.0), (("bo",), 120.0))
        await hub.beat()
        async with served(world.app) as address:
            yield Duty(world, hub, address)
            world.service.live.close()
    finally:
        await world.stop()
