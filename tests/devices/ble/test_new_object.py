# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""A new BTHome object costs its line in the table and its test, also with a meaning of its own."""

import re
from pathlib import Path

import devices
from devices.ble.bthome import UUID, BTHome
from devices.ble.bthome_objects import LENGTHS, USED, Object
from devices.ble.readings import Kind, When
from rules.model.apartment import Role
from rules.model.events import ItemUsed, Motion
from tests.devices.ble.receiving import Receiving

FILES_MAX = 2
BLE = Path(devices.__file__).parent / "ble"
VIBRATION = 0x2C


def shaken(device, at, value, _before):
    return ItemUsed(device=device.id, at=at) if value and device.role is Role.ITEM else None


NEW_LINE = {VIBRATION: Object(Kind("vibration", When.EACH, shaken))}


def test_an_object_that_is_only_added_to_the_table_is_understood():
    assert VIBRATION in LENGTHS
    assert VIBRATION not in USED, "the example is in use by now: take another"
    pill_box = Receiving(Role.ITEM, [BTHome({**USED, **NEW_LINE})])
    for packet in range(3):
        pill_box.advertise(service={UUID: b"\x40" + bytes((0x00, packet, VIBRATION, packet > 0))})
    assert [type(one) for one in pill_box.events] == [ItemUsed, ItemUsed]
    assert pill_box.kept == []


def test_one_of_a_kind_that_is_known_already_needs_no_meaning():
    camera = Receiving(Role.MOTION, [BTHome({**USED, VIBRATION: USED[0x21]})])
    camera.advertise(service={UUID: bytes((0x40, VIBRATION, 1))})
    assert [type(one) for one in camera.events] == [Motion]


def test_no_other_file_of_the_product_names_an_object():
    tables = [BLE / "bthome_objects.py"]
    others = {path: path.read_text() for path in BLE.glob("*.py") if path not in tables}
    naming = [
        f"{path.name}: {kind}"
        for path, text in others.items()
        if path.name != "readings.py"
        for kind in {one.kind.name for one in USED.values()}
        if re.search(rf"[\"']{kind}[\"']|readings\.{kind.upper()}\b", text)
    ]
    assert naming == []
    assert len([*tables, __file__]) <= FILES_MAX
