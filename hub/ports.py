# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Ports of the hub: what a flat, a test and a simulation fill differently."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from hub.radios.wiring import Radios, Wiring, from_settings
from hub.resident.pin import Argon2, PinHasher
from hub.runtime.apartment_file import FlatFile
from hub.runtime.clock import Clock
from hub.runtime.randomness import Randomness, SystemRandomness
from rules.detectors.registry import TABLE
from rules.detectors.table import Detectors
from rules.engine.engine import Engine


def connect(path: Path) -> sqlite3.Connection:
    """Open the journal's database as the hub's only writer."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=True)
    path.chmod(0o600)
    return connection


@dataclass(frozen=True, slots=True, kw_only=True)
class HubPorts:
    """Time, randomness, database, radios and network of one hub.

    Attributes:
        clock: time; None is this machine's, trusted as the settings say.
        randomness: keys, nonces, jitter.
        hasher: hashes the resident's PIN.
        connect: opens the database; must be in autocommit mode.
        radios: makes the sources, after the hub knows how long it was off.
        transport: what carries requests to the service; None is the network.
        detectors: the table of detectors; a flat may have more than those shipped.
        rules: the rules; None are these detectors with the limits of the settings.
        flat: the flat; None reads the apartment file of the settings.
        web: answer on HTTP.
        alone: lock the data folder and keep a reserve file there.
    """

    clock: Clock | None = None
    randomness: Randomness = field(default_factory=SystemRandomness)
    hasher: PinHasher = field(default_factory=Argon2)
    connect: Callable[[Path], sqlite3.Connection] = connect
    radios: Callable[[Wiring], Radios] = from_settings
    transport: httpx2.AsyncBaseTransport | None = None
    detectors: Detectors = TABLE
    rules: Engine | None = None
    flat: FlatFile | None = None
    web: bool = True
    alone: bool = True
