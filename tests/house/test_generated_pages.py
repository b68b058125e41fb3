# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The rows of the documentation that repeat code say what the code says."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from examples.fridge_left_open.fridge_left_open import FridgeLeftOpen
from rules.detectors.registry import TABLE


@pytest.fixture(scope="module")
def tool(root: Path) -> ModuleType:
    path = root / "tools" / "generated_pages.py"
    spec = importlib.util.spec_from_file_location("generated_pages", path)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_generated_parts_are_fresh(root: Path, tool: ModuleType) -> None:
    assert not tool.stale(root, tool.Documented()), "run: make docs"


def test_no_row_waits_for_its_words(root: Path, tool: ModuleType) -> None:
    for name in tool.pages(tool.Documented()):
        assert tool.MISSING not in (root / name).read_text(), name


def test_a_new_detector_makes_its_rows_and_asks_for_its_words(root: Path, tool: ModuleType) -> None:
    documented = tool.Documented((*TABLE, FridgeLeftOpen()))
    text = {path.name: page for path, page in tool.stale(root, documented).items()}
    assert f"| `fridge_left_open` | {tool.MISSING} | consent `comfort` |" in text["data-flows.md"]
    assert "| 20 min | without an answer | there |" in text["rules.md"]
    assert "`fridge_left_open.open_s` 600 (10 min)" in text["settings.md"]


def test_a_detector_that_is_gone_takes_its_rows_along(root: Path, tool: ModuleType) -> None:
    documented = tool.Documented(tuple(one for one in TABLE if one.name != "leak"))
    for page in tool.stale(root, documented).values():
        parts = "".join(part for _, _, part, _ in tool.PART.findall(page))
        assert "`leak`" not in parts


def test_words_written_by_hand_are_kept(tool: ModuleType) -> None:
    before = tool._table(("message kind", "purpose", "basis"), [("`leak`", "water", "gone")])
    after = tool.Documented().message_kinds(before)
    assert "| `leak` | water | consent `safety` |\n" in after


def test_a_page_without_its_part_is_named(tool: ModuleType) -> None:
    with pytest.raises(ValueError, match="expected"):
        tool.fresh("no part", {"verdicts": str})
