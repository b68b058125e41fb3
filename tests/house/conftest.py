# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The house looks at its own files: what git holds or would hold."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def files() -> tuple[Path, ...]:
    """Every file of the repository, tracked or about to be."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    found = tuple(ROOT / name for name in sorted(set(listing.split("\0")) - {""}))
    found = tuple(path for path in found if path.is_file())
    assert len(found) > 50, "the listing of the repository is broken"
    return found


@pytest.fixture(scope="session")
def texts(files: tuple[Path, ...]) -> dict[Path, str]:
    """Every text file with its text; pictures, fonts and databases are left out."""
    read: dict[Path, str] = {}
    for path in files:
        raw = path.read_bytes()
        if b"\0" not in raw:
            read[path] = raw.decode()
    return read


@pytest.fixture(scope="session")
def short(root: Path) -> Callable[[Path], str]:
    return lambda path: path.relative_to(root).as_posix()
