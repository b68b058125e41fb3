# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
import asyncio
import time

import pytest

from devices.availability import Availability
from devices.ble.settings import BleSettings
from devices.ble.source import BleSource
from devices.registry import Enrolled, Registry
from rules.model.apartment import Device, Role
from rules.model.events import RadioUp
from rules.model.identity import DeviceId, RoomId
from showcase.virtual.bluez_adapter import VirtualBluez
from showcase.virtual.bluez_bus import PrivateBus
from showcase.virtual.bluez_devices import BTHomeDevice

KEY = bytes.fromhex("231d39c1d7cc1ab1aee224cd096db932")
BUTTON, PIR, DOOR = "AA:BB:CC:00:00:01", "AA:BB:CC:00:00:02", "AA:BB:CC:00:00:03"
ENROLLED = {
    BUTTON: ("button", Role.HELP, KEY),
    PIR: ("pir", Role.MOTION, None),
    DOOR: ("door", Role.FRONT_DOOR, None),
}


class Hub:
    """Stands in for the pipeline."""

    def __init__(self):
        self.sightings = []
        self.commit = True
        self.changed = asyncio.Event()

    def put(self, sighting):
        self.sightings.append(sighting)
        if self.commit and sighting.committed:
            sighting.committed()
        self.changed.set()

    async def has_room(self):
        return None

    def of(self, kind):
        return [one.event for one in self.sightings if isinstance(one.event, kind)]

    async def until(self, kind, count=1, limit_s=30.0):
        async with asyncio.timeout(limit_s):
            while len(self.of(kind)) < count:
                self.changed.clear()
                await self.changed.wait()
        return self.of(kind)


class Store:
    """Counters that outlive a flat's source, as a file would."""

    def __init__(self):
        self.counts = {}

    def load(self, address):
        return self.counts.get(address)

    def save(self, address, count, *, at_once):
        self.counts[address] = count

    def flush(self):
        return None


class Tap:
    """Between bleak and the source: keeps what bleak told."""

    def __init__(self, source):
        self.source, self.adverts = source, []
        self.up, self.down = source.up, source.down

    def heard(self, address, advert):
        self.adverts.append(advert)
        self.source.heard(address, advert)


class Flat:
    """One BleSource on the private bus."""

    def __init__(self, *, store=None, start="boot1", **setting):
        self.hub = Hub()
        devices = {
            address: Device(id=DeviceId(name), role=role, room=RoomId("hall"), source="ble")
            for address, (name, role, _) in ENROLLED.items()
        }
        self.registry = Registry(
            Enrolled(device=one, address=address, key=ENROLLED[address][2])
            for address, one in devices.items()
        )
        self.availability = Availability(
            devices.values(), now=time.monotonic, monotonic=time.monotonic
        )
        self.kept = []
        self.store = store or Store()
        self.source = BleSource(
            BleSettings(**setting),
            self.registry,
            self.availability,
            now=time.monotonic,
            monotonic=time.monotonic,
            start=start,
            counters=self.store,
            keep=lambda *frame: self.kept.append(frame),
        )
        self.scanner = self.source._scanner
        self.tap = self.scanner._listener = Tap(self.source)

    async def __aenter__(self):
        self.start()
        await self.hub.until(RadioUp)
        return self

    def start(self):
        self.task = asyncio.create_task(self.source.run(self.hub))

    async def __aexit__(self, *_):
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)

    async def frames(self, count, limit_s=30.0):
        """Return when so many advertisements were heard."""
        async with asyncio.timeout(limit_s):
            while self.source.health().frames < count:
                await asyncio.sleep(0.002)


@pytest.fixture
async def bus(tmp_path_factory, monkeypatch):
    async with PrivateBus(tmp_path_factory.mktemp("b")) as one:
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", one.address)
        yield one


@pytest.fixture
async def bluez(bus):
    async with VirtualBluez(bus.address) as one:
        yield one


@pytest.fixture
def button(bluez):
    return BTHomeDevice(bluez, BUTTON, key=KEY, counter=1000)


@pytest.fixture
def pir(bluez):
    return BTHomeDevice(bluez, PIR)


@pytest.fixture
def door(bluez):
    return BTHomeDevice(bluez, DOOR)


@pytest.fixture
def flat():
    return Flat
