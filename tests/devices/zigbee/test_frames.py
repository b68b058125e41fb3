# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Frames from bytes: what each means by role, and that no bytes whatever break the reader."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from devices.registry import Enrolled, Registry
from devices.zigbee.coordinator.settings import ZigbeeSettings
from devices.zigbee.frames import frame
from devices.zigbee.frames.alarm_state import AlarmState
from devices.zigbee.frames.decoder import FrameDecoder
from devices.zigbee.frames.deduplicator import WINDOW_S, Deduplicator
from devices.zigbee.frames.measured import Measured, MeasurementDecoder
from devices.zigbee.quirks import UnknownVendorError, load
from rules.model.apartment import Device, Role
from rules.model.events import (
    BatteryMeasured,
    DoorOpened,
    FallSensed,
    HazardSensed,
    HelpPressed,
    Motion,
    PowerMeasured,
    SeatTaken,
)
from rules.model.identity import DeviceId, RoomId

CLUSTERS = (0x0000, 0x0001, 0x0005, 0x0006, 0x0012, 0x0402, 0x0406, 0x0500, 0x0501, 0xEF00)


def device(role):
    return Device(id=DeviceId("it"), role=role, room=RoomId("bath"))


def events(role, cluster, data, *, before=None, zone_type=None):
    decoder = FrameDecoder(
        AlarmState(Path("no such file")),
        lambda _address, _endpoint: (before, zone_type),
        now=lambda: 5.0,
        monotonic=lambda: 5.0,
    )
    who = Enrolled(device=device(role), address="aa")
    one = frame.parse("aa", 1, cluster, data)
    return list(decoder.frame(who, one, "press", asked=False).events)


@given(st.sampled_from(CLUSTERS), st.sampled_from(list(Role)), st.binary(max_size=40))
def test_no_bytes_break_the_reader(cluster, role, data):
    try:
        found = events(role, cluster, data)
    except frame.MalformedFrameError:
        return
    assert all(one.at == 5.0 for one in found)


@pytest.mark.parametrize(
    ("cluster", "data"),
    [
        (0x0500, b"\x09\x01\x00\x02\x00\x00\x00\x00\x00"),  # IAS zone: alarm 2
        (0x0500, b"\x18\x01\x0a\x02\x00\x19\x01\x00"),  # the same as an attribute report
        (0x0501, b"\x01\x01\x02"),  # IAS ACE: emergency
        (0x0501, b"\x01\x01\x04"),  # IAS ACE: panic
        (0x0006, b"\x01\x01\x02"),  # toggle (frient SBTZB-110)
        (0x0006, b"\x01\x01\xfd\x00"),  # Tuya press type
        (0x0012, b"\x18\x01\x0a\x55\x00\x21\x01\x00"),  # Aqara multistate
        (0x0005, b"\x05\x7c\x11\x01\x07\x00\x00\x0d\x00"),  # a vendor's scene command
    ],
)
def test_every_dialect_of_a_help_button_is_a_call(cluster, data):
    (call,) = events(Role.HELP, cluster, data)
    assert isinstance(call, HelpPressed)


@pytest.mark.parametrize(
    ("cluster", "data"),
    [
        (0x0500, b"\x09\x01\x00\x00\x00\x00\x00\x00\x00"),  # reset: no alarm bit
        (0x0501, b"\x01\x01\x00\x00\x00\x00"),  # a keypad's "disarm"
        (0x0006, b"\x18\x01\x0a\x00\x00\x10\x01"),  # a report of a switch
        (0x0006, b"\x08\x01\x0b\x02\x00"),  # the answer to a command of ours
        (0x0001, b"\x18\x01\x0a\x21\x00\x20\xc8"),  # battery
    ],
)
def test_what_is_no_press_is_no_call(cluster, data):
    assert events(Role.HELP, cluster, data) == []


def test_a_state_counts_when_it_changes_and_a_hazard_every_time():
    opened = b"\x09\x01\x00\x01\x00\x00\x00\x00\x00"
    assert isinstance(events(Role.DOOR, 0x0500, opened, before=0)[0], DoorOpened)
    assert events(Role.DOOR, 0x0500, opened, before=1) == []
    assert isinstance(events(Role.MOTION, 0x0500, opened, before=0)[0], Motion)
    assert events(Role.MOTION, 0x0500, opened, before=1) == []
    for _ in range(2):
        assert isinstance(events(Role.SMOKE, 0x0500, opened, before=1)[0], HazardSensed)


def test_a_bed_may_have_a_mat_on_a_contact_or_a_sensor_that_alarms_for_a_person():
    closed, alarm = (b"\x09\x01\x00" + bytes((bits, 0, 0, 0, 0, 0)) for bits in (0, 1))
    (lies,) = events(Role.BED, 0x0500, closed, before=1, zone_type=0x0015)
    assert isinstance(lies, SeatTaken)
    (lies,) = events(Role.BED, 0x0500, alarm, before=0, zone_type=0x002D)
    assert isinstance(lies, SeatTaken)


def test_a_fall_is_the_radars_word_only():
    tuya = b"\x09\x01\x02\x00\x01\x74\x04\x00\x01\x02"
    heiman = b"\x18\x01\x0a\x00\x00\x18\x21"
    for cluster, data in ((0xEF00, tuya), (0x0406, heiman)):
        assert isinstance(events(Role.FALL_RADAR, cluster, data)[0], FallSensed)
        assert events(Role.MOTION, cluster, data) == []
    several = b"\x09\x01\x02\x00\x01\x67\x02\x00\x04\x00\x00\x00\x09\x74\x04\x00\x01\x02"
    assert isinstance(events(Role.FALL_RADAR, 0xEF00, several)[0], FallSensed)


def test_a_report_of_a_vendors_structure_ends_the_reading_not_the_source():
    report = b"\x02\xff\x4c\x06\x00\x10\x01"
    assert list(frame.reports(b"\x21\x00\x20\xc8" + report)) == [(0x21, 200), (0xFF02, None)]


def test_values_carry_their_units_and_invalid_ones_are_left_out():
    decoder = MeasurementDecoder()

    def event(role, cluster, attribute, value, other=lambda _: None):
        measured = Measured(cluster, attribute, value, other)
        return decoder.event(device(role), 1.0, measured)

    tenth = {0x0604: 1, 0x0605: 10}.get
    assert event(Role.STOVE, 0x0B04, 0x050B, 18230, tenth) == PowerMeasured(
        device="it", at=1.0, power_w=1823.0
    )
    kilowatts = {0x0301: 1, 0x0302: 1000}.get
    assert event(Role.PLUG, 0x0702, 0x0400, 1500, kilowatts).power_w == 1500
    assert event(Role.HELP, 0x0001, 0x0021, 84) == BatteryMeasured(
        device="it", at=1.0, charge_pct=42.0
    )
    assert event(Role.TEMPERATURE, 0x0402, 0, -0x8000) is None
    assert event(Role.HELP, 0x0001, 0x0021, 0xFF) is None


def test_a_stuck_motion_sensor_that_repeats_itself_moves_nobody():
    decoder = MeasurementDecoder()
    one = Measured(0x0406, 0, 1.0, lambda _: None)
    assert isinstance(decoder.event(device(Role.MOTION), 1.0, one), Motion)
    assert decoder.event(device(Role.MOTION), 901.0, one) is None


def test_the_same_bytes_are_one_frame_within_three_seconds_and_a_new_press_after():
    clock = [0.0]
    deduplicator = Deduplicator(monotonic=lambda: clock[0])
    assert not deduplicator.repeated("aa", 1, 0x0500, b"x")
    assert deduplicator.repeated("aa", 1, 0x0500, b"x")
    assert not deduplicator.repeated("bb", 1, 0x0500, b"x")
    clock[0] = WINDOW_S
    assert not deduplicator.repeated("aa", 1, 0x0500, b"x")


def test_a_vendor_that_does_not_exist_is_named():
    with pytest.raises(UnknownVendorError) as unknown:
        load(("siemens_toaster",))
    assert unknown.value.vendor == "siemens_toaster"
    with pytest.raises(ValidationError, match="siemens_toaster"):
        ZigbeeSettings(path="/dev/null", quirks=("siemens_toaster",))
    assert ZigbeeSettings(path="/dev/null").quirks


def test_the_registry_knows_a_device_by_the_address_the_driver_prints():
    from zigpy.types import EUI64

    registry = Registry([Enrolled(device=device(Role.HELP), address="00:12:4B:00:AA:00:00:03")])
    assert registry.find("zigbee", str(EUI64.convert("00:12:4b:00:aa:00:00:03"))) is not None
