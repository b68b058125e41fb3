# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The flat to walk about in: spots, doorways, and the way from here to there."""

import math
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from rules.model.identity import RoomId

type Point = tuple[float, float]
"""Centimetres from the upper left corner of the plan."""

_PLAN: Final = "plan"


class FloorError(Exception):
    """The drawing part of an apartment file is not usable.

    Attributes:
        key: place in the file.
        expected: what should stand there.
    """

    def __init__(self, key: str, expected: str) -> None:
        super().__init__(key, expected)
        self.key = key
        self.expected = expected


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place where she can be.

    Attributes:
        pose: `stand`, `bed`, `fallen` or `away`.
        turn: degrees clockwise.
    """

    id: str
    room: RoomId
    at: Point
    pose: str = "stand"
    turn: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A walk: the line she takes, and the rooms she comes through (first is where she starts)."""

    points: tuple[Point, ...]
    rooms: tuple[RoomId, ...]

    @property
    def length_cm(self) -> float:
        """Length of the line."""
        return sum(math.dist(one, two) for one, two in pairwise(self.points))


class Floor:
    """Spots by name and the doorways between rooms.

    Args:
        table: an apartment file as `tomllib` gives it.

    Raises:
        FloorError: a spot or way is missing or wrong.
    """

    def __init__(self, table: Mapping[str, object]) -> None:
        plan = table.get(_PLAN)
        if not isinstance(plan, Mapping):
            raise FloorError(_PLAN, "a table with spots and ways")
        self.spots = {name: _spot(name, row) for name, row in _table(plan, "spots").items()}
        self._ways: dict[RoomId, dict[RoomId, tuple[Point, ...]]] = {}
        for name, row in _table(plan, "ways").items():
            one, _, two = name.partition("-")
            points = tuple(_point(f"plan.ways.{name}", at) for at in _list(name, row))
            self._ways.setdefault(RoomId(one), {})[RoomId(two)] = points
            self._ways.setdefault(RoomId(two), {})[RoomId(one)] = points[::-1]

    def way(self, start: Spot, end: Spot) -> Way:
        """Find the shortest way by number of doors."""
        rooms = self._rooms(start.room, end.room)
        points = [start.at]
        for one, two in pairwise(rooms):
            points += self._ways[one][two]
        return Way(points=(*points, end.at), rooms=tuple(rooms))

    def _rooms(self, start: RoomId, end: RoomId) -> list[RoomId]:
        came: dict[RoomId, RoomId | None] = {start: None}
        ahead = deque([start])
        while ahead and end not in came:
            here = ahead.popleft()
            for there in self._ways.get(here, {}):
                if there not in came:
                    came[there] = here
                    ahead.append(there)
        if end not in came:
            raise FloorError("plan.ways", f"a way from {start} to {end}")
        back: list[RoomId] = []
        step: RoomId | None = end
        while step is not None:
            back.append(step)
            step = came[step]
        return back[::-1]


def _spot(name: str, row: object) -> Spot:
    key = f"plan.spots.{name}"
    if not isinstance(row, Mapping):
        raise FloorError(key, "a table")
    return Spot(
        id=name,
        room=RoomId(str(row.get("room"))),
        at=_point(key, row.get("at")),
        pose=str(row.get("pose", "stand")),
        turn=float(row.get("turn", 0)),
    )


def _point(key: str, value: object) -> Point:
    match value:
        case [int() | float() as x, int() | float() as y]:
            return float(x), float(y)
        case _:
            raise FloorError(key, "[x, y] in cm")


def _table(plan: Mapping[str, object], key: str) -> Mapping[str, object]:
    value = plan.get(key)
    if not isinstance(value, Mapping) or not value:
        raise FloorError(f"plan.{key}", "a table")
    return value


def _list(name: str, row: object) -> list[object]:
    if not isinstance(row, list) or not row:
        raise FloorError(f"plan.ways.{name}", "a list of points")
    return row
