# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""`make soak`: all stories for hours, one JSON line each; ends with 1 when one of them was not fulfilled."""

import argparse
import asyncio
import json
from dataclasses import asdict

from showcase.stories import story
from tests.bench.measured_flat import measured_flat
from tests.soak.watch import rounds


async def soak(hours: float) -> int:
    """Tell the stories and print what was seen."""
    broken = 0
    async with measured_flat() as stage:
        names = [one.id for one in story.every()]
        async for seen in rounds(stage, names, hours * 3600):
            broken += seen.missing is not None
            print(json.dumps(asdict(seen)), flush=True)
    return 1 if broken else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, default=4.0)
    raise SystemExit(asyncio.run(soak(parser.parse_args().hours)))
