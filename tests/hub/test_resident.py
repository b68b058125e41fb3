# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
import asyncio
from pathlib import Path

import pytest

from rules.engine.state import State
from tests.hub.flat import Flat, virtual

HOUR_S = 3600.0


@pytest.mark.parametrize(
    ("rules", "pause_s", "visit_s"),
    [
        ({}, 8 * HOUR_S, 12 * HOUR_S),
        ({"pause.longest_s": 1800.0, "presence.visit_max_s": 3600.0}, 1800.0, 3600.0),
    ],
)
def test_the_panel_promises_no_longer_pause_or_visit_than_the_rules_give(
    tmp_path: Path, rules: dict[str, float], pause_s: float, visit_s: float
):
    async def story() -> None:
        flat = Flat(tmp_path, rules=rules)
        async with flat.hub() as hub:
            await asyncio.sleep(60)
            at = hub.clock.axis()
            hub.resident.visit(48)
            hub.resident.pause(48)
            panel, memory = hub.view.panel(), hub.memory._memory
            assert isinstance(memory, State)
            assert memory.situation.pause is not None
            assert panel.paused_until == memory.situation.pause.until == at + pause_s
            assert panel.visit_until == memory.situation.presence.visit_until == at + visit_s
            await asyncio.sleep(visit_s + 1)
            panel = hub.view.panel()
            assert (panel.paused_until, panel.visit_until) == (None, None)
            memory = hub.memory._memory
            assert isinstance(memory, State)
            assert (memory.situation.pause, memory.situation.presence.visit_until) == (None, None)

    virtual(story())
