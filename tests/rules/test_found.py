# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is found changed after nobody listened: a state, never a sign of life."""

from dataclasses import replace

from rules.model import events as ev
from rules.model.apartment import Device, Role
from rules.model.identity import DeviceId, RoomId
from rules.situation.presence import Whereabouts
from tests.rules.home import Home, demo_apartment

DOOR, BED = DeviceId("door-front"), DeviceId("bed-bedroom")


def found(home, device, *, active):
    return home(ev.StateFound(device=DeviceId(device), at=home.at, active=active))


def test_a_door_found_open_after_a_gap_is_no_sign_that_she_is_well():
    home = Home()
    home.motion("living")
    home.dies(3600)
    found(home, "door-front", active=True)
    found(home, "motion-living", active=False)
    home.wait(29 * 60)
    assert "not_seen" not in home.kinds()
    home.wait(61)
    assert "not_seen" in home.kinds()


def test_nobody_is_taken_to_have_left_through_a_door_found_open():
    home = Home()
    home.motion("living")
    found(home, "door-front", active=True)
    home.wait(3600)
    assert home.now.whereabouts() is not Whereabouts.AWAY


def test_who_came_home_while_the_hub_was_off_and_is_not_seen_is_asked_after():
    home = Home()
    home.motion("living")
    home.leave()
    home.wait(2 * 3600)
    assert home.now.whereabouts() is Whereabouts.AWAY
    home.dies(3600)
    home.wait(1800)
    assert "not_seen" not in home.kinds()
    found(home, "door-front", active=True)
    home.wait(30 * 60 + 1)
    assert "not_seen" in home.kinds()


def test_a_bed_found_empty_at_night_is_asked_after_and_one_found_taken_ends_the_question():
    home = Home(hour=2)
    home(ev.SeatTaken(device=BED, at=home.at))
    found(home, BED, active=False)
    home.wait(29 * 60)
    assert not home.kinds()
    home.wait(61)
    assert home.kinds() == ["bed_exit"]
    found(home, BED, active=True)
    assert not home.open


def test_a_motion_sensor_found_at_rest_does_not_hang():
    home = Home()
    home.moves("living")
    home.wait(40 * 60)
    assert home.kinds() == ["stuck_on"]
    found(home, "motion-living", active=False)
    assert not home.open
    found(home, "motion-living", active=True)
    home.wait(40 * 60)
    assert home.kinds() == ["stuck_on"], "moving that was found may be a sensor that hangs"


def test_a_tap_found_running_is_followed_and_one_found_closed_no_longer():
    apartment = demo_apartment()
    tap = Device(id=DeviceId("tap"), role=Role.TAP, room=RoomId("kitchen"))
    home = Home(apartment=replace(apartment, devices=(*apartment.devices, tap)))
    found(home, "tap", active=True)
    assert set(home.memory("water_running").running) == {"tap"}
    found(home, "tap", active=False)
    assert not home.memory("water_running").running
