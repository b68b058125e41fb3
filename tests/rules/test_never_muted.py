# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Things that once kept an alarm from being raised: a lost frame, a word said too early, a carer who gave it back."""

from dataclasses import replace

from rules.model import events as ev
from rules.model.apartment import Device, Role
from rules.model.effects import IncidentPhase
from rules.model.identity import DeviceId, RoomId
from rules.model.verdict import Priority
from rules.situation.presence import Whereabouts
from tests.rules.home import Home, demo_apartment


def test_a_lost_clear_frame_does_not_hide_a_fall_in_the_hall():
    home = Home(hour=14)
    home.motion("living")
    home.moves("hall")
    home.wait(30 * 60 + 1)
    assert home.kinds() == ["stuck_on", "possible_fall"]
    assert home.concluded()[1].verdict.room == "hall"


def test_who_says_she_leaves_and_then_falls_in_the_bath_is_not_away():
    home = Home(hour=14)
    home.motion("living")
    home(ev.LeftHome(at=home.at))
    home.wait(60)
    home.motion("bath")
    home.wait(30 * 60)
    assert home.now.presence.home
    assert home.kinds() == ["possible_fall"]


def test_who_says_she_leaves_and_goes_out_by_the_door_is_away():
    home = Home(hour=14)
    home.motion("living")
    home(ev.LeftHome(at=home.at))
    home.motion("hall", hold_s=5)
    home.leave()
    home.wait(3600)
    assert home.now.presence.state is Whereabouts.AWAY
    assert not home.kinds()


def test_without_a_door_contact_that_is_heard_her_word_is_believed():
    home = Home(hour=14)
    home(ev.DeviceSilent(device=DeviceId("door-front"), at=home.at))
    home.motion("living")
    home(ev.LeftHome(at=home.at))
    home.wait(60)
    home.motion("bath")
    home.wait(1800)
    assert home.now.presence.state is Whereabouts.AWAY


def test_a_page_that_a_carer_took_and_gave_back_becomes_urgent_in_its_time():
    home = Home(hour=9)
    home.motion("living")
    home.wait(4 * 3600 + 600)
    message = home.sent()[-1].message
    assert message.priority is Priority.SOON
    for step in (ev.CarerStep.ACCEPTED, ev.CarerStep.DECLINED):
        home(ev.CarerAnswered(at=home.at, incident=message.incident, step=step, carer="Anna"))
    home.wait(15 * 60 - 1)
    assert home.sent()[-1].message.priority is Priority.SOON
    home.wait(2)
    assert home.sent()[-1].message.priority is Priority.URGENT


def test_smoke_that_ended_still_needs_a_person_to_look():
    flat = demo_apartment()
    smoke = Device(id=DeviceId("smoke-hall"), role=Role.SMOKE, room=RoomId("hall"))
    home = Home(apartment=replace(flat, devices=(*flat.devices, smoke)))
    for count in (1, 2):
        home(ev.HazardSensed(device=smoke.id, at=home.at))
        home(ev.HazardSensed(device=smoke.id, at=home.at))
        home.wait(5)
        home(ev.HazardEnded(device=smoke.id, at=home.at))
        message = home.sent()[-1].message
        assert (message.phase, message.count) == (IncidentPhase.PAGED, count)
    (incident,) = home.open
    closed = ev.CarerClosed(at=home.at, incident=incident, reason=ev.CloseReason.REAL, carer="Anna")
    home(closed)
    assert not home.open
