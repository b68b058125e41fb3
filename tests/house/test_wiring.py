# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Wiring is visible in constructors: nobody fills in an attribute of another object later."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

# What belongs to other libraries and is set there by their own rules.
FOREIGN = {
    "server.should_exit = True",
    "self.context.minimum_version = ssl.TLSVersion.TLSv1_2",
    "self.context.verify_flags = ssl.VerifyFlags(flags if known else flags | _NO_CHECK_TIME)",
}


def _filled_in(tree: ast.AST) -> Iterator[str]:
    """Yield each statement that sets an attribute of something that is not `self`."""
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=targets):
                pass
            case ast.AugAssign(target=target) | ast.AnnAssign(target=target):
                targets = [target]
            case _:
                continue
        for one in targets:
            if isinstance(one, ast.Attribute) and ast.unparse(one.value) != "self":
                yield ast.unparse(node)


@pytest.mark.parametrize("package", ["rules", "hub"])
def test_no_attribute_is_filled_in_later_from_outside(root: Path, package: str) -> None:
    found = {
        statement
        for path in (root / package).rglob("*.py")
        for statement in _filled_in(ast.parse(path.read_text()))
    }
    assert found <= FOREIGN


def test_an_attribute_that_is_filled_in_would_be_noticed() -> None:
    tree = ast.parse("self.x = 1\nview.blind = blind\nself.y.z += 1\n")
    assert list(_filled_in(tree)) == ["view.blind = blind", "self.y.z += 1"]
