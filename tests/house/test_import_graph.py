# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The shape of the import graph: short chains of folders, no circle, no magnet."""

from collections.abc import Iterable, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter

import grimp
import pytest

PACKAGES = ("rules", "devices", "hub", "caregiver_api", "showcase", "design", "tohuus")
FOLDERS_MAX = {"rules": 6, "hub": 8, "caregiver_api": 8}
MODULES_MAX = 5
IMPORTS_MAX = 15
# The only files that may see many: they put together what others are.
CONSTRUCTORS = {
    "hub.bootstrap",
    "hub.forwarding.bootstrap",
    "caregiver_api.bootstrap",
    "rules.detectors.registry",
}


type Edges = Mapping[str, Iterable[str]]


@pytest.fixture(scope="module")
def modules() -> dict[str, frozenset[str]]:
    """Return what each module of ours imports of ours; a package stands for its `__init__`."""
    graph = grimp.build_graph(*PACKAGES, include_external_packages=False, cache_dir=None)
    return {
        module: frozenset(graph.find_modules_directly_imported_by(module))
        for module in graph.modules
    }


def _folder(module: str, modules: Mapping[str, frozenset[str]]) -> str:
    is_package = any(other.startswith(f"{module}.") for other in modules)
    return module if is_package else module.rpartition(".")[0]


def _folders(package: str, modules: Mapping[str, frozenset[str]]) -> dict[str, set[str]]:
    """Return which folders of a package import which; its root may see every room."""
    inside = [module for module in modules if module.split(".")[0] == package]
    found: dict[str, set[str]] = {_folder(module, modules): set() for module in inside}
    for module in inside:
        here = _folder(module, modules)
        there = {_folder(to, modules) for to in modules[module] if to.split(".")[0] == package}
        found[here] |= there - {here, package}
    found.pop(package, None)
    return found


def _longest(edges: Edges) -> list[str]:
    """Return the longest chain; nodes must not import each other in a circle."""

    @cache
    def chain(node: str) -> list[str]:
        return [node, *max(map(chain, edges.get(node, ())), key=len, default=[])]

    return max(map(chain, edges), key=len, default=[])


def _circle(edges: Edges) -> list[str] | None:
    try:
        TopologicalSorter(edges).prepare()
    except CycleError as error:
        return list(error.args[1])
    return None


@pytest.mark.parametrize("package", PACKAGES)
def test_folders_import_each_other_in_no_circle(
    package: str, modules: dict[str, frozenset[str]]
) -> None:
    assert _circle(_folders(package, modules)) is None


def test_modules_import_each_other_in_no_circle(modules: dict[str, frozenset[str]]) -> None:
    assert _circle(modules) is None


@pytest.mark.parametrize(("package", "at_most"), FOLDERS_MAX.items())
def test_a_chain_of_folders_is_short(
    package: str, at_most: int, modules: dict[str, frozenset[str]]
) -> None:
    chain = _longest(_folders(package, modules))
    assert 1 < len(chain) <= at_most, chain


def test_a_chain_of_modules_inside_one_folder_is_short(
    modules: dict[str, frozenset[str]],
) -> None:
    folders = {_folder(module, modules) for module in modules} - set(PACKAGES)
    chains = {}
    for folder in folders:
        inside = {m for m in modules if m != folder and _folder(m, modules) == folder}
        chains[folder] = _longest({m: modules[m] & inside for m in inside})
    assert any(len(chain) > 1 for chain in chains.values())
    long = {folder: chain for folder, chain in chains.items() if len(chain) > MODULES_MAX}
    assert not long


def test_only_constructors_import_many_modules(modules: dict[str, frozenset[str]]) -> None:
    magnets = {
        module: len(imported) for module, imported in modules.items() if len(imported) > IMPORTS_MAX
    }
    assert set(magnets) <= CONSTRUCTORS, magnets


def test_a_circle_and_a_long_chain_would_be_noticed() -> None:
    assert _circle({"a": {"b"}, "b": {"a"}}) is not None
    assert _longest({"a": {"b"}, "b": {"c"}, "c": set()}) == ["a", "b", "c"]
