# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""How long from a motion frame at night to the lamp's command frame, both at the virtual stick.

python -m tests.bench.night_light --nights 300
"""

import argparse
import asyncio
import json
import math
import statistics
import time
from typing import Any

from showcase.stage.director import Director
from showcase.stage.reset import Reset
from showcase.stage.stage import Stage
from showcase.stories import story
from tests.bench.measured_flat import measured_flat

LAMP, SENSOR = "lamp-hall", "motion-hall"
# The lamps go out five minutes after the last movement (rules.detectors.night_light).
OUT_AFTER_S = 310.0
ANSWER_S_MAX = 5.0
SETTLE_S = 0.05
# Before it is morning she goes to bed again (22:30 to 02:10 is a story's night; 6:00 ends the night).
TRIALS_A_NIGHT = 30


async def dark(stage: Stage, director: Director) -> None:
    """She goes back to the bedroom, story time passes until the light has gone out."""
    for _ in range(3):
        stage.flat.sense("motion-bedroom", "motion")
        stage.flat.settle()
        await director.rest()
        await stage.story_clock.jump(stage.story_clock.now() + OUT_AFTER_S)
        until = time.monotonic() + ANSWER_S_MAX
        while stage.flat.is_on(LAMP) and time.monotonic() < until:
            await asyncio.sleep(0.01)
        if not stage.flat.is_on(LAMP):
            await asyncio.sleep(SETTLE_S)
            return
    raise AssertionError("the light does not go out")


async def measure(trials: int) -> dict[str, Any]:
    """Move, wait for light, let the light go out, again."""
    night = next(one for one in story.every() if one.id == "night-light")
    waits: list[float] = []
    async with measured_flat() as stage:
        director = Director(stage)
        lamp = stage.flat.nodes[LAMP]
        for number in range(trials):
            if number % TRIALS_A_NIGHT == 0:
                await Reset(stage, director).prepare(night)
            await dark(stage, director)
            lamp.received.clear()
            sent = stage.flat.sense(SENSOR, "motion")
            assert sent is not None
            until = time.monotonic() + ANSWER_S_MAX
            while not lamp.received and time.monotonic() < until:
                await asyncio.sleep(0.002)
            assert lamp.received, f"no light in trial {number}"
            waits.append((lamp.received[0].at - sent.at) * 1000)
    waits.sort()
    return {
        "trials": len(waits),
        "p50_ms": round(statistics.median(waits), 1),
        "p99_ms": round(waits[max(0, math.ceil(0.99 * len(waits)) - 1)], 1),
        "max_ms": round(waits[-1], 1),
    }


def main() -> int:
    """Measure and print one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nights", type=int, default=300, dest="trials", help="trials")
    print(json.dumps(asyncio.run(measure(parser.parse_args().trials))))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
