# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""200 presses of a sealed BLE button among 100 adverts a second: python -m tests.bench.ble_presses.

The signal strength changes after each press, so that BlueZ and bleak deliver the press again and again.
"""

import argparse
import asyncio
import json
import os
import random
import tempfile
import time
from collections import Counter
from pathlib import Path

from devices.availability import Availability
from devices.ble.settings import BleSettings
from devices.ble.source import BleSource
from devices.registry import Enrolled, Registry
from rules.model.apartment import Device, Role
from rules.model.events import HelpPressed, RadioUp
from rules.model.identity import DeviceId, RoomId
from showcase.virtual.bluez_adapter import VirtualBluez
from showcase.virtual.bluez_bus import PrivateBus
from showcase.virtual.bluez_devices import BTHomeDevice

KEY = bytes.fromhex("231d39c1d7cc1ab1aee224cd096db932")
BUTTON = "AA:BB:CC:00:00:01"


class _Calls:
    """Counts help calls by the identity of their press."""

    def __init__(self):
        self.names, self.up, self.changed = Counter(), asyncio.Event(), asyncio.Event()

    def put(self, sighting):
        match sighting.event:
            case RadioUp():
                self.up.set()
            case HelpPressed(press=press):
                self.names[press] += 1
                self.changed.set()
        if sighting.committed:
            sighting.committed()

    async def has_room(self):
        return None


class _Forgetful:
    def load(self, address):
        return None

    def save(self, address, count, *, at_once):
        return None

    def flush(self):
        return None


async def presses_among_adverts(
    address: str, *, presses: int, adverts_per_s: float, pause_s: float
) -> dict[str, float]:
    """Press, re-deliver, count."""
    randomness = random.Random(7)
    device = Device(id=DeviceId("button"), role=Role.HELP, room=RoomId("bed"), source="ble")
    calls = _Calls()
    source = BleSource(
        BleSettings(),
        Registry([Enrolled(device=device, address=BUTTON, key=KEY)]),
        Availability([device], now=time.monotonic, monotonic=time.monotonic),
        now=time.monotonic,
        monotonic=time.monotonic,
        start="bench",
        counters=_Forgetful(),
    )
    async with VirtualBluez(address) as bluez:
        task = asyncio.create_task(source.run(calls))
        await asyncio.wait_for(calls.up.wait(), 30)
        button = BTHomeDevice(bluez, BUTTON, key=KEY, counter=1000)
        crowd = [BTHomeDevice(bluez, f"DD:DD:DD:00:00:{n:02X}") for n in range(40)]

        async def noise():
            begun, sent = time.monotonic(), 0
            while True:
                while sent < (time.monotonic() - begun) * adverts_per_s:
                    crowd[sent % 40].say(motion=sent // 40 % 2, battery=sent % 100)
                    sent += 1
                await asyncio.sleep(0.005)

        crowd_task = asyncio.create_task(noise())
        begun = time.monotonic()
        for _ in range(presses):
            button.press()
            for _ in range(3):
                await asyncio.sleep(pause_s / 3)
                button.wander(randomness.randint(-95, -40))
        async with asyncio.timeout(30):
            while len(calls.names) < presses:
                calls.changed.clear()
                await calls.changed.wait()
        took = time.monotonic() - begun
        for one in (crowd_task, task):
            one.cancel()
        await asyncio.gather(crowd_task, task, return_exceptions=True)
        frames = source.health().frames
        return {
            "presses": presses,
            "help_calls": sum(calls.names.values()),
            "duplicates": sum(count > 1 for count in calls.names.values()),
            "missed": presses - len(calls.names),
            "adverts_heard": frames,
            "redelivered": frames - source.health().not_enrolled - presses,
            "seconds": round(took, 1),
        }


async def main(presses: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with PrivateBus(Path(folder)) as bus:
            os.environ["DBUS_SYSTEM_BUS_ADDRESS"] = bus.address
            print(
                json.dumps(
                    await presses_among_adverts(
                        bus.address, presses=presses, adverts_per_s=100, pause_s=0.2
                    )
                )
            )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--presses", type=int, default=200)
    asyncio.run(main(parser.parse_args().presses))
