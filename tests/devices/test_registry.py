# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The registry is where radio addresses and pseudonyms meet."""

import pytest

from devices.registry import STRANGERS_MAX, Registry, RegistryError
from rules.model.apartment import Apartment, Device, Role, Room, RoomType
from rules.model.identity import DeviceId, RoomId

BATH = Room(id=RoomId("bath"), type=RoomType.BATHROOM, name="Bad")
CORD = Device(id=DeviceId("cord-bath"), role=Role.HELP, room=BATH.id)
BUTTON = Device(id=DeviceId("button-ble"), role=Role.HELP, room=BATH.id, source="ble")
FLAT = Apartment(rooms=(BATH,), devices=(CORD, BUTTON))


def table(*addresses):
    names = ("cord-bath", "button-ble")
    return {"devices": [{"id": n, "address": a} for n, a in zip(names, addresses, strict=False)]}


def test_an_address_finds_its_device_however_it_is_written():
    registry = Registry.from_table(table("00:12:4B:00:AA:00:00:03"), FLAT)
    found = registry.find("zigbee", "00:12:4b:00:aa:00:00:03")
    assert found is not None
    assert found.device is CORD
    assert registry.enrolled(CORD.id) is found
    assert registry.of("zigbee") == (found,)


def test_an_address_of_one_radio_is_nobody_on_another():
    registry = Registry.from_table(table("aa:bb"), FLAT)
    assert registry.find("ble", "aa:bb") is None


def test_a_secret_stays_beside_its_address_and_out_of_every_log():
    registry = Registry.from_table(
        table("aa:01", "54:48:E6:8F:80:A5"), FLAT, {"54:48:e6:8f:80:a5": bytes(range(16))}
    )
    found = registry.enrolled(BUTTON.id)
    assert found is not None
    assert found.key == bytes(range(16))
    assert "key" not in repr(found)


def test_a_device_without_address_is_only_a_name():
    registry = Registry.from_table({"devices": [{"id": "cord-bath"}]}, FLAT)
    assert registry.enrolled(CORD.id) is None


def test_a_wrong_address_names_its_place_in_the_file():
    with pytest.raises(RegistryError) as wrong:
        Registry.from_table({"devices": [{"id": "cord-bath", "address": 7}]}, FLAT)
    assert wrong.value.key == "devices[0].address"


def test_an_address_of_two_devices_is_refused():
    rows = [{"id": "cord-bath", "address": "aa"}, {"id": "cord-bath", "address": "AA "}]
    with pytest.raises(RegistryError) as wrong:
        Registry.from_table({"devices": rows}, FLAT)
    assert wrong.value.key == "devices[1].address"


def test_strangers_are_counted_and_the_list_stays_short():
    registry = Registry.from_table(table("aa"), FLAT)
    for n in range(STRANGERS_MAX + 5):
        registry.stranger("zigbee", f"n{n}")
    registry.stranger("zigbee", "N9", model="HEIMAN SOS-EM")
    heard = registry.strangers("zigbee")
    assert len(heard) == STRANGERS_MAX
    assert (heard[-1].address, heard[-1].frames, heard[-1].model) == ("n9", 2, "HEIMAN SOS-EM")
    assert registry.strangers("ble") == ()
    registry.stranger_left("zigbee", "n9")
    assert all(one.address != "n9" for one in registry.strangers())
