# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The visitors' page on a picture that a test tells by hand; what visitors touch is written down."""

import contextlib
import tomllib
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

from design import plan
from rules.model.apartment_file import parse
from showcase.apartment.floor import Floor
from showcase.processes.change_signal import ChangeSignal
from showcase.stage.reset import ZONE
from showcase.stories import story
from showcase.stories.picture import Picture, Walk
from showcase.stories.trace import Trace
from showcase.web.app import application
from showcase.web.view import View
from tests.browser.browsing import served

TABLE = tomllib.loads((Path(story.STORIES).parent / "apartment.toml").read_text())


class Exhibition:
    """A picture, and what visitors did: (what, with which words)."""

    def __init__(self) -> None:
        self.stories = story.every()
        self.floor = Floor(TABLE)
        self.picture = Picture(walk=Walk(spot=self.floor.spots["armchair"]))
        self.picture.service("snapshot", {})
        self.changes = ChangeSignal()
        self.now_s = datetime(2026, 11, 21, 14, 12, tzinfo=ZONE).timestamp()
        self.did: list[tuple[str, Any]] = []
        drawing = plan.read(TABLE)
        assert drawing is not None
        self.view = View(
            self.picture,
            lambda: self.now_s,
            parse(TABLE),
            drawing,
            self.stories,
            tz=ZONE,
            address="http://127.0.0.1:8442/",
        )
        self.app = application(self.view, self.changes, self)
        self.address = ""

    # --- what visitors do

    async def story(self, name: str) -> bool:
        self.did.append(("story", name))
        return any(one.id == name for one in self.stories)

    async def touch(self, device: str) -> bool:
        self.did.append(("touch", device))
        return True

    async def accept(self) -> None:
        self.did.append(("accept", None))

    async def gate(self, *, is_open: bool) -> None:
        self.did.append(("gate", is_open))

    async def off(self) -> None:
        self.did.append(("off", None))

    async def on(self) -> None:
        self.did.append(("on", None))

    def stay(self) -> None:
        return

    def excuse(self) -> None:
        self.picture.excused = True
        self.changes.tell()

    # --- what happens in the picture

    def service_is_gone(self):
        self.picture.service("lost", {})
        self.changes.tell()

    def help_in_the_bath(self) -> None:
        """The pull cord story up to the phone that rings."""
        told = next(one for one in self.stories if one.id == "pull-cord")
        self.picture.begins(told, Trace(told))
        self.picture.walk = Walk(spot=self.floor.spots["bath_floor"], number=1)
        self.picture.speaks("cord-bath")
        self.picture.service(
            "alert",
            {
                "incident_id": "a" * 32,
                "kind": "help_call",
                "priority": "urgent",
                "room": "bath",
                "flat": "Wohnung 7",
            },
        )
        self.changes.tell()

    def anna_comes(self) -> None:
        """Anna has accepted."""
        progress = {"incident_id": "a" * 32, "step": "accepted", "who": "Anna", "minutes": 8}
        self.picture.service("progress", progress)
        self.changes.tell()

    def night(self) -> None:
        self.now_s = datetime(2026, 11, 22, 3, 5, tzinfo=ZONE).timestamp()
        self.changes.tell()


@contextlib.asynccontextmanager
async def exhibition() -> AsyncIterator[Exhibition]:
    """Serve the visitors' page."""
    open_house = Exhibition()
    async with served(open_house.app) as open_house.address:
        yield open_house
