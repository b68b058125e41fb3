# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The house is open: visitors begin stories and touch things; in between she simply lives."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Coroutine, Mapping
from typing import Any, Final

from rules.model.apartment import Role
from rules.model.identity import DeviceId, Seconds
from showcase.apartment.flat import TOUCH
from showcase.apartment.floor import Way
from showcase.processes.hub_line import LineError
from showcase.processes.story_clock import HUB, SERVICE, StoryClockError
from showcase.resident import daily_life
from showcase.stage import removal, reset
from showcase.stage.director import Director, Pace, StoryBroken
from showcase.stage.reset import Reset
from showcase.stage.stage import Stage
from showcase.stories.picture import Ending, Mode, Picture, Walk
from showcase.stories.story import Step, Story
from showcase.stories.touch import touched
from showcase.stories.trace import Trace

START_AFTER_S: Final = 60.0
WARN_S: Final = 10
# A day of hers lasts a quarter of an hour on the wall; her nights are skipped.
LIFE_SPEED: Final = 60.0
# On the wall nobody waits an hour for her to leave the sofa.
STAY_S_MAX: Final = 12.0
STIR_EVERY_S: Final = 4.0
AGAIN_AFTER_S: Final = 3.0
ALARMING: Final = frozenset({Role.HELP, Role.FALL_RADAR})
# The longest her panel offers: whatever story comes, sensing stays off in it.
PAUSE_MINUTES: Final = "480"


class House:
    """What visitors may do, and what happens when nobody does anything.

    Args:
        stage: the running system.
        stories: by name.
        start_after_s: real seconds without a touch until the start page.
    """

    def __init__(
        self,
        stage: Stage,
        stories: Mapping[str, Story],
        *,
        pace: Pace | None = None,
        start_after_s: Seconds = START_AFTER_S,
        seed: int = 1,
    ) -> None:
        self.picture = Picture(
            walk=Walk(spot=stage.flat.spot),
            hub_on=stage.watchers.hears(HUB),
            service_on=stage.watchers.hears(SERVICE),
        )
        self._stage = stage
        self._stories = stories
        self._start_after_s = start_after_s
        self._days = daily_life.days(seed)
        self._director = Director(stage, pace or Pace(), self._tells)
        self._reset = Reset(stage, self._director, consents=False)
        self._next: Story | None = None
        self._tidy = False
        self._fresh = True
        self._tidying = True
        self._wanted = asyncio.Event()
        self._act: asyncio.Task[None] | None = None
        self._touched_at = stage.clock.monotonic()
        listeners = stage.listeners
        listeners.frame.append(self._speaks)
        listeners.change.append(self._looks)
        listeners.walk.append(self._walks)
        listeners.hub.append(self._hears)
        listeners.service.append(self.picture.service)

    def close(self) -> None:
        """Stop listening; the stage can be used for something else."""
        self._director.leave()
        listeners = self._stage.listeners
        listeners.frame.remove(self._speaks)
        listeners.change.remove(self._looks)
        listeners.walk.remove(self._walks)
        listeners.hub.remove(self._hears)
        listeners.service.remove(self.picture.service)

    # --- what visitors do -----------------------------------------------------------------

    async def story(self, name: str) -> bool:
        """Begin a story; the one that runs ends."""
        story = self._stories.get(name)
        if story is None:
            return False
        self._begin(story)
        return True

    async def touch(self, device: str) -> bool:
        """Touch a device: it really sends its frame; a call or a fall becomes a story."""
        known = self._stage.flat.apartment.devices_by_id.get(DeviceId(device))
        if known is None or known.role not in TOUCH or not self._stage.flat.has_power(device):
            return False
        if known.role in ALARMING and self.picture.mode is not Mode.STORY:
            self._begin(touched(device, known.role, TOUCH[known.role], self._stage.flat.spot.id))
        else:
            self._stage.flat.sense(device, TOUCH[known.role])
        return True

    async def accept(self) -> None:
        """Take the alert on the phone, as the carer who is logged in there."""
        card = self.picture.card
        if card is not None and card.step in {"received", "paged"}:
            with contextlib.suppress(LineError):  # somebody else was quicker
                await self._stage.carer.act(card.incident, "accept", minutes=8)

    async def gate(self, *, is_open: bool) -> None:
        """Give or withdraw every consent to monitoring, with the resident's PIN."""
        self._fresh = False
        await self._stage.decisions.allow_all(given=is_open)

    async def off(self) -> None:
        """Pause sensing: her own button on her own panel."""
        await self._stage.decisions.pause(PAUSE_MINUTES)
        self.picture.paused = True
        self._stage.changes.tell()

    async def on(self) -> None:
        """End the pause."""
        await self._stage.decisions.resume()
        self.picture.paused = False
        self._stage.changes.tell()

    def stay(self) -> None:
        """Somebody is there."""
        self._touched_at = self._stage.clock.monotonic()
        if self.picture.left_s is not None or self.picture.excused:
            self.picture.left_s, self.picture.excused = None, False
            self._stage.changes.tell()

    def excuse(self) -> None:
        """What a visitor just wished does not work: the hub is starting, or without power."""
        self.picture.excused = True
        self._stage.changes.tell()

    def _begin(self, story: Story) -> None:
        self._next = story
        self._wanted.set()
        if self._act is not None:
            self._act.cancel()

    # --- what happens ---------------------------------------------------------------------

    async def run(self) -> None:
        """Play what visitors wish, else let her live; for ever."""
        async with asyncio.TaskGroup() as both:
            both.create_task(self._watch_idleness())
            while True:
                self._wanted.clear()
                story, self._next = self._next, None
                act = self._play(story) if story is not None else self._live()
                await self._whole(both, act)

    async def _whole(self, tasks: asyncio.TaskGroup, act: Coroutine[Any, Any, None]) -> None:
        """Let something happen until it is over or a visitor wishes something else."""
        self._act = tasks.create_task(self._survived(act))
        await asyncio.wait({self._act})
        self._act = None

    async def _survived(self, act: Coroutine[Any, Any, None]) -> None:
        """Say what did not come when hub or service are away; the house stays open."""
        try:
            await act
        except (LineError, StoryClockError) as lost:
            self._breaks(self.picture.story, self.picture.trace, lost)
            await asyncio.sleep(AGAIN_AFTER_S)

    async def _play(self, story: Story) -> None:
        picture, trace = self.picture, Trace(story)
        await self._stage.story_clock.set_speed(1.0)
        picture.begins(story, trace)
        self._stage.changes.tell()
        try:
            async with self._as_visitors_left_it():
                if story.id in self._stories:
                    await self._reset.prepare(story)
                elif not self._tidy:
                    await self._reset.tidy()
            self._tidy = False
            picture.begins(story, trace)
            await self._director.play(story, trace)
        except StoryBroken as broken:
            picture.lacks(trace, broken.failure)
        except (LineError, StoryClockError) as lost:
            self._breaks(story, trace, lost)
        else:
            picture.ends(Ending.HEARD)
        # Who has watched a whole story gets the time to read how it ended.
        self._touched_at = self._stage.clock.monotonic()
        self._stage.changes.tell()
        await self._wanted.wait()

    async def _live(self) -> None:
        """Let her live: daily life from a seed, in quick motion, until somebody wishes a story."""
        stage, picture = self._stage, self.picture
        picture.rests()
        stage.changes.tell()
        async with self._as_visitors_left_it():
            fresh, self._fresh = self._fresh, False
            if fresh:
                await removal.give_back(stage)
            await self._reset.tidy()
        self._tidy = True
        await stage.story_clock.set_speed(LIFE_SPEED)
        for day in self._days:
            for stay in day:
                if stay.spot in {"bed", "away"}:
                    continue
                await stage.flat.walk(stay.spot)
                await self._answer()
                left_s = min(STAY_S_MAX, 2 * STIR_EVERY_S if stay.stirs_s else STAY_S_MAX)
                while left_s > 0:
                    await asyncio.sleep(min(STIR_EVERY_S, left_s))
                    left_s -= STIR_EVERY_S
                    stage.flat.stir()
                    await self._skip_night()

    @contextlib.asynccontextmanager
    async def _as_visitors_left_it(self) -> AsyncIterator[None]:
        """A tidied flat has no pause; one that a visitor chose comes back.

        Until that is done, perhaps by the next act, what the hub says of a pause is our own doing.
        """
        self._tidying = True
        yield
        if self.picture.paused:
            await self._stage.decisions.pause(PAUSE_MINUTES)
        self._tidying = False

    async def _answer(self) -> None:
        """On an ordinary day she answers when her flat asks."""
        with contextlib.suppress(LineError):
            await self._stage.hub.panel("fine")

    async def _skip_night(self) -> None:
        stage, now = self._stage, self._stage.story_clock.now()
        hour = reset.local(reset.ZONE, now).hour
        if 7 <= hour < 21:
            return
        await stage.flat.walk("bed")
        await self._director.rest()
        await stage.story_clock.jump(reset.next_time(reset.ZONE, now, 7 * 3600.0))
        await stage.flat.walk("bedside")
        stage.flat.check_in()
        stage.keep_time()

    async def _watch_idleness(self) -> None:
        """Bring the start page back when nobody touches anything for a while; warn first."""
        stage, picture = self._stage, self.picture
        while True:
            await asyncio.sleep(min(1.0, self._start_after_s / 20))
            left_s = self._start_after_s - (stage.clock.monotonic() - self._touched_at)
            used = picture.mode is Mode.ENDED or (picture.mode is Mode.IDLE and not self._at_rest())
            if not used:
                shown = None
            elif left_s <= 0:
                shown, self._next = None, None
                self._fresh, picture.paused = True, False
                self._touched_at = stage.clock.monotonic()
                if self._act is not None:
                    self._act.cancel()
            else:
                shown = int(left_s) + 1 if left_s <= WARN_S else None
            if shown != picture.left_s:
                picture.left_s = shown
                stage.changes.tell()

    def _at_rest(self) -> bool:
        return not self.picture.withdrawn and not self.picture.paused

    def _hears(self, event: str, said: Mapping[str, Any]) -> None:
        self.picture.hub(event, said)
        mirror = self._stage.mirror
        self.picture.allows(mirror.given)
        if not self._tidying:
            self.picture.paused = mirror.paused

    def _breaks(self, story: Story | None, trace: Trace | None, lost: Exception) -> None:
        """Hub or service refused or did not answer in the middle of it."""
        self.picture.refused(story, trace, str(lost))
        self._stage.changes.tell()

    def _tells(self, step: Step) -> None:
        self.picture.tells(step)
        self._stage.changes.tell()

    def _speaks(self, device: DeviceId, _sent: object) -> None:
        self.picture.speaks(device)

    def _walks(self, way: Way, length_s: Seconds) -> None:
        self.picture.walks(way, length_s, self._stage.flat.spot)

    def _looks(self, _device: DeviceId) -> None:
        flat = self._stage.flat
        self.picture.lit, self.picture.sounding = flat.lit(), flat.sounding()
        self.picture.stove_on = flat.stove_w > 0
