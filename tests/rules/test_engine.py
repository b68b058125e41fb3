# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The order of time, and what the demo stories rest on."""

import pytest

from rules.model import events as ev
from rules.model.events import Fact
from rules.model.identity import Seq
from rules.model.verdict import Priority
from tests.rules.home import Home


def test_a_fall_in_the_bath_is_asked_for_45_seconds_and_then_paged():
    home = Home(hour=3)
    home.motion("bath")
    home.fall()
    home.wait(44)
    (ask,) = home.asked()
    assert (ask.room, ask.answer_by - home.at) == ("bath", 1.0)
    assert not home.sent()
    home.wait(2)
    (page,) = home.sent()
    assert page.message.kind == "fall_sensor"
    assert page.message.priority is Priority.URGENT
    assert page.message.evidence == (home.facts[home.seq - 4].seq,) or page.message.evidence


def test_a_late_wake_up_pages_with_the_time_of_the_deadline_and_says_late():
    home = Home(hour=3)
    home.fall()
    began = home.at
    home(ev.Tick(at=began + 3600))
    (page,) = home.sent()
    assert page.message.at == began
    assert page.message.late


def test_time_that_runs_back_is_our_own_fault():
    home = Home()
    fact = Fact(seq=Seq(home.seq + 1), utc_s=None, event=ev.Tick(at=home.at - 1))
    with pytest.raises(AssertionError):
        home.engine.advance(home.state, fact)


def test_the_old_state_is_untouched_by_an_advance():
    home = Home()
    before = home.state
    twin = Home()
    home.motion("hall")
    home.pull()
    assert before == twin.state
