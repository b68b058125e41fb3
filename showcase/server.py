# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""`tohuus demo`: start everything, print where it is, and keep the house open until Ctrl-C."""

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import uvicorn

from rules.model.identity import Seconds
from showcase.processes.child import ChildError
from showcase.processes.clock import SystemClock
from showcase.processes.home import CARERS, LEAD, Home
from showcase.processes.hub_line import LineError
from showcase.processes.ports import LOOPBACK, Ports, PortTaken
from showcase.processes.signals import end_in_order
from showcase.processes.story_clock import StoryClockError
from showcase.stage import reset
from showcase.stage.director import Pace
from showcase.stage.house import START_AFTER_S, House
from showcase.stage.stage import Stage, opened
from showcase.stories import story
from showcase.stories.story import Story
from showcase.web.app import application
from showcase.web.view import View

MORNING_S: Final = 9 * 3600.0
DONE, NOT_FULFILLED = 0, 1

type Say = Callable[[str], None]


class Server(uvicorn.Server):
    """A server that leaves Ctrl-C to us and says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Do nothing: `run` handles Ctrl-C for all processes."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        self.listening.set()

    async def run_until_cancelled(self) -> None:
        """Serve; when cancelled let the open streams go first."""
        serving = asyncio.ensure_future(self.serve())
        try:
            await asyncio.shield(serving)
        finally:
            self.should_exit = True
            await serving


def house_on(
    stage: Stage,
    *,
    host: str = LOOPBACK,
    start_after_s: Seconds = START_AFTER_S,
    pace: Pace | None = None,
) -> tuple[House, uvicorn.Config]:
    """Make the house and its page on a running stage.

    Args:
        stage: the running system.
        host: address the visitors' page listens on; hub and service stay on loopback.
        start_after_s: real seconds without a touch until the start page.
        pace: how stories are shown.
    """
    stories = story.every()
    house = House(stage, {one.id: one for one in stories}, start_after_s=start_after_s, pace=pace)
    floor = stage.flat.drawing
    assert floor is not None, "the showcase's flat is drawn"
    view = View(
        house.picture,
        stage.story_clock.now,
        stage.flat.apartment,
        floor,
        stories,
        tz=reset.ZONE,
        address=f"http://{host}:{stage.ports.showcase}/",
    )
    config = uvicorn.Config(
        application(view, stage.changes, house),
        host=host,
        port=stage.ports.showcase,
        log_config=None,
        timeout_graceful_shutdown=1,
    )
    return house, config


def addresses(stage: Stage, host: str) -> str:
    """Say where the faces are and how to log in."""
    kept, service = stage.kept, stage.lead.base
    carers = "".join(f"\n    {name:<14}{kept.passwords[name]}" for name in CARERS)
    return (
        "\nTohuus is running: a simulation. Nobody real lives here, nothing leaves this machine."
        "\n\n"
        f"  Visitors' page     http://{host}:{stage.ports.showcase}/\n"
        f"  Resident's panel   {stage.hub.base}/        PIN for consents: {kept.pin}\n"
        f"  Carer's phone      {service}/care/{carers}\n"
        f"  Lead's office      {service}/lead/\n    {LEAD:<14}{kept.passwords[LEAD]}\n\n"
        f"  Everything is kept in {stage.home.folder}; Ctrl-C ends it.\n"
    )


async def stay_open(
    home: Home, where: Ports, first: Story | None, say: Say, host: str = LOOPBACK
) -> None:
    """Keep the house open until cancelled."""
    clock = SystemClock()
    end_in_order()
    begin = reset.next_time(reset.ZONE, clock.wall_ms() / 1000 - 86_400.0, MORNING_S)
    async with opened(home, where, begin, clock, say) as stage:
        house, config = house_on(stage, host=host)
        server = Server(config)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(server.run_until_cancelled())
            await server.listening.wait()
            if first is not None:
                await house.story(first.id)
            tasks.create_task(house.run())
            say(addresses(stage, host))


def run(
    folder: Path, *, port_base: int, first: Story | None, say: Say, host: str = LOOPBACK
) -> int:
    """Run the demo from the command line; returns its exit code."""
    fault: list[str] = []
    with contextlib.suppress(asyncio.CancelledError):
        try:
            asyncio.run(stay_open(Home(folder.absolute()), Ports.at(port_base), first, say, host))
        except* (LineError, StoryClockError, ChildError, TimeoutError, OSError, PortTaken) as group:
            fault.append(str(_first(group)))
    if fault:
        say(f"The demo ended: {fault[0]}")
    return NOT_FULFILLED if fault else DONE


def _first(group: BaseExceptionGroup[Exception]) -> Exception:
    error = group.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error
