# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The whole way of a Bluetooth press: virtual BlueZ process, real bleak in a hub process, outbox row."""

import asyncio
import contextlib
import json
import sys

from showcase.processes.hub_line import LOST
from tests.peer.flats import Bench
from tests.peer.our_hub import OurHub

BUTTON, KEY = "AA:BB:CC:00:00:01", "231d39c1d7cc1ab1aee224cd096db932"


@contextlib.asynccontextmanager
async def virtual_bluez(folder):
    """Run the air as a process; yields its bus address and a way to order."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "showcase.virtual.bluez", "--address-file", str(folder / "bus"),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    ready = json.loads(await process.stdout.readline())

    async def order(**words):
        process.stdin.write(json.dumps(words).encode() + b"\n")
        return json.loads(await process.stdout.readline())

    try:
        yield ready["address"], order
    finally:
        process.stdin.close()
        await process.wait()


class Watch:
    """What a hub's event stream said, over restarts."""

    def __init__(self, hub):
        self.steps, self.sources, self._changed = [], {}, asyncio.Event()
        self._reading = asyncio.create_task(self._read(hub))

    async def _read(self, hub):
        async for name, step in hub.line.events():
            if name == "snapshot":
                self.sources = step["sources"]
            elif name == LOST:
                self.sources = {}
            else:
                self.steps.append(step)
            self._changed.set()

    def calls(self):
        return [
            one for one in self.steps if one["hop"] == "enqueued" and one["kind"] == "help_call"
        ]

    async def until(self, condition, limit_s=20.0):
        async with asyncio.timeout(limit_s):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    def journaled(self, kind):
        return [
            one for one in self.steps if one["hop"] == "journaled" and one["event"]["type"] == kind
        ]

    async def end(self):
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)


async def test_each_press_is_one_call_through_signal_changes_a_crash_and_a_restart(tmp_path):
    (tmp_path / "ble_keys.toml").write_text(f'"{BUTTON}" = "{KEY}"\n')
    (tmp_path / "ble_keys.toml").chmod(0o600)
    async with virtual_bluez(tmp_path) as (bus, order):
        hub = OurHub(
            tmp_path,
            devices=[Bench("button", "help", source="ble", address=BUTTON)],
            tables="[hub.ble]",
            environ={"DBUS_SYSTEM_BUS_ADDRESS": bus},
        )
        await hub.up()
        watch = Watch(hub)
        try:
            await watch.until(lambda: watch.sources)
            await hub.line.setup("POST", "agreement", live=True)
            await order(do="device", address=BUTTON, key=KEY)
            async with asyncio.timeout(20):
                while not (await order(do="stats"))["scanned"]:
                    await asyncio.sleep(0.05)
            for count in range(1, 6):
                await order(do="press", address=BUTTON)
                for dbm in (-80, -50):
                    await order(do="rssi", address=BUTTON, dbm=dbm)
                await watch.until(lambda wanted=count: len(watch.calls()) == wanted)
            ups = len(watch.journaled("RadioUp"))  # the first may be older than our watching
            await order(do="crash", gap_s=0.1)
            await watch.until(lambda: len(watch.journaled("RadioUp")) > ups)
            await order(
                do="rssi", address=BUTTON, dbm=-66
            )  # the old press again, from a fresh BlueZ
            await order(do="press", address=BUTTON)
            await watch.until(lambda: len(watch.calls()) == 6)
            await hub.kill()
            await hub.up()
            await watch.until(lambda: watch.sources)
            async with asyncio.timeout(20):
                while not (await order(do="stats"))["scanned"]:
                    await asyncio.sleep(0.05)
            await order(do="rssi", address=BUTTON, dbm=-70)  # heard and committed before the kill
            await order(do="press", address=BUTTON)
            await watch.until(lambda: len(watch.calls()) == 7)
            assert watch.calls()[-1]["detail"]["count"] == 7
        finally:
            await watch.end()
            await hub.close()
