# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The folder of the service: one process at a time, its secret key, the first lead's password."""

import fcntl
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Final

from caregiver_api.platform.randomness import RandomBytes
from settings_errors.error import SettingsError

DATABASE: Final = "service.db"
KEY: Final = "service.key"
LOCK: Final = "service.lock"
FIRST_LEAD: Final = "TOHUUS_FIRST_LEAD"
"""Environment variable "name:password" that makes the first lead on an empty database."""


class HomeInUse(Exception):
    """Another process works on this folder; SQLite escalation has exactly one."""


def lock(home: Path) -> IO[str]:
    """Hold the folder for this process until the returned file is closed.

    Raises:
        HomeInUse: somebody else holds it.
    """
    held = (home / LOCK).open("w")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        held.close()
        raise HomeInUse(str(home)) from error
    return held


def service_seed(home: Path, randomness: RandomBytes) -> bytes:
    """Read the service's secret key; make it (mode 0600) on the first start.

    Raises:
        SettingsError: others may read it, or it is damaged.
    """
    path = home / KEY
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(randomness.token(32))
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise SettingsError(str(path), "mode", "0600: only the service may read its key")
    seed = path.read_bytes()
    if len(seed) != 32:
        raise SettingsError(str(path), "-", "32 bytes")
    return seed


def first_lead(environ: Mapping[str, str]) -> tuple[str, str] | None:
    """Read the first lead's "name:password" from the environment.

    Raises:
        SettingsError: no colon, or a short password.
    """
    said = environ.get(FIRST_LEAD)
    if not said:
        return None
    name, _, password = said.partition(":")
    if not name or len(password) < 8:
        raise SettingsError("environment", FIRST_LEAD, "name:password, 8 characters or more")
    return name, password
