# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""One story time for hub and service: it runs, it jumps, it never goes back."""

import asyncio
import json

import pytest

from showcase.processes.clock import SystemClock
from showcase.processes.story_clock import HUB, SERVICE, StoryClock

START = 1_800_000_000.0


class Steady:
    """A clock that a test turns by hand."""

    def __init__(self):
        self.at = 100.0

    def monotonic(self):
        return self.at

    def wall_ms(self):
        return self.at * 1000


class Process:
    """What hub and service do on the line, as far as the clock can see."""

    def __init__(self, reader, writer, first):
        self.reader, self.writer, self.first = reader, writer, first
        self.heard = []
        self.task = asyncio.create_task(self.answer())

    @classmethod
    async def connect(cls, port, name, token="t"):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(json.dumps({"hello": name, "token": token}).encode() + b"\n")
        return cls(reader, writer, json.loads(await reader.readline() or b"null"))

    async def answer(self):
        while line := await self.reader.readline():
            said = json.loads(line)
            self.heard.append(said)
            answer = {"done": said["do"], "utc_s": said.get("to_utc_s", 0.0), "at": 1.0}
            if said["do"] == "status":
                answer |= {"drained": True, "decoded": 7, "outbox": 0, "in_flight": 0}
                answer |= {"next_due_utc_s": START + 60}
            self.writer.write(json.dumps(answer).encode() + b"\n")

    def kill(self):
        self.task.cancel()
        self.writer.transport.abort()


@pytest.fixture
async def story():
    clock = Steady()
    story = StoryClock(clock, start_utc_s=START, token="t")
    story.turn = clock
    story.port = await story.serve()
    yield story
    await story.close()


def test_story_time_runs_with_its_speed():
    clock = Steady()
    story = StoryClock(clock, start_utc_s=START, token="t")
    clock.at += 10
    assert story.now() == START + 10


async def test_a_process_is_told_story_time_when_it_connects(story):
    story.turn.at += 5
    hub = await Process.connect(story.port, HUB)
    assert hub.first == {"story_utc_s": START + 5, "speed": 1.0}
    await story.wait_for(HUB)
    hub.kill()


async def test_a_stranger_without_the_token_is_not_let_in(story):
    stranger = await Process.connect(story.port, HUB, token="guess")
    assert stranger.first is None
    assert not story.connected(HUB)
    stranger.kill()


async def test_a_jump_moves_the_hub_before_the_service(story):
    order = []
    hub = await Process.connect(story.port, HUB)
    service = await Process.connect(story.port, SERVICE)
    for name, process in ((HUB, hub), (SERVICE, service)):
        process.heard = type("Log", (list,), {"append": lambda _s, q, n=name: order.append(n)})()
    await story.jump(START + 3600)
    assert order == [HUB, SERVICE]
    assert story.now() == START + 3600
    hub.kill()
    service.kill()


async def test_after_a_power_cut_only_the_service_moves_and_the_hub_asks_when_it_is_back(story):
    hub = await Process.connect(story.port, HUB)
    service = await Process.connect(story.port, SERVICE)
    await story.wait_for(HUB)
    hub.kill()
    story.forget(HUB)
    await story.jump(START + 1200)
    assert service.heard[-1] == {"do": "jump", "to_utc_s": START + 1200}
    back = await Process.connect(story.port, HUB)
    assert back.first["story_utc_s"] == START + 1200
    back.kill()
    service.kill()


async def test_a_process_that_died_is_simply_not_there(story):
    hub = await Process.connect(story.port, HUB)
    await story.wait_for(HUB)
    assert (await story.status(HUB)).decoded == 7
    hub.kill()
    assert await story.status(HUB) is None
    assert not story.connected(HUB)


async def test_speed_reaches_everyone_and_keeps_the_time(story):
    hub = await Process.connect(story.port, HUB)
    await story.wait_for(HUB)
    await story.set_speed(60.0)
    story.turn.at += 2
    assert story.now() == START + 120
    assert hub.heard[-1] == {"do": "speed", "speed": 60.0}
    hub.kill()


def test_real_time_comes_from_the_machine():
    clock = SystemClock()
    assert clock.monotonic() <= clock.monotonic()
    assert clock.wall_ms() > 1.7e12
