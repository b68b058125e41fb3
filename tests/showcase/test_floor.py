# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Walking about in the model flat."""

import tomllib
from pathlib import Path

import pytest

from showcase.apartment.floor import Floor, FloorError
from showcase.resident import daily_life
from showcase.stories import story
from showcase.stories.story import Do

TABLE = tomllib.loads(
    (Path(__file__).parents[2] / "showcase" / "apartment.toml").read_text(encoding="utf-8")
)
FLOOR = Floor(TABLE)


def test_the_way_from_bed_to_basin_leads_through_the_hall():
    way = FLOOR.way(FLOOR.spots["bed"], FLOOR.spots["basin"])
    assert way.rooms == ("bedroom", "hall", "bath")
    assert way.points[0] == FLOOR.spots["bed"].at
    assert way.points[-1] == FLOOR.spots["basin"].at
    assert way.length_cm > 400


def test_a_step_within_a_room_needs_no_door():
    way = FLOOR.way(FLOOR.spots["sofa"], FLOOR.spots["armchair"])
    assert way.rooms == ("living",)
    assert len(way.points) == 2


def test_every_spot_can_be_reached_from_the_bed():
    for spot in FLOOR.spots.values():
        assert FLOOR.way(FLOOR.spots["bed"], spot).rooms[-1] == spot.room


def test_every_spot_of_a_story_and_of_daily_life_is_in_the_flat():
    for one in story.every():
        spots = {one.spot} | {step.to for step in one.steps if step.do in {Do.WALK, Do.FALL}}
        assert spots <= FLOOR.spots.keys()
    for spot, room in daily_life.ROOM_OF.items():
        assert FLOOR.spots[spot].room == (room or "outside")


def test_every_device_of_a_story_is_in_the_flat():
    devices = {row["id"] for row in TABLE["devices"]}
    for one in story.every():
        named = {one.sensor, *one.without.sensor} | {s.device for s in one.steps if s.device}
        assert named <= devices


def test_a_plan_without_spots_says_so():
    with pytest.raises(FloorError) as wrong:
        Floor({"plan": {"ways": {}}})
    assert wrong.value.key == "plan.spots"
