# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""`tohuus devices`: what a running hub hears, what is silent, what knocks without enrolment."""

import argparse
import json
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `tohuus devices`."""
    parser.add_argument("--config", type=Path, required=True, metavar="FILE", help="tohuus.toml")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


def run(arguments: argparse.Namespace) -> int:
    """Ask the hub on this machine; 0 told, 1 no hub answers, 2 wrong use."""
    from hub.runtime import settings as hub

    try:
        flat = hub.read(arguments.config)
    except hub.SettingsError as wrong:
        print(wrong, file=sys.stderr)
        return 2
    try:
        token = (flat.home / "observer.token").read_text().strip()
    except OSError:
        print(f"{flat.home}: no hub has run here as this user", file=sys.stderr)
        return 1
    address = f"http://127.0.0.1:{flat.port}/v1/setup/devices"
    asked = urllib.request.Request(address, headers={"authorization": f"Bearer {token}"})
    try:
        with urllib.request.urlopen(asked, timeout=10) as answer:  # noqa: S310 - our own hub
            said = json.load(answer)
    except (urllib.error.URLError, TimeoutError) as fault:
        print(f"{address}: {fault}", file=sys.stderr)
        return 1
    for row in said["enrolled"]:
        print(json.dumps(row, ensure_ascii=False) if arguments.json else _line(row), flush=True)
    for row in said["not_enrolled"]:
        knock = f"not enrolled: {row['source']} {row['address']} {row['model']}"
        print(json.dumps({"not_enrolled": row}) if arguments.json else knock)
    if arguments.json:
        counts = {"enrolled": len(said["enrolled"]), "not_enrolled": len(said["not_enrolled"])}
        print(json.dumps({"summary": True, **counts}))
    return 0


def _line(row: dict[str, Any]) -> str:
    state = "silent" if row["silent"] else "never heard" if row["heard_at"] is None else "heard"
    charge = "" if row["charge_pct"] is None else f"battery {row['charge_pct']:.0f} %"
    return f"{row['id']:<20}{row['role']:<14}{row['room']:<10}{state:<14}{charge}".rstrip()
