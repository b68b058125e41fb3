# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Findings 1 to 8 about BlueZ and bleak, each held against the real bleak on the virtual BlueZ."""

import asyncio
import time

import pytest
from bleak import BleakScanner
from bleak.exc import BleakBluetoothNotAvailableError, BleakDBusError
from bthome_ble.parser import BTHomeBluetoothDeviceData
from habluetooth import BluetoothServiceInfoBleak

from devices.ble.bthome import UUID
from rules.model.events import BatteryMeasured, DoorOpened, HelpPressed, Motion, RadioDown, RadioUp
from showcase.virtual.bluez_adapter import VirtualBluez
from showcase.virtual.bluez_devices import BTHomeDevice

DOOR = "AA:BB:CC:00:00:03"


async def until(condition, limit_s=30.0):
    async with asyncio.timeout(limit_s):
        while not condition():
            await asyncio.sleep(0.002)


async def test_1_a_change_of_signal_strength_never_presses_the_button_again(flat, button):
    async with flat() as home:
        button.press()
        await home.hub.until(HelpPressed)
        for rssi_dbm in (-80, -50, -90, -60):
            button.wander(rssi_dbm)
        await home.frames(5)
        told = [advert.service_data[UUID] for advert in home.tap.adverts]
        assert len(told) == 5
        assert len(set(told)) == 1, "bleak tells the whole old press each time"
        assert len(home.hub.of(HelpPressed)) == 1


async def test_2_a_packet_carries_its_own_values_and_none_of_an_earlier_one(flat, pir):
    oracle = BTHomeBluetoothDeviceData()
    async with flat() as home:
        pir.motion()
        await home.hub.until(Motion)
        pir.beacon(77)
        await home.hub.until(BatteryMeasured)
        for advert in home.tap.adverts:
            info = BluetoothServiceInfoBleak(
                name="x", address=pir.address, rssi=-60, manufacturer_data={}, service_data=advert.service_data,
                service_uuids=[], source="local", device=None, advertisement=advert, connectable=False,
                time=time.monotonic(), tx_power=0,
            )  # fmt: skip
            accumulated = {one.key for one in oracle.update(info).binary_entity_values}
        assert "motion" in accumulated, "bthome-ble repeats the old movement"
        assert len(home.hub.of(Motion)) == 1


async def test_3_every_advertisement_is_a_sign_of_life(flat, bluez, pir):
    plain = []
    async with BleakScanner(lambda _, advert: plain.append(advert)):
        pir.motion()
        for _ in range(5):
            pir.repeat()
        pir.motion(sensed=False)
        await until(lambda: len(plain) > 1)
        assert len(plain) == 2, "by default an unchanged advertisement is not told"
    async with flat() as home:
        before = home.source.health().frames
        for _ in range(5):
            pir.repeat()
        await home.frames(before + 5)
        assert home.availability.check()[0].device == "pir"


async def test_4_a_uuid_filter_would_hear_no_bthome_device(flat, bluez, pir):
    filtered = []
    async with BleakScanner(lambda device, _: filtered.append(device), service_uuids=[UUID]):
        assert bluez.scanned()
        pir.motion()
        assert (bluez.heard, bluez.shown) == (1, 0), "bluetoothd itself drops it"
    assert filtered == []
    async with flat() as home:
        pir.motion()
        assert len(await home.hub.until(Motion)) == 1


async def test_5_bluetoothd_dying_is_noticed_at_once_though_bleak_says_nothing(flat, bluez, pir):
    async with flat() as home:
        pir.motion()
        await home.hub.until(Motion)
        await bluez.stop()
        await home.hub.until(RadioDown)
        assert home.source.health().last_fault == "bluetoothd_gone", "not the silence of its scan"
        await bluez.start()
        await home.hub.until(RadioUp, 2)
        pir.motion()
        await home.hub.until(Motion, 2)


async def test_5_a_silent_scan_is_started_anew(flat, bluez, pir):
    async with flat(silence_s=0.2) as home:
        await until(lambda: home.scanner.restarts >= 1)
        assert home.hub.of(RadioDown) == []
        await until(bluez.scanned)
        pir.motion()
        await home.hub.until(Motion)


async def test_6_a_hung_bluetoothd_holds_nobody_for_ever(flat, bluez, pir):
    home = flat(limit_s=1.0)
    bluez.hang = True
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(BleakScanner().start(), 0.3)
    home.start()
    await home.hub.until(RadioDown)
    assert home.source.health().last_fault == "TimeoutError"
    bluez.hang = False
    await home.hub.until(RadioUp)
    pir.motion()
    await home.hub.until(Motion)
    await home.__aexit__()


async def test_6_a_bluetoothd_that_hangs_at_the_end_holds_nobody_either(flat, bluez):
    home = flat(limit_s=1.0)
    async with asyncio.timeout(30), home:
        bluez.hang = True
    bluez.hang = False


async def test_7_a_switched_off_adapter_is_blindness_and_comes_back(flat, bluez, pir):
    async with flat() as home:
        bluez.power("hci0", on=False)
        await home.hub.until(RadioDown)
        assert home.source.health().last_fault == "powered_off"
        with pytest.raises((BleakDBusError, BleakBluetoothNotAvailableError)):
            await BleakScanner().start()
        bluez.power("hci0", on=True)
        await home.hub.until(RadioUp, 2)
        pir.motion()
        await home.hub.until(Motion)


async def test_7_a_stuck_discovery_is_ended_by_switching_the_adapter(flat, bluez):
    bluez.in_progress = 3
    home = flat()
    home.start()
    await home.hub.until(RadioUp)
    assert home.scanner.power_cycles == 1
    await home.__aexit__()


async def test_7_a_machine_without_bluetooth_is_blind_and_says_so(flat, bus):
    home = flat()
    home.start()
    await home.hub.until(RadioDown)
    assert home.source.health().last_fault == "no_bluetoothd"
    async with VirtualBluez(bus.address, adapters=()) as bluez:
        await until(lambda: home.source.health().last_fault == "no_adapter")
        bluez.plug("hci0", "00:00:5E:00:53:00")
        await home.hub.until(RadioUp)
    await home.__aexit__()


async def test_7_the_bus_itself_may_restart(flat, bus):
    bluez = await VirtualBluez(bus.address).start()
    async with flat() as home:
        await bus.stop()
        await home.hub.until(RadioDown)
        await bluez.stop()
        await bus.start()
        await bluez.start()
        await home.hub.until(RadioUp, 2)
        BTHomeDevice(bluez, DOOR).door(opened=True)
        await home.hub.until(DoorOpened)
    await bluez.stop()


async def test_8_an_adapter_with_another_number_is_recognised(flat, bus):
    async with VirtualBluez(bus.address, adapters=("hci0", "hci1")) as bluez:
        home = flat(adapter="00:00:5E:00:53:01")
        async with home:
            assert bluez.scanned("hci1")
            assert not bluez.scanned("hci0")
            bluez.unplug("hci1")
            await home.hub.until(RadioDown)
            bluez.plug("hci2", "00:00:5E:00:53:01")
            await home.hub.until(RadioUp, 2)
            assert bluez.scanned("hci2")
