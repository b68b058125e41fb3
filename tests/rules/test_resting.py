# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a deadline that was put off leaves behind."""

import pytest

from rules.engine.circuit_breaker import TRIES
from rules.model import events as ev
from rules.model.effects import IncidentPhase
from rules.model.identity import IncidentId
from rules.model.incident import Wait
from tests.rules.home import Home

HOUR_S = 3600.0


def put_off(home: Home, times: int, **which: str | None) -> None:
    for number in range(1, times + 1):
        home(ev.DeadlinePutOff(at=home.at, times=number, until=home.at + 20, **which))


def private_time_that_cannot_end(hour: float) -> Home:
    home = Home(hour=hour)
    home.motion("living")
    home(ev.Paused(at=home.at, until=home.at + HOUR_S))
    home.wait(HOUR_S - 1)
    put_off(home, TRIES, deadline="PAUSE")
    home.effects.clear()
    return home


def test_she_is_waited_for_after_private_time_that_could_not_end_in_order():
    home = private_time_that_cannot_end(hour=9)
    home.wait(0.6 * HOUR_S)
    assert home.kinds() == ["not_seen"]


def test_stillness_counts_on_after_private_time_that_could_not_end_in_order():
    home = private_time_that_cannot_end(hour=9)
    assert home.now.signs.unseen_s == HOUR_S
    home.motion("living")
    home.wait(5 * HOUR_S)
    assert home.kinds() == ["inactivity"]


def test_private_time_that_could_not_end_in_order_wakes_nobody():
    home = private_time_that_cannot_end(hour=23)
    home.wait(2 * HOUR_S)
    assert home.kinds() == []
    assert home.due("inactivity") > home.at


@pytest.mark.parametrize("times", [TRIES, TRIES + 1])
def test_a_question_that_rests_for_good_is_asked_no_more(times: int):
    home = Home()
    home.fall()
    (fallen,) = home.open.values()
    put_off(home, times, deadline="INCIDENTS", incident=fallen.id)
    assert [one.outcome.value for one in home.ended()] == ["timed_out"]
    left = home.open[fallen.id]
    assert left.phase is IncidentPhase.NOTED
    assert left.wait is (Wait.PAGE if times == TRIES else Wait.NOTHING)


def test_an_incident_that_is_over_keeps_no_other_from_its_page():
    home = Home()
    put_off(home, TRIES, deadline="INCIDENTS", incident=IncidentId("0" * 32))
    assert home.state.deferred == {}
    home.effects.clear()
    home.fall()
    home.wait(60)
    assert [one.message.kind for one in home.sent()] == ["fall_sensor"]
