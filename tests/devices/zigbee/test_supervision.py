# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The stick is pulled, hangs, comes back empty: the hub says so and calls for help work again."""

import asyncio
import sqlite3
import stat
import threading
from contextlib import closing

import pytest

from devices.source import DeviceError, HealthState
from rules.model.apartment import Role
from rules.model.events import FilePutAside, HelpPressed, RadioDown, RadioUp
from showcase.virtual.coordinator import VirtualCoordinator


async def test_a_pulled_coordinator_is_reported_and_works_again_without_pairing(flat):
    cord = flat.add("cord", Role.HELP)
    await flat.start()
    await flat.join()
    flat.coordinator.unplug()
    await flat.inlet.event(RadioDown)
    assert flat.source.health().state is HealthState.DOWN
    with pytest.raises(DeviceError):
        await flat.source.permit(10)
    await flat.coordinator.plug()
    await flat.up()
    cord.pull()
    await flat.inlet.event(HelpPressed)
    radio = [one for one in flat.inlet.events if isinstance(one, RadioUp | RadioDown)]
    assert [type(one) for one in radio] == [RadioUp, RadioDown, RadioUp]


async def test_a_hung_coordinator_is_noticed_by_its_silence(flat):
    flat.settings = {"watchdog_every_s": 0.2, "watchdog_wait_s": 2.0}
    cord = flat.add("cord", Role.HELP)
    await flat.start()
    await flat.join()
    flat.coordinator.hang()
    await flat.inlet.event(RadioDown)
    assert flat.source.health().last_fault == "no answer"
    flat.coordinator.unplug()  # what a person does with a hung stick
    await flat.coordinator.plug()
    await flat.up()
    cord.pull()
    await flat.inlet.event(HelpPressed)


async def test_a_flat_whose_coordinator_is_missing_at_the_start_is_blind_not_green(flat):
    flat.add("cord", Role.HELP)
    await flat.coordinator.start()
    flat.coordinator.unplug()
    await flat.start(plugged=False)
    await flat.inlet.event(RadioDown)
    assert flat.source.health().state is HealthState.DOWN
    await flat.coordinator.plug()
    await flat.up()


async def test_an_empty_replacement_coordinator_takes_over_the_network(flat):
    cord = flat.add("cord", Role.HELP)
    await flat.start()
    await flat.join()
    key, nwk = flat.coordinator.nvram.network_key, cord.nwk
    await flat.stop()
    await flat.coordinator.close()
    flat.coordinator = VirtualCoordinator(seed=99)
    await flat.start()
    assert flat.coordinator.nvram.network_key == key
    flat.coordinator.devices[cord.address] = cord  # the cord never noticed: same key, same address
    flat.coordinator._joined[nwk] = cord
    cord.air = flat.coordinator
    cord.pull()
    await flat.inlet.event(HelpPressed)


async def test_every_flat_has_its_own_key_and_nobody_else_may_read_it(flat, tmp_path_factory):
    await flat.start()
    database = flat.folder / "zigbee.db"
    assert stat.S_IMODE(database.stat().st_mode) == 0o600
    first = flat.coordinator.nvram.network_key
    await flat.stop()
    database.unlink()
    await flat.coordinator.close()
    flat.coordinator = VirtualCoordinator(seed=7)
    await flat.start()
    assert flat.coordinator.nvram.network_key != first
    assert first != bytes.fromhex("5a6967426565416c6c69616e63653039"), "the well-known default key"


async def test_a_flat_whose_database_is_damaged_hears_its_cord_without_pairing(flat):
    cord = flat.add("cord", Role.HELP)
    await flat.start()
    await flat.join()
    await flat.stop()
    for name in ("zigbee.db", "zigbee.db.old"):
        (flat.folder / name).write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    cord.dozes = True
    await flat.start()
    cord.pull()
    assert (await flat.inlet.event(HelpPressed)).device == "cord"
    said = [(one.file, one.instead) for one in flat.inlet.of(FilePutAside)]
    assert said == [("zigbee.db", "nothing")]


async def test_a_fault_of_our_own_ends_the_source_instead_of_vanishing(flat):
    cord = flat.add("cord", Role.HELP)
    await flat.start()
    await flat.join()

    def broken(_sighting):
        raise ZeroDivisionError

    flat.inlet.put = broken
    cord.pull()
    with pytest.raises(ZeroDivisionError):
        await flat.task
    flat.task = None


@pytest.fixture
def left():
    """Say which threads of the driver there are that would keep the process from ending."""
    before = set(threading.enumerate())

    def names():
        new = set(threading.enumerate()) - before
        return [one.name for one in new if not one.daemon and "asyncio_" not in one.name]

    return names


async def test_a_hub_stopped_while_it_opens_the_database_leaves_no_thread_behind(flat, left):
    await flat.coordinator.start()
    await flat.start(plugged=False)
    async with asyncio.timeout(30):
        while not left():
            await asyncio.sleep(0)
    await flat.stop()
    assert left() == []


async def test_a_hub_stopped_just_after_it_lost_its_coordinator_leaves_no_thread_behind(flat, left):
    flat.add("cord", Role.HELP)
    await flat.start()
    assert left()
    flat.coordinator.unplug()
    await flat.inlet.event(RadioDown)
    await flat.stop()
    assert left() == []


async def test_who_joined_is_on_the_disk_however_slow_the_driver_writes(flat):
    cord = flat.add("cord", Role.HELP)
    await flat.start()
    database = flat.source._coordinator._gateway.application_controller._dblistener
    database.dawdle = lambda: asyncio.sleep(0.5)
    database.enqueue("dawdle")
    await flat.join()

    def on_disk():
        with closing(sqlite3.connect(flat.folder / "zigbee.db")) as db:
            tables = db.execute("select name from sqlite_master where name like 'devices_v%'")
            (newest,) = sorted(name for (name,) in tables)[-1:]
            return {ieee for (ieee,) in db.execute(f"select ieee from {newest}")}

    await flat.settled(lambda: cord.address in on_disk())


async def test_a_coordinator_on_a_serial_line_works_as_one_on_a_socket(flat):
    cord = flat.add("cord", Role.HELP)
    flat.settings = {"path": flat.coordinator.start_pty()}
    await flat.start(plugged=False)
    await flat.up()
    await flat.join()
    cord.pull()
    await flat.inlet.event(HelpPressed)
