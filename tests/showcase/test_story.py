# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Stories are data: complete in three languages, and a wrong one names its place."""

import tomllib

import pytest

from showcase.stories import story
from showcase.stories.story import STORIES, Do, StoryError

NAMES = (
    "fall-bath-night",
    "no-first-movement",
    "stove-forgotten",
    "pull-cord",
    "power-cut",
    "night-light",
)


def table():
    return tomllib.loads((STORIES / "pull-cord.toml").read_text())


def test_there_are_six_stories_in_the_order_of_their_tiles():
    assert tuple(one.id for one in story.every()) == NAMES


def test_every_story_names_rule_sensor_and_basis_it_cannot_do_without():
    for one in story.every():
        assert one.without.rule == one.verdict
        assert one.without.sensor
        assert one.without.basis


def test_every_story_speaks_three_languages():
    for one in story.every():
        said = [one.title, one.when, *(step.say for step in one.steps if step.say)]
        assert all(sentence[language] for sentence in said for language in ("de", "da", "en"))


def test_a_help_call_is_never_asked_about():
    [cord] = [one for one in story.every() if one.id == "pull-cord"]
    assert "asked" not in cord.hops
    assert not any(step.hop == "asked" for step in cord.steps)


def test_the_power_cut_lasts_twenty_minutes_of_story_time():
    [cut] = [one for one in story.every() if one.id == "power-cut"]
    doings = [step.do for step in cut.steps]
    between = cut.steps[doings.index(Do.CUT_POWER) : doings.index(Do.RESTORE_POWER)]
    assert sum(step.value for step in between if step.do is Do.WAIT) == 20 * 60


@pytest.mark.parametrize(
    ("key", "value", "place"),
    [
        ("starts", "25:00", "starts"),
        ("hops", ["paged", "frame"], "hops"),
        ("title", {"de": "nur deutsch"}, "title.da"),
        ("steps", [], "steps"),
        ("steps", [{"do": "dance"}], "steps[0].do"),
        ("steps", [{"do": "until"}], "steps[0].hop"),
        ("steps", [{"do": "move", "spot": "sofa"}], "steps[0].spot"),
        ("without", {"rule": "help_call"}, "without.sensor"),
    ],
)
def test_a_wrong_story_names_its_place(key, value, place):
    with pytest.raises(StoryError) as wrong:
        story.parse("pull-cord.toml", table() | {key: value})
    assert wrong.value.key == place
    assert wrong.value.file == "pull-cord.toml"
