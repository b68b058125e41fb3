# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The apartment file: a parsed TOML table becomes the flat, or says which key is wrong."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Final

from rules.model.apartment import Apartment, Device, Role, Room, RoomType
from rules.model.identity import DeviceId, RoomId
from rules.model.quantities import DAY_S, HOUR_S

SOURCES: Final = frozenset({"zigbee", "mqtt", "ble", "lorawan", "home_assistant", "panel"})
_NAME_LONGEST: Final = 64


class ApartmentError(ValueError):
    """The apartment file is wrong; whoever wrote it must change it.

    Attributes:
        key: place in the file, for example `devices[3].room`.
        expected: what should stand there.
        also: what else is wrong, at most one fault a room or device.
    """

    def __init__(self, key: str, expected: str, also: Sequence["ApartmentError"] = ()) -> None:
        super().__init__(f"{key}: expected {expected}")
        self.key = key
        self.expected = expected
        self.also = tuple(also)


def parse(table: Mapping[str, object]) -> Apartment:
    """Turn the table of an apartment file into a flat.

    Args:
        table: `[flat]`, `[[rooms]]` and `[[devices]]` as `tomllib` gives them. Keys for drawing and
            for radios are left
            to others; the UTC offsets are put in by the caller.

    Raises:
        ApartmentError: key and what was expected, and what else is wrong.
    """
    flat = table.get("flat", {})
    if not isinstance(flat, Mapping):
        raise ApartmentError("flat", "a table [flat]")
    wrong: list[ApartmentError] = []
    entries = _entries(table, "rooms")
    rooms = _each(entries, _room, wrong)
    if not entries:
        raise ApartmentError("rooms", "at least one [[rooms]]")
    known = frozenset(str(entry.get("id")) for _, entry in entries)
    devices = _each(
        _entries(table, "devices"), lambda entry, key: _device(entry, key, known), wrong
    )
    wrong += _repeated(entries) + _repeated(_entries(table, "devices"))
    if wrong:
        raise ApartmentError(wrong[0].key, wrong[0].expected, wrong[1:])
    return Apartment(
        rooms=rooms,
        devices=devices,
        pets=_flag(flat, "pets", "flat.pets"),
        night_from_s=_number(flat, "night_from_s", "flat.night_from_s", 22 * HOUR_S, highest=DAY_S),
        night_to_s=_number(flat, "night_to_s", "flat.night_to_s", 6 * HOUR_S, highest=DAY_S),
    )


def _each[T](
    entries: list[tuple[str, Mapping[str, object]]],
    read: Callable[[Mapping[str, object], str], T],
    wrong: list[ApartmentError],
) -> tuple[T, ...]:
    found = []
    for key, entry in entries:
        try:
            found.append(read(entry, key))
        except ApartmentError as fault:
            wrong.append(fault)
    return tuple(found)


def _entries(table: Mapping[str, object], name: str) -> list[tuple[str, Mapping[str, object]]]:
    found = table.get(name, [])
    if not isinstance(found, list):
        raise ApartmentError(name, f"entries [[{name}]]")
    entries: list[tuple[str, Mapping[str, object]]] = []
    for number, entry in enumerate(found):
        if not isinstance(entry, Mapping):
            raise ApartmentError(f"{name}[{number}]", f"an entry [[{name}]]")
        entries.append((f"{name}[{number}]", entry))
    return entries


def _room(entry: Mapping[str, object], key: str) -> Room:
    name = _text(entry, "id", key)
    return Room(
        id=RoomId(name),
        type=_one_of(entry, "type", key, RoomType),
        name=_text(entry, "name", key, default=name),
    )


def _device(entry: Mapping[str, object], key: str, rooms: frozenset[str]) -> Device:
    name = _text(entry, "id", key)
    room = RoomId(_text(entry, "room", key))
    if room not in rooms:
        raise ApartmentError(f"{key}.room", f"one of {', '.join(sorted(rooms))}")
    source = _text(entry, "source", key, default="zigbee")
    if source not in SOURCES:
        raise ApartmentError(f"{key}.source", f"one of {', '.join(sorted(SOURCES))}")
    silent_after_s = _number(entry, "silent_after_s", f"{key}.silent_after_s", 4 * HOUR_S)
    if silent_after_s <= 0:
        raise ApartmentError(f"{key}.silent_after_s", "seconds above 0")
    return Device(
        id=DeviceId(name),
        role=_one_of(entry, "role", key, Role),
        room=room,
        name=_text(entry, "name", key, default=name),
        source=source,
        silent_after_s=silent_after_s,
        night_light=_flag(entry, "night_light", f"{key}.night_light"),
        certified=_flag(entry, "certified", f"{key}.certified"),
    )


def _text(entry: Mapping[str, object], name: str, key: str, default: str | None = None) -> str:
    found = entry.get(name, default)
    if not isinstance(found, str) or not found.strip() or len(found) > _NAME_LONGEST:
        raise ApartmentError(f"{key}.{name}", f"a text of 1 to {_NAME_LONGEST} characters")
    return found


def _one_of[T: StrEnum](entry: Mapping[str, object], name: str, key: str, words: type[T]) -> T:
    found = entry.get(name)
    for word in words:
        if word.value == found:
            return word
    expected = ", ".join(word.value for word in words)
    raise ApartmentError(f"{key}.{name}", f"one of {expected}")


def _flag(entry: Mapping[str, object], name: str, key: str) -> bool:
    found = entry.get(name, False)
    if not isinstance(found, bool):
        raise ApartmentError(key, "true or false")
    return found


def _number(
    entry: Mapping[str, object], name: str, key: str, default: float, *, highest: float = 1e9
) -> float:
    found = entry.get(name, default)
    if isinstance(found, bool) or not isinstance(found, int | float) or not 0 <= found <= highest:
        raise ApartmentError(key, f"a number from 0 to {highest:g}")
    return float(found)


def _repeated(entries: list[tuple[str, Mapping[str, object]]]) -> list[ApartmentError]:
    seen: set[object] = set()
    again = []
    for key, entry in entries:
        name = entry.get("id")
        if name is not None and name in seen:
            again.append(ApartmentError(f"{key}.id", f"a name of its own, not {name} again"))
        seen.add(name)
    return again
