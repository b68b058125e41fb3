# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""An MQTT source with a hub that stands in for the pipeline, and the broker's side of a test."""

import asyncio
import json
import time

import aiomqtt

from devices.availability import Availability
from devices.mqtt.settings import MqttSettings
from devices.mqtt.source import MqttSource
from devices.registry import Enrolled, Registry
from rules.model.apartment import Device, Role
from rules.model.events import RadioUp
from rules.model.identity import DeviceId, RoomId

ROLES = {"pir": Role.MOTION, "cord": Role.HELP, "door": Role.FRONT_DOOR, "lamp": Role.LAMP}


class Hub:
    """Stands in for the pipeline: keeps sightings, commits when told."""

    def __init__(self, *, commit=True):
        self.sightings = []
        self.commit = commit
        self.open = asyncio.Event()
        self.open.set()
        self.changed = asyncio.Event()

    def put(self, sighting):
        self.sightings.append(sighting)
        if self.commit and sighting.committed:
            sighting.committed()
        self.changed.set()

    async def has_room(self):
        await self.open.wait()

    def of(self, kind):
        return [one.event for one in self.sightings if isinstance(one.event, kind)]

    async def until(self, kind, count=1, limit_s=30.0):
        async with asyncio.timeout(limit_s):
            while len(self.of(kind)) < count:
                self.changed.clear()
                await self.changed.wait()
        return self.of(kind)


class Running:
    """One source running, with the means to stop it as a crash would."""

    def __init__(self, broker, *, hub=None, start="boot1", gap_s=None, **setting):
        self.hub = hub or Hub()
        self.devices = [
            Device(id=DeviceId(name), role=role, room=RoomId("hall"), source="mqtt")
            for name, role in ROLES.items()
        ]
        self.registry = Registry(Enrolled(device=one, address=one.id) for one in self.devices)
        self.availability = Availability(self.devices, now=time.monotonic, monotonic=time.monotonic)
        self.kept = []
        self.source = MqttSource(
            MqttSettings(port=broker.port, **setting),
            self.registry,
            self.availability,
            now=time.monotonic,
            monotonic=time.monotonic,
            start=start,
            gap_s=gap_s,
            keep=lambda *frame: self.kept.append(frame),
        )

    async def __aenter__(self):
        self.task = asyncio.create_task(self.source.run(self.hub))
        await self.hub.until(RadioUp)
        return self

    async def __aexit__(self, *_):
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)


async def settled(broker):
    """Return when the broker has handed out all that was published before."""
    async with aiomqtt.Client("127.0.0.1", broker.port) as client:
        await client.subscribe("settled")
        await client.publish("settled", b"", qos=1)
        await anext(client.messages)


async def publish(broker, name, payload, qos=1, retain=False):
    async with aiomqtt.Client("127.0.0.1", broker.port) as client:
        raw = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        await client.publish(f"zigbee2mqtt/{name}", raw, qos=qos, retain=retain)
