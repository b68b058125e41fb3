# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Private time: nothing is waited for in it, and it proves no stillness, each second of it once."""

import pytest

from rules.model import events as ev
from tests.rules.home import Home

HOUR = 3600.0


def private(home: Home, hours: float) -> None:
    home(ev.Paused(at=home.at, until=home.at + hours * HOUR))


@pytest.mark.parametrize(
    "touch",
    [
        lambda at: ev.AnsweredFine(at=at),
        lambda at: ev.CameHome(at=at),
        lambda at: ev.VisitStarted(at=at, until=at + 60),
        lambda at: ev.HelpTakenBack(device="panel", at=at),
    ],
)
@pytest.mark.parametrize("room", ["hall", "bath"])
def test_the_panel_in_private_time_begins_no_waiting_for_a_fall(touch, room):
    home = Home(hour=14)
    home.motion(room)
    private(home, 4)
    home.wait(60)
    home(touch(home.at))
    home.wait(3.5 * HOUR)
    assert home.now.pause is not None
    assert not home.kinds()
    assert not home.sent()


@pytest.mark.parametrize("answered", [False, True])
def test_who_answered_in_private_time_is_missed_in_time_afterwards(answered):
    home = Home(hour=8)
    home.motion("living")
    private(home, 8)
    home.wait(5 * HOUR)
    if answered:
        home(ev.AnsweredFine(at=home.at))
    home.wait(60)
    home(ev.Resumed(at=home.at))
    home.motion("living")
    still_since = home.at
    home.wait(4 * HOUR + 1)
    assert home.kinds() == ["inactivity"]
    assert home.concluded()[0].verdict.at == still_since + 4 * HOUR


def test_who_answered_in_private_time_and_was_seen_by_nobody_since_is_still_from_its_end():
    home = Home(hour=6)
    home.motion("living")
    private(home, 2)
    home.wait(HOUR)
    home(ev.AnsweredFine(at=home.at))
    home.wait(HOUR)
    assert home.now.pause is None
    assert home.now.signs.still_since == home.at


@pytest.mark.parametrize("dark", ["hub off", "radio deaf", "radio back before its end"])
def test_what_is_dark_for_two_reasons_at_once_is_counted_once(dark):
    """All is dark since she asked for private time: stillness begins when that ends."""
    home = Home(hour=8)
    home.motion("living")
    home(ev.RadioDown(at=home.at, source="zigbee"))
    home.wait(600)
    private(home, 2)
    home.wait(HOUR)
    if dark == "hub off":
        home.dies(1800)
    elif dark == "radio back before its end":
        home(ev.RadioUp(at=home.at, source="zigbee"))
    home.wait(home.now.pause.until - home.at)
    if dark == "radio deaf":
        home.wait(600)
        home(ev.RadioUp(at=home.at, source="zigbee"))
    assert home.now.signs.still_since == pytest.approx(home.at)


def test_a_falling_edge_while_another_radio_is_deaf_does_not_begin_stillness_in_the_future():
    home = Home(hour=8)
    home.moves("living")
    home(ev.RadioDown(at=home.at + 10, source="zigbee"))
    home.wait(HOUR)
    home.rests("living")
    home.wait(600)
    home(ev.RadioUp(at=home.at, source="zigbee"))
    assert home.now.signs.still_since <= home.at
