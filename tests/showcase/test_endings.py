# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""A story that lacks something says which hop, why, and what was seen last."""

import pytest

from showcase.stories.failure_report import FailureReport, Why
from showcase.stories.picture import Ending
from showcase.stories.story import HOPS
from showcase.stories.trace import Trace
from showcase.web import endings
from tests.showcase.test_page import Wall
from tests.showcase.test_trace import CORD, cord_way


def broken(wall, came, why, about="", hop=None):
    """Let the pull cord's story end after so many words of radio, hub and service."""
    trace = Trace(CORD)
    wall.picture.begins(CORD, trace)
    for tell in cord_way(trace)[:came]:
        tell()
    last = trace.way[-1] if trace.way else None
    short = FailureReport(story=CORD.id, hop=hop or trace.missing, why=why, about=about, last=last)
    wall.picture.ends(Ending.BROKEN, short)
    return short


def test_the_command_says_the_missing_hop_the_reason_and_the_last_thing_seen():
    short = broken(Wall(), 3, Why.NO_VERDICT, "help_call")
    assert str(short) == (
        "pull-cord: the hop 'verdict' did not come: no rule concluded 'help_call'; "
        "last seen: 'journaled' (#41)"
    )


def test_a_story_of_which_nothing_came_says_so():
    short = broken(Wall(), 0, Why.NO_POWER, "cord-bath")
    assert str(short).endswith(
        "'frame' did not come: cord-bath has no power; nothing was seen before it"
    )


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (
            "de",
            (
                "Ausgeblieben: der Schluss der Regel (keine Regel schloss auf „Hilferuf“). "
                "Zuletzt gesehen: der Eintrag im Tagebuch der Wohnung (#41), 3:46 Uhr."
            ),
        ),
        (
            "da",
            (
                "Udeblevet: reglens konklusion (ingen regel sluttede „Hjælpekald“). "
                "Sidst set: notatet i boligens dagbog (#41), kl. 3.46."
            ),
        ),
        (
            "en",
            (
                "Missing: the rule&#39;s conclusion (no rule concluded “Help call”). "
                "Last seen: the entry in the flat&#39;s journal (#41), 3:46."
            ),
        ),
    ],
)
def test_the_page_says_the_same_as_the_command_in_the_readers_language(code, said):
    wall = Wall()
    broken(wall, 3, Why.NO_VERDICT, "help_call")
    tale = wall.parts(code)["sc-tale"].replace("'", "&#39;")
    assert said in tale, tale


def test_the_station_that_stayed_empty_is_marked():
    wall = Wall()
    broken(wall, 6, Why.SERVICE_OFF)
    stations = wall.parts()["sc-stations"]
    assert stations.count('data-state="lost"') == 1
    assert "Das blieb aus." in stations.split('data-state="lost"')[1]


@pytest.mark.parametrize("hop", [*HOPS, "light"])
def test_every_hop_and_every_reason_has_words(hop):
    assert hop in endings.HOPS
    wall = Wall()
    for why in Why:
        broken(wall, 0, why, "lamp-hall", hop)
        assert "Ausgeblieben: " in wall.parts()["sc-tale"]


def test_who_switched_sensing_off_is_told_why_nothing_happened():
    wall = Wall()
    wall.picture.begins(CORD, Trace(CORD))
    wall.picture.ends(Ending.PAUSED, FailureReport(story="x", hop="verdict", why=Why.PAUSED))
    parts = wall.parts()
    assert "Sie haben das Messen ausgeschaltet" in parts["sc-tale"]
    assert 'data-state="lost"' not in parts["sc-stations"]
