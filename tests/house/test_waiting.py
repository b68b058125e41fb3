# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tests on the real clock wait for what happens, with a limit that no healthy run reaches."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

LIMIT_S_MIN = 20.0
CLOCKS = {"monotonic", "perf_counter"}
# file::function -> why it waits for a time all the same
ON_PURPOSE = {
    "tests/devices/ble/test_findings.py::test_6_a_hung_bluetoothd_holds_nobody_for_ever": (
        "the scan must not start: the virtual bluetoothd never answers"
    ),
    "tests/devices/zigbee/test_supervision.py"
    "::test_who_joined_is_on_the_disk_however_slow_the_driver_writes": (
        "plays a slow driver; the test itself waits for the disk"
    ),
}


def _called(node: ast.AST) -> str:
    if not isinstance(node, ast.Call):
        return ""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _number(node: ast.AST | None) -> float | None:
    value = node.value if isinstance(node, ast.Constant) else None
    return float(value) if isinstance(value, int | float) else None


def _waits(node: ast.AST, *, looking: bool = False) -> Iterator[str]:
    """Yield waits for a time: a sleep outside a loop that looks, a tight limit, a measured wait."""
    if isinstance(node, ast.Call):
        first, last = (_number(node.args[at]) if node.args else None for at in (0, -1))
        match _called(node):
            case "sleep" if first and not looking:
                yield f"{node.lineno} sleeps for {first} s"
            case "wait_for_timeout":
                yield f"{node.lineno} sleeps"
            case "timeout" if first is not None and first < LIMIT_S_MIN:
                yield f"{node.lineno} gives up after {first} s"
            case "wait_for" if last is not None and last < LIMIT_S_MIN:
                yield f"{node.lineno} gives up after {last} s"
    if isinstance(node, ast.Assert):
        measured = {_called(one) for one in ast.walk(node.test)} & CLOCKS
        if measured and any(isinstance(one, ast.Sub) for one in ast.walk(node.test)):
            yield f"{node.lineno} measures the machine"
    for child in ast.iter_child_nodes(node):
        yield from _waits(child, looking=looking or isinstance(node, ast.While))


def _on_the_real_clock(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield what a file with tests on the real loop runs there: all but its plain tests."""
    made = [
        one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    if any(isinstance(one, ast.AsyncFunctionDef) and one.name.startswith("test_") for one in made):
        plain = [one for one in made if isinstance(one, ast.FunctionDef)]
        inside = {
            id(inner) for one in plain if one.name.startswith("test_") for inner in ast.walk(one)
        }
        yield from (one for one in made if id(one) not in inside)


def test_tests_on_the_real_clock_wait_for_what_happens(
    texts: dict[Path, str], short: Callable[[Path], str]
) -> None:
    found: dict[str, set[str]] = {}
    for path, text in texts.items():
        if path.suffix == ".py" and short(path).startswith("tests/"):
            for function in _on_the_real_clock(ast.parse(text)):
                if waits := set(_waits(function)):
                    found.setdefault(f"{short(path)}::{function.name}", set()).update(waits)
    assert {name: waits for name, waits in found.items() if name not in ON_PURPOSE} == {}
    assert set(ON_PURPOSE) <= set(found), "an exception nobody needs any more"


def test_each_kind_of_wait_would_be_noticed() -> None:
    def waits(text: str) -> int:
        return len(list(_waits(ast.parse(text))))

    assert waits("asyncio.sleep(0.05)") == 1
    assert waits("while not ready():\n    asyncio.sleep(0.05)") == 0
    assert waits("asyncio.sleep(0)") == 0
    assert waits("asyncio.timeout(5)") == 1
    assert waits("asyncio.timeout(30)") == 0
    assert waits("asyncio.wait_for(one.wait(), 5)") == 1
    assert waits("assert time.monotonic() - began < 3") == 1
    assert waits("assert clock.monotonic() <= clock.monotonic()") == 0
