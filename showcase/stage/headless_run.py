# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""One story without spectators: the same system, the same way, one line a hop."""

import asyncio
import json
import tempfile
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from rules.model.identity import Seconds
from showcase.processes.child import ChildError
from showcase.processes.clock import SystemClock
from showcase.processes.home import Home
from showcase.processes.hub_line import LineError
from showcase.processes.ports import Ports, PortTaken
from showcase.processes.signals import end_in_order
from showcase.processes.story_clock import StoryClockError
from showcase.stage import removal, reset
from showcase.stage.director import FAST, Director, Pace, StoryBroken
from showcase.stage.removal import Removal
from showcase.stage.reset import Reset
from showcase.stage.stage import Stage, opened
from showcase.stories.story import Story
from showcase.stories.trace import Hop, Trace

REAL_S_MAX: Final = 30.0
DONE, NOT_FULFILLED = 0, 1

type Write = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryResult:
    """How a story ended.

    Attributes:
        why: one sentence; empty when it was fulfilled.
    """

    story: Story
    way: tuple[Hop, ...]
    missing: str | None
    why: str
    wall_s: Seconds

    @property
    def fulfilled(self) -> bool:
        """All hops came."""
        return self.missing is None and not self.why


class Teller:
    """Writes hops as they come, each as one JSON object a line.

    Args:
        write: takes one line.
        start_utc_s: story time that counts as second 0.
    """

    def __init__(self, story: Story, write: Write, start_utc_s: Seconds) -> None:
        self._story, self._write, self._start = story, write, start_utc_s
        self._told = 0

    def tell(self, trace: Trace) -> None:
        """Write what has come since the last time; nothing before the verdict is certain."""
        if not trace.has("verdict"):
            return
        self.finish(trace)

    def finish(self, trace: Trace) -> None:
        """Write everything that has come."""
        for hop in trace.way[self._told :]:
            self._told += 1
            self._write(line(hop, self._story, self._start))


def line(hop: Hop, story: Story, start_utc_s: Seconds) -> str:
    """Write one hop: `at` in story seconds since the story began, `wall_ms` real."""
    at = None if hop.utc_s is None else round(hop.utc_s - start_utc_s, 3)
    said: dict[str, Any] = {"hop": hop.name, "story": story.id, "at": at}
    said["wall_ms"] = round(hop.wall_ms, 3)
    ids = {key: value for key, value in hop.ids.items() if key not in {"hop", "at", "wall_ms"}}
    return json.dumps(said | ids, ensure_ascii=False)


def summary(told: StoryResult, *, without: str | None) -> str:
    """Write the last line."""
    verdict = next((hop for hop in told.way if hop.name == "verdict"), None)
    said: Mapping[str, Any] = {
        "summary": True,
        "story": told.story.id,
        "fulfilled": told.fulfilled,
        "hops": len(told.way),
        "missing": told.missing,
        "why": told.why,
        "incident": verdict.ids.get("incident") if verdict else None,
        "without": without,
        "wall_s": round(told.wall_s, 2),
    }
    return json.dumps(said, ensure_ascii=False)


async def tell(
    stage: Stage, story: Story, write: Write, without: Removal | None = None, pace: Pace = FAST
) -> StoryResult:
    """Play one story on a running stage, with something taken away if wished; write its hops."""
    clock, began = stage.clock, stage.clock.monotonic()
    director = Director(stage, pace)
    try:
        why, trace = "", Trace(story)
        await Reset(stage, director).prepare(story)
        if without is not None:
            await removal.take(stage, story, without)
        teller = Teller(story, write, stage.story_clock.now())
        director.heard = teller.tell
        try:
            await director.play(story, trace)
        except StoryBroken as broken:
            why = str(broken)
        teller.finish(trace)
    finally:
        director.leave()
    return StoryResult(
        story=story,
        way=trace.way,
        missing=trace.missing,
        why=why,
        wall_s=clock.monotonic() - began,
    )


async def once(
    story: Story,
    *,
    folder: Path | None,
    ports: Ports,
    without: Removal | None,
    write: Write,
    report: Write,
) -> StoryResult:
    """Start everything, play one story, end everything; a signal ends it in order before that.

    Raises:
        LineError, StoryClockError, ChildError: the system did not even start.
    """
    end_in_order()
    clock = SystemClock()
    began = clock.monotonic()
    begin = reset.first_time(reset.ZONE, clock.wall_ms() / 1000, story)
    with ExitStack() as kept:
        home = folder or Path(kept.enter_context(tempfile.TemporaryDirectory(prefix="tohuus-")))
        async with opened(Home(home.absolute()), ports, begin, clock, report) as stage:
            told = await tell(stage, story, write, without)
    return StoryResult(
        story=told.story,
        way=told.way,
        missing=told.missing,
        why=told.why,
        wall_s=clock.monotonic() - began,
    )


def run(
    story: Story,
    *,
    folder: Path | None,
    port_base: int,
    without: Removal | None,
    write: Write,
    report: Write,
    complain: Write,
) -> int:
    """Run one story from the command line; returns its exit code.

    Args:
        story: which one.
        folder: the demo's home, None for a fresh one that is thrown away.
        port_base: first of the three ports, 0 for free ones.
        without: what is taken away, if anything.
        write: takes the lines of the way and the summary.
        report: takes progress.
        complain: takes the one sentence about what went wrong.
    """
    told = None
    try:
        playing = once(
            story,
            folder=folder,
            ports=Ports.at(port_base),
            without=without,
            write=write,
            report=report,
        )
        told = asyncio.run(playing)
    except* (LineError, StoryClockError, ChildError, TimeoutError, PortTaken) as group:
        complain(f"{story.id}: the system did not start: {_first(group)}")
    except* asyncio.CancelledError:
        complain(f"{story.id}: stopped before its end")
    if told is None:
        return NOT_FULFILLED
    write(summary(told, without=without))
    if not told.fulfilled:
        complain(told.why)
        return NOT_FULFILLED
    if told.wall_s > REAL_S_MAX:  # a slow or busy machine: said, and no failure of the story
        complain(f"{story.id}: took {told.wall_s:.0f} s, more than {REAL_S_MAX:.0f} s")
    return DONE


def _first(group: BaseExceptionGroup[Exception]) -> Exception:
    errors: Iterable[Any] = group.exceptions
    for error in errors:
        return _first(error) if isinstance(error, BaseExceptionGroup) else error
    raise group
