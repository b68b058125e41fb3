# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Recorded homes: sensor logs become a flat and its edges, or name the line that is wrong."""

import csv
import gzip
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from rules.model.apartment import Apartment, Device, Role, Room, RoomType
from rules.model.identity import DeviceId, RoomId, Seconds

HEADER: Final = ["start", "end", "sensor", "kind", "place"]
_TIME: Final = "a local time like 2026-01-31T23:59:59"
KINDS: Final = ("pir", "door", "item", "pressure", "flush", "appliance")
_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - recordings hold naive local time
# Words by which recordings name the front door and the kinds of rooms (English, German, Dutch).
_FRONT: Final = re.compile(
    r"front|main ?door|entr(ance|y)|outside|foyer|haust|wohnungst|eingang|voordeur", re.IGNORECASE
)
_ROOMS: Final = (
    (RoomType.BATHROOM, re.compile(r"bath|bad|shower|douche|basin", re.IGNORECASE)),
    (RoomType.TOILET, re.compile(r"toilet|\bwc\b|restroom", re.IGNORECASE)),
    (RoomType.BEDROOM, re.compile(r"bed|schlaf|slaap", re.IGNORECASE)),
    (RoomType.KITCHEN, re.compile(r"kitchen|küche|keuken|dining", re.IGNORECASE)),
    (RoomType.HALL, re.compile(r"hall|corridor|flur|entr|foyer|gang", re.IGNORECASE)),
)


class RecordingError(Exception):
    """A recording cannot be read; whoever gave it must look at this line.

    Attributes:
        line: number of the line, from 1.
        found: what stands there, shortened.
        expected: what should stand there.
    """

    def __init__(self, line: int, found: str, expected: str) -> None:
        super().__init__(f"line {line}: expected {expected}, found {found[:60]!r}")
        self.line = line
        self.found = found
        self.expected = expected


type Reading = bool | float
"""Rising or falling edge, or what was measured."""
type Edge = tuple[Seconds, int, DeviceId, Reading]
"""Local seconds since 1970, line in the file, sensor, reading."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A recorded home: the flat its sensors make, and all edges in the order of time.

    Attributes:
        apartment: rooms and recorded sensors.
        edges: in the order of time, then of lines.
        unmapped: lines of sensors the map does not name.
    """

    apartment: Apartment
    edges: list[Edge]
    unmapped: int = 0


def read(path: Path, sensors: Mapping[str, object] | None = None) -> Recording:
    """Read a recording.

    Args:
        path: `.csv` or `.csv.gz` with the header start,end,sensor,kind,place; with `sensors` a log
            of
            `date time sensor value` lines.
        sensors: parsed map, `sensor -> {role, room}` and optionally `[rooms]`, `room -> type`.

    Raises:
        RecordingError: the first line that cannot be read.
        OSError: no such file.
    """
    assert "_activities" not in path.name, "labels are not for replay"
    data = path.read_bytes()
    if data[:2] == b"\x1f\x8b":
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError) as error:
            raise RecordingError(1, path.name, "a complete gzip file") from error
    text = data.decode("utf-8-sig", errors="replace")
    return _table(text) if sensors is None else _log(text, sensors)


def _table(text: str) -> Recording:
    rows = _rows(text)
    _, header = next(rows, (1, []))
    if [name.strip() for name in header] != HEADER:
        raise RecordingError(1, ",".join(header), "the header start,end,sensor,kind,place")
    devices: dict[str, Device] = {}
    rooms: dict[str, Room] = {}
    edges: list[Edge] = []
    moments = _Moments()
    for line, row in rows:
        if not row:
            continue
        if len(row) != len(HEADER):
            raise RecordingError(line, ",".join(row), "five fields start,end,sensor,kind,place")
        start, end, sensor, kind, place = row
        began, ended = moments.read(start, line), moments.read(end, line)
        if ended < began:
            raise RecordingError(line, end, f"an end not before its start {start}")
        device = devices.get(sensor)
        if device is None:
            device = devices[sensor] = _device(sensor, kind, place, line, rooms)
        edges.append((began, line, device.id, True))
        edges.append((ended, line, device.id, False))
    if not edges:
        raise RecordingError(2, "", "at least one row")
    edges.sort(key=_by_time)
    return Recording(_flat(rooms.values(), devices.values()), edges)


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text))
    try:
        for row in reader:
            yield reader.line_num, row
    except csv.Error as error:
        raise RecordingError(reader.line_num, str(error), "a row of text") from error


def _by_time(edge: Edge) -> tuple[Seconds, int, bool]:
    return edge[0], edge[1], not edge[3]


class _Moments:
    """Reads naive local times; the day is looked up, the rest is arithmetic."""

    def __init__(self) -> None:
        self._days: dict[str, Seconds] = {}

    def read(self, text: str, line: int) -> Seconds:
        day = self._days.get(text[:10])
        try:
            if day is None:
                day = (datetime.fromisoformat(text[:10]) - _EPOCH).total_seconds()
                self._days[text[:10]] = day
            hour, minute, second = int(text[11:13]), int(text[14:16]), float(text[17:])
        except ValueError as error:
            raise RecordingError(line, text, _TIME) from error
        shape = len(text) >= 19 and text[10] in "T " and text[13] == ":" and text[16] == ":"
        if not (shape and 0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 61):
            raise RecordingError(line, text, _TIME)
        return day + hour * 3600 + minute * 60 + second


def _device(sensor: str, kind: str, place: str, line: int, rooms: dict[str, Room]) -> Device:
    if kind not in KINDS:
        raise RecordingError(line, kind, f"a kind: one of {', '.join(KINDS)}")
    if not sensor or not place:
        raise RecordingError(line, f"{sensor},{kind},{place}", "a sensor and a place")
    room = rooms.get(place)
    if room is None:
        room = rooms[place] = Room(id=RoomId(place), type=_room_type(place), name=place)
    role = Role.ITEM
    if kind == "pir":
        role = Role.MOTION
    elif kind == "door":
        role = Role.FRONT_DOOR if _FRONT.search(f"{sensor} {place}") else Role.DOOR
    elif kind == "pressure":
        role = Role.BED if room.type is RoomType.BEDROOM else Role.CHAIR
    return Device(id=DeviceId(sensor), role=role, room=room.id, name=sensor)


def _room_type(place: str) -> RoomType:
    for kind, words in _ROOMS:
        if words.search(place):
            return kind
    return RoomType.LIVING


_ON: Final = frozenset({"on", "open", "present", "true", "1", "start", "begin"})
_OFF: Final = frozenset({"off", "close", "closed", "absent", "false", "0", "stop", "end"})
_LOGGED: Final = frozenset(
    {
        Role.MOTION,
        Role.FRONT_DOOR,
        Role.DOOR,
        Role.BED,
        Role.CHAIR,
        Role.ITEM,
        Role.DRAWER,
        Role.TAP,
        Role.TEMPERATURE,
        Role.STOVE,
        Role.HELP,
    }
)


def _log(text: str, sensors: Mapping[str, object]) -> Recording:
    devices, rooms = _mapped(sensors)
    edges: list[Edge] = []
    moments = _Moments()
    unmapped = 0
    for line, raw in enumerate(text.splitlines(), start=1):
        words = raw.split()
        if not words:
            continue
        if len(words) < 4:
            raise RecordingError(line, raw, "a line of date time sensor value")
        date, hour, sensor, value = words[:4]
        at = moments.read(f"{date}T{hour}" if "." in hour else f"{date}T{hour}.0", line)
        device = devices.get(sensor)
        if device is None:
            unmapped += 1
            continue
        word = value.lower()
        if word in _ON or word in _OFF:
            edges.append((at, line, device.id, word in _ON))
            continue
        try:
            edges.append((at, line, device.id, float(value)))
        except ValueError as error:
            expected = "a value ON, OFF, OPEN, CLOSE, PRESENT, ABSENT or a number"
            raise RecordingError(line, value, expected) from error
    if not edges:
        raise RecordingError(1, "", "at least one line of a sensor that the map names")
    edges.sort(key=lambda edge: (edge[0], edge[1]))
    return Recording(_flat(rooms.values(), devices.values()), edges, unmapped)


class MapError(Exception):
    """The map of a log is wrong.

    Attributes:
        key: place in the map.
        expected: what should stand there.
    """

    def __init__(self, key: str, expected: str) -> None:
        super().__init__(f"{key}: expected {expected}")
        self.key = key
        self.expected = expected


def _mapped(table: Mapping[str, object]) -> tuple[dict[str, Device], dict[str, Room]]:
    types = table.get("rooms", {})
    entries = table.get("sensors", {name: one for name, one in table.items() if name != "rooms"})
    if not isinstance(types, Mapping) or not isinstance(entries, Mapping):
        raise MapError("sensors", "tables [sensors] and [rooms]")
    devices: dict[str, Device] = {}
    rooms: dict[str, Room] = {}
    for sensor, entry in entries.items():
        if not isinstance(entry, Mapping):
            raise MapError(f"sensors.{sensor}", '{ role = "motion", room = "bedroom" }')
        name, word = entry.get("room"), entry.get("role")
        if not isinstance(name, str) or not name:
            raise MapError(f"sensors.{sensor}.room", "the name of a room")
        if word not in {role.value for role in _LOGGED}:
            expected = ", ".join(sorted(role.value for role in _LOGGED))
            raise MapError(f"sensors.{sensor}.role", f"one of {expected}")
        if name not in rooms:
            kind = types.get(name, _room_type(name).value)
            if kind not in {known.value for known in RoomType}:
                expected = ", ".join(known.value for known in RoomType)
                raise MapError(f"rooms.{name}", f"one of {expected}")
            rooms[name] = Room(id=RoomId(name), type=RoomType(kind), name=name)
        devices[sensor] = Device(
            id=DeviceId(sensor), role=Role(word), room=RoomId(name), name=sensor
        )
    if not devices:
        raise MapError("sensors", "at least one sensor")
    return devices, rooms


def _flat(rooms: Iterable[Room], sensors: Iterable[Device]) -> Apartment:
    """Make the flat: the recorded sensors, and in each room a lamp and a sounder to be asked by."""
    rooms = tuple(rooms)
    devices = list(sensors)
    for room in rooms:
        for role in (Role.LAMP, Role.SOUNDER):
            name = f"{role.value} {room.id}"
            devices.append(Device(id=DeviceId(name), role=role, room=room.id, name=name))
    return Apartment(rooms=rooms, devices=tuple(devices))
