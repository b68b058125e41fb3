# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The two machines of the world, each with its power, its disk and its clocks; the programs on them are the real ones."""

import asyncio
import hashlib
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Final

import httpx2

from caregiver_api.app import create_app
from caregiver_api.bootstrap import Deps, Service
from caregiver_api.channels.channel import Channel
from caregiver_api.channels.registry import OpenChannel
from caregiver_api.platform.store import Store
from caregiver_api.settings import ServiceSettings
from hub.bootstrap import DATABASE, Hub, build
from hub.ports import HubPorts
from hub.radios.wiring import Radios, Wiring
from hub.runtime.apartment_file import FlatFile
from hub.runtime.clock import Clock
from hub.runtime.settings import Settings as HubSettings
from rules.model.identity import Seconds
from tests.simulation.disk import PowerLoss, SimulatedDisk
from tests.simulation.inline_sqlite import connector
from tests.simulation.network import Door

SERVICE_DB: Final = "service.db"
HUB_DB: Final = DATABASE
LEAD: Final = ("dora", "a long pass phrase")


class SeededChance:
    """Chance of one machine, the same in every run of the seed."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def draw(self, count: int) -> bytes:
        return self._random.randbytes(count)

    token = draw

    def uniform(self, low: float, high: float) -> float:
        return self._random.uniform(low, high)


class InlineHasher:
    """Password and PIN hashes that need no thread (and would be no protection)."""

    async def hash(self, password: str) -> str:
        return hashlib.sha256(password.encode()).hexdigest()

    async def verify(self, hashed: str, password: str) -> bool:
        return hashed == hashlib.sha256(password.encode()).hexdigest()


class _Machine:
    """Something with a power switch. `outages` are (from, until) in true seconds."""

    def __init__(self, chance: Random, failed: Callable[[BaseException], None]) -> None:
        self.disk = SimulatedDisk(chance)
        self._failed = failed
        self._task: asyncio.Task[None] | None = None
        self.outages: list[tuple[Seconds, Seconds | None]] = []
        self.dead = asyncio.Event()
        """Set when the power went by itself, inside a statement."""
        self.on_at = 0.0

    @property
    def on(self) -> bool:
        return self._task is not None

    def _started(self, life: asyncio.Task[None]) -> None:
        self._task = life
        self.dead.clear()
        if self.outages:
            self.outages[-1] = (self.outages[-1][0], _now())

    def broke(self, fault: BaseException) -> None:
        """Tell lost power from a bug."""
        if power_only(fault):
            self.dead.set()
        else:
            self._failed(fault)

    async def died(self) -> None:
        """Return when the power goes by itself; once for each time."""
        while not self.dead.is_set():
            await self.dead.wait()
        await asyncio.sleep(0.1)

    async def _stop(self) -> None:
        self.disk.power_loss()
        task, self._task = self._task, None
        self.outages.append((_now(), None))
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def off_s(self, since: Seconds, until: Seconds) -> Seconds:
        """Return how long the machine was off between two moments."""
        return sum(
            max(0.0, min(until, end if end is not None else until) - max(since, start))
            for start, end in self.outages
        )

    def off_between(self, since: Seconds, until: Seconds) -> bool:
        """Say whether the machine was off at any moment between the two."""
        return any(start <= until and (end is None or end >= since) for start, end in self.outages)


def power_only(fault: BaseException) -> bool:
    """Say whether nothing but a power loss (and what it cancelled) ended something."""
    if isinstance(fault, BaseExceptionGroup):
        return all(power_only(one) for one in fault.exceptions)
    return isinstance(fault, PowerLoss | asyncio.CancelledError)


def _now() -> Seconds:
    return asyncio.get_running_loop().time()


class HubMachine(_Machine):
    """The Raspberry Pi in the flat: no battery clock, a monotonic clock that starts anew with every boot.

    Attributes:
        skew_s: how far its wall clock is off; `ntp` says whether a time server has set it.
        prepared: called with each freshly built hub, before it runs.
        booted: called when the hub has rebuilt its memory and appended `Booted`.
    """

    def __init__(
        self,
        home: Path,
        flat: FlatFile,
        chance: Random,
        transport: httpx2.AsyncBaseTransport,
        epoch_s: Seconds,
        failed: Callable[[BaseException], None],
    ) -> None:
        super().__init__(chance, failed)
        self._settings = HubSettings(home=home)
        self._flat = flat
        self._chance = SeededChance(chance)
        self._transport = transport
        self._epoch_s = epoch_s
        self.skew_s = 0.0
        self.ntp = True
        self.hub: Hub | None = None
        self.prepared: Callable[[Hub], None] = lambda hub: None
        self.booted: Callable[[Hub], None] = lambda hub: None
        self.radios: Callable[[Wiring], Radios] = lambda wiring: Radios()

    def switch_on(self) -> None:
        """Boot."""
        loop = asyncio.get_running_loop()
        self.on_at = on_at = loop.time()
        self.disk.power_on()
        ports = HubPorts(
            clock=Clock(
                monotonic=lambda: round(loop.time() - on_at + 11.0, 6),
                wall_clock=lambda: self._epoch_s + loop.time() + self.skew_s,
                synchronised=lambda: self.ntp,
            ),
            randomness=self._chance,
            connect=self.disk.connect,
            radios=self._radios,
            transport=self._transport,
            flat=self._flat,
            hasher=InlineHasher(),
            web=False,
            alone=False,
        )
        try:
            self.hub = build(self._settings, ports)
        except PowerLoss:
            self.hub = None
            self._started(loop.create_task(asyncio.sleep(0)))
            self.dead.set()
            return
        self.prepared(self.hub)
        self._started(loop.create_task(self._life(self.hub)))

    def _radios(self, wiring: Wiring) -> Radios:
        assert self.hub is not None
        self.booted(self.hub)
        return self.radios(wiring)

    async def _life(self, hub: Hub) -> None:
        try:
            await hub.run()
        except asyncio.CancelledError:
            raise
        except BaseException as fault:
            self.broke(fault)

    async def switch_off(self) -> None:
        """Cut the power."""
        self.hub = None
        await self._stop()

    @property
    def up(self) -> Hub | None:
        """The hub, if it has booted and still runs."""
        hub = self.hub
        alive = hub is not None and hub.running.is_set() and not self.dead.is_set()
        return hub if alive else None


class ServiceMachine(_Machine):
    """The machine of the care service, somewhere else."""

    def __init__(
        self,
        chance: Random,
        epoch_s: Seconds,
        failed: Callable[[BaseException], None],
        channel: Channel,
    ) -> None:
        super().__init__(chance, failed)
        self._chance = SeededChance(chance)
        self._epoch_s = epoch_s
        self._channel = channel
        self._seed = chance.randbytes(32)
        self.door = Door(self.broke)
        self.service: Service | None = None

    async def switch_on(self) -> None:
        """Start the process and open the door once it is ready."""
        loop = asyncio.get_running_loop()
        self.on_at = on_at = loop.time()
        self.disk.power_on()
        store = Store.on(connector(lambda: self.disk.connect(SERVICE_DB)))
        service = Service(
            Deps(
                settings=ServiceSettings(rung_wait_s=60.0),
                store=store,
                clock=_ServiceClock(self._epoch_s, on_at),
                randomness=self._chance,
                hasher=InlineHasher(),
                service_seed=self._seed,
                more_channels=[OpenChannel(channel=self._channel)],
                first_lead=LEAD,
            )
        )
        app = create_app(service)
        try:
            await service.open()
        except PowerLoss:
            self._started(loop.create_task(asyncio.sleep(0)))
            self.dead.set()
            return
        self.service = service
        self._started(loop.create_task(self._life(service)))
        self.door.app = app

    async def _life(self, service: Service) -> None:
        try:
            await service.run()
        except asyncio.CancelledError:
            raise
        except BaseException as fault:
            self.broke(fault)

    async def switch_off(self) -> None:
        """Kill the process."""
        self.service = None
        self.disk.power_loss()
        await self.door.close()
        await self._stop()


class _ServiceClock:
    def __init__(self, epoch_s: Seconds, on_at: Seconds) -> None:
        self._epoch_s = epoch_s
        self._on_at = on_at

    def utc(self) -> float:
        return self._epoch_s + _now()

    def monotonic(self) -> float:
        return _now() - self._on_at
