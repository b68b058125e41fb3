# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Export: journal, incidents or audit row by row, read-only, also while the hub runs."""

import contextlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from sqlite_utils import Database

from hub.storage.schema import check_version

# What can be exported: its table and the column that gives its order.
_SOURCES: Final = {
    "journal": ("journal", "seq"),
    "incidents": ("incident", "opened"),
    "audit": ("audit", "n"),
}
EXPORTS: Final = tuple(_SOURCES)


def export(database: Path, what: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of one export, oldest first; nothing is written.

    Args:
        database: the hub's database.
        what: one of `EXPORTS`.

    Raises:
        NewerDatabase: it is from a newer release.
        sqlite3.Error: it cannot be read.
    """
    table, order = _SOURCES[what]
    uri = f"{database.absolute().as_uri()}?mode=ro"
    with contextlib.closing(sqlite3.connect(uri, uri=True)) as connection:
        check_version(connection)
        known = Database(connection, recursive_triggers=False, execute_plugins=False)
        rows = known.table(table).rows_where(order_by=order)
        if what == "incidents":
            yield from _cards(rows)
            return
        for row in rows:
            if "payload" in row:
                row["payload"] = json.loads(row["payload"] or "{}")
            yield row


def _cards(rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield each incident's card; all have the columns of all, whichever release wrote them."""
    cards: list[dict[str, Any]] = [json.loads(row["card"]) for row in rows]
    names = dict.fromkeys(name for card in cards for name in card)
    for card in cards:
        yield {name: card.get(name) for name in names}
