# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The doctor: says plainly what is well and what is not, without starting anything."""

import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hub.runtime.apartment_file import read_flat
from hub.runtime.clock import kernel_synchronised
from hub.runtime.settings import Settings, SettingsError
from hub.storage import audit
from hub.storage.schema import MIGRATIONS

DATABASE: Final = "hub.sqlite"
FREE_BYTES_MIN: Final = 64 * 1024 * 1024
_SECRETS: Final = ("hub.key", "pairing.json", "observer.token")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing the doctor looked at; `ok` None: it could not be told."""

    what: str
    ok: bool | None
    detail: str = ""


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at the flat's files, the data folder, the database and the radios' paths."""
    try:
        flat = read_flat(settings.apartment)
    except SettingsError as error:
        yield Finding("apartment file", ok=False, detail=str(error))
    else:
        count = len(flat.apartment.devices)
        yield Finding("apartment file", ok=True, detail=f"{count} devices")
    yield from _folder(settings.home)
    yield from _database(settings.home / DATABASE)
    if settings.zigbee is None and settings.mqtt is None and settings.ble is None:
        yield Finding("radios", ok=False, detail="none is set: [hub.zigbee], [hub.mqtt], [hub.ble]")
    if settings.zigbee is not None and settings.zigbee.path.startswith("/"):
        there = Path(settings.zigbee.path).exists()
        yield Finding("zigbee stick", ok=there, detail=settings.zigbee.path)
    synchronised = kernel_synchronised()
    detail = "set by a time server" if synchronised else "not set by a time server (yet)"
    yield Finding("wall clock", ok=True if synchronised else None, detail=detail)
    if settings.demo is not None:
        yield Finding("demo settings", ok=None, detail="the journal clock follows a story")


def _folder(home: Path) -> Iterator[Finding]:
    if not home.is_dir():
        yield Finding("data folder", ok=None, detail=f"{home} is made at the first start")
        return
    free = shutil.disk_usage(home).free
    yield Finding("disk", ok=free >= FREE_BYTES_MIN, detail=f"{free // 2**20} MiB free")
    for name in _SECRETS:
        path = home / name
        if path.exists():
            closed = not path.stat().st_mode & 0o077
            yield Finding(name, ok=closed, detail="" if closed else "others can read it: chmod 600")
    paired = (home / "pairing.json").exists()
    yield Finding("care service", ok=paired, detail="paired" if paired else "not paired yet")


def _database(path: Path) -> Iterator[Finding]:
    if not path.exists():
        yield Finding("journal", ok=None, detail="is made at the first start")
        return
    from sqlite_utils import Database  # noqa: PLC0415 # 15 MB that a running hub does not need

    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    database = Database(connection, recursive_triggers=False, execute_plugins=False)
    try:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        known = version <= len(MIGRATIONS)
        yield Finding("journal version", ok=known, detail=f"{version} of {len(MIGRATIONS)}")
        check = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        yield Finding("journal file", ok=check == "ok", detail=check)
        last = connection.execute("SELECT max(seq) FROM journal").fetchone()[0]
        rows = database.table("journal").count
        yield Finding("journal", ok=True, detail=f"{rows} rows, last {last}")
        waiting = database.table("outbox").count_where("sent = 0")
        yield Finding("outbox", ok=waiting == 0, detail=f"{waiting} waiting")
        bad = database.table("crash").count_where("times >= 3")
        yield Finding("quarantined rows", ok=bad == 0, detail=str(bad))
        entries = audit.verify(connection.execute("SELECT * FROM audit ORDER BY n"))
        yield Finding("audit chain", ok=True, detail=f"{entries} entries")
    except audit.Broken as broken:
        yield Finding("audit chain", ok=False, detail=f"broken at entry {broken.n}")
    except sqlite3.Error as error:
        yield Finding("journal file", ok=False, detail=str(error))
    finally:
        connection.close()
