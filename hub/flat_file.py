# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The apartment file, with local time from the zone's rules and keys from the secrets file."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from design import plan
from design.plan import Plan
from devices.registry import Registry, RegistryError
from hub.settings import SettingsError, load
from rules.apartment import Apartment
from rules.apartment_file import ApartmentError, parse
from rules.identity import Seconds

# Clock changes are written out for as long as a hub may run before its next update.
FIRST_YEAR: Final = 2025
LAST_YEAR: Final = 2045
# Ids travel to the care service, which takes these characters (caregiver_api.wire.Word).
_WIRE_WORD: Final = re.compile(r"[\w .:/-]{1,64}")
KEYS_FILE: Final = "ble_keys.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class FlatFile:
    """The flat as the files say it; `drawing` where the file holds shapes."""

    name: str
    apartment: Apartment
    registry: Registry
    drawing: Plan | None = None


def read_flat(path: Path) -> FlatFile:
    """Read the apartment file and the keys beside it.

    Raises:
        SettingsError: file, key and what was expected.
    """
    table = load(path)
    try:
        apartment = parse(table)
    except ApartmentError as error:
        raise SettingsError(str(path), error.key, error.expected) from error
    for name in (*apartment.rooms_by_id, *apartment.devices_by_id):
        if not _WIRE_WORD.fullmatch(name):
            raise SettingsError(str(path), f"id {name!r}", "letters, digits and . : / - _ only")
    flat = table.get("flat", {})
    try:
        offsets = utc_offsets(str(flat.get("tz", "UTC")))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise SettingsError(str(path), "flat.tz", "a time zone such as Europe/Berlin") from error
    apartment = replace(apartment, utc_offsets=offsets)
    try:
        registry = Registry.from_table(table, apartment, _keys(path.parent / KEYS_FILE))
    except RegistryError as error:
        raise SettingsError(str(path), error.key, error.expected) from error
    name = str(flat.get("name") or flat.get("id") or "")
    try:
        drawing = plan.read(table)
    except (KeyError, TypeError, ValueError) as error:
        expected = "shapes and points in centimetres (docs/faces.md)"
        raise SettingsError(str(path), f"plan ({error})", expected) from error
    return FlatFile(name=name, apartment=apartment, registry=registry, drawing=drawing)


def _keys(path: Path) -> dict[str, bytes]:
    if not path.exists():
        return {}
    if path.stat().st_mode & 0o077:
        raise SettingsError(str(path), "-", "a file only its owner can read (mode 0600)")
    keys = {}
    for address, key in load(path).items():
        try:
            keys[address] = bytes.fromhex(str(key))
        except ValueError:
            keys[address] = b""
        if len(keys[address]) != 16:
            raise SettingsError(str(path), address, "32 hexadecimal digits")
    return keys


def utc_offsets(zone_name: str) -> tuple[tuple[Seconds, Seconds], ...]:
    """Return the steps of local time: (from wall second, offset seconds), ascending.

    Raises:
        ZoneInfoNotFoundError: no such zone.
    """
    zone = ZoneInfo(zone_name)
    day = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)
    last = datetime(LAST_YEAR, 1, 1, tzinfo=UTC)
    steps = [(0.0, _offset(zone, day))]
    while day < last:
        following = day + timedelta(days=1)
        if _offset(zone, following) != steps[-1][1]:
            low, high = day, following
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) / 2
                if _offset(zone, middle) == steps[-1][1]:
                    low = middle
                else:
                    high = middle
            steps.append((float(round(high.timestamp())), _offset(zone, following)))
        day = following
    return tuple(steps)


def _offset(zone: ZoneInfo, moment: datetime) -> Seconds:
    offset = moment.astimezone(zone).utcoffset()
    assert offset is not None
    return offset.total_seconds()
