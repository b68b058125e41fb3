# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""No class name stands for two things on the way of a message."""

import ast
from collections import defaultdict
from pathlib import Path

from tests.house.test_names import PACKAGES

TWICE_MAX = 5
TWICE = {
    "ChangeSignal": "wakes the hub's pages; wakes the showcase, which watches from outside",
    "Clock": "the hub's times; the showcase's, which is a process of its own",
    "Flat": "what the rules know of a flat; the rooms a simulated resident walks about in",
    "Step": "what one fact led to; one step of a story",
}
"""Class names that stand for two things, in rooms that hand each other neither."""


def test_a_class_name_stands_for_one_thing(root: Path) -> None:
    places = defaultdict(list)
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.ClassDef):
                    places[node.name].append(f"{path.relative_to(root)}:{node.lineno}")
    twice = {name: found for name, found in places.items() if len(found) > 1}
    assert len(TWICE) <= TWICE_MAX
    assert twice.keys() == TWICE.keys(), {
        name: twice.get(name) for name in twice.keys() ^ TWICE.keys()
    }
    assert all(len(found) == 2 for found in twice.values())
