# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""One load for every system: sensor messages at a rate, presses among them, and what came back when."""

import asyncio
import contextlib
import json
import math
import os
import random
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import aiomqtt
import psutil

from tests.peer.adapter import NODELAY
from tests.peer.flats import ACTION, BASE, CONTACT, MOTION, PANIC, contact, motion, panic

TICKS = os.sysconf("SC_CLK_TCK")
DRAIN_S = 60.0

type Answers = Callable[[], contextlib.AbstractAsyncContextManager[AsyncIterator[int]]]
"""Opens the stream of answered presses: sequence numbers."""


@dataclass
class Usage:
    """What a system's processes have used since they began."""

    cpu_s: float = 0.0
    written: int = 0
    rss_mb: float = 0.0
    pss_mb: float = 0.0
    waited_s: float = 0.0

    @classmethod
    def of(cls, pid: int) -> "Usage":
        """Add up a process and all its children."""
        total = cls()
        for one in (psutil.Process(pid), *psutil.Process(pid).children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess, FileNotFoundError):
                stat = Path(f"/proc/{one.pid}/stat").read_text().rsplit(") ", 1)[1].split()
                io = dict(
                    line.split(": ")
                    for line in Path(f"/proc/{one.pid}/io").read_text().splitlines()
                )
                total.cpu_s += (int(stat[11]) + int(stat[12])) / TICKS
                total.written += int(io["write_bytes"]) - int(io["cancelled_write_bytes"])
                memory = one.memory_full_info()
                total.rss_mb += memory.rss / 2**20
                total.pss_mb += memory.pss / 2**20
                total.waited_s += (
                    int(Path(f"/proc/{one.pid}/schedstat").read_text().split()[1]) / 1e9
                )
        return total


@dataclass
class Presses:
    """When each press was published, and when its answer came."""

    sent: dict[int, float] = field(default_factory=dict)
    answered: dict[int, float] = field(default_factory=dict)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def latencies_ms(self) -> list[float]:
        return [
            1000 * (at - self.sent[seq]) for seq, at in self.answered.items() if seq in self.sent
        ]

    async def until(self, seqs: set[int], within_s: float) -> bool:
        try:
            async with asyncio.timeout(within_s):
                while not seqs <= self.answered.keys():
                    self.news.clear()
                    await self.news.wait()
        except TimeoutError:
            return False
        return True


def quantile(values: list[float], share: float) -> float | None:
    """Return the nearest-rank quantile, None of nothing."""
    if not values:
        return None
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def interval(
    values: list[float], share: float, *, rounds: int = 1000
) -> tuple[float, float] | None:
    """Return the 95 % bootstrap interval of a quantile."""
    if not values:
        return None
    chance = random.Random(1)
    drawn = sorted(
        quantile(chance.choices(values, k=len(values)), share) or 0.0 for _ in range(rounds)
    )
    return drawn[int(0.025 * rounds)], drawn[int(0.975 * rounds) - 1]


@contextlib.asynccontextmanager
async def actions_of(broker_port: int) -> AsyncIterator[AsyncIterator[int]]:
    """Answers of a system that publishes bench/action/panic."""
    async with aiomqtt.Client("127.0.0.1", broker_port, socket_options=NODELAY) as client:
        await client.subscribe(f"{ACTION}/panic")

        async def numbers() -> AsyncIterator[int]:
            async for message in client.messages:
                yield int(json.loads(message.payload)["seq"])

        yield numbers()


@contextlib.asynccontextmanager
async def hops_of(base: str, token: str) -> AsyncIterator[AsyncIterator[int]]:
    """Answers of our hub: a press is answered when its outbox row is committed (hop `enqueued`)."""
    parts = urlsplit(base)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port, limit=2**22)
    writer.write(
        f"GET /v1/events?hops=journaled,enqueued HTTP/1.1\r\nHost: {parts.netloc}\r\n"
        f"Authorization: Bearer {token}\r\nConnection: close\r\n\r\n".encode()
    )
    while not (await reader.readline()).startswith(b"event: snapshot"):
        pass

    async def numbers() -> AsyncIterator[int]:
        pressed: dict[int, int] = {}
        while line := await reader.readline():
            if b'"HelpPressed"' in line and line.startswith(b"data: "):
                hop = json.loads(line[6:])
                pressed[hop["seq"]] = int(hop["event"]["press"].rpartition("#")[2])
            elif b'"enqueued"' in line and line.startswith(b"data: "):
                hop = json.loads(line[6:])
                if hop["seq"] in pressed:
                    yield pressed.pop(hop["seq"])

    yield numbers()
    writer.close()


class Wire:
    """The cheapest publisher there is (MQTT 3.1.1, QoS 0): the generator must not be what is measured."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
        self._reader, self._writer = reader, writer

    @classmethod
    async def connect(cls, port: int) -> "Wire":
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        name = f"generator{os.getpid()}".encode()
        body = b"\x00\x04MQTT\x04\x02\x00\x00" + len(name).to_bytes(2, "big") + name
        writer.write(b"\x10" + bytes([len(body)]) + body)
        assert await reader.readexactly(4) == b"\x20\x02\x00\x00", (
            "the broker refused the generator"
        )
        return cls(reader, writer)

    def publish(self, topic: str, payload: bytes) -> None:
        name = topic.encode()
        size = 2 + len(name) + len(payload)
        length = bytes([size]) if size < 128 else bytes([size & 127 | 128, size >> 7])
        self._writer.write(b"\x30" + length + len(name).to_bytes(2, "big") + name + payload)

    async def drain(self) -> None:
        await self._writer.drain()

    async def close(self) -> None:
        self._writer.write(b"\xe0\x00")
        self._writer.close()
        await self._writer.wait_closed()


class Generator:
    """Speaks as zigbee2mqtt on one broker, remembers every press."""

    def __init__(self, broker_port: int, answers: Answers):
        self._port, self._answers = broker_port, answers
        self.presses = Presses()
        self._seq = int(time.time()) % 10**6 * 1000
        self._moving: dict[str, bool] = {}
        self._number = 0
        self.sent = 0

    async def __aenter__(self) -> "Generator":
        self._stack = contextlib.AsyncExitStack()
        self._wire = await Wire.connect(self._port)
        self._stack.push_async_callback(self._wire.close)
        numbers = await self._stack.enter_async_context(self._answers())
        self._reading = asyncio.create_task(self._read(numbers))
        return self

    async def __aexit__(self, *_: object) -> None:
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)
        await self._stack.aclose()

    async def _read(self, numbers: AsyncIterator[int]) -> None:
        async for number in numbers:
            self.presses.answered.setdefault(number, time.perf_counter())
            self.presses.news.set()

    async def _say(self, name: str, raw: bytes) -> None:
        self._wire.publish(f"{BASE}/{name}", raw)
        await self._wire.drain()
        self.sent += 1

    async def still(self) -> None:
        """A known beginning: doors closed, nobody moves."""
        for name in CONTACT:
            await self._say(name, contact(False, 0))
        for name in MOTION:
            await self._say(name, motion(False))

    async def press(self) -> int:
        self._seq += 1
        seq = self._seq
        name = PANIC[seq % len(PANIC)]
        self.presses.sent[seq] = time.perf_counter()
        await self._say(name, panic(seq))
        return seq

    async def move(self) -> None:
        self._number += 1
        name = MOTION[self._number % len(MOTION)]
        self._moving[name] = not self._moving.get(name, False)
        await self._say(name, motion(self._moving[name], self._number))

    async def door(self) -> None:
        self._number += 1
        name = CONTACT[self._number % len(CONTACT)]
        self._moving[name] = not self._moving.get(name, False)
        await self._say(name, contact(self._moving[name], self._number))

    async def run(
        self, pid: int, *, rate: float, seconds: float, presses_per_s: float = 2.0
    ) -> dict:
        """Load for some seconds; return what was sent, answered and used.

        Returns:
            `drained_s` is the time from the last message to the answer of a press behind it, None when
            it did not come; `ok` means sustained: everything answered, drained in < 1 s, p99 < 500 ms.
        """
        before_seqs = set(self.presses.sent)
        before = Usage.of(pid)
        begun, first = time.perf_counter(), self.sent
        moves_per_s = max(0.0, rate - 2 * presses_per_s)
        moved = pressed = 0
        while (passed := time.perf_counter() - begun) < seconds:
            due = int(passed * moves_per_s)
            for _ in range(min(due - moved, 400)):
                await self.move()
                moved += 1
            if passed * presses_per_s >= pressed:
                pressed += 1
                await self.press()
                await self.door()
            await asyncio.sleep(0.002)
        ended, sent = time.perf_counter(), self.sent - first
        last = await self.press()
        drained = await self.presses.until({last}, DRAIN_S)
        drained_s = self.presses.answered[last] - ended if drained else None
        after = Usage.of(pid)
        mine = set(self.presses.sent) - before_seqs
        latencies = [
            1000 * (self.presses.answered[one] - self.presses.sent[one])
            for one in mine & self.presses.answered.keys()
        ]
        lost, p99 = len(mine) - len(latencies), quantile(latencies, 0.99)
        per_s = sent / (ended - begun)
        wall = time.perf_counter() - begun
        return {
            "rate": rate,
            "sent_per_s": round(per_s, 1),
            "presses": len(mine),
            "lost": lost,
            "drained_s": None if drained_s is None else round(drained_s, 3),
            "p50_ms": _round(quantile(latencies, 0.5)),
            "p99_ms": _round(p99),
            "cpu_s_per_10k": round((after.cpu_s - before.cpu_s) / sent * 1e4, 2),
            "cpu_pct": round(100 * (after.cpu_s - before.cpu_s) / wall, 1),
            "rss_mb": round(after.rss_mb, 1),
            "pss_mb": round(after.pss_mb, 1),
            "runq_pct": round(100 * (after.waited_s - before.waited_s) / wall, 1),
            "ok": bool(
                drained_s is not None
                and drained_s < 1
                and not lost
                and (p99 or 1e9) < 500
                and per_s > 0.97 * rate
            ),
        }


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
