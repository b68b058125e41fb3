# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What every file of rules/detectors must fulfil."""

import inspect
from dataclasses import fields, is_dataclass, replace
from types import NoneType
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.detectors.registry import SHIPPED, TABLE
from rules.detectors.table import concluded_by
from rules.model.apartment import Device, Role
from rules.model.consent import Basis, Purpose, Recipient, Register, decide
from rules.model.declaration import Asking, Page
from rules.model.identity import IncidentId
from rules.model.limits import NoLimits, with_limit
from rules.model.quantities import NEVER
from tests.rules.detectors.watch import Watch
from tests.rules.test_properties import CHANCES, DAYS, FLAT, HABITS, told

EACH = pytest.mark.parametrize("detector", TABLE, ids=lambda one: one.name)
DECLARED = [(one, declared) for one in TABLE for declared in one.declares]
EACH_KIND = pytest.mark.parametrize(
    ("detector", "declared"), DECLARED, ids=lambda one: getattr(one, "kind", "")
)
LIMITS = SHIPPED
for key, value in (
    ("medication_drawer.on", "true"),
    ("door_at_night.on", "true"),
    ("habits.learn_days", 1),
    ("stuck_on.after_s", 600),
    ("cold.cold_for_s", 300),
):
    LIMITS = with_limit(LIMITS, key, value)
LONG = st.tuples(
    st.sampled_from([8, 21, 2, 9.9]),
    st.lists(st.one_of(HABITS, CHANCES), min_size=10, max_size=40).map(
        lambda chunks: [one for chunk in chunks for one in chunk]
    ),
)


@EACH
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(day=st.one_of(DAYS, LONG), pets=st.booleans())
def test_on_any_day_memory_deadlines_and_conclusions_are_sound(detector, day, pets):
    """Checked at each step by `Watch`: written and read back; due later, never in the past."""
    watch = Watch(detector, apartment=replace(FLAT.apartment, pets=pets), limits=LIMITS)
    for fact in told(day):
        watch(fact.event, fact.utc_s)


@EACH
def test_it_begins_blind_and_waits_for_nothing(detector):
    assert detector.begin() == detector.begin()
    assert detector.due(detector.begin(), SHIPPED[detector.limits]) == NEVER


@EACH
def test_its_memory_is_frozen(detector):
    for kind in get_args(detector.memory) or (detector.memory,):
        assert kind is NoneType or (is_dataclass(kind) and kind.__dataclass_params__.frozen)


@EACH
def test_its_limits_say_where_they_come_from(detector):
    if detector.limits is NoLimits:
        return
    assert detector.limits.__dataclass_params__.frozen
    text = inspect.getdoc(detector.limits)
    assert any(word in text for word in ("Source", "CONTRACTS", "docs/rules.md", "own choice"))
    assert all(
        type(getattr(SHIPPED[detector.limits], one.name)) in {float, int, bool}
        for one in fields(detector.limits)
    )


@EACH
def test_it_says_in_one_sentence_what_it_is_and_concludes(detector):
    module = inspect.getmodule(type(detector))
    assert module.__name__ == f"rules.detectors.{detector.name}"
    title = module.__doc__.split(":")[0].lower().replace(" ", "_")
    assert title == detector.name
    assert inspect.getdoc(type(detector)).startswith("Concludes ")


@EACH_KIND
def test_its_kind_needs_a_basis_that_can_be_live(detector, declared):
    need = declared.need
    assert (need.purpose is not None) is (need.basis is Basis.CONSENT)
    note = IncidentId("0" * 32)
    if need.basis is Basis.SINGLE_TAP:
        need = replace(need, incident=note)
    everything = Register(
        given=frozenset((purpose, Recipient.CARE_TEAM) for purpose in Purpose),
        help_agreement=True,
        taps=(note,),
    )
    assert decide(everything, need)
    assert decide(Register(), need) is (need.basis is Basis.OPERATION)


@EACH_KIND
def test_its_kind_is_asked_only_where_it_waits_for_an_answer(detector, declared):
    times = declared.times(SHIPPED[detector.limits])
    assert isinstance(times, Asking)
    assert bool(times.asks) is (declared.page is Page.NO_ANSWER)
    assert declared.answerable is (declared.page is Page.NO_ANSWER)
    assert (times.shown_s < NEVER) is (declared.page is Page.NEVER)
    assert times.page_after_s == 0 or declared.page is Page.IF_CHOSEN
    assert declared.told or declared.page in {Page.AT_ONCE, Page.NO_ANSWER}


def test_every_field_of_a_declaration_serves_two_detectors():
    first = DECLARED[0][1]
    for name, default in first._field_defaults.items():
        users = {one.name for one, declared in DECLARED if getattr(declared, name) != default}
        assert len(users) >= 2, f"{name} serves {users}: make it a method of Detector"


def test_kinds_are_concluded_by_who_declares_them_or_says_so():
    for one in TABLE:
        assert concluded_by(one) >= {declared.kind for declared in one.declares}


def test_a_watch_notices_a_device_that_is_not_enrolled():
    tap = Device(id="tap", role=Role.TAP, room="bath")
    assert tap.id not in Watch(TABLE[0]).flat.apartment.devices_by_id
