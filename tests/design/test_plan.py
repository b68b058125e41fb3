# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The floor plan is drawn from the apartment file."""

import tomllib
from pathlib import Path

from design import plan, svg
from design.face import environment

FLAT = Path(__file__).resolve().parents[2] / "showcase" / "apartment.toml"


def drawn(**kwargs):
    table = tomllib.loads(FLAT.read_text())
    templates = environment(FLAT.parent)
    macro = templates.get_template("_plan.html").module.plan
    return str(macro(plan.read(table), "Plan", "A flat", "da", **kwargs))


def test_the_model_flat_is_drawn_with_every_room_and_device():
    table = tomllib.loads(FLAT.read_text())
    picture = drawn()
    for room in table["rooms"]:
        assert (f'data-room="{room["id"]}"' in picture) == ("shape" in room)
    for device in table["devices"]:
        assert f'data-device="{device["id"]}"' in picture


def test_room_names_come_in_the_readers_language():
    assert "Soveværelse" in drawn()
    assert "Schlafzimmer" not in drawn()


def test_a_blind_room_is_hatched_and_never_left_plain():
    assert 'data-veil="bath" data-state="blind"' in drawn(rooms={"bath": "blind"})


def test_the_picture_holds_no_inline_style():
    assert "style=" not in drawn()


def test_a_flat_without_shapes_has_no_plan():
    assert plan.read({"rooms": [{"id": "a", "type": "living"}]}) is None


def test_signs_outside_the_flat_stay_inside_the_frame():
    flat = plan.read(
        {
            "rooms": [
                {"id": "a", "type": "hall", "shape": [[0, 0], [100, 0], [100, 100], [0, 100]]}
            ],
            "devices": [{"id": "lamp", "role": "outside_lamp", "room": "a", "at": [50, 130]}],
        }
    )
    left, top, width, height = flat.box
    assert top + height >= 130 + plan.SIGN_CM
    assert (left, top, width) == (-14.0, -14.0, 128.0)


def test_an_open_door_swings_from_its_leaf_to_its_latch():
    assert svg.door_swing((0, 0), (10, 0), (0, 10)) == "M0 0L0 10A10 10 0 0 0 10 0"
    assert svg.door_swing((0, 0), (10, 0), (0, -10)) == "M0 0L0 -10A10 10 0 0 1 10 0"


def test_a_way_starts_and_ends_on_its_points():
    assert svg.curve([(0, 0), (10, 0), (10, 10), (20, 10)]).startswith("M0 0")
    assert svg.curve([(0, 0), (10, 0), (10, 10), (20, 10)]).endswith("20 10")
    assert svg.curve([(0, 0), (5, 5)]) == "M0 0L5 5"
