# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The one place where the service's concretes are made: clocks, chance, database, channels."""

import fcntl
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Final

from caregiver_api.channels.channel import Channel
from caregiver_api.platform.clock import SystemClock
from caregiver_api.platform.passwords import Argon2
from caregiver_api.platform.randomness import Chance, SystemChance
from caregiver_api.platform.settings import FIRST_LEAD, Settings, SettingsError
from caregiver_api.platform.store import Store
from caregiver_api.service import Deps, Service

DATABASE: Final = "service.db"
KEY: Final = "service.key"
LOCK: Final = "service.lock"


class AlreadyRunning(Exception):
    """Another process works on this folder; SQLite escalation has exactly one."""


def lock(home: Path) -> IO[str]:
    """Hold the folder for this process until the returned file is closed.

    Raises:
        AlreadyRunning: somebody else holds it.
    """
    held = (home / LOCK).open("w")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        held.close()
        raise AlreadyRunning(str(home)) from error
    return held


def service_seed(home: Path, chance: Chance) -> bytes:
    """Read the service's secret key; make it (mode 0600) on the first start.

    Raises:
        SettingsError: others may read it, or it is damaged.
    """
    path = home / KEY
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(chance.token(32))
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


def outside(service: Service) -> tuple[Channel, ...]:
    """Make the outside channels that are configured. In a demo the settings allow only loopback."""
    webhook = service.deps.settings.webhook
    if webhook is None:
        return ()
    # Only a service with a webhook needs an HTTP client.
    import httpx2  # noqa: PLC0415  # as said above

    from caregiver_api.channels.webhook import Webhook  # noqa: PLC0415  # imports the client

    client = httpx2.AsyncClient(timeout=webhook.timeout_s, trust_env=False)
    return (Webhook(client, webhook.url, service.key, service.axis.now, service.people.display),)


def make(settings: Settings, environ: Mapping[str, str] = os.environ) -> Deps:
    """Make everything the service gets from outside; creates its folder on the first start.

    Raises:
        SettingsError: the first lead or the key is wrong.
    """
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    chance = SystemChance()
    return Deps(
        settings=settings,
        store=Store.at(settings.home / DATABASE),
        clock=SystemClock(),
        chance=chance,
        hasher=Argon2(),
        service_seed=service_seed(settings.home, chance),
        outside=outside,
        first_lead=first_lead(environ),
    )
