# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Found by the simulation (seed 73): 8141.497 + 180 - 8141.497 is less than 180, and the hub stopped."""

from hypothesis import given
from hypothesis import strategies as st

from rules.detectors.cooker import Stove
from rules.detectors.stove_unattended import StoveUnattended, StoveUnattendedLimits
from rules.model import events as ev
from rules.model.identity import DeviceId, Seq
from tests.rules.home import Home

LIMITS = StoveUnattendedLimits()
METER = DeviceId("stove-kitchen")


@given(st.floats(min_value=0, max_value=1e9))
def test_a_stove_without_power_is_off_when_its_time_has_come(low_since: float):
    stove = Stove(meter=METER, on_since=low_since, on_row=Seq(1), low_since=low_since, told=True)
    due = StoveUnattended().due(stove, LIMITS)
    assert not stove.is_on(due, LIMITS.cycle_s)


def test_the_hub_goes_on_when_a_stove_cools_down():
    home = Home(hour=0)
    home.at = 8000.25
    home(ev.PowerMeasured(device=METER, at=home.at, power_w=1600.0))
    home.at = 8141.497
    home(ev.PowerMeasured(device=METER, at=home.at, power_w=0.0))
    home.wait(3600)
    assert home.memory("stove_unattended").on_since is None
