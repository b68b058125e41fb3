# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""A flat with the real Zigbee driver above a virtual stick."""

import asyncio
import time
from contextlib import suppress

import pytest

from devices.availability import Availability
from devices.recorder import Recorder
from devices.registry import Enrolled, Registry
from devices.source import HealthState
from devices.zigbee.coordinator.settings import ZigbeeSettings
from devices.zigbee.source import ZigbeeSource
from rules.model.apartment import Device
from rules.model.identity import DeviceId, RoomId
from showcase.virtual.coordinator import VirtualCoordinator
from showcase.virtual.zigbee_flat import BY_ROLE


async def settled(true, within_s=40.0):
    """Wait for something of the virtual world that has no event of its own."""
    async with asyncio.timeout(within_s):
        while not true():
            await asyncio.sleep(0.005)


class Inlet:
    """Keeps every sighting, durable at once, and lets a test wait for one."""

    def __init__(self):
        self.sightings = []
        self._more = asyncio.Event()

    def put(self, sighting):
        self.sightings.append(sighting)
        if sighting.committed is not None:
            sighting.committed()
        self._more.set()

    async def has_room(self):
        return

    @property
    def events(self):
        return [one.event for one in self.sightings]

    def of(self, kind, device=None):
        found = [one for one in self.events if isinstance(one, kind)]
        return [one for one in found if device is None or one.device == device]

    async def until(self, true, within_s=30.0):
        async with asyncio.timeout(within_s):
            while not true():
                self._more.clear()
                await self._more.wait()

    async def event(self, kind, device=None, count=1, within_s=30.0):
        await self.until(lambda: len(self.of(kind, device)) >= count, within_s)
        return self.of(kind, device)[count - 1]


class Flat:
    """Stick, nodes, registry and source; `start` and `stop` are the hub's process."""

    def __init__(self, folder):
        self.folder = folder
        self.coordinator = VirtualCoordinator(state_file=folder / "stick.json", seed=7)
        self.nodes = {}
        self.enrolled = []
        self.inlet = Inlet()
        self.recorder = Recorder(now=time.monotonic)
        self.source = self.task = self.registry = self.availability = None
        self.settings = {}

    def add(self, name, role, node=None, **more):
        address = f"00:12:4b:00:aa:00:00:{len(self.nodes) + 1:02x}"
        node = node(address) if node is not None else BY_ROLE[role](address)
        self.nodes[name] = node
        self.coordinator.add(node)
        device = Device(id=DeviceId(name), role=role, room=RoomId("bath"), **more)
        self.enrolled.append(Enrolled(device=device, address=address))
        return node

    async def start(self, *, plugged=True):
        if plugged and self.coordinator._server is None:
            await self.coordinator.start(port=self.coordinator._port)
        self.inlet = Inlet()
        self.registry = Registry(self.enrolled)
        self.availability = Availability(
            [one.device for one in self.enrolled], now=time.monotonic, monotonic=time.monotonic
        )
        self.source = ZigbeeSource(
            ZigbeeSettings(
                **{"path": self.coordinator.path, "quirks": (), "ram": self.folder} | self.settings
            ),
            self.registry,
            self.availability,
            database=self.folder / "zigbee.db",
            now=time.monotonic,
            monotonic=time.monotonic,
            keep=self.recorder.keep,
        )
        self.task = asyncio.create_task(self.source.run(self.inlet))
        if plugged:
            await self.up()

    async def up(self):
        await self.inlet.until(lambda: self.source.health().state is HealthState.UP, 60)

    async def join(self):
        await self.source.permit(60)
        await self.coordinator.join_all(
            one for one in self.nodes.values() if not self.coordinator.is_joined(one)
        )
        await settled(self.is_ready)

    def is_ready(self):
        """Every node is known and set up, and enrolled where it is an IAS zone."""
        known = {one.address for one in self.source.nodes() if one.model}
        for node in self.nodes.values():
            zone = any(cluster == 0x0500 for _, cluster, _ in node.attributes)
            if node.address not in known or (zone and not node.memory.enrolled):
                return False
        return not self.source.pairing

    async def idle(self, node):
        """Return when the driver sends this node nothing and awaits nothing from it any more."""
        radio = self.source._node(node.address).radio
        await settled(lambda: radio._concurrent_requests_semaphore.active_requests == 0)

    settled = staticmethod(settled)

    async def stop(self):
        if self.task is not None:
            self.task.cancel()
            with suppress(asyncio.CancelledError):
                await self.task
            self.task = None


@pytest.fixture
async def flat(tmp_path):
    made = Flat(tmp_path)
    yield made
    await made.stop()
    await made.coordinator.close()
