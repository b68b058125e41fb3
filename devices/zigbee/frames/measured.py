# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Attribute values, corrected by quirks, to events with their units."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from devices import roles
from devices.zigbee.frames.frame import OCCUPANCY, ONOFF, MalformedFrameError
from rules.model.apartment import Device, Role
from rules.model.events import DeviceEvent
from rules.model.identity import Seconds

POWER_CONFIGURATION, TEMPERATURE, HUMIDITY = 0x0001, 0x0402, 0x0405
METERING, ELECTRICAL = 0x0702, 0x0B04
WATCHED: Final = frozenset(
    {POWER_CONFIGURATION, ONOFF, TEMPERATURE, HUMIDITY, OCCUPANCY, METERING, ELECTRICAL}
)
"""Clusters whose attributes are listened to."""
_CONTACTS: Final = frozenset(
    {Role.FRONT_DOOR, Role.DOOR, Role.ITEM, Role.DRAWER, Role.TAP, Role.BED, Role.CHAIR}
)
_INVALID: Final = {  # "no measurement" of each attribute's type (ZCL 2.6.2)
    (TEMPERATURE, 0): -0x8000,
    (HUMIDITY, 0): 0xFFFF,
    (POWER_CONFIGURATION, 0x21): 0xFF,
    (ELECTRICAL, 0x050B): -0x8000,
    (METERING, 0x0400): -0x800000,
}
_SCALED: Final = {  # attributes that say what a count is worth: multiplier, divisor
    (ELECTRICAL, 0x050B): (0x0604, 0x0605),
    (METERING, 0x0400): (0x0301, 0x0302),
}
_MEANT: Final = _SCALED.keys() | {
    (TEMPERATURE, 0x0000),
    (HUMIDITY, 0x0000),
    (POWER_CONFIGURATION, 0x0021),
    (OCCUPANCY, 0x0000),
    (ONOFF, 0x0000),
}


@dataclass(frozen=True, slots=True)
class Measured:
    """One attribute value of one device.

    Attributes:
        value: as the device counts.
        other: reads a neighbouring attribute of the same cluster from the driver's cache.
        asked: the hub read it; the device did not send it by itself.
    """

    cluster: int
    attribute: int
    value: float
    other: Callable[[int], float | None]
    asked: bool = False


class MeasurementDecoder:
    """Events from values; remembers what was said of states, so that only changes count."""

    def __init__(self) -> None:
        self._said: dict[tuple[str, int], bool] = {}

    def event(self, device: Device, at: Seconds, measured: Measured) -> DeviceEvent | None:
        """Say what a value means for this device; None when nothing.

        Raises:
            MalformedFrameError: it is no number that a flat could have.
        """
        place = measured.cluster, measured.attribute
        value = measured.value
        if _INVALID.get(place) == value:
            return None
        if place not in _MEANT:
            return None
        scale = 1.0
        if place in _SCALED:
            multiplier, divisor = _SCALED[place]
            scale = (measured.other(multiplier) or 1) / (measured.other(divisor) or 1)
        if not roles.is_number(value * scale):
            raise MalformedFrameError("no number")
        match place:
            case (0x0402, 0x0000):
                return roles.temperature(device, at, value / 100)
            case (0x0405, 0x0000):
                return roles.humidity(device, at, value / 100)
            case (0x0001, 0x0021):
                return roles.battery(device, at, value / 2)
            case (0x0B04, 0x050B):
                return roles.power(device, at, value * scale)
            case (0x0702, 0x0400):  # kilowatts, in devices without the cluster above
                return roles.power(device, at, value * scale * 1000)
            case (0x0406, 0x0000) if measured.asked:
                return self._on_reconnect(device, at, sensed=bool(int(value) & 1))
            case (0x0406, 0x0000):
                return self._presence(device, at, sensed=bool(int(value) & 1))
            case (0x0006, 0x0000) if device.role in _CONTACTS:
                # Some contacts (Aqara) report themselves as a switch that is on when open.
                opened = bool(value)
                if measured.asked or not self._changed(device, ONOFF, now=opened):
                    return None
                return roles.contact(device, at, opened=opened)
            case (0x0006, 0x0000):
                return roles.switched(device, at, on=bool(value))
            case _:
                return None

    def _presence(self, device: Device, at: Seconds, *, sensed: bool) -> DeviceEvent | None:
        # A stuck sensor repeats "occupied" for hours: only the rising edge is movement.
        if not self._changed(device, OCCUPANCY, now=sensed):
            return None
        return roles.presence(device, at, sensed=sensed)

    def _on_reconnect(self, device: Device, at: Seconds, *, sensed: bool) -> DeviceEvent | None:
        # "Moving" that was asked for is no movement, and the next one by itself must be one.
        known = self._said.get((device.id, OCCUPANCY))
        rests = device.role is Role.MOTION and not sensed and known is not False
        seat = device.role in roles.SEATS and known is (not sensed)
        if not rests and not seat:
            return None
        self._said[device.id, OCCUPANCY] = sensed
        return roles.state_on_reconnect(device, at, active=sensed)

    def _changed(self, device: Device, cluster: int, *, now: bool) -> bool:
        before = self._said.get((device.id, cluster))
        self._said[device.id, cluster] = now
        return before is not now
