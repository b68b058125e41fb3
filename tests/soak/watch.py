# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Stories one after another on one running system, while memory and open files of its processes are watched."""

import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import psutil

from showcase.stage import headless_run
from showcase.stage.stage import Stage
from showcase.stories import story
from tests.bench.memory import pss_mb


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look after one story.

    Attributes:
        missing: hop that did not come, None when the story was fulfilled.
        pss_mb, files: of hub and service, megabytes and open descriptors.
    """

    story: str
    missing: str | None
    after_s: float
    pss_mb: dict[str, float]
    files: dict[str, int]
    restarts: int


def look(stage: Stage, told: headless_run.StoryResult, began: float) -> Look:
    """Read the kernel's figures of both programs now."""
    pids = {"hub": stage.hub_process.pid, "service": stage.service_process.pid}
    return Look(
        story=told.story.id,
        missing=None if told.fulfilled else told.missing or told.why,
        after_s=round(time.monotonic() - began, 1),
        pss_mb={name: round(pss_mb(pid), 1) for name, pid in pids.items() if pid is not None},
        files={
            name: psutil.Process(pid).num_fds() for name, pid in pids.items() if pid is not None
        },
        restarts=stage.hub_process.restarts + stage.service_process.restarts,
    )


async def rounds(stage: Stage, names: Sequence[str], for_s: float) -> AsyncIterator[Look]:
    """Tell these stories in turn until the time is over, at least each one twice."""
    began = time.monotonic()
    told = 0
    by_name = {one.id: one for one in story.every()}
    while told < 2 * len(names) or time.monotonic() - began < for_s:
        one = by_name[names[told % len(names)]]
        yield look(stage, await headless_run.tell(stage, one, lambda _line: None), began)
        told += 1
