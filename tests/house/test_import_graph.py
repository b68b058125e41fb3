# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Folders stand in layers: no circles, short chains, few imports outside of the wiring."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

PACKAGES = ("rules", "devices", "hub", "caregiver_api", "showcase", "design", "tohuus")
# Package -> longest chain of folders inside it. A package is added when it holds the figure.
FOLDERS_MAX = {"hub": 8}
MODULES_MAX = 5
IMPORTS_MAX = 15
# What belongs to others and is set there by their own rules.
FOREIGN = {
    "server.should_exit = True",
    "self.context.minimum_version = ssl.TLSVersion.TLSv1_2",
    "self.context.verify_flags = ssl.VerifyFlags(flags if known else flags | _NO_CHECK_TIME)",
}

type Graph = Mapping[str, set[str]]


@dataclass(frozen=True)
class Imports:
    """Who imports whom among our modules, and where each module lies."""

    graph: Graph
    folder: Mapping[str, str]


@pytest.fixture(scope="module")
def imports() -> Imports:
    root = Path(__file__).parents[2]
    files: dict[str, Path] = {}
    for package in PACKAGES:
        for path in (root / package).rglob("*.py"):
            name = ".".join(path.relative_to(root).with_suffix("").parts)
            files[name.removesuffix(".__init__")] = path
    graph = {name: _imported(path, files) - {name} for name, path in files.items()}
    folder = {name: ".".join(path.relative_to(root).parent.parts) for name, path in files.items()}
    return Imports(graph, folder)


def _imported(path: Path, ours: Mapping[str, Path]) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            for one in node.names:
                inner = f"{node.module}.{one.name}"
                found.add(inner if inner in ours else node.module)
    return found & ours.keys()


def longest(graph: Graph) -> list[str]:
    """Return the longest chain of a graph without circles."""
    known: dict[str, list[str]] = {}
    way: list[str] = []

    def chain(node: str) -> list[str]:
        assert node not in way, f"a circle: {' -> '.join([*way, node])}"
        if node not in known:
            way.append(node)
            known[node] = [node, *max(map(chain, graph.get(node, ())), key=len, default=[])]
            way.pop()
        return known[node]

    return max(map(chain, graph), key=len)


@pytest.mark.parametrize("package", FOLDERS_MAX)
def test_folders_of_a_package_stand_in_layers(imports: Imports, package: str) -> None:
    folders: dict[str, set[str]] = {}
    for name, targets in imports.graph.items():
        here = imports.folder[name]
        if name.split(".")[0] == package and here != package:
            inside = {imports.folder[one] for one in targets if one.split(".")[0] == package}
            folders.setdefault(here, set()).update(inside - {here, package})
    chain = longest(folders)
    assert len(chain) < FOLDERS_MAX[package], chain  # the root of the package stands above


@pytest.mark.parametrize("package", FOLDERS_MAX)
def test_modules_inside_one_folder_stand_in_few_layers(imports: Imports, package: str) -> None:
    inside = {name for name in imports.graph if name.split(".")[0] == package}
    for folder in {imports.folder[name] for name in inside}:
        here = {name for name in inside if imports.folder[name] == folder}
        chain = longest({name: imports.graph[name] & here for name in here})
        assert len(chain) <= MODULES_MAX, chain


@pytest.mark.parametrize("package", FOLDERS_MAX)
def test_only_the_wiring_imports_many_modules(imports: Imports, package: str) -> None:
    magnets = {
        name: len(targets)
        for name, targets in imports.graph.items()
        if name.split(".")[0] == package
        and name.split(".")[-1] != "bootstrap"
        and len(targets) > IMPORTS_MAX
    }
    assert not magnets


@pytest.mark.parametrize("package", FOLDERS_MAX)
def test_no_attribute_is_filled_in_later_from_outside(root: Path, package: str) -> None:
    found = []
    for path in (root / package).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                for one in targets:
                    own = isinstance(one, ast.Attribute) and ast.unparse(one.value) == "self"
                    if isinstance(one, ast.Attribute) and not own:
                        found.append(ast.unparse(node))
    assert set(found) <= FOREIGN


def test_a_circle_is_named() -> None:
    with pytest.raises(AssertionError, match="a circle: a -> b -> a"):
        longest({"a": {"b"}, "b": {"a"}})
