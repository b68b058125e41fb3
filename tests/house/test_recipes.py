# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The recipes of CONTRIBUTING name the files their examples bring, and few of them."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

CHAPTER = re.compile(r"^## A new (\w+)\n(.*?)(?=^## )", re.MULTILINE | re.DOTALL)
LIST = re.compile(r"(?:^\d+\. .*\n(?:[ ]{3}.*\n)*)+", re.MULTILINE)
STEP = re.compile(r"^\d+\. `([^`]+)`", re.MULTILINE)
CLOSED = ("rules/engine/", "rules/incidents/", "rules/situation/", "rules/model/", "hub/pipeline/")
"""Folders that nobody has to open for a detector, a channel or a device."""


@dataclass(frozen=True)
class Recipe:
    """One list of a chapter, and the example that follows it.

    Attributes:
        chapter: what is new.
        number: which list of the chapter.
        files_max: how many files it may cost.
        example: folder of the example, None where a test alone shows it.
        test: runs the example.
    """

    chapter: str
    number: int
    files_max: int
    example: str | None
    test: str

    def steps(self, root: Path) -> list[str]:
        """Return the file each step names first."""
        chapters = dict(CHAPTER.findall((root / "CONTRIBUTING.md").read_text()))
        return STEP.findall(LIST.findall(chapters[self.chapter])[self.number])


RECIPES = (
    Recipe("detector", 0, 4, "fridge_left_open", "tests/examples/test_fridge_left_open.py"),
    Recipe("channel", 0, 5, "channel", "tests/examples/test_channel.py"),
    Recipe("device", 0, 2, None, "tests/devices/ble/test_new_object.py"),
    Recipe("device", 1, 3, "device", "tests/examples/test_ruuvitag.py"),
)


def _new(steps: list[str]) -> list[str]:
    return [step for step in steps if "<name>" in step]


@pytest.fixture(params=RECIPES, ids=lambda one: f"{one.chapter}-{one.number}")
def recipe(request: pytest.FixtureRequest) -> Recipe:
    return request.param


def test_a_recipe_costs_few_files_and_none_of_the_engine(root: Path, recipe: Recipe) -> None:
    steps = recipe.steps(root)
    assert 1 < len(set(steps)) == len(steps) <= recipe.files_max
    assert not [step for step in steps if step.startswith(CLOSED)]


def test_files_that_get_a_line_are_there_and_new_ones_have_a_folder(
    root: Path, recipe: Recipe
) -> None:
    for step in recipe.steps(root):
        there = root / step
        assert there.parent.is_dir() if "<name>" in step else there.is_file(), step


def test_the_example_brings_the_new_files_and_no_other(root: Path, recipe: Recipe) -> None:
    new = _new(recipe.steps(root))
    tests = [step for step in new if step.startswith("tests/")]
    assert len(tests) == 1
    assert (root / recipe.test).is_file()
    if recipe.example is None:
        return
    brought = [
        path
        for path in (root / "examples" / recipe.example).rglob("*")
        if path.suffix in {".py", ".toml"} and path.name != "__init__.py"
    ]
    kinds = [Path(step).suffix for step in new if step not in tests]
    assert sorted(path.suffix for path in brought) == sorted(kinds)
    assert len({path.stem for path in brought}) == 1, "one name for all of them"


def test_a_table_that_gets_a_line_does_not_know_the_example(root: Path, recipe: Recipe) -> None:
    code = root / "examples" / (recipe.example or "")
    names = {path.stem for path in code.glob("*.py") if path.name != "__init__.py"}
    for step in set(recipe.steps(root)) - set(_new(recipe.steps(root))) - {"CHANGELOG.md"}:
        text = (root / step).read_text()
        assert not [name for name in names if re.search(rf"\b{name}\b", text)], step


def test_the_page_of_the_channel_lists_the_files_of_its_recipe(root: Path) -> None:
    page = (root / "examples" / "channel" / "README.md").read_text()
    listed = re.findall(r"^\| `([\w/.<>]+)` \|", page, re.MULTILINE)
    assert listed == RECIPES[1].steps(root)


def test_every_chapter_of_something_new_is_followed(root: Path) -> None:
    chapters = dict(CHAPTER.findall((root / "CONTRIBUTING.md").read_text()))
    lists = {(name, n) for name, text in chapters.items() for n in range(len(LIST.findall(text)))}
    assert lists == {(one.chapter, one.number) for one in RECIPES}
