# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The driver's database: in RAM while it runs, never lost, never readable by others."""

import os
import sqlite3
import stat
from contextlib import closing

import pytest

from devices.zigbee.coordinator.working_copy import WorkingCopy
from rules.model.events import Instead


@pytest.fixture
def disk(tmp_path):
    return tmp_path / "home" / "zigbee.db"


@pytest.fixture
def ram(tmp_path):
    (tmp_path / "ram").mkdir()
    return tmp_path / "ram"


def write(path, word):
    with closing(sqlite3.connect(path)) as db:
        db.execute("pragma journal_mode = wal")
        db.execute("create table if not exists device (name)")
        db.execute("insert into device values (?)", (word,))
        db.commit()


def read(path):
    with closing(sqlite3.connect(path)) as db:
        return [name for (name,) in db.execute("select name from device")]


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_what_is_kept_survives_and_ram_is_left_clean(disk, ram):
    copy = WorkingCopy(disk, ram=ram)
    write(copy.open(), "cord")
    assert disk.stat().st_size == 0
    copy.keep()
    assert read(disk) == ["cord"]
    write(copy.path, "lamp")
    copy.close()
    assert list(ram.iterdir()) == []
    again = WorkingCopy(disk, ram=ram)
    assert read(again.open()) == ["cord", "lamp"]


def test_after_a_killed_process_the_newer_copy_in_ram_is_taken_up(disk, ram):
    copy = WorkingCopy(disk, ram=ram)
    write(copy.open(), "cord")
    copy.keep()
    write(copy.path, "lamp")
    os.utime(disk, (1, 1))
    for _ in range(2):
        assert read(WorkingCopy(disk, ram=ram).open()) == ["cord", "lamp"]


def test_a_restored_file_on_the_disk_beats_an_older_copy_in_ram(disk, ram):
    copy = WorkingCopy(disk, ram=ram)
    write(copy.open(), "old")
    disk.unlink()
    write(disk, "restored")
    for part in copy.path.parent.iterdir():
        os.utime(part, (1, 1))
    assert read(WorkingCopy(disk, ram=ram).open()) == ["restored"]


def test_nobody_else_reads_either_file(disk, ram):
    copy = WorkingCopy(disk, ram=ram)
    path = copy.open()
    write(path, "cord")
    copy.keep()
    assert (mode(disk), mode(path), mode(path.parent)) == (0o600, 0o600, 0o700)


def test_a_folder_somebody_else_may_open_is_not_used(disk, ram):
    folder = WorkingCopy(disk, ram=ram).open().parent
    folder.chmod(0o755)
    assert WorkingCopy(disk, ram=ram).open() == disk


def test_without_ram_the_driver_works_on_the_disk(disk, tmp_path):
    assert WorkingCopy(disk, ram=None).open() == disk
    assert WorkingCopy(disk, ram=tmp_path / "no such folder").open() == disk


DAMAGED = b"SQLite format 3\0" + b"\xff" * 5000


@pytest.mark.parametrize("in_ram", [True, False])
def test_a_damaged_file_goes_into_quarantine_and_the_copy_before_it_takes_its_place(
    disk, ram, in_ram
):
    place = ram if in_ram else None
    for word in ("cord", "lamp"):
        copy = WorkingCopy(disk, ram=place)
        write(copy.open(), word)
        copy.close()
    disk.write_bytes(DAMAGED)
    mended = WorkingCopy(disk, ram=place)
    assert read(mended.open()) == ["cord"]
    assert mended.take_quarantined() is Instead.COPY
    assert disk.with_name("zigbee.db.broken-1").read_bytes() == DAMAGED
    assert mode(disk) == 0o600


def test_a_damaged_file_without_an_older_copy_goes_into_quarantine_for_an_empty_one(disk, ram):
    disk.parent.mkdir()
    disk.write_bytes(DAMAGED)
    disk.with_name("zigbee.db.old").write_bytes(DAMAGED)
    mended = WorkingCopy(disk, ram=ram)
    assert mended.open().stat().st_size == 0
    assert mended.take_quarantined() is Instead.NOTHING
    assert disk.with_name("zigbee.db.broken-1").read_bytes() == DAMAGED


def test_a_damaged_copy_in_ram_gives_way_to_the_one_on_the_disk(disk, ram):
    copy = WorkingCopy(disk, ram=ram)
    write(copy.open(), "cord")
    copy.keep()
    for part in copy.path.parent.iterdir():
        part.unlink()
    copy.path.write_bytes(DAMAGED)
    assert read(WorkingCopy(disk, ram=ram).open()) == ["cord"]
