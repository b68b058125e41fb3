# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Between two stories: everything goes back to an ordinary day, by the means people have."""

import contextlib
import tomllib
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from rules.model.identity import Seconds
from showcase.apartment.flat import APARTMENT
from showcase.processes.hub_line import LineError
from showcase.processes.story_clock import HUB
from showcase.stage import removal
from showcase.stage.director import Director
from showcase.stage.stage import Stage
from showcase.stories.story import Story

ZONE: Final = ZoneInfo(str(tomllib.loads(APARTMENT.read_text(encoding="utf-8"))["flat"]["tz"]))
# She comes home early enough to settle down, and is in bed before the night begins.
HOME_BEFORE_S: Final = 300.0
EVENING_S: Final = 21 * 3600.0 + 40 * 60.0
TO_BED_S: Final = 22 * 3600.0 + 5 * 60.0


def local(tz: ZoneInfo, utc_s: Seconds) -> datetime:
    """Return local time of a story time."""
    return datetime.fromtimestamp(utc_s, UTC).astimezone(tz)


def next_time(tz: ZoneInfo, after_utc_s: Seconds, day_s: Seconds) -> Seconds:
    """Return the next story time at which the flat's clocks show a second of the day."""
    here = local(tz, after_utc_s)
    hours, rest = divmod(int(day_s), 3600)
    at = here.replace(hour=hours, minute=rest // 60, second=0, microsecond=0)
    while at.timestamp() <= after_utc_s:
        at = (at + timedelta(days=1)).replace(hour=hours, minute=rest // 60)
    return at.timestamp()


def first_time(tz: ZoneInfo, real_utc_s: Seconds, story: Story) -> Seconds:
    """Return the story time at which a fresh flat begins, so that the story is the next thing."""
    start = next_time(tz, real_utc_s, story.starts_s)
    if _in_bed(story):
        return next_time(tz, start - 86_400.0, EVENING_S)
    return start - HOME_BEFORE_S


def _in_bed(story: Story) -> bool:
    return story.spot == "bed"


class Reset:
    """Makes the stage ready for the next story.

    Args:
        stage: the running system.
        director: used to wait until nothing is under way.
        consents: tidying up gives all consents back; without, they stay as somebody left them.
    """

    def __init__(self, stage: Stage, director: Director, *, consents: bool = True) -> None:
        self._stage = stage
        self._director = director
        self._consents = consents

    async def prepare(self, story: Story) -> None:
        """End what is left of the last story, let time pass until this one, put her in place."""
        stage, clock = self._stage, self._stage.story_clock
        await self.tidy()
        if _in_bed(story):
            evening = clock.now()
            day_s = _day_s(local(ZONE, evening))
            if not EVENING_S <= day_s < TO_BED_S:
                evening = next_time(ZONE, evening, EVENING_S)
                await self._away_until(evening)
            await stage.flat.walk("bedside", fast=True)
            await self._director.rest()
            await clock.jump(next_time(ZONE, clock.now(), TO_BED_S))
            await stage.flat.walk("bed", fast=True)
            await self._director.rest()
            await clock.jump(next_time(ZONE, clock.now(), story.starts_s))
        else:
            start = next_time(ZONE, clock.now(), story.starts_s)
            if start - clock.now() > 2 * HOME_BEFORE_S:
                await self._away_until(start - HOME_BEFORE_S)
            await stage.flat.walk(story.spot, fast=True)
            await self._director.rest()
            await clock.jump(start)
        stage.flat.check_in()
        await self._director.rest()
        stage.keep_time()

    async def tidy(self) -> None:
        """Power, sensors, open alerts, pause: everything as on an ordinary day."""
        stage = self._stage
        await removal.give_back(stage, consents=self._consents)
        stage.flat.tidy()
        stage.flat.check_in()
        await stage.decisions.resume()
        with contextlib.suppress(LineError):  # nobody asks: refused
            await stage.hub.panel("fine")
        await self._director.rest()
        await self.close_alerts()
        # A fitting movement is one of hers, anywhere on her feet.
        for spot in ("bedside", "basin", "hall", "kitchen", "living"):
            await stage.flat.walk(spot, fast=True)
        await self._director.rest()

    async def close_alerts(self) -> None:
        """The carer closes every open alert and says that it was a test."""
        stage = self._stage
        said = await stage.carer.ask("GET", "alerts")
        for alert in said.get("alerts", []) if isinstance(said, dict) else said or []:
            if alert.get("phase") != "closed" and not alert.get("closed"):
                await stage.carer.act(str(alert["incident_id"]), "close", reason="test")

    async def _away_until(self, utc_s: Seconds) -> None:
        stage, clock = self._stage, self._stage.story_clock
        await stage.flat.walk("away", fast=True)
        await stage.hub.panel("leave")
        await self._director.rest()
        await clock.jump(utc_s)
        assert clock.connected(HUB)
        await stage.hub.panel("home")
        await stage.flat.walk("hall", fast=True)


def _day_s(at: datetime) -> Seconds:
    return at.hour * 3600.0 + at.minute * 60.0 + at.second
