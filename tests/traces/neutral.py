# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Rows of a trace: public words only, ids by order of appearance, numbers to the millisecond, one JSON object a line."""

import gzip
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

type Row = dict[str, Any]

# Random or derived: incidents, messages, hubs, people.
ID = re.compile(r"[0-9a-f]{32}")
ABOUT = "about"
"""Key of a row for numbers measured on real clocks: compared within a tolerance, not part of a digest."""


class Neutral:
    """Replaces ids by the number of their first appearance, and rounds; one for each item."""

    def __init__(self) -> None:
        self._ids: dict[str, str] = {}

    def __call__(self, value: Any) -> Any:
        """Return the value with nothing in it that differs between two equal runs."""
        match value:
            case str() if ID.fullmatch(value):
                return self._ids.setdefault(value, f"#{len(self._ids) + 1}")
            case str():
                return str(value)  # a plain string, whatever enumeration it comes from
            case bool() | None | int():
                return value
            case float():
                short = round(value, 3)
                return int(short) if short.is_integer() else short
            case Mapping():
                return {str(key): self(part) for key, part in value.items()}
            case Iterable():
                return [self(part) for part in value]
        raise TypeError(value)


def line(row: Row) -> str:
    """Write one row."""
    return json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(rows: list[Row]) -> Row:
    """Return hash and size of an item, and how often each word stands in it."""
    exact = [line({key: part for key, part in row.items() if key != ABOUT}) for row in rows]
    said = Counter(row["what"] for row in rows)
    whole = hashlib.sha256("\n".join(exact).encode()).hexdigest()
    return {"sha256": whole, "rows": len(rows), "counts": dict(sorted(said.items()))}


def write(path: Path, items: Mapping[str, list[Row]]) -> None:
    """Write items; a name that ends in .gz is packed, with equal bytes for equal items."""
    text = "".join(
        line({"item": name, **row}) + "\n" for name, rows in items.items() for row in rows
    ).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text, 9, mtime=0) if path.suffix == ".gz" else text)


def read(path: Path) -> dict[str, list[Row]]:
    """Read items back."""
    raw = path.read_bytes()
    items: dict[str, list[Row]] = {}
    for text in (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode().splitlines():
        row = json.loads(text)
        items.setdefault(row.pop("item"), []).append(row)
    return items
