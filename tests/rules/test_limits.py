# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Limits: one record a section, looked up by type, set by the keys that stand in settings."""

import copy
from dataclasses import dataclass, fields

import pytest

from rules.detectors.inactivity import InactivityLimits
from rules.detectors.limits import limits_of
from rules.detectors.registry import SHIPPED, TABLE
from rules.model.limits import LimitError, Limits, NoLimits, with_limit
from rules.situation.presence import PresenceLimits

KEYS = {
    "help_call": "card_s same_press_s",
    "fall_sensor": "ask_s",
    "technical": "battery_low_pct battery_good_pct radio_grace_s power_gap_s clock_grace_s"
    " bundle_at_s",
    "no_first_movement": "from_s latest_s ask_s",
    "not_seen": "gap_s after_s ask_s",
    "inactivity": "limit_s night_limit_s ask_s urgent_after_s",
    "possible_fall": "silence_s stay_night_s stay_day_s stay_shower_s shower_pct ask_s",
    "bed_exit": "after_s ask_s",
    "door_at_night": "on from_s to_s after_s ask_s",
    "stove_unattended": "on_w cycle_s warn_s cut_s check_s cooling_s reset_s",
    "leak": "ask_s",
    "heat": "warm_c warm_for_s hot_c again_below_c",
    "cold": "cold_c cold_for_s again_above_c",
    "kitchen_unused": "remind_s page_s up_s",
    "night_light": "off_after_s level",
    "water_running": "long_s page_after_s",
    "medication_drawer": "on from_s to_s page_after_s",
    "habits": "on at_s learn_days week_days before_days less more quiet lively visits rest_days"
    " away_s drift_shown_s day_shown_s",
    "presence": "away_after_s settle_s passage_s leaving_s asleep_after_s visit_max_s",
    "pause": "longest_s",
    "stuck_on": "after_s",
    "incident": "movement_s again_ask_s",
}


def test_the_keys_of_a_settings_file_keep_their_names():
    written = {
        section: " ".join(entry.name for entry in fields(record))
        for section, record in SHIPPED.sections.items()
    }
    assert {section: written.get(section) for section in KEYS} == KEYS


def test_a_limit_is_set_by_section_and_key():
    limits = with_limit(SHIPPED, "inactivity.limit_s", "8")
    assert limits[InactivityLimits].limit_s == 8.0
    assert limits[PresenceLimits] is SHIPPED[PresenceLimits]
    assert SHIPPED[InactivityLimits].limit_s == 4 * 3600.0
    assert with_limit(limits, "door_at_night.on", "true").sections["door_at_night"].on is True


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("inactivity", "8"),
        ("inactivity.limit", "8"),
        ("nothing.limit_s", "8"),
        ("inactivity.limit_s", "soon"),
        ("inactivity.limit_s", "-1"),
        ("inactivity.limit_s", "nan"),
        ("inactivity.limit_s", "inf"),
        ("door_at_night.on", "8"),
    ],
)
def test_a_wrong_limit_says_what_was_expected(key, value):
    with pytest.raises(LimitError) as caught:
        with_limit(SHIPPED, key, value)
    assert caught.value.key == key
    assert caught.value.expected


def test_a_kind_nobody_declares_cannot_be_switched_off():
    limits = with_limit(with_limit(SHIPPED, "off", "heat, cold"), "off", "leak")
    assert limits.off == {"heat", "cold", "leak"}
    with pytest.raises(LimitError) as caught:
        with_limit(SHIPPED, "off", "help_cal")
    assert "help_call" in caught.value.expected


def test_limits_that_were_set_alike_are_equal():
    one, other = (with_limit(SHIPPED, "leak.ask_s", 30) for _ in range(2))
    assert one == other
    assert hash(one) == hash(other)
    assert one != SHIPPED
    assert one != with_limit(one, "off", "leak")
    assert copy.deepcopy(one) == one


def test_a_detector_without_limits_has_no_section():
    assert SHIPPED[NoLimits] == NoLimits()
    assert "test_alarm" not in SHIPPED.sections


def test_a_detector_from_outside_brings_its_section():
    @dataclass(frozen=True, slots=True, kw_only=True)
    class Fridge:
        open_s: float = 600.0

    class Outside(type(TABLE[0])):
        name, limits, declares = "fridge", Fridge, ()

    limits = with_limit(limits_of((*TABLE, Outside())), "fridge.open_s", 60)
    assert limits[Fridge].open_s == 60.0


def test_two_sections_of_one_type_are_refused():
    with pytest.raises(AssertionError):
        Limits({"one": PresenceLimits(), "two": PresenceLimits()})
