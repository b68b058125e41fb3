# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""A flat for tests: the model flat, a radio without radio, virtual time, a network that answers by hand."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from random import Random
from typing import Any

import httpx2

from devices.radio_status import RadioStatus
from devices.source import RADIO_DOWN, DeviceError, Health, HealthState, Inlet, Sighting
from hub.bootstrap import Hub, build
from hub.ports import HubPorts, connect
from hub.radios.wiring import Radios, Wiring
from hub.runtime.apartment_file import FlatFile, read_flat
from hub.runtime.clock import Clock
from hub.runtime.settings import Settings
from rules.detectors.registry import TABLE
from rules.detectors.table import Detectors
from rules.engine.engine import Engine
from rules.model.consent import ConsentState, Purpose, Recipient
from rules.model.events import AgreementChanged, ConsentChanged, Event
from rules.model.identity import DeviceId
from tests.simulation.loop import SimulatedLoop

ROOT = Path(__file__).parents[2]
EPOCH_S = 1_780_000_000.0
FLAT = read_flat(ROOT / "showcase" / "apartment.toml")


class SeededRandomness:
    """The same keys and jitter each time."""

    def __init__(self, seed: int = 1) -> None:
        self._random = Random(seed)

    def draw(self, count: int) -> bytes:
        return self._random.randbytes(count)

    def uniform(self, low: float, high: float) -> float:
        return self._random.uniform(low, high)


class Radio:
    """A source whose frames the test says, and whose devices can refuse."""

    name = "zigbee"

    def __init__(self) -> None:
        self.inlet: Inlet | None = None
        self.switched: list[tuple[str, bool, float | None]] = []
        self.dead: set[str] = set()
        self.up = True
        self.frames = 0
        self.starts = 0
        self.pulled = asyncio.Event()
        self.status: RadioStatus | None = None

    def tune(self, now: Callable[[], float]) -> None:
        self.status = RadioStatus(self.name, now=now, tell=self.say)

    async def run(self, inlet: Inlet) -> None:
        self.inlet = inlet
        self.starts += 1
        await self.pulled.wait()
        self.pulled.clear()
        raise DeviceError("stick", "unplugged")

    def lost(self, fault: str) -> None:
        assert self.status is not None
        self.status.down(fault)

    def health(self) -> Health:
        return Health(
            state=HealthState.UP if self.up else HealthState.DOWN, since=0.0, frames=self.frames
        )

    def drives(self, device: DeviceId) -> bool:
        return True

    async def switch(self, device: DeviceId, *, on: bool, level: float | None = None) -> None:
        await asyncio.sleep(0.01)
        if not self.up:
            raise DeviceError(device, RADIO_DOWN)
        if device in self.dead:
            raise DeviceError(device, "unreachable")
        self.switched.append((device, on, level))

    def say(self, event: Event, committed: Callable[[], None] | None = None) -> str:
        assert self.inlet is not None
        self.frames += 1
        frame = f"zigbee:{self.frames}"
        self.inlet.put(Sighting(event=event, frame=frame, committed=committed))
        return frame


class Unpaired(httpx2.AsyncBaseTransport):
    """No network: nothing is ever answered."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("no network in this test", request=request)


class Flat:
    """One flat over several starts of its hub; what is durable stays."""

    def __init__(self, home: Path, **settings: Any) -> None:
        self.home = home
        self.radio = Radio()
        self.settings = Settings(home=home / "hub", **settings)
        self.connect = connect
        self.wall_offset_s = 0.0
        self.synchronised = True
        self.detectors: Detectors = TABLE
        self.rules: Engine | None = None
        self.transport: httpx2.AsyncBaseTransport = Unpaired()
        self.flat: FlatFile = FLAT
        self.seed = 1
        self.web = False

    def clock(self) -> Clock:
        loop = asyncio.get_running_loop()
        return Clock(
            monotonic=loop.time,
            wall_clock=lambda: EPOCH_S + loop.time() + self.wall_offset_s,
            synchronised=lambda: self.synchronised,
        )

    def build(self) -> Hub:
        def radios(wiring: Wiring) -> Radios:
            self.radio.tune(wiring.now)
            return Radios(sources=(self.radio,), actuators=(self.radio,))

        return build(
            self.settings,
            HubPorts(
                clock=self.clock(),
                randomness=SeededRandomness(self.seed),
                connect=self.connect,
                radios=radios,
                transport=self.transport,
                detectors=self.detectors,
                rules=self.rules,
                flat=self.flat,
                web=self.web,
                alone=False,
            ),
        )

    @contextlib.asynccontextmanager
    async def hub(self, *, agreed: bool = True, power_cut: bool = False) -> AsyncIterator[Hub]:
        """Run a hub; it stops in order, or loses its power, at the end of the block."""
        self.radio.pulled = asyncio.Event()
        hub = self.build()
        task = asyncio.create_task(hub.run())
        starting = asyncio.create_task(hub.running.wait())
        await asyncio.wait({task, starting}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            task.result()
        await asyncio.sleep(0)
        if agreed:
            say_yes(hub)
        try:
            yield hub
            if task.done():
                task.result()
        finally:
            if power_cut:
                task.cancel()
            else:
                hub.stop()
            try:
                await task
            except asyncio.CancelledError:
                pass
            finally:
                hub.journal.close()


def say_yes(hub: Hub) -> None:
    """Agreement and every consent."""
    if hub.memory.register.help_agreement:
        return
    at = hub.clock.axis()
    hub.inlet.append(AgreementChanged(at=at, live=True))
    for purpose in Purpose:
        hub.inlet.append(
            ConsentChanged(
                at=at, purpose=purpose, recipient=Recipient.CARE_TEAM, state=ConsentState.GIVEN
            )
        )


def virtual[T](story: Coroutine[Any, Any, T]) -> T:
    """Run a test on virtual time: hours pass at once, nothing sleeps."""
    with asyncio.Runner(loop_factory=SimulatedLoop) as runner:
        return runner.run(story)


def rows(hub: Hub) -> list[str]:
    """Kinds of the durable journal rows, in order."""
    return [kind for (kind,) in hub.journal.read("SELECT kind FROM journal ORDER BY seq")]


def outbox(hub: Hub) -> list[tuple[str, int]]:
    """Incident and revision of everything that was ever enqueued, in order."""
    found = hub.journal.read(
        "SELECT json_extract(body, '$.kind'), json_extract(body, '$.revision') FROM outbox ORDER BY n"
    )
    return [(kind, revision) for kind, revision in found]
