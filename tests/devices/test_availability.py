# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Silence of a device is evidence, and it comes from its own frames only."""

import pytest

from devices.availability import Availability
from rules.model.apartment import Device, Role
from rules.model.events import DeviceHeard, DeviceSilent
from rules.model.identity import DeviceId, RoomId

PIR = Device(id=DeviceId("pir"), role=Role.MOTION, room=RoomId("bath"), silent_after_s=60.0)


class Hands:
    """Two clocks moved by hand: the hub's axis and real time."""

    axis = 1000.0
    real = 0.0


@pytest.fixture
def hands():
    return Hands()


@pytest.fixture
def watch(hands):
    return Availability([PIR], now=lambda: hands.axis, monotonic=lambda: hands.real)


def test_the_first_frame_says_heard_once(watch, hands):
    assert watch.check() == []
    watch.heard(PIR.id)
    watch.heard(PIR.id)
    assert watch.check() == [DeviceHeard(device=PIR.id, at=1000.0)]
    watch.heard(PIR.id)
    assert watch.check() == []


def test_silence_is_said_once_and_ends_with_the_next_frame(watch, hands):
    watch.heard(PIR.id)
    watch.check()
    hands.real = 60.0
    assert watch.check() == [DeviceSilent(device=PIR.id, at=1000.0)]
    hands.real = 200.0
    assert watch.check() == []
    watch.heard(PIR.id)
    assert watch.check() == [DeviceHeard(device=PIR.id, at=1000.0)]


def test_a_device_never_heard_becomes_silent_too(watch, hands):
    hands.real = 61.0
    assert watch.check() == [DeviceSilent(device=PIR.id, at=1000.0)]
    assert watch.last_heard_s(PIR.id) is not None


def test_a_jump_of_the_axis_makes_nobody_silent(watch, hands):
    watch.heard(PIR.id)
    watch.check()
    hands.axis += 86_400.0
    assert watch.check() == []


def test_a_frame_of_nobody_is_ignored(watch):
    watch.heard(DeviceId("neighbour"))
    assert watch.check() == []


def test_silence_before_a_restart_counts_on(watch, hands):
    watch.resume({PIR.id: 50.0, DeviceId("stranger"): 1.0})
    assert watch.check() == []
    hands.real = 10.0
    assert watch.check() == [DeviceSilent(device=PIR.id, at=1000.0)]
    watch.heard(PIR.id)
    assert watch.check() == [DeviceHeard(device=PIR.id, at=1000.0)]
