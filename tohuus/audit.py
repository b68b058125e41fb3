# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""`tohuus audit verify`: whether anybody changed what was written about who did what."""

import argparse
import sqlite3
import sys
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `tohuus audit`."""
    parser.add_argument("deed", choices=("verify",), help="check the chain of hashes")
    parser.add_argument("--config", type=Path, required=True, metavar="FILE", help="tohuus.toml")


def run(arguments: argparse.Namespace) -> int:
    """Check the chains of hub and service, as far as they are here; 0 holds, 1 broken."""
    from caregiver_api import __main__ as service
    from caregiver_api import settings as service_settings
    from hub.runtime import settings as hub

    try:
        flat, care = hub.read(arguments.config), service_settings.read(arguments.config)
    except (hub.SettingsError, service_settings.SettingsError) as wrong:
        print(wrong, file=sys.stderr)
        return 2
    codes = []
    if (flat.home / "hub.sqlite").exists():
        codes.append(_hub(flat.home / "hub.sqlite"))
    if (care.home / "service.db").exists():
        codes.append(service.main(["--config", str(arguments.config), "--verify-audit"]))
    if not codes:
        print("neither a hub nor a care service has written anything yet", file=sys.stderr)
        return 1
    return max(codes)


def _hub(path: Path) -> int:
    from hub.storage.audit import Broken, verify

    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
        rows = database.execute("SELECT * FROM audit ORDER BY n")
        try:
            print(f"hub: {verify(rows)} entries, unchanged")
        except Broken as broken:
            print(f"hub: entry {broken.n} was changed, moved or left out", file=sys.stderr)
            return 1
    return 0
