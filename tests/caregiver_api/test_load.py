# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
import time

from caregiver_api.alerts.scheduler import AT_ONCE
from tests.caregiver_api.world import FakeHub, World


async def test_five_hundred_deadlines_of_one_moment_are_rung_in_a_few_transactions(
    world: World, hub: FakeHub
):
    for start in range(0, 500, 100):
        alerts = [hub.alert(number) for number in range(start, start + 100)]
        assert (await hub.send(*alerts)).status_code == 202
    await world.settle()
    world.clock.go(61.0)
    commits, before = world.service.store.commits, time.process_time()
    assert await world.service.scheduler.step() >= 500
    print(f"500 deadlines: {(time.process_time() - before) * 1000:.0f} ms")
    # Time depends on the machine; what must not happen is a commit for each.
    assert world.service.store.commits - commits <= 500 / AT_ONCE + 1
    assert world.service.scheduler.overdue_s == 0.0


async def test_all_alarms_of_a_bad_day_are_shown(world: World, hub: FakeHub):
    await hub.send(*(hub.alert(number) for number in range(200)))
    await world.settle()
    before = time.process_time()
    overview = await world.overview(world.anna)
    print(f"200 alarms drawn: {(time.process_time() - before) * 1000:.0f} ms")
    assert len(overview["alerts"]) == 200


async def test_many_heartbeats_write_next_to_nothing(world: World, hub: FakeHub):
    await hub.beat()
    commits = world.service.store.commits
    for _ in range(9):
        world.clock.go(30.0)
        assert (await hub.beat()).status_code == 204
    assert world.service.store.commits - commits <= 1
