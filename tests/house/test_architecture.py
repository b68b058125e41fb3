# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The page of the architecture names every folder, and the files a press really goes through."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.rules.test_way_of_a_press import WAY, a_press

PACKAGES = (
    "rules",
    "devices",
    "hub",
    "caregiver_api",
    "showcase",
    "design",
    "settings_errors",
    "tohuus",
)
FOLDER = re.compile(r"^\| `([\w/]+)` \|", re.MULTILINE)
STEP = re.compile(r"^\d+\. `(rules/[\w/]+\.py)`", re.MULTILINE)
FILE = re.compile(r"`(rules/[\w/]+\.py)`")
READ_MAX = 10


@pytest.fixture(scope="module")
def page(root: Path) -> str:
    return (root / "ARCHITECTURE.md").read_text()


@pytest.fixture(scope="module")
def press(page: str) -> str:
    """The chapter that follows a press."""
    return page.split("### A help press")[1].split("\n## ", maxsplit=1)[0]


def test_every_folder_stands_on_the_page_once(
    page: str, files: tuple[Path, ...], short: Callable[[Path], str]
) -> None:
    rooms = page.split("\n## Rooms")[1].split("\n## ", maxsplit=1)[0]
    there = {short(path.parent) for path in files if path.suffix == ".py"}
    ours = sorted(folder for folder in there if folder.split("/")[0] in PACKAGES)
    assert sorted(FOLDER.findall(rooms)) == ours


def test_the_layers_show_every_package(page: str) -> None:
    layers = page.split("\n## Layers")[1].split("\n## ", maxsplit=1)[0]
    assert not [package for package in PACKAGES if f'{package}["{package}<' not in layers]


def test_the_files_to_read_are_those_of_a_press_in_its_order(press: str) -> None:
    assert STEP.findall(press) == list(WAY)
    assert len(WAY) <= READ_MAX


def test_a_press_enters_no_file_that_the_page_does_not_name(press: str) -> None:
    entered = {file for file, _ in a_press()}
    named = set(FILE.findall(press))
    listening = {
        file for file in entered - named if file.startswith("rules/detectors/")
    }  # "and the detectors that wait for one"
    assert named == entered - listening
