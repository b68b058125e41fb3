# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
import asyncio
import json
from typing import Any

from caregiver_api.settings import DemoMode, ServiceSettings
from tests.caregiver_api.world import T0, World

STORY_S = T0 + 40_000.0


class Director:
    """The showcase's end of the line."""

    async def start(self) -> int:
        self.lines: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = (
            asyncio.Queue()
        )
        self.hello: list[dict[str, Any]] = []
        self.server = await asyncio.start_server(self._greet, "127.0.0.1", 0)
        port: int = self.server.sockets[0].getsockname()[1]
        return port

    async def _greet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.hello.append(json.loads(await reader.readline()))
        writer.write(json.dumps({"story_utc_s": STORY_S, "speed": 60.0}).encode() + b"\n")
        await writer.drain()
        await self.lines.put((reader, writer))

    async def line(self) -> None:
        self.reader, self.writer = await self.lines.get()

    async def ask(self, **question: Any) -> dict[str, Any]:
        self.writer.write(json.dumps(question).encode() + b"\n")
        await self.writer.drain()
        async with asyncio.timeout(30):
            answer: dict[str, Any] = json.loads(await self.reader.readline())
        return answer


async def test_the_director_moves_escalation_time_and_nothing_else() -> None:
    director = Director()
    port = await director.start()
    demo = DemoMode(story=f"127.0.0.1:{port}", story_token="t")
    world = World(settings=ServiceSettings(rung_wait_s=60.0, demo=demo))
    await world.start()
    await world.people()
    await director.line()
    assert director.hello == [{"hello": "service", "token": "t"}]
    hub = await world.hub()
    await world.policy(hub, (("anna",), 60.0), (("bo",), 60.0))
    assert abs(world.service.time.now() - STORY_S) < 300.0

    await hub.send(hub.alert())
    await world.settle()
    status = await director.ask(do="status")
    assert (status["done"], status["drained"], status["in_flight"]) == ("status", True, 0)
    due_s = status["next_due_utc_s"]
    jumped = await director.ask(do="jump", to_utc_s=due_s + 0.5)
    assert jumped["done"] == "jump"
    assert jumped["utc_s"] >= due_s
    assert jumped["next_due_utc_s"] > due_s
    await world.settle()
    assert [name for name, _ in world.rung()] == ["Anna", "Bo"]
    # The hub was moved first: what it says is now, is now here too, and not "time uncertain".
    ahead_s = world.service.time.now() + 3600.0
    await hub.send(hub.alert(2, utc_s=ahead_s, age_s=0.0))
    assert world.service.time.now() >= ahead_s
    cards = (await world.overview(world.lead))["alerts"]
    assert [one["time_uncertain"] for one in cards] == [False, False]
    back = await director.ask(do="jump", to_utc_s=STORY_S - 5000.0)
    assert back["utc_s"] >= due_s
    # Signatures live on real time all the while.
    assert (await hub.beat()).status_code == 204
    held = await director.ask(do="speed", speed=0)
    world.clock.go(30.0)
    assert world.service.time.now() == held["utc_s"]

    director.writer.close()
    await asyncio.wait_for(director.line(), 30)
    assert len(director.hello) == 2
    director.writer.close()
    director.server.close()
    await world.stop()


async def test_without_demo_settings_there_is_no_story(world: World) -> None:
    assert world.service.story is None
