# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
from dataclasses import replace

import pytest

from rules.model import events as ev
from rules.model.apartment import Apartment, Device, Role, Room, RoomType
from rules.model.effects import IncidentClosed, IncidentPhase
from rules.model.identity import DeviceId, RoomId
from rules.model.verdict import Priority
from tests.rules.home import Home, demo_apartment


def still_since(hour: float, **given) -> Home:
    """She is in the living room and sits down at that hour."""
    home = Home(hour=hour - 0.1, **given)
    home.motion("hall")
    home.motion("living")
    return home


def test_four_still_hours_are_asked_twice_and_paged_once():
    home = still_since(13)
    home.wait(4 * 3600 - 1)
    assert not home.kinds()
    home.wait(5 * 60)
    assert home.kinds() == ["inactivity"]
    assert [ask.attempt for ask in home.asked()] == [1, 2]
    (page,) = home.sent()
    assert (page.message.kind, page.message.priority) == ("inactivity", Priority.SOON)
    assert page.message.evidence
    home.wait(3600)
    assert home.kinds() == ["inactivity"]


def test_a_page_of_stillness_nobody_took_is_urgent_after_15_minutes():
    home = still_since(13)
    home.wait(4 * 3600 + 120 + 15 * 60 + 1)
    first, second = home.sent()
    assert (first.message.priority, second.message.priority) == (Priority.SOON, Priority.URGENT)
    assert second.message.revision == 2


def test_a_page_that_was_taken_does_not_rise():
    home = still_since(13)
    home.wait(4 * 3600 + 130)
    incident = home.sent()[0].message.incident
    step = ev.CarerStep.ACCEPTED
    home(ev.CarerAnswered(at=home.at, incident=incident, step=step, carer="Anna"))
    home.wait(3600)
    assert len(home.sent()) == 1


def test_movement_answers_the_question():
    home = still_since(13)
    home.wait(4 * 3600 + 30)
    home.motion("kitchen")
    home.wait(600)
    assert not home.sent()
    assert not home.open


def test_movement_at_two_places_withdraws_a_page_unless_somebody_came_in():
    home = still_since(13)
    home.wait(4 * 3600 + 130)
    home.motion("living")
    assert home.open
    home.motion("kitchen")
    assert not home.open
    assert home.sent()[-1].message.phase is IncidentPhase.CLOSED
    other = still_since(13)
    other.wait(4 * 3600 + 130)
    other(ev.DoorOpened(device=DeviceId("door-front"), at=other.at))
    other.motion("living")
    other.motion("kitchen")
    assert other.open, "a carer walks there"


def test_a_front_door_that_opens_is_no_second_place_of_movement():
    home = still_since(13)
    home.wait(4 * 3600 + 130)
    home.motion("living")
    home(ev.DoorOpened(device=DeviceId("door-front"), at=home.at))
    assert home.open, "somebody comes in to her"


def test_a_second_silence_after_the_first_was_closed_is_a_new_incident():
    home = still_since(6.5)
    home.wait(4 * 3600 + 130)
    first = home.sent()[0].message.incident
    home.motion("living")
    home.motion("kitchen")
    home.wait(4 * 3600 + 130)
    assert home.sent()[-1].message.incident != first


def test_an_empty_flat_is_never_inactive():
    home = still_since(9)
    home.leave()
    home.wait(40 * 3600)
    assert not home.kinds()


def test_coming_home_and_sitting_down_is_judged_again():
    home = still_since(9)
    home.leave()
    home.wait(5 * 3600)
    home.leave()  # the same door: open, closed; now somebody is in
    home.motion("hall")
    home.motion("living")
    home.wait(4 * 3600 + 10)
    assert home.kinds() == ["inactivity"]


def test_answering_the_door_is_not_leaving():
    home = still_since(9)
    home.leave()
    home.wait(60)
    home.motion("living")
    home.wait(4 * 3600 + 10)
    assert home.kinds() == ["inactivity"]


def test_sleep_is_no_stillness_until_the_morning_is_over():
    home = Home(hour=21)
    home.motion("hall")
    home.motion("bedroom")
    home.until(24 + 10.99)
    assert not home.kinds()
    home.until(24 + 11.01)
    assert home.kinds() == ["no_first_movement"]
    (ask,) = home.asked()
    assert ask.answer_by - 35 * 3600 == pytest.approx(300)
    home.wait(300)
    (page,) = home.sent()
    assert page.message.priority is Priority.SOON
    home.wait(6 * 3600)
    assert home.kinds() == ["no_first_movement"], "one stillness, one word"


def test_a_morning_with_movement_is_quiet():
    home = Home(hour=21)
    home.motion("bedroom")
    home.until(24 + 9)
    home.motion("kitchen")
    home.until(24 + 11.5)
    home.motion("living")
    home.until(24 + 12)
    assert not home.kinds()


def test_no_first_movement_comes_back_on_the_second_morning():
    home = Home(hour=21)
    home.motion("bedroom")
    home.until(24 + 11.5)
    home.motion("bedroom")
    home.motion("kitchen")
    home.until(24 + 21)
    home.motion("bedroom")
    home.until(48 + 11.5)
    assert home.kinds().count("no_first_movement") == 2
    incidents = {send.message.incident for send in home.sent() if send.message.revision == 1}
    assert len(incidents) >= 2


def test_eight_seconds_of_stillness_can_be_set_at_any_hour():
    """The windows of the side-by-side scenarios: a limit of 8 s by day and night."""
    for hour in (3.0, 15.0):
        limits = {"inactivity.limit_s": 8, "inactivity.night_limit_s": 8}
        home = Home(hour=hour, limits=limits)
        home.motion("living", hold_s=0.3)
        home.wait(7.9)
        assert not home.kinds()
        home.wait(0.2)
        assert home.kinds() == ["inactivity"]
        assert home.concluded()[0].verdict.at == pytest.approx(hour * 3600 + 8.3)


@pytest.mark.parametrize("told", [True, False])
def test_a_restart_inside_the_window_delays_by_the_gap_and_loses_nothing(told):
    limits = {"inactivity.limit_s": 8, "inactivity.night_limit_s": 8}
    home = Home(hour=15, limits=limits)
    home.motion("living", hold_s=0.3)
    home.dies(6.0, told=told, trusted=told)
    booted = home.at
    home.wait(7.9)
    assert "inactivity" not in home.kinds()
    home.wait(0.2)
    kinds = [kind for kind in home.kinds() if kind in {"inactivity", "not_seen"}]
    assert len(kinds) == 1
    verdict = home.concluded()[-1].verdict
    assert verdict.at == pytest.approx(booted + 8)
    assert [spot.why for spot in verdict.blind if spot.room is None] == ["gap"]


def test_stillness_proven_before_a_short_gap_counts():
    home = still_since(13)
    home.wait(3 * 3600)
    home.dies(60)
    home.wait(3600 - 1)
    assert "inactivity" not in home.kinds()
    home.wait(2)
    assert "inactivity" in home.kinds()


def test_after_20_minutes_without_the_hub_she_is_asked_30_minutes_later():
    home = still_since(14)
    home.dies(20 * 60)
    assert home.kinds() == ["power_was_off"]
    home.wait(30 * 60 - 1)
    assert len(home.kinds()) == 1
    home.wait(2)
    assert home.kinds()[-1] == "not_seen"
    home.wait(60)
    page = home.sent()[-1].message
    assert (page.kind, page.priority) == ("not_seen", Priority.SOON)
    assert len(page.evidence) >= 2
    assert {spot.why for spot in page.blind} == {"gap"}


@pytest.mark.parametrize(("gap_s", "waits"), [(14 * 60, False), (16 * 60, True)])
def test_only_a_gap_above_15_minutes_has_its_own_deadline(gap_s, waits):
    home = still_since(14)
    home.dies(gap_s)
    home.wait(31 * 60)
    assert ("not_seen" in home.kinds()) is waits


def test_a_sign_of_life_after_a_gap_is_enough():
    home = still_since(14)
    home.dies(20 * 60)
    home.wait(60)
    home.motion("living")
    home.wait(3600)
    assert "not_seen" not in home.kinds()


def test_a_gap_with_nobody_at_home_asks_nobody():
    home = still_since(9)
    home.leave()
    home.wait(3600)
    home.dies(20 * 60)
    home.wait(4 * 3600)
    assert "not_seen" not in home.kinds()


def test_a_gap_of_unknown_length_counts_as_long():
    home = still_since(14)
    home.dies(5, told=False, trusted=False)
    home.wait(31 * 60)
    assert "not_seen" in home.kinds()


def test_a_question_that_ran_out_in_the_gap_pages_late():
    home = Home(hour=14)
    home.fall()
    home.wait(10)
    home.dies(20 * 60)
    (page,) = home.sent()
    assert page.message.kind == "fall_sensor"
    assert page.message.late


def test_an_untrusted_clock_moves_no_deadline_of_the_axis():
    home = Home(hour=14, trusted=False)
    home.motion("hall")
    home.motion("living")
    home.wait(4 * 3600 - 1)
    assert "inactivity" not in home.kinds()
    home.wait(2)
    assert "inactivity" in home.kinds()
    home.wait(130)
    page = next(s.message for s in home.sent() if s.message.kind == "inactivity")
    assert page.utc_s is None


def test_where_a_person_could_live_on_unseen_she_is_not_seen_rather_than_inactive():
    home = still_since(13)
    home(ev.DeviceSilent(device=DeviceId("motion-bedroom"), at=home.at))
    home(ev.DeviceSilent(device=DeviceId("bed-bedroom"), at=home.at))
    home.wait(4 * 3600 + 1)
    verdict = home.concluded()[-1].verdict
    assert verdict.kind == "not_seen"
    assert "bedroom" in {spot.room for spot in verdict.blind}


def test_private_time_proves_no_stillness_and_ends_by_itself():
    home = still_since(13)
    home.wait(3600)
    over_at = home.at + 7200
    home(ev.Paused(at=home.at, until=over_at))
    home.wait(2 * 3600 + 3 * 3600)
    assert not [kind for kind in home.kinds() if kind == "inactivity"]
    # Nobody saw what happened meanwhile: she is asked half an hour after it ran out.
    assert home.kinds() == ["not_seen"]
    (asked,) = home.asked()
    assert asked.answer_by == over_at + 30 * 60 + 60


def test_private_time_that_runs_out_at_night_asks_nobody_before_the_morning():
    home = still_since(20)
    home(ev.Paused(at=home.at, until=home.at + 4 * 3600))
    home.until(24 + 9)
    assert not home.kinds()


def test_who_ends_private_time_herself_is_seen():
    home = still_since(13)
    home.wait(3 * 3600)
    home(ev.Paused(at=home.at, until=home.at + 7200))
    home.wait(3600)
    home(ev.Resumed(at=home.at))
    home.wait(3 * 3600)
    assert not home.kinds()


def test_private_time_is_at_most_eight_hours():
    home = Home()
    home(ev.Paused(at=home.at, until=home.at + 100 * 3600))
    home.wait(8 * 3600 + 1)
    assert home.now.pause is None


def test_with_a_pet_one_motion_sensor_alone_shows_nobody():
    home = still_since(13, apartment=replace(demo_apartment(), pets=True))
    home(ev.ItemUsed(device=DeviceId("motion-kitchen"), at=home.at))
    for _ in range(9):
        home.wait(1700)
        home.motion("living")
    assert "inactivity" in home.kinds()


def test_a_flat_without_a_door_contact_says_that_leaving_is_not_seen():
    apartment = Apartment(
        rooms=(Room(id=RoomId("living"), type=RoomType.LIVING, name="Stube"),),
        devices=(Device(id=DeviceId("m"), role=Role.MOTION, room=RoomId("living")),),
    )
    home = Home(apartment=apartment, hour=10)
    home(ev.Motion(device=DeviceId("m"), at=home.at))
    home(ev.MotionEnded(device=DeviceId("m"), at=home.at + 60))
    home.wait(5 * 3600)
    assert home.concluded()[0].verdict.detail["front_door"] == "no_sensor"


def test_an_announced_absence_is_believed_until_she_moves():
    home = still_since(9)
    home(ev.LeftHome(at=home.at))
    home.motion("hall")
    home.leave()
    home.wait(10 * 3600)
    assert not home.kinds()
    home.leave()
    home.motion("hall")
    home.motion("living")
    assert home.now.presence.home


def test_closing_by_movement_says_why():
    home = still_since(13)
    home.wait(4 * 3600 + 30)
    home.motion("kitchen")
    closed = [effect for effect in home.effects if isinstance(effect, IncidentClosed)]
    assert [one.reason for one in closed] == ["cleared"]


def test_one_stillness_has_one_name_even_when_the_morning_ends():
    home = Home(hour=18.4)
    home.motion("hall")
    home.motion("bedroom")
    home.until(24 + 12)
    assert home.kinds() == ["inactivity"]


def test_falling_right_after_coming_home_does_not_look_like_leaving():
    home = still_since(9)
    home.leave()
    home.wait(2 * 3600)
    home(ev.DoorOpened(device=DeviceId("door-front"), at=home.at))
    home.moves("hall")
    home.wait(5)
    home(ev.DoorClosed(device=DeviceId("door-front"), at=home.at))
    home.wait(55)
    home.rests("hall")
    home.wait(21 * 60)
    assert home.now.presence.home
    assert home.kinds() == ["possible_fall"]
