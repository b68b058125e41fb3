# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""A table of detectors, checked: who listens to what, who owns which kind."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple, get_args, get_type_hints

from rules.detectors.detector import Detector, Outcome
from rules.detectors.named_kinds import named_kinds
from rules.model.declaration import Declaration
from rules.model.verdict import Kind

type Handler = Callable[..., Outcome[Any]]
type Detectors = tuple[Detector[Any, Any], ...]


class TableError(ValueError):
    """A table of detectors contradicts itself; whoever wrote the detector must change it."""


class UndeclaredKind(ValueError):
    """A detector concluded a kind that it neither declares nor may conclude for another.

    Attributes:
        detector: its name.
        kind: what it concluded.
    """

    def __init__(self, detector: str, kind: str) -> None:
        super().__init__(f"{detector} concludes {kind}, which it does not declare")
        self.detector = detector
        self.kind = kind


class KindOwner(NamedTuple):
    """The place of a kind in a table: number of its detector, and the declaration."""

    number: int
    declared: Declaration


@cache
def heard_by(detector: Detector[Any, Any]) -> dict[type, Handler]:
    """Return the handler of each event a detector hears.

    Raises:
        TableError: a handler does not say what it hears, or two hear the same.
    """
    found: dict[type, Handler] = {}
    for name in dir(type(detector)):
        if not name.startswith("on_"):
            continue
        handler = getattr(detector, name)
        heard = get_type_hints(handler).get("event")
        if heard is None:
            raise TableError(
                f"{detector.name}.{name} has no argument `event` with a type: what does it hear?"
            )
        for kind in get_args(heard) or (heard,):
            if kind in found:
                raise TableError(f"{detector.name} hears {kind.__name__} twice")
            found[kind] = handler
    return found


def owners(table: Detectors) -> Mapping[Kind, KindOwner]:
    """Return the owner of each kind.

    Raises:
        TableError: two detectors have one name or declare one kind, a detector has no name, or may
            conclude a kind nobody declares.
    """
    names: set[str] = set()
    found: dict[Kind, KindOwner] = {}
    for number, one in enumerate(table):
        name = getattr(one, "name", "")
        if not name:
            raise TableError(f"{type(one).__name__} has no name")
        if name in names:
            raise TableError(f"two detectors are named {name}")
        names.add(name)
        for declared in one.declares:
            if declared.kind in found:
                other = table[found[declared.kind].number].name
                raise TableError(f"{declared.kind} is declared by {other} and by {name}")
            found[declared.kind] = KindOwner(number, declared)
    for one in table:
        for kind in one.also_concludes:
            if kind not in found:
                raise TableError(f"{one.name} may conclude {kind}, which no detector declares")
    return found


def concluded_by(detector: Detector[Any, Any]) -> frozenset[Kind]:
    """Return the kinds a detector may conclude."""
    own = (declared.kind for declared in detector.declares)
    return frozenset((*own, *detector.also_concludes))


def waits(detector: Detector[Any, Any]) -> bool:
    """Say whether a detector has a deadline at all."""
    return type(detector).due is not Detector.due


def checked(table: Detectors) -> Detectors:
    """Return the table when it is sound.

    Raises:
        TableError: as `owners` and `heard_by`; a detector has a deadline and judges nothing, or
            names a kind where it concludes that it neither declares nor may conclude.
    """
    owners(table)
    for one in table:
        heard_by(one)
        if undeclared := named_kinds(one) - concluded_by(one):
            raise TableError(f"{one.name} concludes {min(undeclared)}, which it does not declare")
        if waits(one) and type(one).judge is Detector.judge:
            raise TableError(f"{one.name} has a deadline and does not judge it")
    return table
