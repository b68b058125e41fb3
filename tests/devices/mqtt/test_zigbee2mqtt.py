# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What zigbee2mqtt's messages mean, and what they do not mean."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from devices.mqtt.actuator import command
from devices.mqtt.deliveries import Deliveries
from devices.mqtt.zigbee2mqtt import PayloadError, commands, decode, online, parse
from rules.model.apartment import Device, Role
from rules.model.events import (
    BatteryMeasured,
    DoorClosed,
    DoorOpened,
    FallSensed,
    FinePressed,
    HazardEnded,
    HazardSensed,
    HelpPressed,
    HelpTakenBack,
    HumidityMeasured,
    Motion,
    MotionEnded,
    PowerMeasured,
    SeatLeft,
    SeatTaken,
    SwitchSensed,
    TemperatureMeasured,
)
from rules.model.identity import DeviceId, RoomId

X = DeviceId("x")


def device(role: Role) -> Device:
    return Device(id=X, role=role, room=RoomId("bath"), source="mqtt")


def events(role, payload, before=None):
    return decode(device(role), before, payload, at=7.0, press="p1").events


@pytest.mark.parametrize(
    ("role", "payload", "event"),
    [
        (Role.MOTION, {"occupancy": True}, Motion(device=X, at=7.0)),
        (Role.MOTION, {"presence": False}, MotionEnded(device=X, at=7.0)),
        (Role.FRONT_DOOR, {"contact": False}, DoorOpened(device=X, at=7.0)),
        (Role.DOOR, {"contact": True}, DoorClosed(device=X, at=7.0)),
        (Role.BED, {"contact": True}, SeatTaken(device=X, at=7.0)),
        (Role.CHAIR, {"occupancy": False}, SeatLeft(device=X, at=7.0)),
        (Role.HELP, {"action": "emergency"}, HelpPressed(device=X, at=7.0, press="p1")),
        (Role.HELP, {"action": "single"}, HelpPressed(device=X, at=7.0, press="p1")),
        (Role.FINE, {"action": "press"}, FinePressed(device=X, at=7.0, press="p1")),
        (Role.TAKE_BACK, {"action": "hold"}, HelpTakenBack(device=X, at=7.0)),
        (Role.WEARABLE, {"action": "fall"}, FallSensed(device=X, at=7.0, press="p1")),
        (Role.FALL_RADAR, {"fall_down_status": "fall"}, FallSensed(device=X, at=7.0, press="p1")),
        (Role.LEAK, {"water_leak": True}, HazardSensed(device=X, at=7.0)),
        (Role.SMOKE, {"smoke": True}, HazardSensed(device=X, at=7.0)),
        (Role.CARBON_MONOXIDE, {"carbon_monoxide": True}, HazardSensed(device=X, at=7.0)),
        (Role.STOVE, {"power": 1830.5}, PowerMeasured(device=X, at=7.0, power_w=1830.5)),
        (Role.LAMP, {"state": "ON"}, SwitchSensed(device=X, at=7.0, on=True)),
        (
            Role.TEMPERATURE,
            {"temperature": 21.5},
            TemperatureMeasured(device=X, at=7.0, temperature_c=21.5),
        ),
        (Role.TEMPERATURE, {"humidity": 44}, HumidityMeasured(device=X, at=7.0, humidity_pct=44.0)),
        (Role.DOOR, {"battery": 61}, BatteryMeasured(device=X, at=7.0, charge_pct=61.0)),
        (Role.HELP, {"battery_low": True}, BatteryMeasured(device=X, at=7.0, charge_pct=5.0)),
    ],
)
def test_each_reading_means_what_the_device_is_there_for(role, payload, event):
    assert events(role, payload) == (event,)


def test_a_fall_radars_presence_is_nobody_moving():
    assert events(Role.FALL_RADAR, {"presence": True, "occupancy": True}) == ()


def test_the_end_of_a_press_is_no_second_call():
    assert events(Role.HELP, {"action": "release"}) == ()
    assert events(Role.HELP, {"action": ""}) == ()


def test_a_battery_report_of_a_stuck_sensor_is_no_movement():
    before = {"occupancy": True, "battery": 97}
    assert events(Role.MOTION, {"occupancy": True, "battery": 96}, before) == (
        BatteryMeasured(device=X, at=7.0, charge_pct=96.0),
    )


def test_a_sensor_triggered_again_is_movement_again():
    before = {"occupancy": True, "battery": 97, "linkquality": 80}
    again = {"occupancy": True, "battery": 97, "linkquality": 91, "illuminance": 12}
    assert events(Role.MOTION, again, before) == (Motion(device=X, at=7.0),)


def test_a_repeated_state_says_nothing_new():
    state = {"contact": False, "battery": 90, "power": 3, "state": "ON", "water_leak": True}
    for role in (Role.DOOR, Role.PLUG, Role.LEAK):
        assert events(role, state, state) == ()


def test_a_dry_leak_sensor_at_start_makes_no_event_but_a_dried_one_does():
    assert events(Role.LEAK, {"water_leak": False}) == ()
    assert events(Role.LEAK, {"water_leak": False}, {"water_leak": True}) == (
        HazardEnded(device=X, at=7.0),
    )


def test_help_comes_first_and_survives_a_broken_neighbour_field():
    payload = {"battery": "full", "occupancy": 3, "action": "emergency"}
    told = decode(device(Role.HELP), None, payload, at=7.0, press="p1")
    assert told.events == (HelpPressed(device=X, at=7.0, press="p1"),)
    assert set(told.faults) == {"battery", "occupancy"}


@pytest.mark.parametrize("raw", [b"", b"{", b"[1]", b"7", b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_object_is_refused(raw):
    with pytest.raises(PayloadError):
        parse(raw)


json_values = st.sampled_from(
    [
        None,
        True,
        False,
        0,
        -1,
        1.5,
        float("nan"),
        float("inf"),
        10**400,
        "",
        "ON",
        "fall",
        [],
        [1],
        {},
        {"a": 1},
    ]
)
KEYS = [
    "occupancy",
    "contact",
    "action",
    "water_leak",
    "power",
    "state",
    "battery",
    "fall",
    "seq",
    "temperature",
    "fall_down_status",
]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    role=st.sampled_from(Role),
    payload=st.dictionaries(st.sampled_from(KEYS), json_values),
    before=st.dictionaries(st.sampled_from(KEYS), json_values),
)
def test_no_payload_breaks_the_decoder(role, payload, before):
    told = decode(device(role), before, payload, at=1.0, press="p")
    assert all(event.device == X for event in told.events)


def test_states_are_read_in_the_old_form_and_in_json():
    assert [online(raw) for raw in (b"online", b'{"state":"offline"}', b"{", b"perhaps")] == [
        True,
        False,
        None,
        None,
    ]


def taken(deliveries, *, mid=9, dup=False, qos=1, **more):
    return deliveries.take("cord", b"{}", qos=qos, mid=mid, dup=dup, **more)


def test_a_message_that_comes_again_before_its_commit_is_on_its_way_already():
    deliveries, void, owed = Deliveries("boot1"), [], []
    first = taken(deliveries, receipt=lambda: void.append(1))
    assert taken(deliveries, dup=True, receipt=lambda: owed.append(1)) is None
    first()
    assert (void, owed) == ([], [1]), "the connection that spoke last gets the acknowledgement"


def test_a_redelivered_press_keeps_its_name_and_a_new_one_gets_its_own():
    deliveries = Deliveries("boot1")
    first = taken(deliveries)
    first()
    assert taken(deliveries, dup=True).name == first.name
    # the packet identifier came round again: a new press
    later = taken(deliveries)
    later()
    assert later.name != first.name
    assert taken(deliveries, dup=True).name == later.name
    others = {taken(deliveries, qos=0, mid=0).name, taken(deliveries, mid=77, dup=True).name}
    assert len(others | {first.name, later.name}) == 4


def test_a_device_that_counts_its_presses_is_believed_across_a_restart():
    names = {taken(Deliveries(start), mid=mid, seq=41).name for start, mid in (("a", 1), ("b", 2))}
    assert names == {"cord#41"}


@pytest.mark.parametrize("seq", ["\ud800", "\x00", "ü", "4\n1"])
def test_a_count_that_no_journal_could_hold_is_not_believed(seq):
    name = taken(Deliveries("boot1"), seq=seq).name
    assert name == "cord@boot1.1"


def test_a_siren_is_told_in_the_words_its_bridge_lists():
    listed = json.dumps(
        [
            {"friendly_name": "Coordinator", "definition": None},
            {
                "friendly_name": "siren",
                "definition": {
                    "exposes": [{"features": [{"property": "mode"}], "property": "warning"}]
                },
            },
            {"friendly_name": "gong", "definition": {"exposes": [{"property": "alarm"}]}},
            {
                "friendly_name": "lamp",
                "definition": {"exposes": [{"type": "light", "features": [{"property": "state"}]}]},
            },
        ]
    ).encode()
    fields = commands(listed)
    assert command(Role.SIREN, fields["siren"], on=False, level=None) == (
        {"warning": {"mode": "stop", "strobe": False}},
        None,
    )
    assert command(Role.SOUNDER, fields["gong"], on=True, level=None) == ({"alarm": True}, "alarm")
    assert command(Role.LAMP, fields["lamp"], on=True, level=0.5) == (
        {"state": "ON", "brightness": 127},
        "state",
    )
    assert commands(b"{") == {}
