# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
import copy

import pytest

from rules.model import events as ev
from rules.model.consent import Basis
from rules.model.effects import IncidentPhase
from rules.model.identity import DeviceId, IncidentId
from tests.rules.home import Home

HOUR = 3600.0
DRIFTS = {"activity_drift", "night_visits_drift", "unusual_day"}


def lives(home, days, *, every_min=60, visits=1, out_h=0.0):
    """Days from 10 to 10: up from 7 to 21 o'clock, so many bathroom visits in the night."""
    for _ in range(days):
        day = home.at // 86400.0 * 24
        home.until(max(home.at / HOUR, day + 10.01))
        if out_h:
            home.leave()
            home.wait(out_h * HOUR)
        while home.at < (day + 21) * HOUR:
            for room in ("living", "kitchen"):
                home.motion(room, 30)
            home.wait(every_min * 60)
        home.motion("bedroom")
        for visit in range(visits):
            home.until(day + 23 + visit)
            home.motion("bath", 60)
            home.motion("hall", 10)
            home.motion("bedroom", 60)
        home.until(day + 24 + 7)
        while home.at < (day + 24 + 9.5) * HOUR:
            home.motion("kitchen", 30)
            home.wait(min(every_min * 60, (day + 24 + 9.5) * HOUR - home.at + 60))


def begun(**more):
    home = Home(hour=9, limits={"off": "kitchen_unused"}, **more)
    home.motion("living")
    return home


@pytest.fixture(scope="module")
def twenty_days():
    home = begun()
    lives(home, 20)
    return home


@pytest.fixture
def settled(twenty_days):
    """A flat that has seen twenty days alike."""
    return copy.deepcopy(twenty_days)


def notes(home):
    return [kind for kind in home.kinds() if kind in DRIFTS]


def test_days_that_stay_as_they_are_say_nothing(settled):
    home = settled
    lives(home, 8)
    assert not notes(home)
    assert 26 <= len(home.memory("habits").habits.days) <= 28
    assert {day.visits for day in home.memory("habits").habits.days} == {1}


def test_nights_with_more_visits_are_told_to_her_alone_and_once(settled):
    home = settled
    lives(home, 12, visits=4)
    assert notes(home) == ["night_visits_drift"]
    verdict = next(one.verdict for one in home.concluded() if one.verdict.kind in DRIFTS)
    assert (verdict.detail["way"], verdict.detail["before"]) == ("more", 1.0)
    assert verdict.detail["now"] >= 2.5
    assert [one.key for one in home.told()] == ["night_visits_drift"]
    assert not home.sent()
    assert not home.withheld()


def test_a_week_with_far_less_activity_is_a_drift(settled):
    home = settled
    lives(home, 10, every_min=170)
    assert "activity_drift" in notes(home)
    verdicts = [one.verdict for one in home.concluded()]
    drift = next(one for one in verdicts if one.kind == "activity_drift")
    assert drift.detail["way"] == "less"
    assert drift.detail["percent"] <= 60
    assert len(drift.evidence) == 7
    assert not home.sent()


def test_one_quiet_day_is_unusual_and_said_the_next_morning(settled):
    home = settled
    lives(home, 1, every_min=230)
    home.wait(HOUR)
    assert notes(home) == ["unusual_day"]
    (verdict,) = [one.verdict for one in home.concluded()]
    assert verdict.at % 86400.0 == 10 * HOUR
    assert verdict.detail["way"] == "less"
    home.wait(24 * HOUR)
    assert not any(one.kind == "unusual_day" for one in home.open.values())


def test_nothing_is_said_before_fourteen_whole_days_were_learned():
    home = begun()
    lives(home, 10)
    lives(home, 4, every_min=230, visits=5)
    assert not notes(home)


@pytest.mark.parametrize("spoils", ["nothing", "pause", "silent", "visit", "off", "out"])
def test_a_day_that_was_not_seen_whole_is_not_counted(spoils):
    home = begun()
    lives(home, 2)
    match spoils:
        case "pause":
            home(ev.Paused(at=home.at, until=home.at + 600))
        case "silent":
            home(ev.DeviceSilent(device=DeviceId("motion-bath"), at=home.at))
        case "visit":
            home(ev.VisitStarted(at=home.at, until=home.at + 600))
        case "off":
            home.dies(1200)
            for device in home.flat.apartment.devices:
                home(ev.DeviceHeard(device=device.id, at=home.at))
        case "out":
            lives(home, 1, out_h=8)
    home.wait(HOUR)
    assert len(home.memory("habits").habits.days) == 1 + (spoils in {"nothing", "out"})


def test_her_single_tap_shares_this_note_and_no_other(settled):
    home = settled
    lives(home, 10, visits=4)
    (incident,) = [one for one in home.open.values() if one.kind in DRIFTS]
    home(ev.SharedByTap(at=home.at, incident=IncidentId("f" * 32)))
    assert not home.sent()
    home(ev.SharedByTap(at=home.at, incident=incident.id))
    (sent,) = home.sent()
    assert sent.message.need.basis is Basis.SINGLE_TAP
    assert sent.message.need.incident == incident.id
    assert sent.message.priority.value == "info"
    home(ev.SharedByTap(at=home.at, incident=incident.id))
    assert len(home.sent()) == 1
    home.wait(8 * 24 * HOUR)
    assert home.sent()[-1].message.phase is IncidentPhase.CLOSED
    assert incident.id not in home.open


def test_a_tap_on_anything_else_shares_nothing():
    home = begun(consents=False, agreement=False)
    home.pull()
    (incident,) = home.open.values()
    home(ev.SharedByTap(at=home.at, incident=incident.id))
    assert not home.sent()


def test_who_does_not_want_to_be_counted_is_not():
    home = Home(hour=9, limits={"habits.on": "false", "off": "kitchen_unused"})
    home.motion("living")
    lives(home, 3)
    assert home.memory("habits").habits.days == ()


def test_limits_of_no_days_at_all_compare_nothing_and_break_nothing():
    limits = {"habits.learn_days": 0, "habits.week_days": 0, "off": "kitchen_unused"}
    home = Home(hour=9, limits=limits)
    home.motion("living")
    lives(home, 3)
    assert len(home.memory("habits").habits.days) == 2


def test_a_note_whose_end_breaks_three_times_is_over_and_never_paged(settled):
    home = settled
    lives(home, 1, every_min=230)
    home.wait(HOUR)
    (note,) = [one for one in home.open.values() if one.kind == "unusual_day"]
    home.effects.clear()
    for times in (1, 2, 3):
        home(
            ev.DeadlinePutOff(
                at=home.at,
                deadline="INCIDENTS",
                incident=note.id,
                times=times,
                until=home.at + 20,
            )
        )
    assert note.id not in home.open
    home.wait(24 * HOUR)
    assert "unusual_day" not in [one.message.kind for one in home.sent()]
    assert home.withheld() == []
