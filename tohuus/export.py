# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""`tohuus export`: what the hub keeps, as a table or as JSON; reads only."""

import argparse
import csv
import json
import os
import sqlite3
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TextIO


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `tohuus export`."""
    parser.add_argument("what", choices=("journal", "incidents", "audit"), help="what to export")
    parser.add_argument("--config", type=Path, required=True, metavar="FILE", help="tohuus.toml")
    form = parser.add_mutually_exclusive_group(required=True)
    form.add_argument("--csv", action="store_true", help="a table with a line of column names")
    form.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write there (mode 0600)")


def run(arguments: argparse.Namespace) -> int:
    """Export one table of the hub's database; 0 done, 1 nothing to read, 2 wrong use."""
    from hub.runtime import settings as hub
    from hub.storage.export import export
    from hub.storage.schema import NewerDatabase

    try:
        flat = hub.read(arguments.config)
    except hub.SettingsError as wrong:
        print(wrong, file=sys.stderr)
        return 2
    database = flat.home / "hub.sqlite"
    if not database.exists():
        print(f"{flat.home}: no hub has run here", file=sys.stderr)
        return 1
    rows = export(database, arguments.what)
    try:
        count = _written(rows, arguments)
    except NewerDatabase as newer:
        known = f"of version {newer.found}, this Tohuus knows {newer.known}"
        print(f"{database}: the database is {known}", file=sys.stderr)
        return 1
    except (OSError, sqlite3.Error) as fault:
        print(f"{arguments.out or database}: {fault}", file=sys.stderr)
        return 1
    if arguments.json:
        print(json.dumps({"summary": True, "what": arguments.what, "rows": count}))
    return 0


def _written(rows: Iterable[dict[str, Any]], arguments: argparse.Namespace) -> int:
    write = _csv if arguments.csv else _json
    if arguments.out is None:
        return write(rows, sys.stdout)
    fresh = arguments.out.with_name(f"{arguments.out.name}.new")
    fresh.unlink(missing_ok=True)
    file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(file, "w", encoding="utf-8", newline="") as text:
            count = write(rows, text)
        fresh.replace(arguments.out)
    finally:
        fresh.unlink(missing_ok=True)
    return count


def _json(rows: Iterable[dict[str, Any]], out: TextIO) -> int:
    count = 0
    for row in rows:
        out.write(f"{json.dumps(row, ensure_ascii=False)}\n")
        count += 1
    return count


def _csv(rows: Iterable[dict[str, Any]], out: TextIO) -> int:
    count, table = 0, None
    for row in rows:
        count += 1
        if table is None:
            table = csv.DictWriter(out, list(row), lineterminator="\n")
            table.writeheader()
        table.writerow({name: _cell(value) for name, value in row.items()})
    return count


def _cell(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
