# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What all radios do alike: say that they are up or down, count, look up, hand on."""

import ast
from pathlib import Path

import pytest

import devices
from devices.availability import Availability
from devices.backoff import BackOff, doubling
from devices.reception import Reception
from devices.registry import Enrolled, Registry
from devices.source import HealthState
from rules.model.apartment import Device, Role
from rules.model.events import DeviceHeard, HelpPressed, ItemUsed, RadioDown, RadioUp
from rules.model.identity import DeviceId, RoomId

CORD = Device(id=DeviceId("cord"), role=Role.HELP, room=RoomId("bath"), source="air")


class Inlet:
    def __init__(self):
        self.sightings = []

    def put(self, sighting):
        self.sightings.append(sighting)


@pytest.fixture
def inlet():
    return Inlet()


@pytest.fixture
def clock():
    return [5.0]


@pytest.fixture
def availability(clock):
    return Availability([CORD], now=lambda: clock[0], monotonic=lambda: clock[0])


@pytest.fixture
def kept():
    return []


@pytest.fixture
def reception(inlet, clock, availability, kept):
    one = Reception(
        "air",
        Registry([Enrolled(device=CORD, address="aa")]),
        availability,
        now=lambda: clock[0],
        keep=lambda *frame: kept.append(frame),
    )
    one.open(inlet)
    return one


def test_a_radio_starts_blind_and_each_change_is_told_once(reception, inlet, clock):
    assert reception.health().state is HealthState.STARTING
    for at, (change, *fault) in enumerate(
        [
            (reception.status.up,),
            (reception.status.up,),
            (reception.status.down, "pulled"),
            (reception.status.down, "still pulled"),
            (reception.status.up,),
        ]
    ):
        clock[0] = float(at)
        change(*fault)
    assert [one.event for one in inlet.sightings] == [
        RadioUp(source="air", at=0.0),
        RadioDown(source="air", at=2.0),
        RadioUp(source="air", at=4.0),
    ]
    assert [one.frame for one in inlet.sightings] == ["air:up", "air:down", "air:up"]


def test_why_a_radio_is_down_is_its_last_fault_until_it_is_back(reception, clock):
    reception.status.down("no answer")
    clock[0] = 9.0
    reception.status.down("line broke")
    health = reception.health()
    assert (health.state, health.since, health.last_fault) == (HealthState.DOWN, 5.0, "line broke")
    reception.status.up()
    assert reception.health().last_fault == ""


def test_a_source_that_is_started_again_is_blind_until_its_radio_is_up(reception, inlet):
    reception.status.up()
    reception.open(inlet)
    assert reception.health().state is HealthState.STARTING
    reception.status.up()
    assert [type(one.event) for one in inlet.sightings] == [RadioUp, RadioUp]


def test_a_malformed_frame_is_counted_and_kept_and_the_radio_stays_up(reception, kept):
    reception.status.up()
    reception.malformed("air:aa:7", b"\xff", "cut off")
    health = reception.health()
    assert (health.state, health.malformed) == (HealthState.UP, 1)
    assert health.last_fault == "aa:7: cut off"
    assert kept == [("air:aa:7", b"\xff", "cut off")]


def test_a_stranger_is_counted_and_listed_and_no_sign_of_life(reception, availability):
    reception.count()
    assert reception.sender("bb") is None
    reception.stranger("bb", "Nebenan")
    assert (reception.health().frames, reception.health().not_enrolled) == (1, 1)
    assert availability.check() == []


def test_a_frame_of_an_enrolled_device_is_a_sign_of_life(reception, availability):
    reception.heard(reception.sender("aa"))
    assert availability.check() == [DeviceHeard(device=CORD.id, at=5.0)]


def test_a_frame_is_committed_with_its_last_event_at_once_when_it_has_none(reception, inlet):
    done = []
    press = HelpPressed(device=CORD.id, at=1.0, press="air:1")
    reception.hand_on((ItemUsed(device=CORD.id, at=1.0), press), "air:1", lambda: done.append(1))
    assert [one.committed is None for one in inlet.sightings] == [True, False]
    assert done == []
    inlet.sightings[-1].committed()
    reception.hand_on((), "air:2", lambda: done.append(2))
    assert done == [1, 2]


def test_only_the_reception_tells_the_availability_who_was_heard():
    calls = [
        path.name
        for path in Path(devices.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).endswith(("availability.heard", "availability.gone"))
    ]
    assert calls == ["reception.py", "reception.py"]


def test_waits_grow_with_each_failure_and_begin_again_after_a_success():
    back_off = BackOff(doubling(0.1, 1.0))
    assert [back_off.failed() for _ in range(6)] == [0.1, 0.2, 0.4, 0.8, 1.0, 1.0]
    back_off.reset()
    assert back_off.failed() == 0.1
