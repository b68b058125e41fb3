# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
import asyncio
import json
from pathlib import Path
from typing import Any

from hub.bootstrap import Hub
from rules.model.events import FallSensed, FinePressed
from rules.model.identity import DeviceId
from tests.hub.flat import Flat, outbox, rows

STORY_S = 1_795_000_000.0


class Director:
    """The showcase's end of the story clock."""

    def __init__(self) -> None:
        self.lines: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.writer: asyncio.StreamWriter | None = None
        self.met = asyncio.Event()

    async def __aenter__(self) -> "Director":
        self._server = await asyncio.start_server(self._greet, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        if self.writer is not None:
            self.writer.close()

    async def _greet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.hello = json.loads(await reader.readline())
        writer.write(json.dumps({"story_utc_s": STORY_S, "speed": 0.0}).encode() + b"\n")
        self.writer = writer
        self.met.set()
        while line := await reader.readline():
            self.lines.put_nowait(json.loads(line))

    async def ask(self, **order: Any) -> dict[str, Any]:
        assert self.writer is not None
        self.writer.write(json.dumps(order).encode() + b"\n")
        return await asyncio.wait_for(self.lines.get(), 30)


class StoryFlat(Flat):
    """A flat with real clocks, led by a director."""

    def clock(self) -> Any:
        from hub.runtime.clock import Clock

        return Clock(synchronised=lambda: False)


async def led(tmp_path: Path) -> tuple[Director, StoryFlat]:
    director = await Director().__aenter__()
    story = {"story": f"127.0.0.1:{director.port}", "story_token": "t"}
    return director, StoryFlat(tmp_path, demo=story)


async def ask_her(flat: Flat, hub: Hub) -> None:
    at = hub.clock.axis()
    flat.radio.say(FinePressed(device=DeviceId("fine-bath"), at=at, press="0"))
    flat.radio.say(FallSensed(device=DeviceId("radar-bath"), at=at, press="1"))


async def test_a_hub_asks_for_story_time_before_it_boots(tmp_path: Path):
    director, flat = await led(tmp_path)
    async with flat.hub() as hub:
        assert director.hello == {"hello": "hub", "token": "t"}
        first = hub.journal.read("SELECT kind, utc_s FROM journal ORDER BY seq LIMIT 1")
        assert first == [("Booted", STORY_S)]
        status = await director.ask(do="status")
        assert status["drained"] is True
        assert status["utc_s"] == STORY_S
    await director.__aexit__()


async def test_a_jump_runs_every_deadline_at_its_own_time(tmp_path: Path):
    director, flat = await led(tmp_path)
    async with flat.hub() as hub:
        await ask_her(flat, hub)
        asked = hub.view.panel().question
        assert asked is not None
        done = await director.ask(do="jump", to_utc_s=STORY_S + 600)
        assert done["utc_s"] == STORY_S + 600
        assert ("fall_sensor", 1) in outbox(hub)
        (paged,) = hub.journal.read(
            "SELECT at FROM outbox WHERE json_extract(body, '$.kind') = 'fall_sensor'"
        )
        assert paged[0] <= asked.answer_by
        assert '"late":true' not in str(hub.journal.read("SELECT body FROM outbox"))
        assert done["next_due_utc_s"] is None or done["next_due_utc_s"] >= STORY_S + 600
    await director.__aexit__()


async def test_speed_moves_the_deadline_nearer(tmp_path: Path):
    director, flat = await led(tmp_path)
    async with flat.hub() as hub:
        await ask_her(flat, hub)
        await director.ask(do="speed", speed=1000.0)
        async with asyncio.timeout(30):
            while "Tick" not in rows(hub):
                await asyncio.sleep(0.01)
        assert ("fall_sensor", 1) in outbox(hub)
    await director.__aexit__()
