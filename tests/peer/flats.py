# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The common load: zigbee2mqtt devices and payloads that any system can be put beside."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

FLATS = 8
MOTION = tuple(f"motion_{flat}_{place}" for flat in range(1, FLATS + 1) for place in (1, 2, 3))
CONTACT = tuple(f"contact_{flat}" for flat in range(1, FLATS + 1))
PANIC = tuple(f"panic_{flat}" for flat in range(1, FLATS + 1))
BASE = "zigbee2mqtt"
ACTION = "bench/action"
"""The system on trial publishes {"kind", "dev", "seq"} to bench/action/<kind>."""


@dataclass(frozen=True)
class Bench:
    """One device: its name (zigbee2mqtt's is its address), what it is there for, where it is."""

    name: str
    role: str
    room: str = "living"
    source: str = "mqtt"
    address: str = ""


FORTY = (
    *(Bench(name, "motion", f"room_{place % 6}") for place, name in enumerate(MOTION)),
    *(Bench(name, "door", f"room_{place % 6}") for place, name in enumerate(CONTACT)),
    *(Bench(name, "help", f"room_{place % 6}") for place, name in enumerate(PANIC)),
)
SCENARIO = (Bench("motion_scn", "motion"), Bench("panic_1", "help"), Bench("panic_2", "help"))


def apartment(devices: Iterable[Bench]) -> str:
    """Write an apartment file with these devices."""
    listed = tuple(devices)
    rooms = sorted({one.room for one in listed})
    lines = ["[flat]", 'id = "bench"', 'name = "Bench"', 'tz = "Europe/Berlin"']
    for room in rooms:
        lines += ["[[rooms]]", f'id = "{room}"', 'type = "living"', f'name = "{room}"']
    for one in listed:
        lines += [
            "[[devices]]",
            f'id = "{one.name}"',
            f'role = "{one.role}"',
            f'room = "{one.room}"',
        ]
        lines += [f'source = "{one.source}"', f'address = "{one.address or one.name}"']
    return "\n".join(lines) + "\n"


def motion(sensed: bool, number: int = 0) -> bytes:
    """A PIR's state; the illuminance makes each one differ, as in a flat."""
    state = {"battery": 97, "illuminance": 5 + number % 400, "linkquality": 90 + number % 60}
    return json.dumps({**state, "occupancy": sensed, "voltage": 3000}).encode()


def contact(opened: bool, seq: int) -> bytes:
    """A door contact's state."""
    state = {"battery": 100, "contact": not opened, "linkquality": 120, "tamper": False}
    return json.dumps({**state, "seq": seq}).encode()


def panic(seq: int) -> bytes:
    """A press of a help button."""
    return json.dumps(
        {"action": "emergency", "battery": 100, "linkquality": 110, "seq": seq}
    ).encode()
