# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""How deep the rules are: folders stand in layers, files of a folder too, and none in a circle."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from tests.rules.home import ROOT

RULES = ROOT / "rules"
FILES = sorted(path for path in RULES.rglob("*.py") if path.name != "__init__.py")
FOLDERS_MAX, MODULES_MAX = 6, 5

type Graph = dict[str, set[str]]


def name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


MODULES = {name(path) for path in FILES}


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            inner = {f"{node.module}.{one.name}" for one in node.names}
            found |= (inner | {node.module}) & MODULES
        elif isinstance(node, ast.Import):
            found |= {one.name for one in node.names} & MODULES
    return found


MODULE_GRAPH: Graph = {name(path): imported(path) for path in FILES}


def folder(module: str) -> str:
    return module.rpartition(".")[0]


def folder_graph() -> Graph:
    graph: Graph = {folder(one): set() for one in MODULE_GRAPH}
    for module, needs in MODULE_GRAPH.items():
        graph[folder(module)] |= {folder(one) for one in needs} - {folder(module)}
    return graph


def longest(graph: Graph) -> list[str]:
    """Return the longest chain; raises `graphlib.CycleError` where there is a circle."""
    chains: dict[str, list[str]] = {}
    for one in TopologicalSorter(graph).static_order():
        before = max((chains[need] for need in graph.get(one, ())), key=len, default=[])
        chains[one] = [*before, one]
    return max(chains.values(), key=len)


def test_folders_stand_in_few_layers_without_a_circle():
    chain = longest(folder_graph())
    assert len(chain) <= FOLDERS_MAX, chain


def test_no_two_modules_stand_in_a_circle():
    longest(MODULE_GRAPH)


@pytest.mark.parametrize("inside", sorted(folder_graph()))
def test_modules_of_a_folder_stand_in_few_layers(inside):
    graph = {
        module: {one for one in needs if folder(one) == inside}
        for module, needs in MODULE_GRAPH.items()
        if folder(module) == inside
    }
    chain = longest(graph)
    assert len(chain) <= MODULES_MAX, chain
