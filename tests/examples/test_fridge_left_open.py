# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The example of a detector: plugged in from outside, asked, shared, restarted, explained."""

import asyncio
import re
import tomllib
from dataclasses import replace
from html import unescape
from pathlib import Path

import httpx2
import pytest

from caregiver_api.settings import ServiceSettings
from examples.fridge_left_open.fridge_left_open import FRIDGE_LEFT_OPEN, FridgeLeftOpen
from hub.runtime.settings import SettingsError, read
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
    DeviceSilent,
    Fact,
    HelpPressed,
    ItemUsed,
    Motion,
    MotionEnded,
    Tick,
)
from rules.model.flat import Flat
from rules.model.identity import DeviceId, RoomId, Seq
from rules.model.limits import with_limit
from tests.caregiver_api.world import World
from tests.contract.test_link import alerts, paired
from tests.hub import flat as model
from tests.rules.detectors.watch import Watch
from tests.rules.home import JOURNAL, MIDNIGHT_UTC_S, ROOT, demo_apartment

WORDS = ROOT / "examples" / "fridge_left_open" / "words" / "fridge_left_open.toml"
FILES_MAX = 4
FRIDGE = DeviceId("fridge-kitchen")
KITCHEN = RoomId("kitchen")
MORE = (
    Device(id=FRIDGE, role=Role.ITEM, room=KITCHEN),
    # What a question in the kitchen needs.
    Device(id=DeviceId("lamp-of-the-kitchen"), role=Role.LAMP, room=KITCHEN),
    Device(id=DeviceId("sounder-of-the-kitchen"), role=Role.SOUNDER, room=KITCHEN),
    Device(id=DeviceId("fine-of-the-kitchen"), role=Role.FINE, room=KITCHEN),
)
PLAIN = demo_apartment()
APARTMENT = replace(PLAIN, devices=(*PLAIN.devices, *MORE))
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


def test_after_a_long_gap_nobody_knows_whether_it_still_stands_open():
    flat = Flat7()
    flat.fridge(opens=True)
    flat(Booted(at=flat.at + 7200, gap_s=7000.0, clock_trusted=True))
    flat.wait(3600)
    assert FRIDGE_LEFT_OPEN not in {one.verdict.kind for one in flat.of(Concluded)}


def test_a_silent_contact_proves_no_open_fridge():
    flat = Flat7()
    flat.fridge(opens=True)
    flat(DeviceSilent(device=FRIDGE, at=flat.at + 60))
    flat.wait(3600)
    assert FRIDGE_LEFT_OPEN not in {one.verdict.kind for one in flat.of(Concluded)}


def without_the_detector(flat: Flat7) -> Flat7:
    """Return the flat after a restart in which the detector is no longer plugged in."""
    gone = Flat7(table=TABLE)
    gone.state = gone.engine.load(flat.engine.dump(flat.state))
    gone.at, gone.seq = flat.at, flat.seq
    return gone


def test_a_question_of_a_detector_that_is_gone_goes_on_and_is_paged():
    flat = Flat7()
    flat.fridge(opens=True)
    flat.wait(601)
    gone = without_the_detector(flat)
    gone(Motion(device=DeviceId("motion-kitchen"), at=gone.at + 1))
    gone.wait(1200)
    (page,) = gone.of(Send)
    assert page.message.kind == FRIDGE_LEFT_OPEN
    assert page.message.need.purpose is Purpose.COMFORT


def test_a_question_of_a_detector_that_is_gone_is_answered():
    flat = Flat7()
    flat.fridge(opens=True)
    flat.wait(601)
    gone = without_the_detector(flat)
    gone(AnsweredFine(at=gone.at + 5))
    gone(Motion(device=DeviceId("motion-kitchen"), at=gone.at + 5))
    assert gone.of(IncidentClosed)
    assert gone.engine.load(gone.engine.dump(gone.state)) == gone.state


def test_a_detector_that_is_gone_holds_up_no_other_question():
    flat = Flat7()
    flat.fridge(opens=True)
    flat.wait(601)
    gone = without_the_detector(flat)
    gone(HelpPressed(device=DeviceId("cord-bath"), at=gone.at + 1, press="1"))
    assert "help_call" in {one.message.kind for one in gone.of(Send)}


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


# --- in a real hub, over the real line, in a real care service


def plugged_in(tmp_path: Path, *, words: bool) -> tuple[World, model.Flat]:
    """Return a care service and a flat that have the example, with or without its words."""
    wording = (WORDS.parent,) if words else ()
    world = World(settings=ServiceSettings(rung_wait_s=60.0, wording=wording))
    flat = model.Flat(tmp_path, wording=wording, rules={"fridge_left_open.open_s": 300.0})
    flat.detectors = OUTSIDE
    kept = model.FLAT.apartment
    flat.flat = replace(model.FLAT, apartment=replace(kept, devices=(*kept.devices, *MORE)))
    return world, flat


async def page(client: httpx2.AsyncClient, path: str, language: str) -> str:
    """Return what a page says, as its reader sees it."""
    answer = await client.get(path, headers={"accept-language": language})
    assert answer.status_code == 200
    text = re.sub(r"<script.*?</script>|<[^>]*>", " ", answer.text, flags=re.DOTALL)
    return " ".join(unescape(text).replace("\N{NO-BREAK SPACE}", " ").split())


async def opens(flat: model.Flat, hub) -> None:
    at = hub.clock.axis()
    flat.radio.say(Motion(device=DeviceId("motion-kitchen"), at=at))
    flat.radio.say(ItemUsed(device=FRIDGE, at=at, active=True))
    await asyncio.sleep(301)


def near(hub) -> httpx2.AsyncClient:
    transport = httpx2.ASGITransport(hub._app(), client=("127.0.0.1", 50000))
    return httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8440")


NOTE = "Ohne Antwort rufen wir Ihre Pflege."
SAID = {
    "de": (
        "Küche: Der Kühlschrank ist offen.",
        "Der Kühlschrank steht offen",
        "Der Kühlschrank steht seit 5 Minuten offen.",
    ),
    "da": (
        "Køkken: Køleskabet er åbent.",
        "Køleskabet står åbent",
        "Køleskabet har stået åbent i 5 minutter.",
    ),
    "en": (
        "Kitchen: The fridge is open.",
        "The fridge stands open",
        "The fridge has been open for 5 minutes.",
    ),
}


def test_in_a_hub_it_is_asked_shared_and_explained_on_panel_and_phone(tmp_path: Path):
    async def story(world, flat, hub, network) -> None:
        await opens(flat, hub)
        async with near(hub) as panel:
            for language, (question, _, _) in SAID.items():
                said = await page(panel, "/", language)
                assert question in said, said
            assert NOTE in await page(panel, "/", "de"), "she allowed it"
        assert await alerts(world) == []
        await asyncio.sleep(1201)
        (alert,) = await alerts(world)
        assert (alert["kind"], alert["basis"], alert["purpose"]) == (
            FRIDGE_LEFT_OPEN, "consent", "comfort"
        )  # fmt: skip
        for language, (_, title, reason) in SAID.items():
            said = await page(world.anna, "/care/", language)
            assert title in said, said
            assert reason in said, said
        flat.radio.say(ItemUsed(device=FRIDGE, at=hub.clock.axis(), active=False))
        assert hub.view.panel().incidents == ()

    world, flat = plugged_in(tmp_path, words=True)
    paired(tmp_path, story, world=world, flat=flat)


def test_without_words_it_still_asks_and_pages_with_its_kind_as_the_word(tmp_path: Path):
    async def story(world, flat, hub, network) -> None:
        await opens(flat, hub)
        async with near(hub) as panel:
            for language in SAID:
                assert "fridge left open" in await page(panel, "/", language)
            assert NOTE in await page(panel, "/", "de")
        await asyncio.sleep(1201)
        assert [one["kind"] for one in await alerts(world)] == [FRIDGE_LEFT_OPEN]
        for language in SAID:
            assert "fridge left open" in await page(world.anna, "/care/", language)

    world, flat = plugged_in(tmp_path, words=False)
    paired(tmp_path, story, world=world, flat=flat)


@pytest.mark.parametrize("language", ["de", "da", "en"])
def test_it_is_explained_in_each_language_to_her_and_to_those_who_help(language):
    words = tomllib.loads(WORDS.read_text())
    assert {"title", "reason", "advice"} <= set(words[language])
    assert {"title", "reason", "question"} <= set(words[f"{language}-plain"])


def test_it_costs_its_file_its_words_this_test_and_a_changelog_line():
    example = ROOT / "examples" / "fridge_left_open"
    brought = {path.name for path in example.rglob("*") if path.suffix in {".py", ".toml"}}
    assert brought == {"fridge_left_open.py", "fridge_left_open.toml"}
    cost = len(brought) + len((Path(__file__), ROOT / "CHANGELOG.md"))
    assert cost <= FILES_MAX
    rooms = ("rules", "devices", "hub", "caregiver_api", "showcase", "design", "tohuus")
    knowing = [
        path
        for room in rooms
        for path in (ROOT / room).rglob("*")
        if path.suffix in {".py", ".toml", ".po", ".html"} and "fridge_left" in path.read_text()
    ]
    assert not knowing, "no file of the product knows it"


def test_its_limits_stand_in_the_settings_like_all_others(tmp_path: Path):
    path = tmp_path / "tohuus.toml"
    path.write_text("[hub.rules.fridge_left_open]\nopen_s = 120\n")
    assert read(path, {}, LIMITS).limits(LIMITS).sections["fridge_left_open"].open_s == 120
    path.write_text("[hub.rules.fridge_left_open]\nopn_s = 120\n")
    with pytest.raises(SettingsError, match=r"fridge_left_open\.open_s"):
        read(path, {}, LIMITS)
