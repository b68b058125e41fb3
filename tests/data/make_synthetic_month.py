# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Writes the synthetic month: `python tests/data/make_synthetic_month.py` makes the .csv.gz anew.

One person, thirty days, five rooms, 30,000 activations (60,000 edges). Invented from one seed; nobody lived it.
"""

import gzip
import random
from datetime import datetime, timedelta
from pathlib import Path

ROWS = 30_000
DAYS = 30
FIRST = datetime(2026, 3, 9)
SENSORS = {
    "bedroom": [("PIR bedroom", "pir"), ("wardrobe", "item")],
    "bathroom": [("PIR bath", "pir"), ("toilet flush", "flush"), ("bathroom door", "door")],
    "hall": [("PIR hall", "pir")],
    "living": [("PIR living", "pir"), ("TV", "appliance"), ("armchair", "pressure")],
    "kitchen": [
        ("PIR kitchen", "pir"),
        ("fridge", "item"),
        ("kettle", "appliance"),
        ("cups", "item"),
    ],
}
DAY = [
    (7.2, 7.6, ["bedroom", "hall", "bathroom"]),
    (7.6, 9.0, ["kitchen", "hall", "living"]),
    (9.0, 12.0, ["living", "kitchen", "hall", "bathroom", "bedroom"]),
    (12.0, 13.2, ["kitchen", "hall"]),
    (13.2, 14.5, ["living", "bedroom"]),
    (16.3, 18.2, ["living", "hall", "bathroom", "kitchen"]),
    (18.2, 19.4, ["kitchen", "hall"]),
    (19.4, 22.3, ["living", "hall", "bathroom"]),
    (22.3, 22.8, ["bathroom", "hall", "bedroom"]),
]


def rows(seed: int) -> list[tuple[datetime, datetime, str, str, str]]:
    chance = random.Random(seed)
    found = []

    def use(at: datetime, room: str, sensor: str, kind: str) -> None:
        held_s = {"pir": 60, "pressure": 1500, "appliance": 240}.get(kind, 8) * chance.uniform(
            0.4, 1.6
        )
        found.append((at, at + timedelta(seconds=int(held_s)), sensor, kind, room))

    weights = [(end - begin) for begin, end, _ in DAY]
    per_day = ROWS // DAYS
    for number in range(DAYS):
        midnight = FIRST + timedelta(days=number)
        left = per_day
        # Out for shopping: the door twice, nobody between.
        out = midnight + timedelta(hours=14.6 + chance.random() * 0.3)
        back = midnight + timedelta(hours=15.9 + chance.random() * 0.3)
        for at in (out, back):
            found.append((at, at + timedelta(seconds=6), "front door", "door", "entrance"))
            left -= 1
        use(back + timedelta(seconds=20), "hall", "PIR hall", "pir")
        left -= 1
        for hour in (1.5, 4.6):
            at = midnight + timedelta(hours=hour + chance.random())
            for step, room in enumerate(("bedroom", "hall", "bathroom", "hall", "bedroom")):
                use(at + timedelta(seconds=70 * step), room, *SENSORS[room][0])
                left -= 1
        for step, room in enumerate(("hall", "bedroom")):
            use(midnight + timedelta(hours=22.9, seconds=70 * step), room, *SENSORS[room][0])
            left -= 1
        for _ in range(left):
            begin, end, places = chance.choices(DAY, weights)[0]
            at = midnight + timedelta(hours=begin + chance.random() * (end - begin))
            room = places[chance.randrange(len(places))]
            sensor, kind = (
                SENSORS[room][0] if chance.random() < 0.8 else chance.choice(SENSORS[room])
            )
            use(at.replace(microsecond=0), room, sensor, kind)
    found.sort()
    assert len(found) == ROWS
    return found


def text(seed: int = 7) -> bytes:
    lines = ["start,end,sensor,kind,place"]
    for start, end, sensor, kind, place in rows(seed):
        moments = [moment.isoformat(timespec="seconds") for moment in (start, end)]
        lines.append(",".join((*moments, sensor, kind, place)))
    return ("\n".join(lines) + "\n").encode()


def main() -> None:
    target = Path(__file__).with_name("synthetic_month.csv.gz")
    target.write_bytes(gzip.compress(text(), 9, mtime=0))
    print(target.name, target.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
