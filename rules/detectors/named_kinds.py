# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The kinds a detector's code names where it concludes, read without running it."""

import dis
from collections.abc import Iterator
from functools import cache
from types import FunctionType
from typing import Any, Final

from rules.detectors.detector import Detector

CONCLUDES: Final = frozenset({"verdict", "Clear"})
"""`now.verdict(KIND, ...)` and `Clear(KIND, ...)`: the kind is the first argument."""


@cache
def named_kinds(detector: Detector[Any, Any]) -> frozenset[str]:
    """Return the constants that stand first in what a detector concludes.

    A kind that is handed on as an argument is not found; it is refused when it is concluded.
    """
    found: set[str] = set()
    known: set[FunctionType] = set()
    waiting = [
        one
        for base in type(detector).__mro__
        if base not in {Detector, object}
        for one in vars(base).values()
        if isinstance(one, FunctionType)
    ]
    while waiting:
        function = waiting.pop()
        if function in known:
            continue
        known.add(function)
        names = function.__code__.co_names
        if not CONCLUDES.isdisjoint(names):
            found.update(_first_arguments(function))
        called = map(function.__globals__.get, names)
        module = function.__module__
        waiting += [
            one for one in called if isinstance(one, FunctionType) and one.__module__ == module
        ]
    return frozenset(found)


def _first_arguments(function: FunctionType) -> Iterator[str]:
    before: Any = None
    for step in dis.get_instructions(function):
        if step.opname == "PUSH_NULL":
            continue
        if step.opname == "LOAD_GLOBAL" and before in CONCLUDES:
            kind = function.__globals__.get(step.argval)
            if isinstance(kind, str):
                yield kind
        before = step.argval
