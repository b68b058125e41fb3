# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Seeded daily life: where somebody who lives alone is, minute by minute, day after day."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Final

from rules.model.identity import Seconds

DAY_S: Final = 86_400.0
HOUR_S: Final = 3_600.0
MINUTE_S: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """She is somewhere from here on.

    Attributes:
        at: local second, counted from the first day's midnight.
        spot: place in the flat (`plan.spots` of the apartment file).
        stove_w: power the cooker takes from now on, None leaves it as it is.
        stirs_s: while there, she moves about every so many seconds; 0 means still (asleep, away).
    """

    at: Seconds
    spot: str
    stove_w: float | None = None
    stirs_s: Seconds = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """One sensor edge of a recorded home: `on` is movement, presence, an open door or power.

    Attributes:
        device: `motion-<room>`, `door-front`, `bed-bedroom` or `stove-kitchen`.
    """

    at: Seconds
    device: str
    on: bool


# Spot, shortest and longest stay in minutes, restlessness in seconds: what fills an afternoon.
_IDLE: Final = (
    ("sofa", 15, 50, 240),
    ("armchair", 10, 45, 300),
    ("window", 3, 12, 60),
    ("table", 8, 30, 120),
    ("kitchen", 4, 15, 45),
    ("wardrobe", 2, 8, 40),
)


def day(random: Random, number: int) -> tuple[Stay, ...]:
    """Live one day from getting up to falling asleep.

    Args:
        random: her mood; the same seed lives the same life.
        number: which day, 0 for the first.
    """
    start = number * DAY_S
    at = start + 7 * HOUR_S + random.uniform(-25, 35) * MINUTE_S
    stays: list[Stay] = []

    def stay(spot: str, minutes: float, stirs_s: float, stove_w: float | None = None) -> None:
        nonlocal at
        stays.append(Stay(at=at, spot=spot, stove_w=stove_w, stirs_s=stirs_s))
        at += minutes * MINUTE_S

    def errand(until_h: float) -> None:
        while at < start + until_h * HOUR_S:
            spot, least, most, stirs = random.choice(_IDLE)
            stay(spot, random.uniform(least, most), stirs)
            if random.random() < 0.35:
                stay(random.choice(("toilet", "basin")), random.uniform(2, 6), 30)

    def cook(minutes: float) -> None:
        stay("cooker", minutes, 40, stove_w=1_600.0)
        stay("table", random.uniform(15, 30), 90, stove_w=0.0)

    stay("bedside", 2, 30)
    stay("basin", random.uniform(8, 15), 30)
    stay("wardrobe", 5, 30)
    cook(random.uniform(5, 9))
    errand(10.5)
    if random.random() < 0.6:
        stay("front_door", 2, 30)
        stay("away", random.uniform(35, 110), 0)
        stay("front_door", 1.5, 30)
    errand(12.0)
    cook(random.uniform(12, 25))
    errand(18.0)
    cook(random.uniform(5, 12))
    errand(21.7)
    stay("basin", random.uniform(5, 10), 30)
    stay("bed", 0, 0)
    return tuple(stays)


def days(seed: int) -> Iterator[tuple[Stay, ...]]:
    """Live one day after the other, for ever; each is told from its own midnight."""
    random = Random(seed)
    while True:
        yield day(random, 0)


def night(random: Random, number: int) -> tuple[Stay, ...]:
    """Say how often she gets up in the night after a day, and where to."""
    at = number * DAY_S + 22.6 * HOUR_S
    stays: list[Stay] = []
    for _ in range(random.choice((0, 1, 1, 2))):
        at += random.uniform(1.2, 3.2) * HOUR_S
        for spot, minutes in (("hall", 0.3), ("toilet", random.uniform(3, 6)), ("hall", 0.3)):
            stays.append(Stay(at=at, spot=spot, stirs_s=30))
            at += minutes * MINUTE_S
        stays.append(Stay(at=at, spot="bed"))
    return tuple(stays)


ROOM_OF: Final = {
    "bed": "bedroom",
    "bedside": "bedroom",
    "wardrobe": "bedroom",
    "toilet": "bath",
    "basin": "bath",
    "hall": "hall",
    "front_door": "hall",
    "sofa": "living",
    "armchair": "living",
    "window": "living",
    "table": "kitchen",
    "cooker": "kitchen",
    "kitchen": "kitchen",
    "away": "",
}


def edges(seed: int, days: int) -> list[Edge]:
    """Record a home for some days as its sensors would, in order of time.

    Args:
        seed: same seed, same home.
        days: how many, counted from midnight.
    """
    random = Random(seed)
    stays = [
        one for number in range(days) for one in (*day(random, number), *night(random, number))
    ]
    found: list[Edge] = []
    was = "bed"
    for this, after in zip(stays, [*stays[1:], None], strict=True):
        end = after.at if after is not None else this.at + MINUTE_S
        found.extend(_during(random, was, this, end))
        was = this.spot
    return sorted(found, key=lambda edge: edge.at)


def _during(random: Random, was: str, this: Stay, end: Seconds) -> Iterator[Edge]:
    at = this.at
    if was == "bed" and this.spot != "bed":
        yield Edge(at=at, device="bed-bedroom", on=False)
    if "away" in (was, this.spot):
        yield Edge(at=at, device="door-front", on=True)
        yield Edge(at=at + 4.0, device="door-front", on=False)
    if this.stove_w is not None:
        yield Edge(at=at + 1.0, device="stove-kitchen", on=this.stove_w > 0)
    room = ROOM_OF[this.spot]
    if this.spot == "bed" and was != "bed":
        yield Edge(at=at + 8.0, device="bed-bedroom", on=True)
    while room and at < end:
        yield Edge(at=at, device=f"motion-{room}", on=True)
        lasts = min(random.uniform(8, 25), max(end - at - 0.5, 0.5))
        yield Edge(at=at + lasts, device=f"motion-{room}", on=False)
        if not this.stirs_s:
            return
        at += lasts + random.expovariate(1 / this.stirs_s)
