# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The whole system with the showcase's flat and five pull cords, started for a measurement."""

import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from showcase.apartment.flat import APARTMENT
from showcase.processes.clock import SystemClock
from showcase.processes.home import Home
from showcase.processes.ports import Ports
from showcase.stage.stage import Stage, opened

CORDS = ("cord-bath", "cord-bedroom", "cord-hall", "cord-living", "cord-kitchen")


def with_five_cords(folder: Path) -> Path:
    """Write the showcase's apartment file with a cord in every room."""
    rows = [
        f'\n[[devices]]\nid = "cord-{room}"\nrole = "help"\nroom = "{room}"\nsource = "zigbee"\n'
        f'address = "00:12:4b:00:aa:00:01:{number:02x}"\nname = "Notrufschnur"\nat = [0, 0]\n'
        for number, room in enumerate(("hall", "living", "kitchen"), start=1)
    ]
    path = folder / "apartment.toml"
    text = APARTMENT.read_text(encoding="utf-8")
    before, plan, after = text.partition("\n[plan]")
    path.write_text(before + "".join(rows) + plan + after, encoding="utf-8")
    return path


@asynccontextmanager
async def measured_flat() -> AsyncIterator[Stage]:
    """Start hub, service and virtual radio in a fresh folder; everything is gone at the end."""
    with tempfile.TemporaryDirectory(prefix="tohuus-bench-") as name:
        folder = Path(name)
        apartment = with_five_cords(folder)
        async with opened(
            Home(folder / "home"),
            Ports.free(),
            time.time(),
            SystemClock(),
            lambda _line: None,
            apartment=apartment,
        ) as stage:
            yield stage
