# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""`tohuus check-config`: read everything a start would read, and start nothing."""

import argparse
import sys
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `tohuus check-config`."""
    parser.add_argument("--config", type=Path, required=True, metavar="FILE", help="tohuus.toml")


def run(arguments: argparse.Namespace) -> int:
    """Check both programs' settings and the apartment file; returns 0, or 2 and one sentence."""
    from caregiver_api import settings as service
    from hub import settings as hub
    from hub.flat_file import read_flat

    try:
        flat = hub.read(arguments.config)
        known = read_flat(flat.apartment)
        care = service.read(arguments.config)
    except (hub.SettingsError, service.SettingsError) as wrong:
        print(wrong, file=sys.stderr)
        return 2
    devices = len(known.apartment.devices)
    print(f"hub: port {flat.port}, data in {flat.home}")
    print(f"flat: {known.name}, {len(known.apartment.rooms)} rooms, {devices} devices")
    print(f"care service: port {care.port}, data in {care.home}")
    return 0
