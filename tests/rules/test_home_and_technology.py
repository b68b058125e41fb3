# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
from dataclasses import replace

import pytest

from rules.model import events as ev
from rules.model.apartment import Device, Role
from rules.model.effects import Send
from rules.model.identity import DeviceId, RoomId
from rules.model.verdict import Priority
from rules.situation import coverage
from tests.rules.home import Home, demo_apartment


def test_water_is_told_at_once_and_paged_after_two_minutes_unless_answered():
    leak = DeviceId("leak-bath")
    home = Home()
    home.motion("living")
    home(ev.HazardSensed(device=leak, at=home.at))
    assert home.told()[0].key == "leak"
    home.wait(121)
    assert home.sent()[0].message.kind == "leak"
    other = Home()
    other.motion("living")
    other(ev.HazardSensed(device=leak, at=other.at))
    other.fine()
    other.wait(3600)
    assert not other.sent()
    other(ev.HazardEnded(device=leak, at=other.at))
    assert not other.open


def test_smoke_is_relayed_at_once_with_light_on_and_stove_off():
    apartment = demo_apartment()
    smoke = Device(
        id=DeviceId("smoke"),
        role=Role.SMOKE,
        room=RoomId("hall"),
        name="Rauchmelder",
        certified=True,
    )
    home = Home(apartment=replace(apartment, devices=(*apartment.devices, smoke)))
    home(ev.HazardSensed(device=smoke.id, at=home.at))
    (page,) = home.sent()
    assert (page.message.priority, page.message.detail["certified"]) == (Priority.URGENT, "yes")
    lamps = {switch.device for switch in home.switched() if switch.on}
    assert lamps == {device.id for device in apartment.devices if device.role is Role.LAMP}
    assert "stove-cutoff" in {switch.device for switch in home.switched() if not switch.on}


def test_out_of_bed_at_night_is_asked_after_30_minutes():
    home = Home(hour=2)
    home(ev.SeatTaken(device=DeviceId("bed-bedroom"), at=home.at))
    home.wait(600)
    home(ev.SeatLeft(device=DeviceId("bed-bedroom"), at=home.at))
    home.motion("living")
    home.wait(29 * 60 + 1)
    assert home.kinds() == ["bed_exit"]
    home.wait(60)
    assert home.sent()[0].message.kind == "bed_exit"


def test_back_in_bed_is_quiet_and_getting_up_in_the_morning_too():
    bed = DeviceId("bed-bedroom")
    home = Home(hour=2)
    home(ev.SeatLeft(device=bed, at=home.at))
    home.wait(1200)
    home(ev.SeatTaken(device=bed, at=home.at))
    home.wait(3600)
    home.until(5.8)
    home(ev.SeatLeft(device=bed, at=home.at))
    home.motion("living")
    home.wait(3600)
    assert "bed_exit" not in home.kinds()


def test_the_door_at_night_is_off_until_she_chooses_it():
    home = Home(hour=2)
    home.motion("hall")
    home.leave()
    home.wait(1200)
    assert "door_at_night" not in home.kinds()
    chosen = Home(hour=2, limits={"door_at_night.on": "true"})
    chosen.motion("hall")
    chosen.leave()
    chosen.wait(1200)
    assert "door_at_night" in chosen.kinds()
    assert chosen.sent()


def test_night_movement_lights_the_way_and_quiet_puts_it_out():
    home = Home(hour=2)
    lit = home.moves("bedroom")
    assert {(switch.device, switch.on) for switch in lit} == {
        ("lamp-bath", True),
        ("lamp-hall", True),
    }
    home.wait(60)
    home.rests("bedroom")
    home.wait(300)
    assert [switch.on for switch in home.switched()] == [True, True, False, False]


def test_the_light_stays_while_she_is_in_the_bath():
    home = Home(hour=2)
    home.motion("bedroom")
    home.motion("hall")
    home.motion("bath")
    home.wait(900)
    assert all(switch.on for switch in home.switched())


def test_no_lamp_by_day():
    home = Home(hour=12)
    home.motion("hall")
    assert not home.switched()


def test_heat_is_a_tip_at_home_and_leaves_only_where_she_chose_it():
    thermometer = DeviceId("temp-living")
    for chosen in (False, True):
        home = Home(consents=chosen)
        home(ev.TemperatureMeasured(device=thermometer, at=home.at, temperature_c=28.5))
        home.wait(4 * 3600 + 1)
        assert home.kinds() == ["heat"]
        assert home.told()[0].key == "heat"
        assert bool(home.sent()) is chosen
        assert not home.withheld()
        home(ev.TemperatureMeasured(device=thermometer, at=home.at, temperature_c=24))
        assert not home.open


def test_a_flat_starts_blind_and_sees_when_it_hears():
    home = Home(heard=False)
    rooms = coverage.rooms(home.now, home.flat.apartment)
    assert not any(room.live for room in rooms.values())
    assert {spot.why for spot in rooms["bath"].blind} == {"unheard"}
    home.motion("bath")
    rooms = coverage.rooms(home.now, home.flat.apartment)
    assert rooms["bath"].live
    assert not rooms["living"].live


def test_a_dead_sensor_makes_its_room_blind_and_is_told_by_day():
    home = Home(hour=14)
    home(ev.DeviceSilent(device=DeviceId("motion-living"), at=home.at))
    assert home.kinds() == ["sensor_silent"]
    spots = coverage.blind(home.now, home.flat.apartment)
    assert [(spot.room, spot.why, spot.device) for spot in spots] == [
        ("living", "silent", "motion-living")
    ]
    assert not home.sent()
    home.until(24 + 9.01)
    sent = [s for s in home.sent() if s.message.kind == "sensor_silent"]
    assert [send.message.priority for send in sent] == [Priority.INFO]
    home(ev.DeviceHeard(device=DeviceId("motion-living"), at=home.at))
    assert not coverage.blind(home.now, home.flat.apartment)


def test_a_silent_help_device_is_told_at_once():
    home = Home(hour=14)
    home(ev.DeviceSilent(device=DeviceId("cord-bath"), at=home.at))
    (page,) = home.sent()
    assert (page.message.kind, page.message.priority) == ("sensor_silent", Priority.SOON)


def test_a_motion_sensor_that_never_rests_is_stuck_and_its_room_blind():
    home = Home(hour=14, limits={"stuck_on.after_s": 8})
    home.moves("living")
    home.wait(8.1)
    verdict = home.concluded()[0].verdict
    assert (verdict.kind, verdict.room, verdict.at) == (
        "stuck_on",
        "living",
        14 * 3600 + 8,
    )
    assert ("living", "stuck_on") in {(spot.room, spot.why) for spot in verdict.blind}
    home.rests("living")
    assert not home.open
    assert not coverage.blind(home.now, home.flat.apartment)


def test_a_battery_is_told_once_until_it_was_changed():
    home = Home()
    name = DeviceId("motion-hall")
    for charge in (12, 9, 5):
        home(ev.BatteryMeasured(device=name, at=home.at, charge_pct=charge))
    assert home.kinds() == ["battery_low"]
    home(ev.BatteryMeasured(device=name, at=home.at, charge_pct=100))
    home(ev.BatteryMeasured(device=name, at=home.at, charge_pct=9))
    assert home.kinds() == ["battery_low"] * 2
    first, second = (concluded.incident for concluded in home.concluded())
    assert first != second


def test_a_lost_radio_blinds_at_once_and_is_told_after_its_grace():
    home = Home(hour=14)
    home(ev.RadioDown(source="zigbee", at=home.at))
    assert {spot.why for spot in coverage.blind(home.now, home.flat.apartment)} == {"radio"}
    home.wait(30)
    home(ev.RadioUp(source="zigbee", at=home.at))
    home.wait(600)
    assert not home.kinds()
    home(ev.RadioDown(source="zigbee", at=home.at))
    home.wait(61)
    assert home.kinds() == ["radio_down"]
    assert home.sent()[0].message.priority is Priority.SOON
    home(ev.RadioUp(source="zigbee", at=home.at))
    assert not home.open


def test_a_doubtful_clock_is_told_when_it_lasts():
    home = Home(trusted=False)
    home.wait(299)
    assert not home.kinds()
    home.wait(2)
    assert home.kinds() == ["clock_untrusted"]
    home.trusted = True
    home(ev.ClockChanged(at=home.at, trusted=True))
    assert not home.open


def test_a_full_disk_and_a_row_put_aside_are_told_at_once():
    home = Home()
    home(ev.StorageFull(at=home.at, full=True))
    home(ev.RowQuarantined(at=home.at, row=7))
    assert [send.message.kind for send in home.sent()] == ["storage_full", "row_quarantined"]


def test_a_test_alarm_is_a_real_message_marked_as_a_test():
    home = Home(consents=False, agreement=False)
    home(ev.TestAlarmAsked(at=home.at, by="Anna"))
    (page,) = home.sent()
    assert page.message.test
    assert page.message.need.basis == "operation"


def test_technical_words_need_no_consent_and_say_nothing_of_her():
    home = Home(consents=False, agreement=False)
    home(ev.DeviceSilent(device=DeviceId("cord-bath"), at=home.at))
    assert isinstance(home.effects[-1], Send)


@pytest.mark.parametrize("hour", [3, 15])
def test_restart_seconds_are_no_power_cut(hour):
    home = Home(hour=hour)
    home.dies(20)
    assert not home.kinds()
    home.dies(180)
    assert home.kinds() == ["power_was_off"]


def test_the_second_power_cut_is_told_too():
    home = Home(hour=14)
    home.dies(180)
    home.until(24 + 10)
    home.dies(180)
    home.until(48 + 10)
    sent = [s.message for s in home.sent() if s.message.kind == "power_was_off"]
    assert len(sent) == 2
    assert sent[0].incident != sent[1].incident


def test_a_detector_that_repeats_itself_is_one_alarm():
    leak = DeviceId("leak-bath")
    home = Home()
    for _ in range(5):
        home(ev.HazardSensed(device=leak, at=home.at))
        home.wait(200)
    assert len(home.sent()) == 1
    home(ev.HazardEnded(device=leak, at=home.at))
    home(ev.HazardSensed(device=leak, at=home.at))
    home.wait(200)
    assert home.sent()[-1].message.incident != home.sent()[0].message.incident


def test_what_a_deaf_radio_did_not_hear_proves_no_stillness():
    home = Home(hour=10)
    home.motion("hall")
    home.motion("living")
    home(ev.RadioDown(source="zigbee", at=home.at))
    home.wait(3 * 3600)
    home(ev.RadioUp(source="zigbee", at=home.at))
    home.wait(3 * 3600)
    assert "inactivity" not in home.kinds()
    home.wait(3600 + 200)
    assert "inactivity" in home.kinds()


def test_where_she_is_is_one_word():
    home = Home(hour=20)
    assert home.now.whereabouts() == "unknown"
    home.motion("living")
    assert home.now.whereabouts() == "home"
    home(ev.VisitStarted(at=home.at, until=home.at + 3600))
    assert home.now.whereabouts() == "visit"
    home.until(23)
    home(ev.SeatTaken(device=DeviceId("bed-bedroom"), at=home.at))
    assert home.now.whereabouts() == "asleep"
    home(ev.LeftHome(at=home.at))
    assert home.now.whereabouts() == "away"
