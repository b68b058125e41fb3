# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Plays a story: lets her act, waits for what must come of it, moves the story's clock."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from rules.model.identity import DeviceId, Seconds
from showcase.processes.hub_line import LineError
from showcase.processes.story_clock import HUB, SERVICE, Status
from showcase.stage.stage import Stage
from showcase.stories.failure_report import FailureReport, Why
from showcase.stories.story import Do, Step, Story
from showcase.stories.trace import Trace
from showcase.virtual.zigbee_device import Sent

# What is not an action of the clock comes by itself, in real time, or not at all.
HOP_S_MAX: Final = 8.0
# After a jump the hop's word needs one way through a socket.
WORD_S_MAX: Final = 0.05
REST_S_MAX: Final = 10.0
LAMP_S_MAX: Final = 4.0
LIGHT: Final = "light"
"""Not a hop of a message: the lamp that shows the way has obeyed."""
# Deadlines are met exactly; this puts the jump behind the point, not before it.
BEHIND_S: Final = 0.01
# A story moves from deadline to deadline; more of them in its span than this is no story.
JUMPS_MAX: Final = 400
LOOK_EVERY_S: Final = 0.02
ACCEPT_MINUTES: Final = 8


class StoryBroken(Exception):
    """A hop of the story did not come.

    Attributes:
        failure: which one, why, and what was seen last.
    """

    def __init__(self, failure: FailureReport) -> None:
        super().__init__(failure)
        self.failure = failure

    def __str__(self) -> str:
        return str(self.failure)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How a story is shown.

    Attributes:
        fast: nobody watches: no pauses, she walks at once, the carer accepts at once.
        read_s: pause after a sentence, for reading.
        visitor_s: how long the visitor has to accept before the simulated carer does.
        hop_s: how long a hop may take that needs no clock.
        still_s: nothing is under way any more for so long: what has not come will not come.
    """

    fast: bool = False
    read_s: Seconds = 2.6
    visitor_s: Seconds = 10.0
    hop_s: Seconds = HOP_S_MAX
    still_s: Seconds = 2.0


FAST: Final = Pace(fast=True, read_s=0.0, visitor_s=0.0, still_s=0.5)


class Director:
    """Plays stories on a stage.

    Args:
        stage: the running system.
        pace: for spectators, or as fast as it goes.
        say: told of every step with its sentence.
    """

    def __init__(
        self, stage: Stage, pace: Pace = FAST, say: Callable[[Step], None] = lambda _step: None
    ) -> None:
        self._stage = stage
        self._pace = pace
        self._say = say
        self.trace: Trace | None = None
        self._rested = -1
        self.heard: Callable[[Trace], None] = lambda _trace: None
        stage.listeners.frame.append(self._frame)
        stage.listeners.hub.append(self._hub)
        stage.listeners.service.append(self._service)

    def leave(self) -> None:
        """Stop listening."""
        stage = self._stage
        stage.listeners.frame.remove(self._frame)
        stage.listeners.hub.remove(self._hub)
        stage.listeners.service.remove(self._service)

    # --- listening ------------------------------------------------------------------------

    def _frame(self, device: DeviceId, sent: Sent) -> None:
        if self.trace is not None:
            stage = self._stage
            self.trace.frame(
                sent.name,
                utc_s=stage.story_clock.now(),
                wall_ms=stage.clock.wall_ms(),
                device=device,
            )

    def _hub(self, event: str, said: Mapping[str, Any]) -> None:
        if event == "hop" and self.trace is not None:
            self.trace.hub(said)
            self.heard(self.trace)

    def _service(self, event: str, said: Mapping[str, Any]) -> None:
        if self.trace is not None:
            stage = self._stage
            self.trace.service(
                event, said, wall_ms=stage.clock.wall_ms(), utc_s=stage.story_clock.now()
            )
            self.heard(self.trace)

    # --- playing --------------------------------------------------------------------------

    async def play(self, story: Story, trace: Trace | None = None) -> Trace:
        """Play one story to its end.

        Raises:
            StoryBroken: a hop did not come.
        """
        trace = self.trace = trace or Trace(story)
        try:
            for step in story.steps:
                if step.say:
                    self._say(step)
                await self._step(story, trace, step)
                if step.say:
                    await asyncio.sleep(self._pace.read_s)
        except LineError as refused:
            raise self._broken(story, trace, Why.REFUSED, str(refused)) from refused
        # The carer may be quicker than the hub's own word that the message was taken.
        if not await self._came(lambda: trace.missing is None, trace):
            raise self._broken(story, trace)
        return trace

    async def _step(self, story: Story, trace: Trace, step: Step) -> None:
        stage, flat = self._stage, self._stage.flat
        match step.do:
            case Do.WALK:
                await flat.walk(step.to, fast=self._pace.fast)
            case Do.MOVE:
                flat.stir()
            case Do.FALL:
                flat.fall(step.to)
            case Do.SENSE:
                flat.sense(step.device, step.what)
            case Do.STOVE:
                flat.stove(step.value)
            case Do.LIGHT:
                if not await stage.changes.until(lambda: flat.is_on(step.device), LAMP_S_MAX):
                    raise self._dark(story, trace, step.device)
            case Do.CUT_POWER:
                stage.hub_process.cut_power()
                await stage.hub_process.gone()
            case Do.RESTORE_POWER:
                await stage.start_hub()
            case Do.WAIT:
                await self.rest()
                await stage.story_clock.jump(stage.story_clock.now() + step.value)
            case Do.UNTIL:
                await self._until(story, trace, step)
            case Do.ACCEPT:
                await self._accept(trace, int(step.value))

    async def _accept(self, trace: Trace, minutes: int) -> None:
        if trace.incident is None or trace.withheld is not None:
            return
        if await self._stage.changes.until(
            lambda: trace.get("acknowledged") is not None, self._pace.visitor_s
        ):
            return
        await self._stage.carer.act(trace.incident, "accept", minutes=minutes or ACCEPT_MINUTES)

    async def _until(self, story: Story, trace: Trace, step: Step) -> None:
        stage, clock = self._stage, self._stage.story_clock

        def there() -> bool:
            return trace.has(step.hop) or trace.withheld is not None

        end_utc_s = clock.now() + step.within_s
        if not step.within_s:
            await self._came(there, trace)
            if not trace.has(step.hop):
                raise self._broken(story, trace)
            return
        await stage.changes.until(there, WORD_S_MAX)
        for _ in range(JUMPS_MAX):
            if there():
                break
            await self.rest()
            due = await self._next_due(trace)
            if due is None or due > end_utc_s:
                break
            await clock.jump(max(due, clock.now()) + BEHIND_S)
            await stage.changes.until(there, WORD_S_MAX)
        # What the story rests on may still wait for its commit.
        await self._came(there, trace)
        if not trace.has(step.hop):
            raise self._broken(story, trace)

    async def _came(self, there: Callable[[], bool], trace: Trace) -> bool:
        """Wait for what needs no clock, as long as anything is under way that could bring it."""
        changes, clock = self._stage.changes, self._stage.clock
        end = clock.monotonic() + self._pace.hop_s
        version, still_since = changes.version, clock.monotonic()
        while not there():
            now = clock.monotonic()
            if now >= end or now - still_since >= self._pace.still_s:
                return False
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_S):
                    await changes.after(version)
            busy = [one for one in await self._statuses() if not self._at_rest(one)]
            uncommitted = trace.has("decoded") and not trace.has("journaled")
            if busy or uncommitted or changes.version != version:
                version, still_since = changes.version, clock.monotonic()
        return True

    async def _next_due(self, trace: Trace) -> Seconds | None:
        """Return the next deadline of whoever has the story now.

        Before a message of it is on its way, the service waits for something about another alarm.
        """
        whose = (HUB,) if trace.message is None else (HUB, SERVICE)
        dues = [one.next_due_utc_s for one in await self._statuses(*whose)]
        return min((due for due in dues if due is not None), default=None)

    async def _statuses(self, *processes: str) -> list[Status]:
        clock = self._stage.story_clock
        said = [await clock.status(one) for one in processes or (HUB, SERVICE)]
        return [one for one in said if one is not None]

    def _at_rest(self, status: Status) -> bool:
        """Say whether nothing is under way; a hub whose service is off keeps its messages."""
        return status.drained or not self._stage.service_process.running

    async def rest(self) -> None:
        """Return when nothing is under way: sensors clear, frames decoded, outbox empty."""
        stage = self._stage
        stage.flat.settle()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(REST_S_MAX):
                # Nothing was sent since the last rest: one look is enough.
                decoded = -1 if self._rested != stage.coordinator.frames else None
                while True:
                    said = await self._statuses()
                    count = sum(one.decoded for one in said)
                    if decoded in {None, count} and all(self._at_rest(one) for one in said):
                        self._rested = stage.coordinator.frames
                        return
                    decoded = count
                    await asyncio.sleep(LOOK_EVERY_S)

    def _broken(
        self, story: Story, trace: Trace, why: Why | None = None, about: str = ""
    ) -> StoryBroken:
        hop = trace.missing or story.hops[-1]
        if why is None:
            why, about = self._why(story, trace, hop)
        last = trace.way[-1] if trace.way else None
        return StoryBroken(FailureReport(story=story.id, hop=hop, why=why, about=about, last=last))

    def _dark(self, story: Story, trace: Trace, lamp: str) -> StoryBroken:
        why = Why.UNHEARD if self._stage.flat.has_power(lamp) else Why.NO_POWER
        broken = self._broken(story, trace, why, lamp)
        return StoryBroken(replace(broken.failure, hop=LIGHT))

    def _why(self, story: Story, trace: Trace, hop: str) -> tuple[Why, str]:
        """Say what is known about a hop that did not come."""
        stage = self._stage
        if trace.withheld is not None:
            basis = trace.withheld.get("purpose") or trace.withheld.get("basis")
            return Why.NO_BASIS, str(basis)
        if hop in {"frame", "decoded", "journaled"} and not stage.flat.has_power(story.sensor):
            return Why.NO_POWER, story.sensor
        if not stage.hub_process.running:
            return Why.HUB_OFF, ""
        if hop in {"forwarded", "received", "paged"} and not stage.service_process.running:
            return Why.SERVICE_OFF, ""
        if hop == "verdict":
            return (Why.PAUSED, "") if stage.mirror.paused else (Why.NO_VERDICT, story.verdict)
        return Why.UNHEARD, ""
