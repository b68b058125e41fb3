# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""`tohuus check-config`: read everything a start would read, and start nothing."""

import argparse
import sys
from collections.abc import Callable
from itertools import chain
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `tohuus check-config`."""
    parser.add_argument("--config", type=Path, required=True, metavar="FILE", help="tohuus.toml")


def run(arguments: argparse.Namespace) -> int:
    """Check both programs' settings and the apartment file; returns 0, or 2 and a line a fault."""
    from caregiver_api import settings as service
    from design.wording import Wording
    from hub.runtime import settings as hub
    from hub.runtime.apartment_file import read_flat
    from settings_errors.error import SettingsError

    wrong: dict[str, None] = {}  # each fault once, in order

    def checked[T](read: Callable[[Path], T], file: Path | None) -> T | None:
        try:
            return None if file is None else read(file)
        except SettingsError as error:
            wrong.update(dict.fromkeys(map(str, error.faults)))
            return None

    flat = checked(hub.read, arguments.config)
    care = checked(service.read, arguments.config)
    known = checked(read_flat, checked(hub.apartment_of, arguments.config))
    folders = (one.wording for one in (flat, care) if one is not None)
    wrong.update(dict.fromkeys(map(str, Wording(*chain(*folders)).problems)))
    if wrong or flat is None or care is None or known is None:
        print(*wrong, sep="\n", file=sys.stderr)
        return 2
    devices = len(known.apartment.devices)
    print(f"hub: port {flat.port}, data in {flat.home}")
    print(f"flat: {known.name}, {len(known.apartment.rooms)} rooms, {devices} devices")
    print(f"care service: port {care.port}, data in {care.home}")
    return 0
