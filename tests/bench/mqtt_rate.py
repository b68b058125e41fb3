# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""How many zigbee2mqtt messages a second one source decodes: python -m tests.bench.mqtt_rate."""

import argparse
import asyncio
import json
import tempfile
import time
from pathlib import Path

import aiomqtt

from devices.availability import Availability
from devices.mqtt.settings import MqttSettings
from devices.mqtt.source import MqttSource
from devices.registry import Enrolled, Registry
from rules.model.apartment import Device, Role
from rules.model.identity import DeviceId, RoomId
from showcase.virtual.broker import Broker


class Sink:
    """Takes sightings and commits each group of 100."""

    def __init__(self, wanted):
        self.count, self.wanted, self.owed, self.done = 0, wanted, [], asyncio.Event()

    def put(self, sighting):
        self.count += 1
        if sighting.committed:
            self.owed.append(sighting.committed)
        if len(self.owed) >= 100 or self.count >= self.wanted:
            for committed in self.owed:
                committed()
            self.owed.clear()
        if self.count >= self.wanted:
            self.done.set()

    async def has_room(self):
        return None


async def main(messages: int, qos: int) -> dict[str, float]:
    devices = [
        Device(id=DeviceId(f"motion_{n}"), role=Role.MOTION, room=RoomId("hall"), source="mqtt")
        for n in range(40)
    ]
    registry = Registry(Enrolled(device=one, address=one.id) for one in devices)
    heard = Availability(devices, now=time.monotonic, monotonic=time.monotonic)
    with tempfile.TemporaryDirectory() as folder:
        async with Broker(Path(folder)) as broker:
            source = MqttSource(
                MqttSettings(port=broker.port), registry, heard, now=time.monotonic,
                monotonic=time.monotonic, start="bench", gap_s=0.0,
            )  # fmt: skip
            sink = Sink(messages + 2)  # battery and the radio's own events come on top
            first = asyncio.create_task(source.run(sink))
            while source.health().state != "up":
                await asyncio.sleep(0.01)
            first.cancel()  # the broker keeps the session: the whole load waits for us
            await asyncio.gather(first, return_exceptions=True)
            async with aiomqtt.Client(
                "127.0.0.1", broker.port, max_queued_outgoing_messages=0
            ) as client:
                for n in range(messages):
                    state = {
                        "occupancy": (n // 40) % 2 == 0,
                        "illuminance": n % 400,
                        "linkquality": 120,
                    }
                    await client.publish(f"zigbee2mqtt/motion_{n % 40}", json.dumps(state), qos=qos)
            sink.count = 0
            sink.wanted = messages
            start, cpu = time.perf_counter(), time.process_time()
            task = asyncio.create_task(source.run(sink))
            await sink.done.wait()
            took, cpu = time.perf_counter() - start, time.process_time() - cpu
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
    return {
        "messages": messages,
        "qos": qos,
        "messages_per_s": round(messages / took),
        "cpu_s": round(cpu, 2),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--qos", type=int, default=1)
    args = parser.parse_args()
    print(json.dumps(asyncio.run(main(args.messages, args.qos))))
