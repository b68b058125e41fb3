# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2


from rules.model import events as ev
from rules.model.apartment import Role
from rules.model.identity import DeviceId
from rules.model.verdict import Priority
from tests.rules.home import Home, demo_apartment, without


def cooking(**given) -> Home:
    """The stove is on, she has gone to the living room."""
    home = Home(hour=12, **given)
    home.motion("kitchen")
    home.power(1800)
    home.motion("living")
    return home


def test_a_stove_alone_is_told_after_10_minutes_cut_after_15_and_paged_while_hot():
    home = cooking()
    home.until(12 + 61 / 3600 + 600 / 3600 - 0.002)
    assert not home.kinds()
    home.wait(10)
    assert home.kinds() == ["stove_unattended"]
    assert home.asked()[0].room == "living", "she is asked where she is"
    assert not home.switched()
    home.wait(300)
    (cut,) = home.switched()
    assert (cut.device, cut.on) == ("stove-cutoff", False)
    assert "stove_cut" in {tell.key for tell in home.told()}
    assert not home.sent()
    home.power(0)
    home.wait(120)
    (page,) = home.sent()
    assert page.message.priority is Priority.SOON
    assert page.message.detail["cut"] == "yes"


def test_a_cut_off_that_did_not_obey_is_not_called_cut():
    home = cooking()
    home.wait(15 * 60 + 125)
    assert [one.on for one in home.switched()] == [False]
    (page,) = home.sent()
    assert page.message.detail["cut"] == "no"


def test_a_stove_that_was_cut_and_is_cold_again_is_not_paged():
    home = cooking(limits={"stove_unattended.cooling_s": 0})
    home.wait(15 * 60 + 5)
    home.power(0)
    home.wait(300)
    assert home.switched()
    assert not home.sent()
    assert not home.open


def test_without_a_cut_off_the_stove_is_paged_after_15_minutes():
    home = cooking(apartment=without(demo_apartment(), Role.STOVE_CUTOFF))
    home.wait(16 * 60)
    assert not home.switched()
    assert home.sent()[0].message.detail["cut"] == "no"


def test_going_back_to_the_kitchen_ends_the_question():
    home = cooking()
    home.wait(11 * 60)
    assert home.asked()
    home.motion("kitchen")
    home.wait(8 * 60)
    assert not home.switched()
    assert not home.sent()


def test_pauses_of_the_thermostat_are_no_end_of_cooking():
    home = cooking()
    for _ in range(5):
        home.power(0)
        home.wait(60)
        home.power(1800)
        home.wait(60)
    assert home.kinds() == ["stove_unattended"]


def test_a_stove_that_was_switched_off_is_forgotten():
    home = cooking()
    home.power(0)
    home.wait(3600)
    assert not home.kinds()


def test_a_cut_stove_stays_off_after_a_power_cut():
    home = cooking()
    home.wait(16 * 60)
    home.effects.clear()
    home.dies(60)
    assert [(switch.device, switch.on) for switch in home.switched()] == [("stove-cutoff", False)]
    home(ev.SwitchSensed(device=DeviceId("stove-cutoff"), at=home.at + 5, on=True))
    assert len(home.switched()) == 2


def test_a_reset_by_hand_in_the_kitchen_is_respected():
    home = cooking()
    home.wait(16 * 60)
    home.motion("kitchen", hold_s=10)
    home.effects.clear()
    home(ev.SwitchSensed(device=DeviceId("stove-cutoff"), at=home.at, on=True))
    assert not home.switched()
    assert not home.memory("stove_unattended").cut


def test_a_stove_left_on_by_somebody_who_went_out_is_cut_all_the_same():
    home = Home(hour=12)
    home.motion("kitchen")
    home.power(1800)
    home.motion("hall", hold_s=5)
    home.leave()
    home.wait(16 * 60)
    assert not home.asked()
    assert [switch.device for switch in home.switched()] == ["stove-cutoff"]
    home.power(0)
    home.wait(180)
    assert home.sent()[0].message.detail == {
        "on_s": 600.0,
        "alone_s": 600.0,
        "asked": "no",
        "cut": "yes",
    }


def test_coming_back_to_a_kitchen_that_was_cut_needs_no_page():
    home = cooking()
    home.wait(15 * 60 + 5)
    assert home.switched()
    home.power(0)
    home.motion("kitchen")
    home.wait(600)
    assert not home.sent()
    assert home.memory("stove_unattended").cut
