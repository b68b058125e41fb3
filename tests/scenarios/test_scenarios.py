# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
import json
from pathlib import Path

import pytest

from tests.rules.home import SHOWCASE_FLAT
from tests.scenarios.transcript import play, scenarios


@pytest.mark.parametrize("path", scenarios(), ids=lambda path: path.stem)
def test_the_rules_make_of_it_what_the_transcript_says(path: Path):
    text = path.read_text()
    assert play(text).splitlines() == text.splitlines()


STORIES = {
    "fall-bath-night": ["fall_sensor"],
    "no-first-movement": ["no_first_movement"],
    "stove-forgotten": ["stove_unattended"],
    "pull-cord": ["help_call"],
    "power-cut": ["not_seen"],
    "night-light": ["possible_fall"],
}


@pytest.mark.parametrize(("story", "kinds"), STORIES.items())
def test_every_story_of_the_showcase_ends_in_its_page(story, kinds):
    path = next(path for path in scenarios() if path.stem == story)
    played = play(path.read_text(), SHOWCASE_FLAT)
    lines = [json.loads(line) for line in played.splitlines()]
    paged = [line for line in lines if line.get("send") in kinds and line["phase"] == "paged"]
    assert paged
    assert all(line["evidence"] for line in paged)
