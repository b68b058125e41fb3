# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""A small file of whole numbers by name, read at the start and replaced as a whole."""

import json
import os
from collections.abc import Mapping
from pathlib import Path


def read(path: Path) -> dict[str, int] | None:
    """Read the file; empty when there is none.

    Returns:
        The counts; None when the file was broken and is now in quarantine (`.broken`): a hub that
        forgot them still hears everybody, a hub that does not start hears nobody.
    """
    if not path.exists():
        return {}
    try:
        counts = json.loads(path.read_bytes())
    except ValueError:
        counts = None
    if isinstance(counts, dict) and all(type(one) is int for one in counts.values()):
        return counts
    path.replace(path.with_suffix(".broken"))
    return None


def write(path: Path, counts: Mapping[str, int]) -> None:
    """Replace the file, readable by its owner only; the old one stays until the new one is whole.

    Raises:
        OSError: nothing was replaced.
    """
    fresh = path.with_suffix(".new")
    fresh.touch(mode=0o600)
    with fresh.open("w") as file:
        json.dump(dict(counts), file, sort_keys=True)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
