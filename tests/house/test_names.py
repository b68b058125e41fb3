# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
import ast
import re
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

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
FOLDERS = "|".join((*PACKAGES, "tests", "tools", "docs"))
NAMED = re.compile(rf"`((?:{FOLDERS})(?:/[\w.*-]+)+/?)`")
TWICE_MAX = 5
TWICE = {
    "ChangeSignal": "wakes the hub's pages; wakes the showcase, which watches from outside",
    "Clock": "the hub's times; the showcase's, which is a process of its own",
    "Flat": "what the rules know of a flat; the rooms a simulated resident walks about in",
    "Step": "what one fact led to; one step of a story",
}
"""Class names that stand for two things, in rooms that hand each other neither."""
OURS = re.compile(rf"(?:{'|'.join(PACKAGES)})\b[\w.*]*")


def _settings(root: Path) -> dict[str, object]:
    return tomllib.loads((root / "pyproject.toml").read_text())


def _modules(contracts: object) -> Iterator[str]:
    """Yield every module of ours that a layer contract names."""
    match contracts:
        case dict():
            for key, value in contracts.items():
                if key != "name":
                    yield from _modules(value)
        case list():
            for value in contracts:
                yield from _modules(value)
        case str():
            yield from OURS.findall(contracts)


def test_every_file_named_by_a_lint_rule_exists(root: Path) -> None:
    named = _settings(root)["tool"]["ruff"]["lint"]["per-file-ignores"]
    assert not [name for name in named if not any(root.glob(name))]


def test_every_module_named_by_a_layer_contract_exists(root: Path) -> None:
    named = set(_modules(_settings(root)["tool"]["importlinter"]))
    assert {"rules", "caregiver_api.wire", "hub.forwarding"} <= named
    paths = {name: name.rstrip(".*").replace(".", "/") for name in named}
    gone = [
        name
        for name, path in paths.items()
        if not (root / path).is_dir() and not (root / f"{path}.py").is_file()
    ]
    assert not gone


def test_every_file_of_the_distribution_exists(root: Path) -> None:
    settings = _settings(root)
    targets = settings["tool"]["hatch"]["build"]["targets"]
    named = [settings["project"]["readme"], *settings["project"]["license-files"]]
    named += [*targets["wheel"]["packages"], *targets["sdist"]["exclude"]]
    named += [
        *settings["tool"]["mypy"]["files"],
        *settings["tool"]["coverage"]["run"]["source_pkgs"],
    ]
    assert not [name for name in named if not (root / name).exists()]


def test_every_file_named_in_a_page_exists(
    root: Path, texts: dict[Path, str], short: Callable[[Path], str]
) -> None:
    gone = [
        f"{short(page)}: {name}"
        for page, text in texts.items()
        if page.suffix == ".md"
        for name in NAMED.findall(text)
        if not any(root.glob(name.rstrip("/")))
    ]
    assert not gone


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
