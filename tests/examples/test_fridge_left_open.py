# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The example of a detector: plugged in from outside, asked, shared, restarted, explained."""

import tomllib
from dataclasses import replace

import pytest

from examples.fridge_left_open.fridge_left_open import FRIDGE_LEFT_OPEN, FridgeLeftOpen
from rules.detectors.limits import limits_of
from rules.detectors.registry import TABLE
from rules.detectors.table import checked
from rules.engine.engine import Engine
from rules.model.apartment import Device, Role
from rules.model.consent import ConsentState, Purpose, Recipient
from rules.model.effects import (
    Ask,
    AskEnded,
    AskOutcome,
    Concluded,
    IncidentClosed,
    Send,
    Withheld,
)
from rules.model.events import (
    AgreementChanged,
    AnsweredFine,
    Booted,
    ConsentChanged,
    DeviceHeard,
    Fact,
    ItemUsed,
    Motion,
    MotionEnded,
    Tick,
)
from rules.model.flat import Flat
from rules.model.identity import DeviceId, RoomId, Seq
from rules.model.limits import with_limit
from tests.rules.detectors.watch import Watch
from tests.rules.home import JOURNAL, MIDNIGHT_UTC_S, ROOT, demo_apartment

WORDS = ROOT / "examples" / "fridge_left_open" / "words" / "fridge_left_open.toml"
FRIDGE = DeviceId("fridge-kitchen")
KITCHEN = RoomId("kitchen")
PLAIN = demo_apartment()
APARTMENT = replace(
    PLAIN,
    devices=(
        *PLAIN.devices,
        Device(id=FRIDGE, role=Role.ITEM, room=KITCHEN),
        # What a question in the kitchen needs.
        Device(id=DeviceId("lamp-of-the-kitchen"), role=Role.LAMP, room=KITCHEN),
        Device(id=DeviceId("sounder-of-the-kitchen"), role=Role.SOUNDER, room=KITCHEN),
        Device(id=DeviceId("fine-of-the-kitchen"), role=Role.FINE, room=KITCHEN),
    ),
)
OUTSIDE = checked((*TABLE, FridgeLeftOpen()))
LIMITS = limits_of(OUTSIDE)


class Flat7:
    """A flat with the detector plugged in, at 8 o'clock; she is in the kitchen."""

    def __init__(self, *, comfort: bool = True, table=OUTSIDE, limits=LIMITS) -> None:
        self.engine = Engine(Flat(apartment=APARTMENT, limits=limits), table)
        self.state = self.engine.begin(JOURNAL)
        self.at, self.seq = 8 * 3600.0, 0
        self.effects: list = []
        self(Booted(at=self.at, gap_s=None, clock_trusted=True))
        self(AgreementChanged(at=self.at, live=True))
        if comfort:
            given, team = ConsentState.GIVEN, Recipient.CARE_TEAM
            self(ConsentChanged(at=self.at, purpose=Purpose.COMFORT, recipient=team, state=given))
        for device in APARTMENT.devices:
            self(DeviceHeard(device=device.id, at=self.at))
        self(Motion(device=DeviceId("motion-kitchen"), at=self.at))
        self(MotionEnded(device=DeviceId("motion-kitchen"), at=self.at))
        self.effects.clear()

    def __call__(self, event) -> list:
        self.seq += 1
        fact = Fact(seq=Seq(self.seq), utc_s=MIDNIGHT_UTC_S + event.at, event=event)
        step = self.engine.advance(self.state, fact)
        self.state, self.at = step.state, event.at
        self.effects += step.effects
        return list(step.effects)

    def fridge(self, *, opens: bool) -> list:
        return self(ItemUsed(device=FRIDGE, at=self.at, active=opens))

    def wait(self, seconds: float) -> list:
        return self(Tick(at=self.at + seconds))

    def of(self, kind: type) -> list:
        return [one for one in self.effects if isinstance(one, kind)]


def test_an_open_fridge_is_asked_about_where_she_is_and_paged_without_an_answer():
    flat = Flat7()
    flat.fridge(opens=True)
    flat.wait(601)
    (question,) = flat.of(Ask)
    assert (question.kind, question.room) == (FRIDGE_LEFT_OPEN, KITCHEN)
    assert not flat.of(Send)
    flat.wait(1200)
    (page,) = flat.of(Send)
    assert page.message.kind == FRIDGE_LEFT_OPEN
    assert page.message.detail == {"open_s": 600.0}
    assert page.message.need.purpose is Purpose.COMFORT


def test_without_her_consent_nothing_leaves():
    flat = Flat7(comfort=False)
    flat.fridge(opens=True)
    flat.wait(601)
    flat.wait(1200)
    assert flat.of(Ask)
    assert flat.of(Withheld)
    assert not flat.of(Send)


def test_an_answer_ends_the_question_and_shutting_it_ends_the_matter():
    flat = Flat7()
    flat.fridge(opens=True)
    flat.wait(601)
    flat(AnsweredFine(at=flat.at + 5))
    (ended,) = flat.of(AskEnded)
    assert ended.outcome is AskOutcome.ANSWERED
    flat.fridge(opens=False)
    assert flat.of(IncidentClosed)
    flat.wait(3600)
    assert not flat.of(Send)


def test_a_fridge_that_is_shut_in_time_says_nothing():
    flat = Flat7()
    flat.fridge(opens=True)
    flat.wait(500)
    flat.fridge(opens=False)
    flat.wait(3600)
    assert not flat.of(Concluded)


def test_its_limits_are_set_like_all_others():
    flat = Flat7(limits=with_limit(LIMITS, "fridge_left_open.open_s", 60))
    flat.fridge(opens=True)
    flat.wait(61)
    assert flat.of(Ask)


def test_a_snapshot_of_a_hub_without_it_is_read_and_it_begins_blind():
    before = Flat7(table=TABLE)
    written = before.engine.dump(before.state)
    flat = Flat7()
    assert flat.engine.load(written).memories[-1] is None


def test_alone_it_fulfils_what_every_detector_must():
    watch = Watch(FridgeLeftOpen(), apartment=APARTMENT, limits=LIMITS)
    watch.told(0.0, ItemUsed(device=FRIDGE, at=0.0, active=True))
    watch.told(600.0)
    (verdict,) = watch.verdicts()
    assert verdict.at == 600.0
    watch.told(700.0, ItemUsed(device=FRIDGE, at=700.0, active=False))
    assert watch.cleared()


@pytest.mark.parametrize("language", ["de", "da", "en"])
def test_it_is_explained_in_each_language_to_her_and_to_those_who_help(language):
    words = tomllib.loads(WORDS.read_text())
    assert {"title", "reason", "advice"} <= set(words[language])
    assert {"title", "reason", "question"} <= set(words[f"{language}-plain"])


def test_it_costs_its_file_its_words_and_this_test():
    example = ROOT / "examples" / "fridge_left_open"
    brought = {path.name for path in example.rglob("*") if path.suffix in {".py", ".toml"}}
    assert brought == {"fridge_left_open.py", "fridge_left_open.toml"}
    rooms = ("rules", "devices", "hub", "caregiver_api", "showcase", "design", "tohuus")
    knowing = [
        path
        for room in rooms
        for path in (ROOT / room).rglob("*")
        if path.suffix in {".py", ".toml", ".po", ".html"} and "fridge_left" in path.read_text()
    ]
    assert not knowing, "no file of the product knows it"
