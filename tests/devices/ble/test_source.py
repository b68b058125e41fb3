# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""BTHome devices in a flat: whose word counts, and how often."""

import asyncio
import json
import sys

import pytest

from rules.model.events import (
    BatteryMeasured,
    DoorClosed,
    DoorOpened,
    HelpPressed,
    Motion,
    MotionEnded,
)
from showcase.virtual.bluez_devices import BTHomeDevice
from tests.bench.ble_presses import presses_among_adverts

BUTTON = "AA:BB:CC:00:00:01"


async def test_button_motion_and_door_speak_through_the_real_bleak(flat, button, pir, door):
    async with flat() as home:
        button.press("long_press")
        pir.motion().motion(sensed=False)
        door.door(opened=True).door(opened=False)
        (press,) = await home.hub.until(HelpPressed)
        assert press.press == "ble:aa:bb:cc:00:00:01:1001"
        for kind in (Motion, MotionEnded, DoorOpened, DoorClosed):
            assert len(await home.hub.until(kind)) == 1


async def test_a_repeated_state_makes_no_event_but_a_new_movement_does(flat, pir, door):
    async with flat() as home:
        door.door(opened=True).door(opened=True)
        pir.motion().motion()
        await home.hub.until(Motion, 2)
        assert len(home.hub.of(DoorOpened)) == 1


async def test_a_press_heard_before_a_restart_is_not_heard_again_after_it(flat, button):
    first = flat()
    async with first as home:
        button.press()
        await home.hub.until(HelpPressed)
    async with flat(store=first.store, start="boot2") as home:
        button.repeat()
        button.wander(-90)
        button.beacon(50)
        await home.hub.until(BatteryMeasured)
        assert home.hub.of(HelpPressed) == []
        assert home.kept[0][2] == "replayed"


async def test_a_press_that_was_not_committed_is_taken_after_a_restart(flat, button):
    first = flat()
    first.hub.commit = False
    async with first as home:
        button.press()
        await home.hub.until(HelpPressed)
    async with flat(store=first.store, start="boot2") as home:
        button.repeat()
        await home.hub.until(HelpPressed)


async def test_forged_sealed_wrongly_and_in_the_clear_is_kept_and_skipped(flat, bluez, button, pir):
    forged = BTHomeDevice(bluez, BUTTON, key=bytes(16), counter=9000)
    clear = BTHomeDevice(bluez, BUTTON)
    async with flat() as home:
        forged.press()
        clear.press()
        pir.motion()
        await home.hub.until(Motion)
        assert home.hub.of(HelpPressed) == []
        assert [fault for _, _, fault in home.kept] == ["wrong_key", "in_the_clear"]
        assert home.source.health().malformed == 2
        button.press()
        await home.hub.until(HelpPressed)


async def test_who_cannot_be_understood_is_not_taken_for_alive(flat, bluez, button, pir):
    other_key = BTHomeDevice(bluez, BUTTON, key=bytes(16), counter=9000)
    async with flat() as home:
        other_key.beacon()
        other_key.wander(-80)
        pir.motion()
        await home.hub.until(Motion)
        assert [one.device for one in home.availability.check()] == ["pir"]
        button.beacon()
        await home.hub.until(BatteryMeasured)
        assert [one.device for one in home.availability.check()] == ["button"]


async def test_a_button_that_got_its_battery_while_the_hub_was_deaf_calls_again(
    flat, bluez, button
):
    renewed = BTHomeDevice(bluez, BUTTON, key=button._key, counter=400)
    async with flat() as home:
        button.press()
        await home.hub.until(HelpPressed)
        renewed.beacon()
        for _ in range(5):
            renewed.repeat()  # one packet again and again is no counting
        renewed.beacon()
        renewed.press()
        renewed.press()
        await home.hub.until(HelpPressed, 3)
        assert [fault for _, _, fault in home.kept] == ["replayed", "replayed"]
        assert len({one.press for one in home.hub.of(HelpPressed)}) == 3


async def test_what_was_recorded_and_is_played_back_in_any_other_order_stays_out(flat, button):
    async with flat() as home:
        for _ in range(3):
            button.press()
        await home.hub.until(HelpPressed, 3)
        for counter in (1002, 1001, 1002, 1001, 1001):
            button.counter = counter - 1
            button.press()
        button.counter = 2000
        button.beacon()
        await home.hub.until(BatteryMeasured)
        assert len(home.hub.of(HelpPressed)) == 3


async def test_a_neighbours_sensor_is_dropped_unopened_and_listed(flat, bluez, pir):
    neighbour = BTHomeDevice(bluez, "DD:DD:DD:00:00:01", name="Nebenan")
    async with flat() as home:
        neighbour.motion()
        pir.motion()
        await home.hub.until(Motion)
        assert len(home.hub.of(Motion)) == 1
        assert [one.model for one in home.registry.strangers("ble")] == ["Nebenan"]
        assert home.source.health().not_enrolled == 1


async def test_twenty_presses_among_adverts_and_signal_changes_are_twenty_calls(bus):
    result = await presses_among_adverts(bus.address, presses=20, adverts_per_s=100, pause_s=0.05)
    assert (result["help_calls"], result["duplicates"], result["missed"]) == (20, 0, 0)
    assert result["redelivered"] > 20


@pytest.fixture
async def process(tmp_path):
    file = tmp_path / "address"
    one = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "showcase.virtual.bluez", "--address-file", str(file), "--control", "0",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    ready = json.loads(await one.stdout.readline())
    assert file.read_text().strip() == ready["address"]
    yield one, ready
    one.stdin.close()
    assert await asyncio.wait_for(one.wait(), 30) == 0


async def test_the_virtual_bluez_runs_as_a_process(flat, process, monkeypatch):
    one, ready = process
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", ready["address"])
    reader, writer = await asyncio.open_connection("127.0.0.1", ready["control"])

    async def order(**words):
        writer.write(json.dumps(words).encode() + b"\n")
        return json.loads(await reader.readline())

    async with flat() as home:
        await order(do="device", address=BUTTON, key="231d39c1d7cc1ab1aee224cd096db932")
        assert (await order(do="press", address=BUTTON))["done"] == "press"
        await home.hub.until(HelpPressed)
        assert "error" in await order(do="dance")
        assert (await order(do="stats"))["scanned"] is True
        assert (await order(do="crash", gap_s=0.05))["done"] == "crash"
    writer.close()
