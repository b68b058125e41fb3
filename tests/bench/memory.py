# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""How much memory the hub takes: all its processes, the flat's devices enrolled, panel open, after the stories and some minutes.

python -m tests.bench.memory --minutes 10
"""

import argparse
import asyncio
import json
import time
from typing import Any

import httpx2
import psutil

from showcase.stage import headless_run
from showcase.stories import story
from tests.bench.measured_flat import measured_flat


def pss_mb(pid: int) -> float:
    """Proportional set size of a process and its children, megabytes (10^6 bytes)."""
    processes = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    return sum(one.memory_full_info().pss for one in processes) / 1e6


async def measure(minutes: float) -> dict[str, Any]:
    """Tell every story, leave the panel open, wait, and read the kernel's own figures."""
    async with measured_flat() as stage, httpx2.AsyncClient(trust_env=False) as http:
        assert stage.hub_process.pid is not None
        at_start = pss_mb(stage.hub_process.pid)
        begin = time.monotonic()

        async def panel() -> None:
            while True:
                try:
                    await http.get(f"{stage.hub.base}/")
                    url = f"{stage.hub.base}/events"
                    async with http.stream("GET", url, timeout=None) as page:
                        async for _ in page.aiter_bytes():
                            pass
                except httpx2.TransportError:
                    await asyncio.sleep(1.0)

        opened = asyncio.create_task(panel())
        told = [await headless_run.tell(stage, one, lambda _line: None) for one in story.every()]
        after_stories = pss_mb(stage.hub_process.pid)
        while time.monotonic() - begin < minutes * 60:
            await asyncio.sleep(5)
        at_end = pss_mb(stage.hub_process.pid)
        opened.cancel()
        return {
            "devices": len(stage.flat.nodes),
            "stories": {one.story.id: one.fulfilled for one in told},
            "pss_mb_start": round(at_start, 1),
            "pss_mb_after_stories": round(after_stories, 1),
            "pss_mb_end": round(at_end, 1),
            "minutes": round((time.monotonic() - begin) / 60, 1),
        }


def main() -> int:
    """Measure and print one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    print(json.dumps(asyncio.run(measure(parser.parse_args().minutes))))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
