# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
from tests.bench.measured_flat import measured_flat
from tests.soak.watch import rounds

# The first telling loads templates and fills caches; from then on nothing may pile up.
GROWTH_MB_MAX = 12.0
FILES_MORE_MAX = 4
HUB_MB_MAX = 170.0


async def test_story_after_story_takes_no_more_memory_and_no_more_files():
    async with measured_flat() as stage:
        seen = [one async for one in rounds(stage, ["pull-cord", "fall-bath-night"], 0)]
    assert [one.missing for one in seen] == [None] * 4
    first, last = seen[1], seen[-1]
    for process in ("hub", "service"):
        assert last.pss_mb[process] - first.pss_mb[process] < GROWTH_MB_MAX
        assert last.files[process] - first.files[process] <= FILES_MORE_MAX
    assert last.pss_mb["hub"] <= HUB_MB_MAX
    assert last.restarts == 0
