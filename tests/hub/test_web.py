# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The panel has a plain word for everything the rules can conclude, ask, allow or not see."""

from dataclasses import replace
from pathlib import Path

import pytest

from design import language
from hub.projections.incident_cards import IncidentCard
from hub.projections.panel import LinkView, OpenQuestion, Panel, SensorView
from hub.web import panel_screen as screen
from rules.detectors.registry import DECLARED
from rules.model.apartment import Role
from rules.model.effects import IncidentPhase
from rules.model.identity import DeviceId, IncidentId, RoomId, Seq
from rules.model.verdict import Blind, Priority

WORDS = language.read(Path(screen.__file__).parent / "locale")
EMPTY = Panel(
    at=1000.0,
    utc_s=None,
    local_s=None,
    night=False,
    question=None,
    incidents=(),
    past=(),
    rooms=(),
    sensors=(),
    blind=(),
    paused_until=None,
    visit_until=None,
    away=False,
    away_until=None,
    agreement=True,
    consents=(),
    told=(),
    link=LinkView(paired=True, connected=True),
    sources={},
    storage_full=False,
    pin_set=True,
    declared=DECLARED,
)


@pytest.mark.parametrize("code", ["de", "da", "en"])
@pytest.mark.parametrize(
    ("changed", "state"),
    [
        ({}, "calm"),
        ({"blind": (Blind(room=None, since=10.0, why="gap"),)}, "blind"),
        ({"paused_until": 2000.0}, "paused"),
        ({"away": True}, "away"),
        ({"visit_until": 2000.0}, "visit"),
        ({"link": LinkView(paired=True, connected=False)}, "trouble"),
    ],
)
def test_only_a_seen_flat_is_called_quiet(code, changed, state):
    shown = screen.screen(replace(EMPTY, **changed), WORDS[code])
    assert (shown.mode, shown.state) == ("home", state)
    assert (shown.title == WORDS[code].gettext("All quiet")) is (state == "calm")


def test_without_a_trusted_clock_no_time_is_shown():
    shown = screen.screen(EMPTY, WORDS["de"])
    assert shown.time is None
    assert shown.date is None


def test_lamps_and_sounders_are_no_sign_of_life():
    assert not {Role.LAMP, Role.SOUNDER, Role.STOVE_CUTOFF, Role.FINE} & screen.SENSES_LIFE


def test_without_an_agreement_the_help_button_does_not_promise_that_somebody_comes():
    shown = screen.screen(replace(EMPTY, agreement=False), WORDS["de"])
    assert "112" in shown.help_note
    assert "Pflege wird gerufen" in screen.screen(EMPTY, WORDS["de"]).help_note


@pytest.mark.parametrize("link", [LinkView(), LinkView(paired=True, connected=False)])
def test_without_a_line_to_the_carers_the_help_button_says_what_it_really_does(link):
    alone = replace(EMPTY, link=link)
    assert "112" in screen.screen(alone, WORDS["de"]).help_note
    shown = screen.screen(replace(alone, sensors=(OUTSIDE_LAMP,)), WORDS["de"])
    assert "Leuchte" in shown.help_note
    assert "Pflege wird gerufen" not in shown.help_note


OUTSIDE_LAMP = SensorView(
    id=DeviceId("lamp-outside"),
    name="Leuchte",
    role=Role.OUTSIDE_LAMP,
    room=RoomId("outside"),
    heard_at=None,
    heard_utc_s=None,
    silent=False,
    charge_pct=None,
    on=False,
)


CALL = IncidentCard(
    id=IncidentId("a" * 32),
    opened=Seq(1),
    at=990.0,
    utc_s=None,
    kind="help_call",
    priority=Priority.URGENT,
    room=None,
    device=None,
    phase=IncidentPhase.PAGED,
    running=True,
)


@pytest.mark.parametrize(
    ("changed", "title", "lamp"),
    [
        ({}, "Ihre Pflege wird gerufen", False),
        ({"unreached": True, "shines": True}, "Bisher ist niemand erreicht", True),
        ({"unreached": True}, "Bisher ist niemand erreicht", False),
        ({"running": False, "shines": True}, "Ihre Pflege ist nicht zu erreichen", True),
    ],
)
def test_she_is_told_when_nobody_is_reached_and_that_the_lamp_calls(changed, title, lamp):
    shown = screen.screen(replace(EMPTY, incidents=(replace(CALL, **changed),)), WORDS["de"])
    assert (shown.mode, shown.title) == ("calling", title)
    assert ("Leuchte vor Ihrer Tür ruft" in shown.text) is lamp
    assert ("112" in shown.text) is bool(changed)


@pytest.mark.parametrize("code", ["de", "da", "en"])
def test_a_kind_without_words_is_shown_and_asked_about_by_its_name(code):
    kind = "fridge_left_open"
    asked = OpenQuestion(
        incident=CALL.id, kind=kind, room=None, answer_by=1030.0, left_s=30.0, attempt=1
    )
    card = replace(CALL, kind=kind, phase=IncidentPhase.ASKED)
    shown = screen.screen(replace(EMPTY, incidents=(card,), question=asked), WORDS[code])
    assert (shown.mode, shown.text) == ("asked", "fridge left open")
    home = screen.screen(replace(EMPTY, incidents=(card,)), WORDS[code])
    assert [one.text for one in home.notices] == ["fridge left open"]


@pytest.mark.parametrize(
    ("kind", "detail", "said"),
    [
        ("not_seen", {}, "Der Strom war weg. Seitdem wurden Sie nicht bemerkt."),
        ("not_seen", {"reason": "private"}, "Die Pause ist vorbei."),
        ("not_seen", {"instead_of": "inactivity"}, "Nicht alles war zu sehen."),
        ("water_running", {"runs_s": 1200.0}, "Ein Wasserhahn ist offen. Bitte sehen Sie nach."),
        ("help_call", {}, "Sie haben Hilfe gerufen"),
    ],
)
def test_she_reads_why_she_is_asked_or_what_was_noticed(kind, detail, said):
    assert said in screen.said(kind, WORDS["de"], detail)
