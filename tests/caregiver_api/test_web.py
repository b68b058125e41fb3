# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The carers' pages have a word for everything a flat can report, and stay readable for what is new."""

from dataclasses import replace
from datetime import UTC
from pathlib import Path

import pytest

from caregiver_api import wire
from caregiver_api.alerts.progress import OWN
from caregiver_api.alerts.views import FlatView, IncidentStep, IncidentView, NextRung, Overview
from caregiver_api.people.caregivers import AccountRole, Person
from caregiver_api.web import cards, explanation
from design import language
from rules.detectors.registry import DECLARED
from rules.model.events import CloseReason

WORDS = language.read(Path(explanation.__file__).parent / "locale")
CARD = IncidentView(
    incident="a" * 32,
    hub="b" * 32,
    flat="Wohnung 7",
    kind="help_call",
    priority="urgent",
    standing="running",
    flat_phase="paged",
    room="bath",
    room_name="Bad",
    device=None,
    since_s=900.0,
    opened_s=910.0,
    uncertain=False,
    late=False,
    test=False,
    count=1,
    detail={},
    evidence=(1,),
    blind=(),
    basis="help_agreement",
    purpose=None,
    tried=(),
    owner=None,
    next=None,
    permitted=("accept", "close"),
)
FLAT = FlatView(
    hub="b" * 32,
    flat="Wohnung 7",
    site="",
    state="active",
    live=True,
    heard_s=990.0,
    blind=(),
    paused=False,
    clock_trusted=True,
    outbox=0,
    radios={},
    absent_until_s=None,
)
BOARD = Overview(
    me=Person(id="p", name="anna", display_name="Anna", role=AccountRole.CARER, password=""),
    now_s=1000.0,
    speed=1.0,
    service_s=1000.0,
    incidents=(),
    recent=(),
    flats=(FLAT,),
    quiet=1,
    unseen=0,
)


def test_every_offered_ending_is_one_the_flat_understands():
    known = {one.value for one in CloseReason}
    for basis in ("consent", "operation"):
        for kind in (*DECLARED, *OWN):
            offered = set(explanation.reasons_for(replace(CARD, kind=kind, basis=basis)))
            assert offered <= known, kind


@pytest.mark.parametrize(
    ("changed", "repaired"),
    [
        ({"kind": "battery_low", "basis": "operation"}, True),
        ({"kind": "hub_silent", "basis": "operation"}, True),
        ({"kind": "alert_unreadable", "basis": "operation"}, False),
        ({"kind": "test_alarm", "basis": "operation", "test": True}, False),
        ({"kind": "leak", "basis": "consent"}, False),
    ],
)
def test_what_is_no_call_of_a_person_is_repaired_or_explained(changed, repaired):
    assert ("cleared" in explanation.reasons_for(replace(CARD, **changed))) is repaired


def test_a_kind_from_a_newer_hub_is_shown_by_its_name():
    unknown = replace(CARD, kind="gas_leak_2030")
    (card,) = cards.screen(replace(BOARD, incidents=(unknown,)), WORDS["de"], UTC).cards
    assert card.title == "gas leak 2030"
    assert "kennt die Art noch nicht" in card.why[0]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"count": 3}, "3-mal gerufen"),
        ({"late": True}, "Verspätet bemerkt"),
        ({"uncertain": True}, "Zeit ist unsicher"),
        ({"kind": "possible_fall", "detail": {"asked": "no"}}, "konnte niemand gefragt werden"),
        ({"kind": "possible_fall"}, "keine Antwort"),
        ({"kind": "stove_unattended", "detail": {"cut": "yes"}}, "Herdabschaltung"),
    ],
)
def test_the_reason_says_what_was_tried_and_what_is_uncertain(changed, said):
    assert said in " ".join(explanation.why(replace(CARD, **changed), WORDS["de"], UTC))


@pytest.mark.parametrize(
    ("changed", "mark"),
    [
        ({}, "ok"),
        ({"live": False}, "blind"),
        ({"heard_s": None}, "blind"),
        ({"blind": (wire.BlindSpot(room="bath", why="silent"),)}, "blind"),
        ({"paused": True}, "info"),
        ({"clock_trusted": False}, "blind"),
        ({"outbox": 2}, "blind"),
    ],
)
def test_only_a_flat_that_is_heard_and_fully_seen_looks_well(changed, mark):
    seen = replace(BOARD, flats=(replace(FLAT, **changed),))
    assert cards.flats(seen, WORDS["de"], UTC)[0].mark == mark


def test_rooms_are_called_as_the_household_calls_them():
    spot = wire.BlindSpot(room="room-3", room_name="Nähzimmer", why="silent")
    assert "Nähzimmer" in explanation.blind(spot, WORDS["de"], UTC)


@pytest.mark.parametrize(
    ("due_s", "repeats", "said"),
    [
        (1000.0, False, "Der Alarm geht sofort weiter an Bo."),
        (1000.0, True, "Es klingelt sofort noch einmal bei allen."),
        (1060.0, False, "Im Moment klingelt es bei niemand anderem."),
    ],
)
def test_who_gave_it_back_sees_that_others_are_called_at_once(due_s, repeats, said):
    rung = NextRung(at_s=due_s, names=("Bo",), rung=2, repeats=repeats)
    paged = (IncidentStep(step="paged", at_s=900.0),)
    card = replace(CARD, declined=True, next=rung, tried=paged)
    (shown,) = cards.screen(replace(BOARD, incidents=(card,)), WORDS["de"], UTC).cards
    assert said in (shown.declined or "")
    assert (shown.next is None) is (due_s <= BOARD.now_s)


def test_only_the_phones_that_were_called_ring_and_never_for_a_note():
    words = WORDS["de"]

    def ring(**changed):
        return cards.screen(replace(BOARD, incidents=(replace(CARD, **changed),)), words, UTC).ring

    assert ring(rings=True) == "urgent"
    assert ring(rings=False) == "none"
    assert ring(rings=True, priority="soon") == "soon"
    assert ring(rings=True, priority="info") == "none"


@pytest.mark.parametrize(
    ("detail", "does"),
    [
        ({"row": 7.0, "event": "HelpPressed"}, "hingehen"),
        ({"row": 7.0, "event": "Motion"}, "Technik"),
        ({"deadline": "SILENCE"}, "Hilferufe gehen weiter"),
        ({"file": "zigbee.db", "instead": "empty"}, "zigbee.db"),
    ],
)
def test_a_fault_of_the_hub_says_what_is_to_be_done(detail, does):
    broken = replace(CARD, kind="row_quarantined", room=None, detail=detail)
    assert does in str(explanation.why(broken, WORDS["de"], UTC)[0])
