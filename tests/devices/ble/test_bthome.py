# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""BTHome v2, held against the published example and against bthome-ble."""

import pytest
from bthome_ble.const import MEAS_TYPES
from bthome_ble.parser import BTHomeBluetoothDeviceData
from habluetooth import BluetoothServiceInfoBleak
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from devices.ble import bthome_objects
from devices.ble.bthome import UUID, BTHome
from devices.ble.decoder import UnreadableError
from showcase.virtual.bluez_devices import OBJECTS, encode

KEY = bytes.fromhex("231d39c1d7cc1ab1aee224cd096db932")
MAC = "54:48:E6:8F:80:A5"
# Example of the BTHome v2 encryption page: temperature 25.06 degrees C, humidity 50.55 %.
PUBLISHED = bytes.fromhex("41a47266c95f730011223378237214")


def read(data, *, key=None):
    return BTHome().decode(data, address=MAC, key=key)


def named(packet):
    return tuple((kind.name, value) for kind, value in packet.readings)


def oracle(data, key=None):
    """Return what bthome-ble makes of one advertisement."""
    info = BluetoothServiceInfoBleak(
        name="x", address=MAC, rssi=-60, manufacturer_data={}, service_data={UUID: data},
        service_uuids=[], source="local", device=None, advertisement=None, connectable=False, time=1.0, tx_power=0,
    )  # fmt: skip
    told = BTHomeBluetoothDeviceData(bindkey=key).update(info)
    values = {one.key: value.native_value for one, value in told.entity_values.items()}
    values |= {one.key: value.native_value for one, value in told.binary_entity_values.items()}
    return values, {one.key: value.event_type for one, value in told.events.items()}


def test_the_published_sealed_example_is_opened():
    packet = read(PUBLISHED, key=KEY)
    assert named(packet) == (("temperature", 25.06), ("humidity", 50.55))
    assert packet.counter == 0x33221100


def test_our_encoder_writes_the_published_example():
    values = {"temperature": 25.06, "humidity": 50.55}
    assert encode(values, address=MAC, key=KEY, counter=0x33221100) == PUBLISHED


def test_the_table_of_lengths_is_as_complete_as_bthome_bles():
    ours = dict(bthome_objects.LENGTHS)
    theirs = {
        number: meaning.data_length
        for number, meaning in MEAS_TYPES.items()
        if meaning.data_format not in {"string", "raw", "command"}
    }
    assert ours == theirs
    assert set(MEAS_TYPES) - set(theirs) == {*bthome_objects.COUNTED, bthome_objects.COMMAND}


OURS = {"door": "opening", "window": "opening", "occupancy": "motion"}


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60)
@given(
    values=st.fixed_dictionaries(
        {},
        optional={
            "battery": st.integers(0, 100),
            "temperature": st.integers(-4000, 6000).map(lambda one: one / 100),
            "humidity": st.integers(0, 10000).map(lambda one: one / 100),
            "door": st.booleans(),
            "motion": st.booleans(),
            "button": st.sampled_from([1, 2, 3, 4]),
        },
    ).filter(lambda one: one),
    sealed=st.booleans(),
)
def test_bthome_ble_reads_the_same(values, sealed):
    key = KEY if sealed else None
    try:
        data = encode(
            {name: float(value) for name, value in values.items()}, address=MAC, key=key, counter=7
        )
    except ValueError:
        return  # longer than an advertisement
    ours = dict(named(read(data, key=key)))
    theirs, events = oracle(data, key)
    for name, value in values.items():
        if name == "button":
            assert ours["button"] == value
            assert (
                events["button"]
                == {1: "press", 2: "double_press", 3: "triple_press", 4: "long_press"}[value]
            )
        else:
            assert ours[OURS.get(name, name)] == theirs[name] == value


def test_objects_we_do_not_use_are_stepped_over():
    # illuminance, text "ab", command with one argument, raw byte, then battery out of order
    data = b"\x40\x05\x01\x02\x03\x53\x02ab\x3b\x01\x05\x09\x54\x01\xff\x01\x2a"
    assert named(read(data)) == (("battery", 42.0),)


def test_what_stands_before_an_unknown_object_still_counts():
    packet = read(b"\x40\x01\x2a\xee\x21\x01")
    assert (named(packet), packet.fault) == ((("battery", 42.0),), "unreadable object 0xee")


@pytest.mark.parametrize(
    ("data", "key", "fault"),
    [
        (b"", None, "not_bthome_v2"),
        (b"\x20\x21\x01", None, "not_bthome_v2"),
        (b"\x40\x02\x01", None, "truncated"),
        (b"\x40\x53", None, "truncated"),
        (b"\x41\x01\x02", KEY, "truncated"),
        (PUBLISHED, None, "no_key"),
        (PUBLISHED, bytes(16), "wrong_key"),
        (PUBLISHED[:-1] + b"\x00", KEY, "wrong_key"),
        (encode({"motion": 1}), KEY, "in_the_clear"),
    ],
)
def test_what_cannot_be_trusted_or_read_is_named(data, key, fault):
    with pytest.raises(UnreadableError) as error:
        read(data, key=key)
    assert error.value.fault == fault


@given(data=st.binary(max_size=40), key=st.sampled_from([None, KEY]))
def test_no_bytes_break_the_decoder(data, key):
    try:
        packet = read(data, key=key)
    except UnreadableError:
        return
    assert all(isinstance(value, float | int) for _, value in packet.readings)


def test_every_object_the_virtual_devices_send_is_known():
    assert {
        number: size for number, size, _, _ in OBJECTS.values()
    }.items() <= bthome_objects.LENGTHS.items()
