# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""How long from a pull at the virtual stick to the message in a logged-in page, and whether each pull is one message.

python -m tests.bench.pulls --pulls 1000
"""

import argparse
import asyncio
import json
import math
import random
import statistics
import time
from typing import Any

from tests.bench.measured_flat import CORDS, measured_flat

SETTLE_S = 3.0


async def measure(pulls: int, every_s: float) -> dict[str, Any]:
    """Pull five cords in turn and follow each press to a carer's stream.

    Returns:
        Counts, latencies in milliseconds and the faults found (empty when all is well).
    """
    chance = random.Random(7)
    heard: dict[int, list[tuple[float, dict[str, Any]]]] = {}
    rows: dict[str, int] = {}
    async with measured_flat() as stage:
        connected = asyncio.Event()

        async def page() -> None:
            async for name, data in stage.carer.stream():
                now = time.monotonic()
                if name == "snapshot":
                    connected.set()
                elif name == "alert":
                    heard.setdefault(data["evidence"][-1], []).append((now, data))

        def hop(name: str, data: Any) -> None:
            if name == "hop" and data.get("hop") == "journaled" and data.get("frame"):
                rows[data["frame"]] = data["seq"]

        stage.listeners.hub.append(hop)
        reading = asyncio.create_task(page())
        await connected.wait()
        sent: list[tuple[str, float]] = []
        for number in range(pulls):
            node = stage.flat.nodes[CORDS[number % len(CORDS)]]
            before = time.monotonic()
            frame = node.pull()
            assert frame is not None, "the cord is not enrolled"
            sent.append((frame.name, before))
            await asyncio.sleep(chance.uniform(0.5, 1.5) * every_s)
        deadline = time.monotonic() + 30
        while sum(map(len, heard.values())) < pulls and time.monotonic() < deadline:
            await asyncio.sleep(0.05)
        await asyncio.sleep(SETTLE_S)
        reading.cancel()
    return judge(sent, rows, heard)


def judge(
    sent: list[tuple[str, float]],
    rows: dict[str, int],
    heard: dict[int, list[tuple[float, dict[str, Any]]]],
) -> dict[str, Any]:
    """Match each pull with its journal row and its one message."""
    by_press = {frame.rsplit(":", 1)[0]: seq for frame, seq in rows.items()}
    faults, waits = [], []
    for name, before in sent:
        seq = by_press.get(name)
        messages = heard.get(seq, []) if seq is not None else []
        if len(messages) != 1:
            faults.append(f"{name}: journal row {seq}, {len(messages)} messages")
        else:
            waits.append((messages[0][0] - before) * 1000)
    waits.sort()
    strangers = len(heard) - len(waits)
    if strangers:
        faults.append(f"{strangers} messages belong to no pull")
    return {
        "pulls": len(sent),
        "messages": sum(map(len, heard.values())),
        "p50_ms": round(statistics.median(waits), 1) if waits else None,
        "p99_ms": round(waits[max(0, math.ceil(0.99 * len(waits)) - 1)], 1) if waits else None,
        "max_ms": round(waits[-1], 1) if waits else None,
        "faults": faults,
    }


def main() -> int:
    """Measure and print one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pulls", type=int, default=1000)
    parser.add_argument("--every-s", type=float, default=0.05, help="mean time between pulls")
    arguments = parser.parse_args()
    figures = asyncio.run(measure(arguments.pulls, arguments.every_s))
    print(json.dumps(figures))
    return 1 if figures["faults"] else 0


if __name__ == "__main__":
    raise SystemExit(main())
