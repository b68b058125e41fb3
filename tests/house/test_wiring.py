# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Wiring is visible in constructors: no part is filled in later from outside."""

import ast
from pathlib import Path

import pytest

# A package is added when it holds.
PACKAGES = ("hub",)
# What belongs to others and is set there by their own rules.
FOREIGN = {
    "server.should_exit",  # uvicorn
    "self.context.minimum_version",  # ssl
    "self.context.verify_flags",  # ssl
}


def filled_in(text: str) -> set[str]:
    """Return the attributes of other objects that a module assigns to."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for one in targets:
                if isinstance(one, ast.Attribute) and ast.unparse(one.value) != "self":
                    found.add(ast.unparse(one))
    return found


@pytest.mark.parametrize("package", PACKAGES)
def test_no_attribute_is_filled_in_later_from_outside(root: Path, package: str) -> None:
    found = {one for path in (root / package).rglob("*.py") for one in filled_in(path.read_text())}
    assert found <= FOREIGN


def test_an_attribute_filled_in_from_outside_would_be_noticed() -> None:
    assert filled_in("self.view.blind = inlet.blind\nself.seen = 1\n") == {"self.view.blind"}
