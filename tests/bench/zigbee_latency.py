# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Zigbee figures: start, joining, memory, and the time from a frame at the stick to its event.

    .venv/bin/python tests/bench/zigbee_latency.py [--frames 1000] [--quirks sonoff,xiaomi]

The virtual stick runs here, the source in a process of its own, as in the demo. One JSON object.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
import tomllib
from pathlib import Path
from types import SimpleNamespace

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))


def apartment(table):
    """Rooms and devices of the model flat, without the rules' own parser."""
    from rules.model.apartment import Apartment, Device, Role, Room, RoomType
    from rules.model.identity import DeviceId, RoomId

    rooms = tuple(
        Room(id=RoomId(one["id"]), type=RoomType(one["type"]), name=one["name"])
        for one in table["rooms"]
    )
    devices = tuple(
        Device(
            id=DeviceId(one["id"]),
            role=Role(one["role"]),
            room=RoomId(one["room"]),
            source=one.get("source", "zigbee"),
        )
        for one in table["devices"]
    )
    return Apartment(rooms=rooms, devices=devices)


def model_flat():
    table = tomllib.loads((ROOT / "showcase" / "apartment.toml").read_text())
    return table, apartment(table)


async def hub(path, folder, quirks):
    """The source alone; every line out is one fact with its real time."""
    from devices.availability import Availability
    from devices.registry import Registry
    from devices.zigbee.coordinator.settings import ZigbeeSettings
    from devices.zigbee.source import ZigbeeSource

    table, flat = model_flat()

    def put(sighting):
        at = time.monotonic()
        name = type(sighting.event).__name__
        print(json.dumps({"at": at, "frame": sighting.frame, "event": name}), flush=True)
        if name == "Motion":
            lamp.append(asyncio.create_task(source.switch("lamp-hall", on=True, level=0.2)))

    async def room():
        return

    lamp = []
    source = ZigbeeSource(
        ZigbeeSettings(path=path, quirks=quirks, ram=Path(folder)),
        Registry.from_table(table, flat),
        Availability(flat.devices, now=time.monotonic, monotonic=time.monotonic),
        database=Path(folder) / "zigbee.db",
        now=time.monotonic,
        monotonic=time.monotonic,
    )
    inlet = SimpleNamespace(put=put, has_room=room)
    running = asyncio.create_task(source.run(inlet))
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := (await reader.readline()).decode().split():
        if line[0] == "permit":
            await source.permit(int(line[1]))
        if line[0] == "state":
            known = sum(1 for one in source.nodes() if one.model)
            print(json.dumps({"known": known, "pairing": len(source.pairing)}), flush=True)
        if line[0] == "memory":
            print(json.dumps(memory()), flush=True)
    running.cancel()
    await asyncio.wait((running,))  # to its end: the driver has a database thread to stop


def memory():
    found = {}
    for line in Path("/proc/self/smaps_rollup").read_text().splitlines():
        word, _, rest = line.partition(":")
        if word in {"Pss", "Rss"}:
            found[f"{word.lower()}_mb"] = round(int(rest.split()[0]) / 1024, 1)
    found["cpu_s"] = round(time.process_time(), 2)
    return found


class Child:
    """The hub process seen from here."""

    def __init__(self, process):
        self.process = process
        self.messages = []
        self.changed = asyncio.Event()
        self.reading = asyncio.create_task(self._read())

    @classmethod
    async def start(cls, *words):
        return cls(
            await asyncio.create_subprocess_exec(
                *(sys.executable, __file__, "--hub", *words),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
            )
        )

    async def _read(self):
        while line := await self.process.stdout.readline():
            if line.startswith(b"{"):
                self.messages.append(json.loads(line))
                self.changed.set()

    async def until(self, true, within_s=60):
        async with asyncio.timeout(within_s):
            while (hit := next((one for one in self.messages if true(one)), None)) is None:
                self.changed.clear()
                await self.changed.wait()
        return hit

    async def ask(self, word, key):
        self.messages = [one for one in self.messages if key not in one]
        self.process.stdin.write(word.encode() + b"\n")
        return await self.until(lambda one: key in one)

    async def stop(self):
        self.process.stdin.close()
        await self.process.wait()
        await self.reading


def share(values, *, of):
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * of))] * 1000, 2)


async def main(frames, quirks):
    from showcase.virtual import zigbee_flat
    from showcase.virtual.coordinator import VirtualCoordinator

    figures = {"frames": frames, "quirks": quirks}
    with tempfile.TemporaryDirectory() as folder:
        coordinator = VirtualCoordinator(state_file=Path(folder) / "stick.json")
        path = await coordinator.start()
        nodes = zigbee_flat.nodes(*model_flat())
        for node in nodes.values():
            coordinator.add(node)
            node.latency_s = 0.01

        began = time.monotonic()
        child = await Child.start(path, folder, quirks)
        await child.until(lambda one: one.get("event") == "RadioUp")
        figures["first_start_s"] = round(time.monotonic() - began, 2)
        began = time.monotonic()
        child.process.stdin.write(b"permit 120\n")
        await coordinator.join_all()
        while (await child.ask("state", "known")) != {"known": len(nodes), "pairing": 0}:
            await asyncio.sleep(0.02)
        figures |= {"devices": len(nodes), "join_all_s": round(time.monotonic() - began, 2)}
        figures["after_joining"] = await child.ask("memory", "pss_mb")
        await child.stop()

        began = time.monotonic()
        child = await Child.start(path, folder, quirks)
        await child.until(lambda one: one.get("event") == "RadioUp")
        figures["start_known_s"] = round(time.monotonic() - began, 2)
        cords, took = (nodes["cord-bath"], nodes["cord-bedroom"]), []
        for n in range(frames):
            # A sequence number must not come round within 3 s: that would be the same frame.
            await asyncio.sleep(0.007)
            sent = cords[n % 2].pull()
            hit = await child.until(
                lambda one, sent=sent: one.get("frame", "").startswith(sent.name + ":"), 5
            )
            took.append(hit["at"] - sent.at)
            child.messages.clear()
        figures["pull_ms"] = {"p50": share(took, of=0.5), "p99": share(took, of=0.99)}

        lamp, took = nodes["lamp-hall"], []
        for n in range(min(frames, 200)):
            # Two sensors in turn: the driver drops the same bytes within 10 s.
            pir = nodes[("motion-hall", "motion-bath")[n % 2]]
            obeyed = asyncio.get_running_loop().create_future()
            lamp.on_command = lambda one, obeyed=obeyed: obeyed.done() or obeyed.set_result(one)
            sent = pir.motion()
            took.append((await asyncio.wait_for(obeyed, 5)).at - sent.at)
            pir.rest()
            await asyncio.sleep(0.03)
        figures["motion_to_lamp_ms"] = {"p50": share(took, of=0.5), "p99": share(took, of=0.99)}

        child.messages.clear()
        began = time.monotonic()
        climate, count = nodes["temp-living"], frames * 3
        for n in range(count):
            climate.temperature(20 + n % 1000 / 100)
            if n % 50 == 49:
                await asyncio.sleep(0)
        while sum(1 for one in child.messages if one.get("event") == "TemperatureMeasured") < count:
            child.changed.clear()
            await asyncio.wait_for(child.changed.wait(), 30)
        figures["flood_per_s"] = round(count / (time.monotonic() - began))
        figures["after_flood"] = await child.ask("memory", "pss_mb")
        await child.stop()
        await coordinator.close()
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    words = argparse.ArgumentParser()
    words.add_argument("--frames", type=int, default=1000)
    words.add_argument("--quirks", default="")
    words.add_argument("--hub", nargs=3)
    given = words.parse_args()
    if given.hub:
        asyncio.run(hub(given.hub[0], given.hub[1], tuple(filter(None, given.hub[2].split(",")))))
    else:
        asyncio.run(main(given.frames, given.quirks))
