# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""One started system for all stories: hub and service as processes, radio frames over a socket."""

import asyncio
import json

import pytest
import pytest_asyncio

from showcase.processes.clock import SystemClock
from showcase.processes.home import Home
from showcase.processes.ports import Ports
from showcase.stage import reset
from showcase.stage.director import FAST
from showcase.stage.headless_run import tell
from showcase.stage.stage import opened
from showcase.stories import story

STORIES = {one.id: one for one in story.every()}


class Theatre:
    """A running stage, and the stories played on it."""

    def __init__(self, stage):
        self.stage = stage

    async def play(self, name, without=None, pace=FAST):
        """Play one story; return how it ended and its lines."""
        lines = []
        told = await tell(self.stage, STORIES[name], lines.append, without, pace)
        return told, [json.loads(line) for line in lines]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def theatre(tmp_path_factory):
    """Start everything once; a task of its own owns it from the first process to the last."""
    folder = tmp_path_factory.mktemp("stories")
    clock = SystemClock()
    ready, done = asyncio.get_running_loop().create_future(), asyncio.Event()
    begin = reset.next_time(reset.ZONE, clock.wall_ms() / 1000, 9 * 3600.0)

    async def run():
        async with opened(Home(folder), Ports.free(), begin, clock, lambda _line: None) as stage:
            ready.set_result(Theatre(stage))
            await done.wait()

    running = asyncio.create_task(run())
    await asyncio.wait({ready, running}, return_when=asyncio.FIRST_COMPLETED)
    if running.done():
        running.result()
        pytest.fail("the system ended while it started")
    yield ready.result()
    done.set()
    await running
