# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Path data for SVG from points in centimetres: pure functions, no markup."""

from collections.abc import Sequence
from itertools import pairwise
from math import hypot

type Point = tuple[float, float]


def number(value: float) -> str:
    """Write a coordinate with at most one decimal and no trailing zero."""
    return f"{value:.1f}".removesuffix(".0")


def line(points: Sequence[Point], *, closed: bool = False) -> str:
    """Return path data through all points, closed to a polygon if wanted."""
    steps = "L".join(f"{number(x)} {number(y)}" for x, y in points)
    return f"M{steps}{'z' if closed else ''}"


def door_swing(hinge: Point, latch: Point, leaf: Point) -> str:
    """Return path data of an open door: its leaf, then the arc from leaf to latch.

    Args:
        hinge: where the leaf hangs.
        latch: where its edge is when the door is shut.
        leaf: where its edge is now.
    """
    radius = number(hypot(leaf[0] - hinge[0], leaf[1] - hinge[1]))
    turn = (leaf[0] - hinge[0]) * (latch[1] - hinge[1]) - (leaf[1] - hinge[1]) * (
        latch[0] - hinge[0]
    )
    sweep = 1 if turn > 0 else 0
    end = f"{number(latch[0])} {number(latch[1])}"
    return f"{line((hinge, leaf))}A{radius} {radius} 0 0 {sweep} {end}"


def curve(points: Sequence[Point]) -> str:
    """Return a smooth path that starts and ends on the given points and rounds those between."""
    if len(points) < 3:
        return line(points)
    path = f"M{number(points[0][0])} {number(points[0][1])}"
    for (x, y), (after_x, after_y) in pairwise(points[1:-1]):
        middle = f"{number((x + after_x) / 2)} {number((y + after_y) / 2)}"
        path += f"Q{number(x)} {number(y)} {middle}"
    (x, y), (end_x, end_y) = points[-2:]
    return path + f"Q{number(x)} {number(y)} {number(end_x)} {number(end_y)}"
