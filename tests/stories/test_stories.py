# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Six stories from a real frame to a carer who has accepted; take one thing away and they end before."""

import sqlite3
from itertools import pairwise

import pytest

from showcase.stage.removal import Removal
from tests.stories.conftest import STORIES

pytestmark = pytest.mark.asyncio(loop_scope="session")
ALL = tuple(STORIES)
# Three processes, one story time: their own clocks run on between two words of the director, and a
# process that got no processor for a while says its hop late. A wrong axis is hours off.
CLOCKS_S = 10.0
# How far each story may come without something: the first hop that must not come.
LOST = {
    Removal.SENSOR: {"frame"},
    Removal.RULE: {"verdict"},
    Removal.BASIS: {"decided"},
    Removal.SERVICE: {"forwarded"},
}


@pytest.mark.parametrize("name", ALL)
async def test_a_story_ends_with_a_carer_who_has_accepted(theatre, name):
    told, lines = await theatre.play(name)
    assert told.why == ""
    assert tuple(line["hop"] for line in lines) == STORIES[name].hops
    assert lines[-1]["hop"] == "acknowledged"
    assert lines[-1]["who"] == "Anna"
    assert {line.get("incident") or line.get("incident_id") for line in lines[3:]} - {None} == {
        lines[3]["incident"]
    }
    at = [line["at"] for line in lines]
    assert all(two - one > -CLOCKS_S for one, two in pairwise(at))
    wall_ms = [line["wall_ms"] for line in lines]
    assert all(two - one > -CLOCKS_S * 1000 for one, two in pairwise(wall_ms))


async def test_the_ids_of_a_story_stand_in_journal_and_service(theatre):
    _, lines = await theatre.play("pull-cord")
    said = {line["hop"]: line for line in lines}
    home = theatre.stage.home.folder
    with sqlite3.connect(f"file:{home}/hub/hub.sqlite?mode=ro", uri=True) as hub:
        row = hub.execute(
            "select kind, device from journal where seq = ?", (said["journaled"]["seq"],)
        ).fetchone()
        outbox = hub.execute(
            "select incident from outbox where message_id = ?", (said["enqueued"]["message"],)
        ).fetchone()
    assert row == ("HelpPressed", "cord-bath")
    assert outbox == (said["verdict"]["incident"],)
    with sqlite3.connect(f"file:{home}/service/service.db?mode=ro", uri=True) as service:
        stored = service.execute(
            "select count(*) from message where id = ?", (said["received"]["message_id"],)
        ).fetchone()
    assert stored == (1,)
    assert said["received"]["message_id"] == said["enqueued"]["message"]
    assert said["journaled"]["seq"] in said["verdict"]["evidence"]


async def test_the_pull_cord_rings_without_any_consent_to_monitoring(theatre):
    told, _ = await theatre.play("pull-cord", Removal.CONSENTS)
    assert told.fulfilled


async def test_the_answer_comes_back_into_the_room(theatre):
    told_in_room = []
    theatre.stage.listeners.hub.append(
        lambda event, said: told_in_room.append(said) if said.get("hop") == "told" else None
    )
    await theatre.play("fall-bath-night")
    assert await theatre.stage.changes.until(
        lambda: any(said.get("room") == "bath" for said in told_in_room), 30.0
    )


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("without", [Removal.SENSOR, Removal.BASIS, Removal.SERVICE])
async def test_without_its_means_a_story_ends_before_the_page(theatre, name, without):
    told, lines = await theatre.play(name, without)
    assert not told.fulfilled
    assert told.missing in LOST[without], told.why
    assert STORIES[name].id in told.why
    assert not {"paged", "acknowledged"} & {line["hop"] for line in lines}


async def test_without_its_rule_no_story_comes_to_a_verdict(theatre):
    stage = theatre.stage
    stage.rules_wanted = tuple(one.without.rule for one in STORIES.values())
    try:
        for name in ALL:
            told, lines = await theatre.play(name)
            assert told.missing == "verdict", (name, told.why)
            assert [line["hop"] for line in lines] == ["frame", "decoded", "journaled"]
    finally:
        stage.rules_wanted = ()


async def test_after_everything_was_taken_away_and_given_back_the_cord_still_rings(theatre):
    told, _ = await theatre.play("pull-cord")
    assert told.fulfilled
    assert theatre.stage.rules_off == ()
