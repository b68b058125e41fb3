# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
from dataclasses import replace

import pytest

from rules.model import events as ev
from rules.model.apartment import Role
from rules.model.consent import Basis, ConsentState, Purpose
from rules.model.effects import AskOutcome, IncidentPhase, Purge
from rules.model.identity import DeviceId
from tests.rules.home import Home, demo_apartment, without


def test_a_pull_cord_pages_at_once_without_any_consent_to_monitoring():
    home = Home(consents=False)
    home.pull("cord-bath")
    (page,) = home.sent()
    assert page.message.need.basis is Basis.HELP_AGREEMENT
    assert (page.message.room, page.message.priority) == ("bath", "urgent")
    assert page.message.evidence == (home.seq,)
    assert not home.asked()


def test_without_the_help_agreement_nothing_leaves_and_she_is_told():
    home = Home(agreement=False)
    home.pull()
    assert not home.sent()
    assert home.withheld()
    assert "not_connected" in {tell.key for tell in home.told()}


def test_presses_within_half_an_hour_are_one_card_with_a_counter():
    home = Home()
    for _ in range(3):
        home.pull()
        home.wait(600)
    messages = [send.message for send in home.sent()]
    assert [message.count for message in messages] == [1, 2, 3]
    assert len({message.incident for message in messages}) == 1
    assert len({message.id for message in messages}) == 3
    home.wait(1801 - 600)
    home.pull()
    assert home.sent()[-1].message.count == 1


def test_a_press_heard_twice_is_one_press():
    home = Home()
    home.pull(press="0x12")
    home.wait(2)
    home.pull(press="0x12")
    assert len(home.sent()) == 1
    home.wait(60)
    home.pull(press="0x12")
    assert len(home.sent()) == 2, "a sequence number that wrapped is a new call"


def test_a_press_after_a_carer_closed_is_a_new_incident():
    home = Home()
    home.pull()
    first = home.sent()[0].message.incident
    home(
        ev.CarerClosed(at=home.at, incident=first, reason=ev.CloseReason.FALSE_ALARM, carer="Anna")
    )
    home.pull()
    assert home.sent()[-1].message.incident != first


def test_only_its_own_control_takes_a_call_back():
    home = Home()
    home.pull()
    home.fine("fine-bath")
    home(ev.AnsweredFine(at=home.at))
    home.motion("living")
    (call,) = home.open.values()
    assert call.phase is IncidentPhase.PAGED
    assert len(home.sent()) == 1
    home(ev.HelpTakenBack(device=DeviceId("take-back-bedroom"), at=home.at))
    assert not home.open
    last = home.sent()[-1].message
    assert (last.phase, last.detail["closed"]) == (IncidentPhase.CLOSED, "taken_back")


def test_that_a_call_is_taken_back_is_told_where_that_was_done():
    home = Home()
    home.motion("living")
    home.pull("panel")
    home(ev.HelpTakenBack(device=DeviceId("take-back-bedroom"), at=home.at))
    (told,) = [told for told in home.told() if told.key == "taken_back"]
    assert told.room == "bedroom"


def test_a_call_from_a_device_nobody_enrolled_still_rings():
    home = Home()
    home.pull("panel")
    (page,) = home.sent()
    assert (page.message.room, page.message.device) == (None, "panel")


def test_private_time_never_silences_help_and_hazards():
    home = Home()
    home(ev.Paused(at=home.at, until=home.at + 3600))
    home.pull()
    home(ev.HazardSensed(device=DeviceId("leak-bath"), at=home.at))
    assert {"help_call", "leak"} <= set(home.kinds())


def test_an_answer_within_45_seconds_and_walking_away_closes_a_fall_quietly():
    home = Home()
    home.motion("bath")
    home.fall()
    home.wait(20)
    home.fine("fine-bath")
    assert home.ended()[-1].outcome is AskOutcome.ANSWERED
    home.motion("bath")
    assert home.open, "moving where she fell is not walking"
    home.motion("living")
    assert not home.open
    assert not home.sent()


def test_fine_without_movement_is_asked_once_more_after_15_minutes_and_then_paged():
    home = Home()
    home.fall()
    home.fine("fine-bath")
    home.wait(899)
    assert len(home.asked()) == 1
    home.wait(2)
    assert len(home.asked()) == 2
    home.wait(60)
    (page,) = home.sent()
    assert page.message.kind == "fall_sensor"


def test_walking_in_another_room_cancels_the_question_of_a_fall():
    home = Home()
    home.motion("bath")
    home.fall()
    home.wait(10)
    home.motion("living")
    assert home.ended()[-1].outcome is AskOutcome.OVERTAKEN
    home.wait(120)
    assert not home.sent()


@pytest.mark.parametrize("other", ["pet", "visitor", "somebody came in"])
def test_walking_cancels_nothing_where_somebody_else_may_walk(other):
    apartment = replace(demo_apartment(), pets=other == "pet")
    home = Home(apartment=apartment)
    if other == "visitor":
        home(ev.VisitStarted(at=home.at, until=home.at + 7200))
    home.fall()
    if other == "somebody came in":
        home(ev.DoorOpened(device=DeviceId("door-front"), at=home.at + 5))
    home.motion("living", hold_s=10)
    home.motion("hall", hold_s=10)
    home.wait(45)
    assert [send.message.kind for send in home.sent()] == ["fall_sensor"]


def test_a_room_in_which_no_question_can_be_answered_pages_without_asking():
    home = Home(apartment=without(demo_apartment(), Role.SOUNDER))
    home.fall()
    (page,) = home.sent()
    assert not home.asked()
    assert page.message.detail["asked"] == "no"


def test_a_lamp_whose_radio_is_down_asks_nobody():
    home = Home()
    home(ev.RadioDown(source="zigbee", at=home.at))
    home(ev.FallSensed(device=DeviceId("radar-bath"), at=home.at, press="x"))
    assert home.sent()


def test_without_consent_the_question_stays_and_nothing_is_enqueued():
    home = Home(consents=False)
    home.fall()
    home.wait(60)
    assert home.asked()
    assert not home.sent()
    assert home.withheld()[0].need.purpose is Purpose.FALLS
    home.motion("living")
    assert not home.open


def test_a_withdrawn_consent_takes_back_what_was_not_sent_and_stops_the_next():
    home = Home()
    home.fall()
    home.wait(10)
    (purge,) = home.consent(Purpose.FALLS, ConsentState.WITHDRAWN)
    assert isinstance(purge, Purge)
    assert purge.need.purpose is Purpose.FALLS
    home.wait(60)
    assert not home.sent()


def test_silence_of_20_minutes_after_the_bath_is_a_possible_fall():
    home = Home(hour=14)
    home.motion("hall")
    home.motion("bath")
    home.wait(20 * 60 - 1)
    assert not home.kinds()
    home.wait(2)
    (ask,) = home.asked()
    assert ask.room == "bath"
    home.wait(60)
    (page,) = home.sent()
    assert (page.message.kind, page.message.room) == ("possible_fall", "bath")
    assert page.message.detail["reason"] == "silence"


def test_silence_in_the_living_room_is_no_fall():
    home = Home(hour=14)
    home.motion("bath")
    home.motion("hall", hold_s=70)
    home.motion("living")
    home.wait(3 * 3600)
    assert "possible_fall" not in home.kinds()


def test_the_falling_edge_of_a_room_she_left_does_not_call_her_back_there():
    home = Home(hour=14)
    home.moves("hall")
    home.wait(5)
    home.motion("living", hold_s=30)
    home.wait(30)
    home.rests("hall")
    home.wait(3600)
    assert "possible_fall" not in home.kinds()


def test_a_long_bath_with_movement_is_asked_after_45_minutes_by_day_and_30_by_night():
    for hour, minutes in ((14, 45), (2, 30)):
        home = Home(hour=hour)
        home.motion("hall")
        began = home.at
        while home.at < began + minutes * 60 - 120:
            home.motion("bath")
            home.wait(30)
        assert not home.kinds()
        home.motion("bath")
        home.wait(60)
        assert home.kinds() == ["possible_fall"]
        assert home.concluded()[0].verdict.detail["reason"] == "stay"


def test_a_shower_makes_an_hour_in_the_bath_normal():
    apartment = demo_apartment()
    air = replace(
        apartment.devices_by_id[DeviceId("temp-living")], id=DeviceId("air-bath"), room="bath"
    )
    home = Home(apartment=replace(apartment, devices=(*apartment.devices, air)), hour=14)
    home.motion("hall")
    home(ev.HumidityMeasured(device=air.id, at=home.at, humidity_pct=45))
    began = home.at
    home.motion("bath")
    home(ev.HumidityMeasured(device=air.id, at=home.at, humidity_pct=80))
    while home.at < began + 58 * 60:
        home.motion("bath")
    assert not home.kinds()
    while home.at < began + 62 * 60:
        home.motion("bath")
    assert home.kinds() == ["possible_fall"]


def test_silence_says_nothing_where_leaving_would_not_be_seen():
    home = Home(apartment=without(demo_apartment(), Role.MOTION, Role.BED), hour=14)
    home(ev.ItemUsed(device=DeviceId("radar-bath"), at=home.at))
    home.wait(3600)
    assert "possible_fall" not in home.kinds()
    blind = Home(hour=14)
    blind(ev.DeviceSilent(device=DeviceId("motion-hall"), at=blind.at))
    blind(ev.DeviceSilent(device=DeviceId("motion-living"), at=blind.at))
    blind.motion("bath")
    blind.wait(3600)
    assert "possible_fall" not in blind.kinds()


def test_a_blind_hall_hides_no_fall_in_the_bath_while_every_room_beyond_it_is_seen():
    home = Home(hour=18)
    home(ev.DeviceSilent(device=DeviceId("motion-hall"), at=home.at))
    home.motion("living")
    home.motion("bath")
    home.wait(21 * 60)
    assert "possible_fall" in home.kinds()
    # Without the front door she may have left: then silence says nothing.
    other = Home(hour=18)
    other(ev.DeviceSilent(device=DeviceId("motion-hall"), at=other.at))
    other(ev.DeviceSilent(device=DeviceId("door-front"), at=other.at))
    other.motion("living")
    other.motion("bath")
    other.wait(21 * 60)
    assert "possible_fall" not in other.kinds()


def test_two_clear_frames_lost_in_the_evening_do_not_hide_a_fall_until_the_morning():
    home = Home(hour=18.3)
    home.moves("hall")
    home.wait(9)
    home.moves("bath")
    home.wait(32 * 60)
    assert "possible_fall" in home.kinds()


def test_a_second_fall_after_fine_is_asked_again():
    home = Home()
    home.fall()
    home.fine("fine-bath")
    home.wait(30)
    home.fall()
    assert len(home.asked()) == 2
    home.wait(60)
    assert home.sent()[0].message.count == 2


def test_the_carer_who_comes_is_said_in_the_room_and_stops_the_question():
    home = Home()
    home.fall()
    home.wait(50)
    incident = home.sent()[0].message.incident
    step = ev.CarerStep.ACCEPTED
    home(ev.CarerAnswered(at=home.at, incident=incident, step=step, carer="Anna", minutes=8))
    tell = home.told()[-1]
    assert (tell.key, tell.room) == ("carer_accepted", "bath")
    assert (tell.detail["carer"], tell.detail["minutes"]) == ("Anna", 8.0)
    reason = ev.CloseReason.REAL
    home(ev.CarerClosed(at=home.at, incident=incident, reason=reason, carer="Anna"))
    assert not home.open
    assert len(home.sent()) == 1, "the service closed it: it needs no word of it"


def test_a_receipt_is_told_where_help_was_called():
    home = Home()
    home.pull()
    home(ev.EscalationRunning(at=home.at, message=home.sent()[0].message.id))
    assert (home.told()[-1].key, home.told()[-1].room) == ("help_is_called", "bath")


@pytest.mark.parametrize("agreed", [True, False])
def test_a_press_that_the_closing_carer_did_not_know_stays_open_while_it_may_leave(agreed):
    home = Home()
    home.pull()
    home.wait(60)
    home.pull()
    incident, first = home.sent()[0].message.incident, home.sent()[0].message.id
    if not agreed:
        home(ev.AgreementChanged(at=home.at, live=False))
    reason = ev.CloseReason.FALSE_ALARM
    closed = ev.CarerClosed(at=home.at, incident=incident, reason=reason, carer="A", message=first)
    home(closed)
    assert (incident in home.open) is agreed
    home(replace(closed, message=home.sent()[1].message.id))
    assert not home.open


def test_that_nobody_is_reached_is_told_once_until_a_phone_rings_or_somebody_comes():
    home = Home()
    home.pull()
    incident, message = home.sent()[0].message.incident, home.sent()[0].message.id

    def told() -> list[str]:
        return [one.key for one in home.told()]

    nobody = ev.NobodyReached(at=home.at, incident=incident, message=message)
    home(nobody)
    home(nobody)
    assert told() == ["nobody_reached"]
    home(ev.SomebodyReached(at=home.at, incident=incident))
    home(ev.SomebodyReached(at=home.at, incident=incident))
    assert told() == ["nobody_reached", "help_is_called"]
    home(nobody)
    step = ev.CarerStep.ACCEPTED
    home(ev.CarerAnswered(at=home.at, incident=incident, step=step, carer="Anna"))
    home(nobody)
    home(ev.SomebodyReached(at=home.at, incident=incident))
    assert told()[2:] == ["nobody_reached", "carer_accepted"]
    assert len(home.sent()) == 1


def test_a_radar_that_repeats_itself_reports_one_fall():
    home = Home()
    home.fall()
    for _ in range(10):
        home.wait(60)
        home.fall()
    assert len(home.asked()) == 1
    assert len(home.sent()) == 1
    home.motion("living")
    home.fall()
    home.wait(60)
    assert len(home.sent()) == 2, "she had walked: this is another fall"


def test_asking_for_private_time_answers_the_question_and_is_not_asked_again():
    home = Home()
    home.fall()
    home(ev.Paused(at=home.at, until=home.at + 3600))
    home.wait(3000)
    assert (len(home.asked()), home.sent()) == (1, [])
