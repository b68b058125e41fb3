# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Kinds of readings that formats share, and the event of each by the device's role."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Final, NamedTuple

from devices import roles
from rules.model.apartment import Device, Role
from rules.model.events import DeviceEvent
from rules.model.identity import Seconds

type Meaning = Callable[[Device, Seconds, float, float | None], DeviceEvent | None]
"""From device, place on the hub's axis, value and value before (None at first) to an event."""


class When(Enum):
    """When a reading counts."""

    PRESS = "press"
    """A press: first in its packet, once a packet, and named."""
    EACH = "each"
    """In each new packet, whatever was said before."""
    CHANGE = "change"
    """When its value differs from the one before."""
    TAMPER = "tamper"
    """Somebody opened the device: logged, no event."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of reading.

    Attributes:
        name: unique among the kinds of one device; states are compared by it.
        when: when it counts.
        meaning: its event; None for none, and for presses, which `devices.roles.pressed` knows.
    """

    name: str
    when: When = When.CHANGE
    meaning: Meaning | None = None


class Reading(NamedTuple):
    """One value of one packet, in the unit of its kind."""

    kind: Kind
    value: float


def _measured(event: Callable[[Device, Seconds, float], DeviceEvent | None]) -> Meaning:
    return lambda device, at, value, _before: event(device, at, value)


def _hazard(role: Role) -> Meaning:
    def meaning(
        device: Device, at: Seconds, value: float, before: float | None
    ) -> DeviceEvent | None:
        if not value and not before:
            return None  # a detector that was never in alarm ends none
        return roles.hazard(device, at, role, sensed=bool(value))

    return meaning


BUTTON: Final = Kind("button", When.PRESS)
"""Pressed; 0 is no press."""
MOTION: Final = Kind(
    "motion",
    When.EACH,
    lambda device, at, value, _: roles.presence(device, at, sensed=bool(value)),
)
"""Movement or presence: 1 sensed, 0 ended."""
OPENING: Final = Kind(
    "opening", meaning=lambda device, at, value, _: roles.contact(device, at, opened=bool(value))
)
"""1 open, 0 closed."""
SWITCHED: Final = Kind(
    "switched", meaning=lambda device, at, value, _: roles.switched(device, at, on=bool(value))
)
"""1 on, 0 off."""
MOISTURE: Final = Kind("moisture", meaning=_hazard(Role.LEAK))
SMOKE: Final = Kind("smoke", meaning=_hazard(Role.SMOKE))
CARBON_MONOXIDE: Final = Kind("carbon_monoxide", meaning=_hazard(Role.CARBON_MONOXIDE))
POWER: Final = Kind("power", meaning=_measured(roles.power))
"""W."""
TEMPERATURE: Final = Kind("temperature", meaning=_measured(roles.temperature))
"""Degrees C."""
HUMIDITY: Final = Kind("humidity", meaning=_measured(roles.humidity))
"""Percent."""
BATTERY: Final = Kind("battery", meaning=_measured(roles.battery))
"""Percent."""
BATTERY_LOW: Final = Kind(
    "battery_low",
    meaning=lambda device, at, value, _: (
        roles.battery(device, at, roles.BATTERY_LOW_PCT) if value else None
    ),
)
"""1 low."""
TAMPER: Final = Kind("tamper", When.TAMPER)
"""1 opened."""
PACKET_ID: Final = Kind("packet_id")
"""Number of the packet; says nothing of the flat."""
