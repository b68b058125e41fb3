# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The floor plan as data for the template `_plan.html`, read from the apartment table."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from design import svg
from design.svg import Point

MARGIN_CM: Final = 14.0
"""Room for the outer wall (14 cm stroke) around the drawing."""
SIGN_CM: Final = 22.0
"""Half of a device's sign with its rim."""

SENSOR_SIGNS: Final = {
    "motion": "motion",
    "front_door": "door",
    "door": "door",
    "bed": "bed",
    "chair": "bed",
    "help": "help",
    "wearable": "help",
    "fine": "fine",
    "take_back": "back",
    "fall_radar": "radar",
    "stove": "stove",
    "stove_cutoff": "plug",
    "plug": "plug",
    "lamp": "lamp",
    "outside_lamp": "lamp",
    "sounder": "sounder",
    "siren": "sounder",
    "temperature": "temperature",
    "leak": "drop",
    "smoke": "smoke",
    "carbon_monoxide": "smoke",
    "item": "door",
    "drawer": "door",
}
"""Sign drawn for a device role (roles of the apartment file)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRoom:
    """A room: its outline, its kind (for the floor), its names by language and where they stand."""

    id: str
    type: str
    names: Mapping[str, str]
    outline: str
    label: Point

    def name(self, code: str) -> str:
        """Return the room's name in a language; the file's own name where none is given."""
        return self.names.get(code, self.names[""])


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDoor:
    """A door: the gap in the wall and the open leaf with its arc."""

    id: str
    gap: str
    swing: str
    outer: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFurniture:
    """A piece of furniture in its own box, turned clockwise about the middle (degrees)."""

    kind: str
    x: float
    y: float
    width: float
    height: float
    turn: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDevice:
    """A device on the plan; `sign` names its symbol."""

    id: str
    role: str
    room: str
    name: str
    sign: str
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything `_plan.html` draws. Lengths in centimetres, origin in the upper left corner.

    Attributes:
        box: SVG viewBox: x, y, width, height with the outer wall and every sign.
        outer: frame of the flat; walls and windows are path data.
        hub: where the hub stands, if the file says so.
    """

    box: tuple[float, float, float, float]
    outer: str
    rooms: tuple[PlanRoom, ...]
    walls: str
    windows: str
    doors: tuple[PlanDoor, ...]
    furniture: tuple[PlanFurniture, ...]
    devices: tuple[PlanDevice, ...]
    hub: Point | None

    @property
    def view_box(self) -> str:
        """The viewBox attribute."""
        return " ".join(svg.number(value) for value in self.box)

    def device(self, device: str) -> PlanDevice | None:
        """Return a device by its id, None when it is not on the plan."""
        return next((placed for placed in self.devices if placed.id == device), None)


def _point(value: Sequence[float]) -> Point:
    x, y = value
    return float(x), float(y)


def _points(values: Iterable[Sequence[float]]) -> list[Point]:
    return [_point(value) for value in values]


def _middle(points: Sequence[Point]) -> Point:
    return (
        sum(x for x, _ in points) / len(points),
        sum(y for _, y in points) / len(points),
    )


def _room(room: Mapping[str, Any]) -> PlanRoom:
    shape = _points(room["shape"])
    names = {"": str(room.get("name", room["id"]))}
    names |= {
        key.removeprefix("name_"): str(value)
        for key, value in room.items()
        if key.startswith("name_")
    }
    return PlanRoom(
        id=room["id"],
        type=room["type"],
        names=names,
        outline=svg.line(shape, closed=True),
        label=_point(room["label"]) if "label" in room else _middle(shape),
    )


def _door(door: Mapping[str, Any], frame: Sequence[Point]) -> PlanDoor:
    hinge, latch = _point(door["from"]), _point(door["to"])
    (left, top), (right, bottom) = frame[0], frame[2]
    return PlanDoor(
        id=str(door.get("id", "")),
        gap=svg.line((hinge, latch)),
        swing=svg.door_swing(hinge, latch, _point(door["leaf"])),
        outer=hinge[0] == latch[0] in (left, right) or hinge[1] == latch[1] in (top, bottom),
    )


def _piece(piece: Mapping[str, Any]) -> PlanFurniture:
    (x, y), (width, height) = _point(piece["at"]), _point(piece["size"])
    return PlanFurniture(
        kind=piece["kind"],
        x=x,
        y=y,
        width=width,
        height=height,
        turn=float(piece.get("turn", 0.0)),
    )


def _device(device: Mapping[str, Any]) -> PlanDevice:
    x, y = _point(device["at"])
    return PlanDevice(
        id=device["id"],
        role=device["role"],
        room=device["room"],
        name=str(device.get("name", device["id"])),
        sign=SENSOR_SIGNS.get(device["role"], "sensor"),
        x=x,
        y=y,
    )


def _box(frame: Sequence[Point], signs: Sequence[Point]) -> tuple[float, float, float, float]:
    """Frame the flat with its outer wall and signs that hang outside (the lamp at the door)."""
    (left, top), (right, bottom) = frame[0], frame[2]
    left = min([left - MARGIN_CM, *(x - SIGN_CM for x, _ in signs)])
    top = min([top - MARGIN_CM, *(y - SIGN_CM for _, y in signs)])
    right = max([right + MARGIN_CM, *(x + SIGN_CM for x, _ in signs)])
    bottom = max([bottom + MARGIN_CM, *(y + SIGN_CM for _, y in signs)])
    return left, top, right - left, bottom - top


def read(table: Mapping[str, Any]) -> Plan | None:
    """Read the drawing from an apartment table (`tomllib`); None when it holds no room shapes.

    Args:
        table: `[[rooms]]` with `shape` (list of [x, y] in cm) and optional `label` and
            `name_<language>`; `[[devices]]` with optional `at`; optional `[plan]` with `size`,
            `hub`, `walls`, `windows`, `[[plan.doors]]` (`from` hinge, `to` latch, `leaf` open
            edge) and `[[plan.furniture]]` (`kind`, `at`, `size`, `turn`).
    """
    drawn = [room for room in table.get("rooms", ()) if "shape" in room]
    if not drawn:
        return None
    extra = table.get("plan", {})
    corners = [point for room in drawn for point in _points(room["shape"])]
    left, top = min(x for x, _ in corners), min(y for _, y in corners)
    right, bottom = max(x for x, _ in corners), max(y for _, y in corners)
    if "size" in extra:
        right, bottom = _point(extra["size"])
    frame = [(left, top), (right, top), (right, bottom), (left, bottom)]
    outlines = [svg.line(_points(room["shape"]), closed=True) for room in drawn]
    walls = [svg.line(_points(wall)) for wall in extra["walls"]] if "walls" in extra else outlines
    devices = tuple(_device(device) for device in table.get("devices", ()) if "at" in device)
    return Plan(
        box=_box(frame, [(device.x, device.y) for device in devices]),
        outer=svg.line(frame, closed=True),
        rooms=tuple(_room(room) for room in drawn),
        walls="".join(walls),
        windows="".join(svg.line(_points(pane)) for pane in extra.get("windows", ())),
        doors=tuple(_door(door, frame) for door in extra.get("doors", ())),
        furniture=tuple(_piece(piece) for piece in extra.get("furniture", ())),
        devices=devices,
        hub=_point(extra["hub"]) if "hub" in extra else None,
    )
