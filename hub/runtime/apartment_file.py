# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The apartment file, with local time from the zone's rules and keys from the secrets file."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from design import plan
from design.plan import Plan
from devices.registry import Registry, RegistryError
from rules.model.apartment import Apartment
from rules.model.apartment_file import ApartmentError, parse
from rules.model.identity import Seconds
from settings_errors.error import Fault, SettingsError, raise_if_any
from settings_errors.toml_file import known_key, load

# Clock changes are written out for as long as a hub may run before its next update.
FIRST_YEAR: Final = 2025
LAST_YEAR: Final = 2045
# Ids travel to the care service, which takes these characters (caregiver_api.wire.Word).
_WIRE_WORD: Final = re.compile(r"[\w .:/-]{1,64}")
KEYS_FILE: Final = "ble_keys.toml"
# What is read of the apartment file, here, by the rules, by the registry and for the drawing.
KNOWN: Final[Mapping[str, tuple[str, ...]]] = {
    "flat": ("id", "name", "tz", "pets", "night_from_s", "night_to_s"),
    "rooms": ("id", "type", "name", "shape", "label"),
    "devices": (
        "id",
        "role",
        "room",
        "name",
        "source",
        "address",
        "silent_after_s",
        "night_light",
        "certified",
        "at",
        "virtual",
    ),
}


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
        SettingsError: file, key and what was expected, for every fault that can be told.
    """
    table = load(path)
    wrong = _unknown(str(path), table)
    try:
        apartment = parse(table)
    except ApartmentError as error:
        wrong += [Fault(str(path), one.key, one.expected) for one in (error, *error.also)]
        apartment = Apartment(rooms=(), devices=())
    raise_if_any(wrong)
    raise_if_any(
        [
            Fault(str(path), f"id {name!r}", "letters, digits and . : / - _ only")
            for name in (*apartment.rooms_by_id, *apartment.devices_by_id)
            if not _WIRE_WORD.fullmatch(name)
        ]
    )
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


def _unknown(file: str, table: Mapping[str, Any]) -> list[Fault]:
    """Return the keys that nobody reads: a limit with a slip in its name would hold for nothing."""
    wrong = [
        Fault(file, name, known_key(name, [*KNOWN, "plan"]))
        for name in table
        if name not in {*KNOWN, "plan"}
    ]
    for name, known in KNOWN.items():
        found = table.get(name, [])
        entries = found if isinstance(found, list) else [found]
        for number, entry in enumerate(entries):
            place = f"{name}[{number}]" if isinstance(found, list) else name
            wrong += [
                Fault(file, f"{place}.{key}", known_key(key, known))
                for key in (entry if isinstance(entry, dict) else ())
                if key not in known and not key.startswith("name_")
            ]
    return wrong


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
