# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Two recordings of one item side by side: the first difference, in words a reader can follow."""

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any, Final

from tests.traces.neutral import ABOUT, Row, digest, line

ABOUT_S: Final = 2.0
"""How far two runs of real processes may lie apart; a story's shortest deadline is 45 s."""
SHOWN: Final = 700
BEFORE: Final = 2


def difference(name: str, recorded: list[Row] | None, played: list[Row]) -> str | None:
    """Say the first difference of an item; None when both are equal."""
    if recorded is None:
        return f"{name}: nothing is recorded of it"
    for number, (old, new) in enumerate(zip_longest(recorded, played), start=1):
        if old is None or new is None or not _equal(old, new):
            return "\n".join(_said(name, number, recorded, played, old, new))
    return None


def _equal(old: Row, new: Row) -> bool:
    return not list(_parts(old, new))


def _parts(old: Row, new: Row) -> Iterator[tuple[str, Any, Any]]:
    """Yield the parts that differ, by dotted name."""
    yield from _unequal("", {**old, ABOUT: None}, {**new, ABOUT: None})
    before, after = old.get(ABOUT, {}), new.get(ABOUT, {})
    for key in sorted(before.keys() | after.keys()):
        one, two = before.get(key), after.get(key)
        if one is None or two is None or abs(one - two) > ABOUT_S:
            yield f"about {key}", one, two


def _unequal(path: str, old: Any, new: Any) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(old.keys() | new.keys()):
            yield from _unequal(f"{path}.{key}" if path else key, old.get(key), new.get(key))
    elif old != new:
        yield path, old, new


def _said(
    name: str, number: int, recorded: list[Row], played: list[Row], old: Row | None, new: Row | None
) -> Iterator[str]:
    yield f"{name}: differs from row {number} of {len(recorded)} on"
    for row in recorded[max(0, number - 1 - BEFORE) : number - 1]:
        yield f"    both      {_short(row)}"
    yield f"    recorded  {_short(old)}"
    yield f"    now       {_short(new)}"
    if old is not None and new is not None and old["what"] == new["what"]:
        for part, before, after in _parts(old, new):
            yield f"    {part}: {before!r:.200} -> {after!r:.200}"
    counts, now = digest(recorded)["counts"], digest(played)["counts"]
    moved = [
        f"{word} {counts.get(word, 0)} -> {now.get(word, 0)}"
        for word in sorted(counts.keys() | now.keys())
        if counts.get(word, 0) != now.get(word, 0)
    ]
    yield f"    counts: {', '.join(moved) or 'equal'}"


def _short(row: Row | None) -> str:
    return "(nothing)" if row is None else line(row)[:SHOWN]
