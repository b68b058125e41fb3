# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""BTHome v2, held against the published example and against bthome-ble."""

import pytest
from bthome_ble.const import MEAS_TYPES
from bthome_ble.parser import BTHomeBluetoothDeviceData
from habluetooth import BluetoothServiceInfoBleak
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from devices.ble import bthome
from devices.ble.bthome import BTHomeError, anew, decode
from devices.ble.counters import CounterFile
from showcase.virtual.bluez_devices import OBJECTS, encode

KEY = bytes.fromhex("231d39c1d7cc1ab1aee224cd096db932")
MAC = "54:48:E6:8F:80:A5"
# Example of the BTHome v2 encryption page: temperature 25.06 degrees C, humidity 50.55 %.
PUBLISHED = bytes.fromhex("41a47266c95f730011223378237214")


def read(data, *, key=None, last=None):
    return decode(data, address=MAC, key=key, last=last)


def oracle(data, key=None):
    """Return what bthome-ble makes of one advertisement."""
    info = BluetoothServiceInfoBleak(
        name="x", address=MAC, rssi=-60, manufacturer_data={}, service_data={bthome.UUID: data},
        service_uuids=[], source="local", device=None, advertisement=None, connectable=False, time=1.0, tx_power=0,
    )  # fmt: skip
    told = BTHomeBluetoothDeviceData(bindkey=key).update(info)
    values = {one.key: value.native_value for one, value in told.entity_values.items()}
    values |= {one.key: value.native_value for one, value in told.binary_entity_values.items()}
    return values, {one.key: value.event_type for one, value in told.events.items()}


def test_the_published_sealed_example_is_opened():
    packet = read(PUBLISHED, key=KEY)
    assert packet.readings == (("temperature", 25.06), ("humidity", 50.55))
    assert packet.count == 0x33221100


def test_our_encoder_writes_the_published_example():
    values = {"temperature": 25.06, "humidity": 50.55}
    assert encode(values, address=MAC, key=KEY, counter=0x33221100) == PUBLISHED


def test_the_size_table_is_as_complete_as_bthome_bles():
    ours = dict(bthome._SIZES)
    theirs = {
        number: meaning.data_length
        for number, meaning in MEAS_TYPES.items()
        if meaning.data_format not in {"string", "raw", "command"}
    }
    assert ours == theirs
    assert set(MEAS_TYPES) - set(theirs) == {*bthome._COUNTED, bthome._COMMAND}


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
    ours = dict(read(data, key=key).readings)
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
    assert read(data).readings == (("battery", 42.0),)


def test_what_stands_before_an_unknown_object_still_counts():
    packet = read(b"\x40\x01\x2a\xee\x21\x01")
    assert (packet.readings, packet.unread) == ((("battery", 42.0),), 0xEE)


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
    with pytest.raises(BTHomeError) as error:
        read(data, key=key)
    assert error.value.fault == fault


def sealed(counter):
    return encode({"button": 1}, address=MAC, key=KEY, counter=counter)


def test_a_recorded_press_cannot_be_played_back():
    count = read(sealed(5000), key=KEY).count
    for counter in (5000, 4999, 100):
        with pytest.raises(BTHomeError, match="replayed"):
            read(sealed(counter), key=KEY, last=count)


def test_a_new_battery_lets_the_device_count_anew_and_presses_keep_their_own_names():
    before = read(sealed(5000), key=KEY).count
    after = read(sealed(1), key=KEY, last=before).count
    again = read(sealed(5000), key=KEY, last=after).count
    assert before < after < again


@pytest.mark.parametrize("counter", [0, 1, 400, 2**32 - 1])
def test_who_counts_anew_is_placed_after_all_that_was_taken(counter):
    before = read(sealed(5000), key=KEY).count
    after = read(sealed(counter), key=KEY, last=anew(counter, before)).count
    assert after == 2**32 + counter
    assert read(sealed(5000), key=KEY, last=anew(5000, after)).count > after


@given(data=st.binary(max_size=40), key=st.sampled_from([None, KEY]))
def test_no_bytes_break_the_decoder(data, key):
    try:
        packet = read(data, key=key)
    except BTHomeError:
        return
    assert all(isinstance(name, str) for name, _ in packet.readings)


def test_every_object_the_virtual_devices_send_is_known():
    assert {
        number: size for number, size, _, _ in OBJECTS.values()
    }.items() <= bthome._SIZES.items()


def test_counters_outlive_the_process(tmp_path):
    path = tmp_path / "counters.json"
    store = CounterFile(path)
    store.save("aa", 7, at_once=True)
    store.save("bb", 1, at_once=False)
    assert (CounterFile(path).load("aa"), CounterFile(path).load("bb")) == (7, None)
    for count in range(40):
        store.save("bb", count, at_once=False)
    assert CounterFile(path).load("bb") >= 8
    store.flush()
    assert CounterFile(path).load("bb") == 39


@pytest.mark.parametrize("raw", [b"{", b"[1]", b'{"aa": "7"}', b"", b"\xff"])
def test_a_broken_counter_file_is_put_aside_and_the_hub_starts(tmp_path, raw):
    path = tmp_path / "counters.json"
    path.write_bytes(raw)
    store = CounterFile(path)
    assert store.load("aa") is None
    assert (tmp_path / "counters.broken").read_bytes() == raw
    store.save("aa", 3, at_once=True)
    assert CounterFile(path).load("aa") == 3
