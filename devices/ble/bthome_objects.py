# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The objects of BTHome v2 (bthome.io/format): length of each, and the kind of those in use.

An unknown object hides all that comes after it, so the table of lengths is complete; the tests
compare it with bthome-ble's. A new object in use is a new line of `USED`.
"""

from typing import Final, NamedTuple

from devices.ble import readings
from devices.ble.readings import Kind


class Object(NamedTuple):
    """An object in use: its kind, whether it is signed, and the factor to its kind's unit."""

    kind: Kind
    signed: bool = False
    factor: float = 1


# Object id -> bytes that follow it.
LENGTHS: Final[dict[int, int]] = {
    **dict.fromkeys((0x00, 0x01, 0x09, 0x0F, 0x10, 0x11, 0x46, 0x57, 0x58, 0x59, 0x60, 0x64), 1),
    **dict.fromkeys((*range(0x15, 0x30), 0x3A, 0x65), 1),
    **dict.fromkeys((0x02, 0x03, 0x06, 0x07, 0x08, 0x0C, 0x0D, 0x0E, 0x12, 0x13, 0x14), 2),
    **dict.fromkeys((0x3C, 0x3D, 0x3F, 0x40, 0x41, 0x43, 0x44, 0x45, 0x47, 0x48, 0x49, 0x4A), 2),
    **dict.fromkeys((0x51, 0x52, 0x56, 0x5A, 0x5D, 0x5E, 0x5F, 0x61, 0xF0), 2),
    **dict.fromkeys((0x04, 0x05, 0x0A, 0x0B, 0x42, 0x4B, 0xF2), 3),
    **dict.fromkeys((0x3E, 0x4C, 0x4D, 0x4E, 0x4F, 0x50, 0x55, 0x5B, 0x5C, 0x62, 0x63, 0xF1), 4),
}
COMMAND: Final = 0x3B
"""Its arguments are counted in its own first byte."""
COUNTED: Final = frozenset({0x53, 0x54})
"""Text and raw bytes carry their length."""

USED: Final[dict[int, Object]] = {
    0x00: Object(readings.PACKET_ID),
    0x01: Object(readings.BATTERY),
    0x02: Object(readings.TEMPERATURE, signed=True, factor=0.01),
    0x03: Object(readings.HUMIDITY, factor=0.01),
    0x0B: Object(readings.POWER, factor=0.01),
    0x10: Object(readings.SWITCHED),  # power
    0x11: Object(readings.OPENING),
    0x15: Object(readings.BATTERY_LOW),
    0x17: Object(readings.CARBON_MONOXIDE),
    0x1A: Object(readings.OPENING),  # door
    0x1B: Object(readings.OPENING),  # garage door
    0x20: Object(readings.MOISTURE),
    0x21: Object(readings.MOTION),
    0x22: Object(readings.MOTION),  # moving
    0x23: Object(readings.MOTION),  # occupancy
    0x25: Object(readings.MOTION),  # presence
    0x29: Object(readings.SMOKE),
    0x2B: Object(readings.TAMPER),
    0x2D: Object(readings.OPENING),  # window
    0x2E: Object(readings.HUMIDITY),
    0x3A: Object(readings.BUTTON),
    0x45: Object(readings.TEMPERATURE, signed=True, factor=0.1),
    0x57: Object(readings.TEMPERATURE, signed=True),
    0x58: Object(readings.TEMPERATURE, signed=True, factor=0.35),
    0x5C: Object(readings.POWER, signed=True, factor=0.01),
}
