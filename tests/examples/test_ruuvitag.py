# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The example of a device: a Bluetooth format plugged in from outside the package."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.ble.bthome import UUID
from devices.ble.decoder import UnreadableError
from devices.ble.decoders import DECODERS
from examples.device.ruuvitag import MAKER, RuuviTag
from rules.model.apartment import Role
from rules.model.events import DeviceHeard, HumidityMeasured, TemperatureMeasured
from tests.devices.ble.receiving import Receiving

# The valid data of the maker's own test vectors: 24.3 degrees C, 53.49 %.
PUBLISHED = bytes.fromhex("0512FC5394C37C0004FFFC040CAC364200CDCBB8334C884F")
INVALID = bytes.fromhex("058000FFFFFFFF800080008000FFFFFFFFFFFFFFFFFFFFFF")


@pytest.fixture
def room():
    return Receiving(Role.TEMPERATURE, (*DECODERS, RuuviTag()))


def test_the_published_example_is_a_temperature_and_a_humidity(room):
    room.advertise(maker={MAKER: PUBLISHED})
    warm, humid = room.events
    assert isinstance(warm, TemperatureMeasured)
    assert isinstance(humid, HumidityMeasured)
    assert (warm.temperature_c, humid.humidity_pct) == (24.3, 53.49)
    assert [type(one) for one in room.availability.check()] == [DeviceHeard]


def test_a_sensor_that_measures_nothing_is_alive_and_says_nothing(room):
    room.advertise(maker={MAKER: INVALID})
    assert room.events == []
    assert [type(one) for one in room.availability.check()] == [DeviceHeard]


def test_bthome_is_still_opened_beside_it_and_a_neighbours_tag_is_not(room):
    room.advertise(service={UUID: b"\x40\x02\xca\x09"})
    room.advertise(maker={MAKER: PUBLISHED}, address="dd:dd:dd:00:00:01")
    assert [one.temperature_c for one in room.events] == [25.06]
    assert room.source.health().not_enrolled == 1


def test_what_cannot_be_read_is_counted_and_no_sign_of_life(room):
    room.advertise(maker={MAKER: PUBLISHED[:10]})
    room.advertise(maker={MAKER: b"\x03" + PUBLISHED[1:]})
    assert room.kept == ["truncated", "not_format_5"]
    assert room.availability.check() == []


@given(st.binary(max_size=30), st.sampled_from([None, bytes(16)]))
def test_no_bytes_break_the_decoder(data, key):
    try:
        packet = RuuviTag().decode(data, address="aa:bb:cc:00:00:01", key=key)
    except UnreadableError:
        return
    assert packet.counter is None
