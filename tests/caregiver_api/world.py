# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""A whole care service in one process for tests: fake time, no thread, hubs that sign, people who log in."""

import asyncio
import base64
import contextlib
import hashlib
import json
import random
import sqlite3
from collections.abc import AsyncIterator
from typing import Any

import httpx2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from caregiver_api import wire
from caregiver_api.app import create_app
from caregiver_api.bootstrap import Deps, Service
from caregiver_api.channels.channel import ChannelError, DeliveryReceipt, PageNotice
from caregiver_api.channels.registry import CHANNELS, ChannelRegistry, OpenChannel
from caregiver_api.platform.store import Store
from caregiver_api.settings import ServiceSettings
from tests.caregiver_api.transport import Streaming
from tests.simulation.inline_sqlite import connector

T0 = 1_795_000_000.0  # Wed 2026-11-18 11:06:40 UTC, by day in Berlin
PASSWORD = "a-long-password"


class Clock:
    """Time that moves when told; the wall clock may be put anywhere."""

    def __init__(self, start_s: float = T0) -> None:
        self.axis_s = 1000.0
        self.wall_s = start_s

    def utc(self) -> float:
        return self.wall_s

    def monotonic(self) -> float:
        return self.axis_s

    def go(self, seconds: float) -> None:
        self.axis_s += seconds
        self.wall_s += seconds


class Randomness:
    """Seeded bytes."""

    def __init__(self, seed: int = 1) -> None:
        self._random = random.Random(seed)

    def token(self, count: int) -> bytes:
        return self._random.randbytes(count)


class PlainHasher:
    """Hashes at once."""

    async def hash(self, password: str) -> str:
        return hashlib.sha256(password.encode()).hexdigest()

    async def verify(self, hashed: str, password: str) -> bool:
        return hashed == hashlib.sha256(password.encode()).hexdigest()


class Recorder:
    """A channel that keeps what it was given; fails or hangs on demand."""

    def __init__(self, name: str = "recorder") -> None:
        self.name = name
        self.pages: list[PageNotice] = []
        self.fails = False
        self.hangs = False

    async def send(self, notice: PageNotice) -> DeliveryReceipt:
        if self.hangs:
            await asyncio.Event().wait()
        if self.fails:
            raise ChannelError("gateway down")
        self.pages.append(notice)
        return DeliveryReceipt(reached=True)


class FakeHub:
    """A hub's side of the wire: its key, its signatures, its own idea of the time."""

    def __init__(self, world: "World", seed: int = 7) -> None:
        self._world = world
        self._key = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
        self.public = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.id = hashlib.sha256(self.public).hexdigest()[:32]
        self.journal = f"journal-{seed}"
        self._nonces = 0
        self.offset_s = 0.0

    def now(self) -> float:
        return self._world.clock.utc() + self.offset_s

    def headers(
        self, method: str, path: str, body: bytes, *, key_id: str = "", **change: Any
    ) -> dict[str, str]:
        self._nonces += 1
        digest = wire.content_digest(body)
        parameters = wire.signature_input(
            key_id=key_id or self.id,
            created=int(change.get("created", self.now())),
            nonce=change.get("nonce", f"nonce-{self.id[:8]}-{self._nonces:08d}"),
        )
        base = wire.signature_base(method=method, path=path, digest=digest, parameters=parameters)
        signature = base64.b64encode(self._key.sign(base)).decode()
        return {
            "content-digest": digest,
            "signature-input": f"sig1={parameters}",
            "signature": f"sig1=:{signature}:",
        }

    async def post(self, path: str, body: bytes, **change: Any) -> httpx2.Response:
        headers = self.headers("POST", path, body, **change)
        return await self._world.http.post(path, content=body, headers=headers)

    async def pair(self, code: str, name: str = "Wohnung 7") -> httpx2.Response:
        request = wire.PairingRequest(
            code=code, public_key=base64.b64encode(self.public).decode(), name=name
        )
        body = request.model_dump_json().encode()
        return await self.post(wire.PATH_PAIRING, body, key_id="pairing")

    async def send(self, *alerts: wire.Alert, **change: Any) -> httpx2.Response:
        body = wire.Messages(messages=alerts).model_dump_json().encode()
        return await self.post(wire.PATH_MESSAGES.format(hub=self.id), body, **change)

    async def beat(self, **change: Any) -> httpx2.Response:
        heartbeat = wire.Heartbeat(outbox=0, clock_trusted=True, **change)
        body = heartbeat.model_dump_json().encode()
        return await self.post(wire.PATH_HEARTBEAT.format(hub=self.id), body)

    def alert(self, number: int = 1, revision: int = 1, **change: Any) -> wire.Alert:
        incident = hashlib.sha256(f"{self.journal}|{number}".encode()).hexdigest()[:32]
        message = hashlib.sha256(f"{incident}|{revision}".encode()).hexdigest()[:32]
        fields: dict[str, Any] = {
            "message_id": message,
            "incident_id": incident,
            "revision": revision,
            "kind": "help_call",
            "priority": "urgent",
            "phase": "paged",
            "room": "bath",
            "room_name": "Bad",
            "device": "cord-bath",
            "utc_s": self._world.service.time.now(),
            "age_s": 0.5,
            "evidence": (41, 42),
            "count": revision,
            "basis": "help_agreement",
        }
        return wire.Alert(**fields | change)

    @contextlib.asynccontextmanager
    async def stream(self, last: int | None = None) -> AsyncIterator["Sse"]:
        path = wire.PATH_STREAM.format(hub=self.id)
        headers = self.headers("GET", path, b"")
        if last is not None:
            headers["last-event-id"] = str(last)
        async with self._world.http.stream("GET", path, headers=headers) as answer:
            assert answer.status_code == 200, await answer.aread()
            yield Sse(answer)


class Sse:
    """Reads server-sent events one by one."""

    def __init__(self, answer: httpx2.Response) -> None:
        self._lines = answer.aiter_lines()

    async def next(self, *names: str) -> tuple[str, dict[str, Any], int | None]:
        """Return the next event (of these names): name, data, id."""
        name, number = "", None
        async with asyncio.timeout(30):
            async for line in self._lines:
                if line.startswith("event: "):
                    name = line[7:]
                elif line.startswith("id: "):
                    number = int(line[4:])
                elif line.startswith("data: "):
                    if not names or name in names:
                        return name, json.loads(line[6:]), number
                    number = None
        raise AssertionError("the stream ended")

    async def down(self, kind: str) -> dict[str, Any]:
        """Return the next answer or command of this kind."""
        while True:
            _, data, _ = await self.next("down")
            if data["kind"] == kind:
                return data


class World:
    """One care service with a lead, carers Anna and Bo, and whatever hubs a test pairs."""

    def __init__(
        self,
        *,
        settings: ServiceSettings | None = None,
        disk: Any = None,
        channels: ChannelRegistry = CHANNELS,
    ) -> None:
        self.clock = Clock()
        self.settings = settings or ServiceSettings(rung_wait_s=60.0)
        self.recorder = Recorder()
        self.second = Recorder("second")
        self._connect = (
            (lambda: disk.connect("service.db"))
            if disk is not None
            else (lambda: sqlite3.connect(":memory:", isolation_level=None))
        )
        self.randomness = Randomness()
        self._channels = channels
        self._loops: asyncio.Task[None] | None = None

    async def start(self) -> None:
        deps = Deps(
            settings=self.settings,
            store=Store.on(connector(self._connect)),
            clock=self.clock,
            randomness=self.randomness,
            hasher=PlainHasher(),
            service_seed=bytes(range(32)),
            channels=self._channels,
            more_channels=[OpenChannel(channel=one) for one in (self.recorder, self.second)],
            first_lead=("lead", PASSWORD),
        )
        self.service = Service(deps)
        self.app = create_app(self.service)
        await self.service.open()
        # Signatures made within the second of the start are answered with clock-skew.
        self.clock.go(2.0)
        self._loops = asyncio.create_task(self.service.run())
        self.transport = Streaming(self.app)
        self.http = self.client()

    def client(self) -> httpx2.AsyncClient:
        return httpx2.AsyncClient(transport=self.transport, base_url="http://service.test")

    async def stop(self) -> None:
        assert self._loops is not None
        self._loops.cancel()
        results = await asyncio.gather(self._loops, return_exceptions=True)
        await self.service.close()
        await self.http.aclose()
        assert isinstance(results[0], asyncio.CancelledError), results

    async def log_in(self, name: str, password: str = PASSWORD) -> httpx2.AsyncClient:
        client = self.client()
        answer = await client.post("/v1/session", json={"name": name, "password": password})
        assert answer.status_code == 200, answer.text
        return client

    async def people(self) -> None:
        """Let the lead add Anna and Bo; log all three in."""
        self.lead = await self.log_in("lead")
        for name in ("anna", "bo"):
            person = {"name": name, "display_name": name.title(), "password": PASSWORD}
            answer = await self.lead.post("/v1/lead/carers", json=person)
            assert answer.status_code == 201, answer.text
        self.anna = await self.log_in("anna")
        self.bo = await self.log_in("bo")

    async def hub(self, seed: int = 7, name: str = "Wohnung 7") -> FakeHub:
        """Pair and confirm a hub."""
        hub = FakeHub(self, seed)
        code = (await self.lead.post("/v1/lead/pairing-codes")).json()["code"]
        answer = await hub.pair(code, name)
        assert answer.status_code == 202, answer.text
        digits = {"key_hash": wire.key_hash(hub.public)}
        confirmed = await self.lead.post(f"/v1/lead/hubs/{hub.id}/confirm", json=digits)
        assert confirmed.status_code == 200, confirmed.text
        return hub

    async def policy(self, hub: FakeHub, *rungs: tuple[tuple[str, ...], float]) -> None:
        body = {"rungs": [{"carers": list(people), "wait_s": wait} for people, wait in rungs]}
        answer = await self.lead.put(f"/v1/lead/hubs/{hub.id}/chain", json=body)
        assert answer.status_code == 200, answer.text

    async def pass_time(self, seconds: float) -> None:
        """Let time pass and everything that became due happen."""
        self.clock.go(seconds)
        await self.service.scheduler.step()
        await self.service.deadman.step()
        await self.settle()
        await self.service.delivery_monitor.step()

    async def settle(self) -> None:
        """Let the loops do what waits."""
        for _ in range(60):
            await asyncio.sleep(0)

    async def overview(self, client: httpx2.AsyncClient) -> dict[str, Any]:
        answer = await client.get("/v1/alerts")
        assert answer.status_code == 200, answer.text
        overview: dict[str, Any] = answer.json()
        return overview

    def rung(self) -> list[tuple[str, str]]:
        """Return whom the recording channel rang, by name, with the tag's priority."""
        return [(one.recipient, one.priority) for one in self.recorder.pages if one.ring]

    @contextlib.asynccontextmanager
    async def watch(
        self, client: httpx2.AsyncClient, last: int | None = None
    ) -> AsyncIterator[Sse]:
        headers = {} if last is None else {"last-event-id": str(last)}
        async with client.stream("GET", "/v1/alerts/stream", headers=headers) as answer:
            assert answer.status_code == 200
            yield Sse(answer)
