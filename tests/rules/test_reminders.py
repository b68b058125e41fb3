# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
from dataclasses import replace

import pytest

from rules.model import events as ev
from rules.model.apartment import Device, Role
from rules.model.consent import ConsentState, Purpose
from rules.model.effects import IncidentPhase
from rules.model.identity import DeviceId, RoomId
from rules.model.verdict import Priority
from tests.rules.home import MIDNIGHT_UTC_S, Home, demo_apartment

TAP, DRAWER = DeviceId("tap-bath"), DeviceId("drawer-medicine")
HOUR = 3600.0


def furnished():
    apartment = demo_apartment()
    more = (
        Device(id=TAP, role=Role.TAP, room=RoomId("bath"), name="Wasserhahn Bad"),
        Device(id=DRAWER, role=Role.DRAWER, room=RoomId("kitchen"), name="Medikamenten-Schublade"),
    )
    return replace(apartment, devices=(*apartment.devices, *more))


def up_and_about(home, hours, *, rooms=("living", "bedroom")):
    """She walks about for so many hours, never in the kitchen."""
    end = home.at + hours * HOUR
    while home.at < end:
        for room in rooms:
            home.motion(room)
        home.wait(min(20 * 60, max(end - home.at, 0)))


def sent_kinds(home):
    return [one.message.kind for one in home.sent()]


def test_six_waking_hours_without_the_kitchen_are_a_word_at_home_only():
    home = Home(hour=8)
    home.motion("kitchen")
    up_and_about(home, 5.9)
    assert not home.kinds()
    up_and_about(home, 1)
    assert home.kinds() == ["kitchen_unused"]
    assert [one.key for one in home.told()] == ["kitchen_unused"]
    assert not home.sent()
    assert not home.asked()
    home.motion("kitchen")
    assert not home.open


def test_twelve_waking_hours_without_the_kitchen_are_passed_on_where_she_chose_it():
    home = Home(hour=8)
    home.motion("kitchen")
    up_and_about(home, 13)
    assert sent_kinds(home) == ["kitchen_unused"]
    assert home.sent()[0].message.priority is Priority.SOON
    other = Home(hour=8)
    other.consent(Purpose.COMFORT, ConsentState.WITHDRAWN)
    other.motion("kitchen")
    up_and_about(other, 13)
    assert other.kinds() == ["kitchen_unused"]
    assert not other.sent()
    assert not other.withheld()


def test_the_night_is_no_time_to_eat():
    home = Home(hour=19)
    home.motion("kitchen")
    up_and_about(home, 13.5)
    # 19 to 22 and 6 to 9: only now six waking hours are over.
    assert not home.kinds()
    up_and_about(home, 1)
    assert home.kinds() == ["kitchen_unused"]
    at_s = home.concluded()[0].verdict.at
    assert at_s == pytest.approx(33 * HOUR, abs=120)


def test_who_rests_is_not_reminded_but_when_she_is_up_again():
    home = Home(hour=8)
    home.motion("kitchen")
    up_and_about(home, 4)
    home.wait(3 * HOUR)
    assert not home.kinds()
    home.motion("living")
    assert home.kinds() == ["kitchen_unused"]


def test_what_she_ate_elsewhere_nobody_knows():
    home = Home(hour=8)
    home.motion("kitchen")
    up_and_about(home, 4)
    home.leave()
    home.wait(HOUR)
    up_and_about(home, 4)
    assert not home.kinds()


def test_a_kitchen_that_cannot_be_seen_reminds_nobody():
    home = Home(hour=8)
    home.motion("kitchen")
    for device in home.flat.apartment.devices:
        if device.room == "kitchen":
            home(ev.DeviceSilent(device=device.id, at=home.at))
    up_and_about(home, 8)
    assert "kitchen_unused" not in home.kinds()
    home(ev.DeviceHeard(device=DeviceId("motion-kitchen"), at=home.at))
    up_and_about(home, 5)
    assert "kitchen_unused" not in home.kinds()


def test_water_that_runs_for_long_is_told_then_passed_on():
    home = Home(apartment=furnished())
    home.motion("bath")
    home(ev.ItemUsed(device=TAP, at=home.at, active=True))
    home.wait(19 * 60)
    assert not home.kinds()
    up_and_about(home, 0.1)
    assert home.kinds() == ["water_running"]
    assert [(one.key, one.room) for one in home.told()] == [("water_running", "bath")]
    up_and_about(home, 0.5)
    assert sent_kinds(home) == ["water_running"]
    home(ev.ItemUsed(device=TAP, at=home.at, active=False))
    assert not home.open
    assert home.sent()[-1].message.phase is IncidentPhase.CLOSED


def test_water_that_is_turned_off_is_no_matter():
    home = Home(apartment=furnished())
    home(ev.ItemUsed(device=TAP, at=home.at, active=True))
    home.motion("bath", hold_s=600)
    home(ev.ItemUsed(device=TAP, at=home.at, active=False))
    up_and_about(home, 1)
    assert not home.kinds()


def test_the_drawer_is_nobodys_business_until_she_chooses_it():
    home = Home(apartment=furnished(), hour=7)
    up_and_about(home, 5)
    assert not home.kinds()


def test_a_shut_drawer_is_a_reminder_each_day_and_opening_it_ends_that():
    home = Home(apartment=furnished(), hour=7, limits={"medication_drawer.on": "true"})
    up_and_about(home, 4.5, rooms=("living", "kitchen"))
    assert home.kinds() == ["medication_drawer"]
    assert home.concluded()[0].verdict.at == 10 * HOUR
    assert sent_kinds(home) == ["medication_drawer"]
    assert home.sent()[0].message.priority is Priority.INFO
    home(ev.ItemUsed(device=DRAWER, at=home.at, active=True))
    assert not home.open
    home.until(24 + 8.5)
    home.effects.clear()
    home.motion("kitchen")
    home(ev.ItemUsed(device=DRAWER, at=home.at, active=True))
    home.until(24 + 12)
    assert not home.kinds()
    home.until(48 + 10.1)
    assert home.kinds().count("medication_drawer") == 1


def test_nobody_is_reminded_of_the_drawer_while_she_is_out_or_it_is_blind():
    home = Home(apartment=furnished(), hour=7, limits={"medication_drawer.on": "true"})
    home.motion("living")
    home.leave()
    home.until(12)
    assert not home.kinds()
    other = Home(apartment=furnished(), hour=7, limits={"medication_drawer.on": "true"})
    other.motion("living")
    other(ev.DeviceSilent(device=DRAWER, at=other.at))
    up_and_about(other, 4, rooms=("living", "kitchen"))
    assert other.kinds() == ["sensor_silent"]


def test_private_time_sees_neither_water_nor_drawer():
    home = Home(apartment=furnished(), hour=7, limits={"medication_drawer.on": "true"})
    home.motion("living")
    home(ev.Paused(at=home.at, until=home.at + 4 * HOUR))
    home(ev.ItemUsed(device=TAP, at=home.at, active=True))
    home(ev.ItemUsed(device=DRAWER, at=home.at, active=True))
    home.wait(3.9 * HOUR)
    assert not home.kinds()
    assert home.memory("water_running").running == {}
    assert home.memory("medication_drawer").drawer.at is None


def reminded(**more):
    home = Home(hour=8, **more)
    home.motion("kitchen")
    up_and_about(home, 7)
    assert home.kinds() == ["kitchen_unused"]
    return home


def test_a_reminder_is_not_passed_on_in_private_time_nor_while_she_is_out():
    home = reminded()
    home(ev.Paused(at=home.at, until=home.at + 8 * HOUR))
    home.wait(8 * HOUR)
    assert not home.sent()
    other = reminded()
    other.leave()
    other.wait(8 * HOUR)
    assert not other.sent()
    tap = Home(apartment=furnished())
    tap.motion("bath")
    tap(ev.ItemUsed(device=TAP, at=tap.at, active=True))
    up_and_about(tap, 0.5)
    tap(ev.Paused(at=tap.at, until=tap.at + HOUR))
    tap.wait(HOUR)
    assert tap.kinds() == ["water_running"]
    assert not tap.sent()


def test_a_kitchen_that_went_blind_is_not_passed_on_as_unused():
    home = reminded()
    for device in home.flat.apartment.devices:
        if device.room == "kitchen":
            home(ev.DeviceSilent(device=device.id, at=home.at))
    up_and_about(home, 7)
    assert "kitchen_unused" not in sent_kinds(home)


def test_a_clock_that_is_set_reminds_nobody_twice():
    home = reminded()
    for skew_s in (3.0, 0.0):
        fact = ev.Fact(
            seq=home.seq + 1,
            utc_s=MIDNIGHT_UTC_S + home.at + skew_s,
            event=ev.Tick(at=home.at),
        )
        home.seq += 1
        step = home.engine.advance(home.state, fact)
        home.state, home.next_due = step.state, step.next_due
        home.effects.extend(step.effects)
        up_and_about(home, 0.5)
    assert home.kinds() == ["kitchen_unused"]


def test_yesterdays_reminder_does_not_mute_todays():
    home = reminded()
    home.leave()
    home.until(24 + 8)
    up_and_about(home, 7)
    assert home.kinds().count("kitchen_unused") == 2
    assert [one.key for one in home.told()].count("kitchen_unused") == 2


def test_any_of_two_drawers_ends_the_reminder():
    apartment = furnished()
    second = Device(id=DeviceId("drawer-2"), role=Role.DRAWER, room=RoomId("bedroom"))
    apartment = replace(apartment, devices=(*apartment.devices, second))
    home = Home(apartment=apartment, hour=7, limits={"medication_drawer.on": "true"})
    up_and_about(home, 3.2, rooms=("living", "kitchen"))
    assert home.kinds() == ["medication_drawer"]
    home(ev.ItemUsed(device=second.id, at=home.at, active=True))
    up_and_about(home, 2, rooms=("living", "kitchen"))
    assert not home.sent()


def test_reminders_are_comfort_and_the_kinds_are_named_so():
    home = Home(apartment=furnished())
    home(ev.ItemUsed(device=TAP, at=home.at, active=True))
    up_and_about(home, 1)
    (sent,) = home.sent()
    assert sent.message.kind == "water_running"
    assert sent.message.need.purpose is Purpose.COMFORT
