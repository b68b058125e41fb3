# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
import asyncio
import sqlite3
from pathlib import Path

import pytest

from hub.ports import connect
from hub.storage.disk_space import DiskSpace
from hub.storage.journal import Journal
from rules.model.events import HelpPressed, Motion, MotionEnded
from rules.model.identity import DeviceId
from tests.hub.flat import Flat, SeededRandomness, outbox, rows, virtual

CORD = DeviceId("cord-bath")


def small(pages: int):
    """A disk on which the database cannot grow beyond so many pages of 4 KiB."""

    def opened(path: Path) -> sqlite3.Connection:
        connection = connect(path)
        connection.execute(f"PRAGMA max_page_count = {pages}")
        return connection

    return opened


async def fill(flat: Flat, hub) -> None:
    """Move about until the disk is full."""
    for number in range(20_000):
        kind = Motion if number % 2 else MotionEnded
        flat.radio.say(kind(device=DeviceId("motion-hall"), at=hub.clock.axis()))
        if hub.disk_space.full:
            return
        if number % 500 == 0:
            await asyncio.sleep(6)
    raise AssertionError("the disk never got full")


def test_on_a_full_disk_the_alarm_path_goes_on_and_says_so(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        flat.connect = small(120)
        async with flat.hub() as hub:
            await fill(flat, hub)
            assert "StorageFull" in rows(hub)
            assert ("storage_full", 1) in outbox(hub)
            for press in range(20):
                await asyncio.sleep(1)
                flat.radio.say(HelpPressed(device=CORD, at=hub.clock.axis(), press=str(press)))
            assert sum(kind == "help_call" for kind, _ in outbox(hub)) == 20
            before = hub.disk_space.dropped
            flat.radio.say(Motion(device=DeviceId("motion-hall"), at=hub.clock.axis()))
            await asyncio.sleep(10)
            assert hub.disk_space.dropped == before + 1
            assert hub.view.panel().storage_full

    virtual(story())


def test_ordinary_rows_go_before_alarm_rows(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        flat.connect = small(120)
        async with flat.hub() as hub:
            flat.radio.say(HelpPressed(device=CORD, at=hub.clock.axis(), press="first"))
            await fill(flat, hub)
            await asyncio.sleep(6)
            kept = rows(hub)
            assert "HelpPressed" in kept
            assert kept.count("ConsentChanged") == 6
            assert hub.disk_space.dropped > 0

    virtual(story())


def test_a_disk_that_takes_nothing_at_all_stops_no_message(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        async with flat.hub() as hub:
            hub.journal.read("PRAGMA query_only = 1")
            for press in range(3):
                await asyncio.sleep(1)
                flat.radio.say(HelpPressed(device=CORD, at=hub.clock.axis(), press=str(press)))
            waiting = [one.message.revision for one in hub.outbox.batch(["urgent"], 10)]
            assert waiting == [1, 2, 3]
            assert outbox(hub) == []
            hub.journal.read("PRAGMA query_only = 0")
            await asyncio.sleep(6)
            assert sum(kind == "help_call" for kind, _ in outbox(hub)) == 3

    virtual(story())


def test_there_is_room_again_after_somebody_made_some(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        flat.connect = small(120)
        async with flat.hub() as hub:
            await fill(flat, hub)
            hub.journal.read("PRAGMA max_page_count = 100000")
            await asyncio.sleep(1300)
            assert not hub.disk_space.full
            assert not hub.view.panel().storage_full
            assert rows(hub).count("StorageFull") == 2

    virtual(story())


def test_the_reserve_is_given_up_and_taken_again(tmp_path: Path):
    journal = Journal(connect(tmp_path / "hub.sqlite"), randomness=SeededRandomness())
    storage = DiskSpace(journal, reserve=tmp_path / "reserve", size_bytes=256 * 1024)
    assert storage.keep_reserve()
    assert (tmp_path / "reserve").stat().st_size == 256 * 1024
    storage.make_room()
    assert not (tmp_path / "reserve").exists()
    assert storage.recovered()
    assert (tmp_path / "reserve").exists()
    journal.close()


def test_a_broken_database_is_no_full_disk(tmp_path: Path):
    journal = Journal(connect(tmp_path / "hub.sqlite"), randomness=SeededRandomness())
    journal.also("INSERT INTO nowhere VALUES (1)")
    with pytest.raises(sqlite3.OperationalError):
        journal.commit()
    journal.close()


def test_a_database_that_another_program_holds_stops_no_message(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        async with flat.hub() as hub:
            await asyncio.sleep(6)
            hub.journal.read("PRAGMA busy_timeout = 20")
            other = connect(tmp_path / "hub" / "hub.sqlite")
            other.execute("BEGIN IMMEDIATE")
            flat.radio.say(HelpPressed(device=CORD, at=hub.clock.axis(), press="1"))
            assert "help_call" in {one.message.kind for one in hub.outbox.batch(["urgent"], 10)}
            other.execute("ROLLBACK")
            other.close()
            await asyncio.sleep(6)
            assert ("help_call", 1) in outbox(hub)

    virtual(story())


@pytest.mark.parametrize("power_cut", [False, True])
def test_a_hub_that_dropped_rows_starts_again_whatever_the_clock_says(
    tmp_path: Path, *, power_cut: bool
):
    async def story() -> None:
        flat = Flat(tmp_path)
        flat.connect = small(120)
        async with flat.hub(power_cut=power_cut) as hub:
            await fill(flat, hub)
            for _ in range(200):
                await asyncio.sleep(10)
                flat.radio.say(MotionEnded(device=DeviceId("motion-hall"), at=hub.clock.axis()))
            assert hub.disk_space.dropped > 100
            last = hub.clock.axis()
        flat.synchronised = False
        async with flat.hub() as hub:
            assert power_cut or hub.clock.axis() == pytest.approx(last, abs=1)
            flat.radio.say(HelpPressed(device=CORD, at=hub.clock.axis(), press="1"))
            assert ("help_call", 1) in outbox(hub)

    virtual(story())
