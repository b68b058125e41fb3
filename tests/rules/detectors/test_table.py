# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""A table of detectors that contradicts itself is refused, by the name of the guilty."""

import pytest

from rules.detectors.detector import Detector
from rules.detectors.named_kinds import named_kinds
from rules.detectors.registry import TABLE
from rules.detectors.table import (
    TableError,
    UndeclaredKind,
    checked,
    concluded_by,
    heard_by,
    owners,
    waits,
)
from rules.model.conclusions import Clear
from rules.model.declaration import OPERATION, Declaration, Page
from rules.model.events import ItemUsed, Motion, MotionEnded
from rules.model.verdict import Kind, Priority

FRIDGE = Kind("fridge_left_open")
THAWED = Kind("thawed")


class Fridge(Detector):
    name = "fridge_left_open"
    declares = (Declaration(kind=FRIDGE, need=OPERATION, page=Page.AT_ONCE),)

    def on_used(self, memory, event: ItemUsed, now, limits):
        return memory, ()


ORDER = (
    "help_call",
    "fall_sensor",
    "power_was_off",
    "no_first_movement",
    "not_seen",
    "inactivity",
    "possible_fall",
    "bed_exit",
    "door_at_night",
    "stove_unattended",
    "hazard_relay",
    "leak",
    "heat",
    "cold",
    "stuck_on",
    "radio_down",
    "clock_untrusted",
    "kitchen_unused",
    "night_light",
    "water_running",
    "medication_drawer",
    "habits",
    "sensor_silent",
    "battery_low",
    "storage_full",
    "row_quarantined",
    "test_alarm",
)
"""Of the detectors that were shipped; a new one takes its place among them."""


def test_the_order_of_the_table_is_the_order_of_hearing_and_of_equal_deadlines():
    assert tuple(one.name for one in TABLE if one.name in ORDER) == ORDER


def test_a_detector_from_outside_is_heard_and_owns_its_kind():
    table = checked((*TABLE, Fridge()))
    assert owners(table)[FRIDGE].number == len(TABLE)
    assert set(heard_by(table[-1])) == {ItemUsed}
    assert not waits(table[-1])


def test_two_detectors_of_one_name_are_refused():
    class Other(Fridge):
        declares = ()

    with pytest.raises(TableError, match="two detectors are named fridge_left_open"):
        checked((*TABLE, Fridge(), Other()))


def test_a_kind_of_two_owners_is_refused():
    class Other(Fridge):
        name = "freezer"

    with pytest.raises(TableError, match="is declared by fridge_left_open and by freezer"):
        checked((*TABLE, Fridge(), Other()))


def test_a_detector_without_a_name_is_refused():
    class Nameless(Detector):
        pass

    with pytest.raises(TableError, match="Nameless has no name"):
        checked((*TABLE, Nameless()))


def test_a_kind_nobody_declares_cannot_be_concluded_for_another():
    class Other(Fridge):
        also_concludes = (Kind("inactivty"),)

    with pytest.raises(TableError, match="fridge_left_open may conclude inactivty"):
        checked((*TABLE, Other()))


def test_a_handler_that_does_not_say_what_it_hears_is_refused():
    class Deaf(Fridge):
        def on_used(self, memory, event, now, limits):
            return memory, ()

    with pytest.raises(TableError, match="on_used has no argument `event` with a type"):
        checked((*TABLE, Deaf()))


def test_an_event_that_two_handlers_hear_is_refused():
    class Twice(Fridge):
        def on_used_too(self, memory, event: ItemUsed | Motion, now, limits):
            return memory, ()

    with pytest.raises(TableError, match="fridge_left_open hears ItemUsed twice"):
        checked((*TABLE, Twice()))


def test_a_deadline_that_nobody_judges_is_refused():
    class Waiting(Fridge):
        def due(self, memory, limits):
            return 0.0

    with pytest.raises(TableError, match="fridge_left_open has a deadline and does not judge it"):
        checked((*TABLE, Waiting()))


def test_one_handler_hears_several_events():
    class Both(Fridge):
        def on_motion(self, memory, event: Motion | MotionEnded, now, limits):
            return memory, ()

    assert set(heard_by(Both())) == {ItemUsed, Motion, MotionEnded}


def test_a_kind_that_is_concluded_and_not_declared_stops_the_import():
    class Freezer(Fridge):
        name = "freezer"

        def on_used(self, memory, event: ItemUsed, now, limits):
            return memory, (_open(now),)

    class Shut(Fridge):
        def on_used(self, memory, event: ItemUsed, now, limits):
            return memory, (Clear(THAWED, event.device),)

    for one, name in ((Freezer(), "freezer"), (Shut(), "fridge_left_open")):
        with pytest.raises(TableError, match=f"{name} concludes thawed, which it does not declare"):
            checked((*TABLE, one))


def test_the_code_of_the_house_names_the_kinds_it_concludes():
    found = {kind for one in TABLE for kind in named_kinds(one)}
    assert {"help_call", "bed_exit", "water_running", "kitchen_unused", "leak"} <= found


def _open(now):
    return now.verdict(THAWED, Priority.INFO)


def test_an_undeclared_kind_is_named_with_its_detector():
    assert concluded_by(Fridge()) == {FRIDGE}
    fault = UndeclaredKind("fridge_left_open", "freezer")
    assert (fault.detector, fault.kind) == ("fridge_left_open", "freezer")
    assert "freezer" in str(fault)
