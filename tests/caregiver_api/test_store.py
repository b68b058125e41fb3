# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
import asyncio
import sqlite3
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from caregiver_api.platform import migrations, schema
from caregiver_api.platform.clock import Axis, EscalationTime
from caregiver_api.platform.digest import DigestHours
from caregiver_api.platform.store import Store
from tests.caregiver_api.world import T0, Clock
from tests.simulation.inline_sqlite import connector
from tests.simulation.loop import SimulatedLoop


def put(number: int, value: str = "x"):
    async def work(connection: AsyncConnection) -> int:
        await connection.execute(schema.note.insert().values(name=str(number), value=value))
        return number

    return work


async def count(connection: AsyncConnection) -> int:
    return await connection.scalar(sa.select(sa.func.count()).select_from(schema.note)) or 0


async def test_what_was_written_is_there_after_a_restart(tmp_path: Path):
    path = tmp_path / "service.db"
    store = Store.at(path)
    await store.open()
    assert await store.write(put(1)) == 1
    await store.close()
    again = Store.at(path)
    await again.open()
    assert await again.read(count) == 2  # with the schema's own version
    await again.close()


async def test_the_database_commits_fully_and_lets_readers_go_on(tmp_path: Path):
    store = Store.at(tmp_path / "service.db")
    await store.open()

    async def pragmas(connection: AsyncConnection) -> tuple[object, object]:
        mode = await connection.scalar(sa.text("PRAGMA journal_mode"))
        return mode, await connection.scalar(sa.text("PRAGMA synchronous"))

    assert await store.write(pragmas) == ("wal", 2)
    inside, go_on = asyncio.Event(), asyncio.Event()

    async def long(connection: AsyncConnection) -> None:
        await put(1)(connection)
        inside.set()
        await go_on.wait()

    writing = asyncio.create_task(store.write(long))
    await inside.wait()
    assert await store.read(count) == 1
    go_on.set()
    await writing
    assert await store.read(count) == 2
    await store.close()


async def test_facts_that_wait_together_are_committed_together(tmp_path: Path):
    store = Store.at(tmp_path / "service.db")
    await store.open()
    results = await asyncio.gather(*(store.write(put(number)) for number in range(100)))
    assert list(results) == list(range(100))
    assert store.works == 100
    assert store.commits <= 3
    await store.close()


async def test_one_that_fails_does_not_take_the_others_with_it(tmp_path: Path):
    store = Store.at(tmp_path / "service.db")
    await store.open()
    works = [put(1), put(2), put(2), put(3)]
    results = await asyncio.gather(*(store.write(one) for one in works), return_exceptions=True)
    assert [type(one).__name__ for one in results] == ["int", "int", "IntegrityError", "int"]
    assert await store.read(count) == 4
    await store.close()


async def test_a_leader_that_is_cancelled_leaves_the_lead_to_the_next(tmp_path: Path):
    store = Store.at(tmp_path / "service.db")
    await store.open()
    inside, never = asyncio.Event(), asyncio.Event()
    first = True

    async def stuck(connection: AsyncConnection) -> str:
        nonlocal first
        if first:
            first = False
            inside.set()
            await never.wait()
        return "done after all"

    leader = asyncio.create_task(store.write(stuck))
    follower = asyncio.create_task(store.write(put(1)))
    await inside.wait()
    leader.cancel()
    async with asyncio.timeout(30):
        assert await follower == 1
    with pytest.raises(asyncio.CancelledError):
        await leader
    await store.close()


async def test_a_database_of_a_newer_version_is_refused(tmp_path: Path):
    path = tmp_path / "service.db"
    store = Store.at(path)
    await store.open()
    await store.close()
    with sqlite3.connect(path) as raw:
        raw.execute("UPDATE note SET value = '99' WHERE name = 'schema'")
    raw.close()
    newer = Store.at(path)
    with pytest.raises(migrations.DatabaseTooNew):
        await newer.open()
    await newer.close()


def test_a_thousand_statements_do_not_move_virtual_time():
    async def work() -> tuple[float, int]:
        loop = asyncio.get_running_loop()
        store = Store.on(connector(lambda: sqlite3.connect(":memory:", isolation_level=None)))
        await store.open()
        before = loop.time()
        for number in range(500):
            await store.write(put(number))
            assert await store.read(count) == number + 2
        await store.close()
        return loop.time() - before, store.commits

    with asyncio.Runner(loop_factory=SimulatedLoop) as runner:
        moved_s, commits = runner.run(work())
    assert (moved_s, commits) == (0.0, 500)


def test_service_time_never_goes_back():
    clock = Clock()
    axis = Axis(clock)
    clock.go(10.0)
    clock.wall_s -= 86_400.0
    assert axis.now() == T0 + 10.0
    clock.wall_s = 0.0  # boot at 1970, after an earlier run had seen T0
    again = Axis(clock)
    again.never_before(T0 + 10.0)
    assert again.now() == again.started_s == T0 + 10.0


def test_a_story_moves_escalation_time_forward_only():
    clock = Clock()
    axis = Axis(clock)
    time = EscalationTime(axis)
    time.tell(utc_s=5000.0, speed=10.0)
    assert time.now() == 5000.0
    clock.go(2.0)
    assert time.now() == 5020.0
    assert time.real_s(50.0) == 5.0
    time.tell(utc_s=4000.0)
    assert time.now() == 5020.0
    time.tell(speed=0.0)
    clock.go(100.0)
    assert time.now() == 5020.0
    assert axis.now() == T0 + 102.0


def test_info_is_told_by_day_and_never_at_night():
    day = DigestHours(tz=ZoneInfo("Europe/Berlin"), starts_h=8, ends_h=20, gather_s=900.0)
    noon = 1_795_000_000.0  # 12:06 local
    assert day.next_digest(noon) == noon + 900.0
    evening = noon + 7.8 * 3600  # 19:54, gathered until 20:09
    morning = 1_795_071_600.0  # 8:00 next day
    assert day.next_digest(evening) == morning
    assert day.next_digest(morning - 6 * 3600) == morning
    saturday = 1_806_181_560.0  # 2027-03-27 22:06 local, the night before summer time
    assert day.next_digest(saturday) == 1_806_213_600.0
