# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
import time

from tests.caregiver_api.world import FakeHub, World


async def test_five_hundred_deadlines_of_one_moment_are_rung_within_a_second(
    world: World, hub: FakeHub
):
    for start in range(0, 500, 100):
        alerts = [hub.alert(number) for number in range(start, start + 100)]
        assert (await hub.send(*alerts)).status_code == 202
    await world.settle()
    world.clock.go(61.0)
    before = time.process_time()
    assert await world.service.rounds.step() >= 500
    taken_s = time.process_time() - before
    print(f"500 deadlines: {taken_s * 1000:.0f} ms")
    assert taken_s < 1.0
    assert world.service.rounds.overdue_s == 0.0


async def test_the_board_of_a_bad_day_is_drawn_in_a_moment(world: World, hub: FakeHub):
    await hub.send(*(hub.alert(number) for number in range(200)))
    await world.settle()
    before = time.process_time()
    board = await world.board(world.anna)
    assert len(board["alerts"]) == 200
    assert time.process_time() - before < 1.0


async def test_many_heartbeats_write_next_to_nothing(world: World, hub: FakeHub):
    await hub.beat()
    commits = world.service.deps.store.commits
    for _ in range(9):
        world.clock.go(30.0)
        assert (await hub.beat()).status_code == 204
    assert world.service.deps.store.commits - commits <= 1
