# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What devices say: one frozen record a kind of sighting; import them from `rules.model.events`."""

from dataclasses import dataclass
from typing import ClassVar

from rules.model.durability import Journaled
from rules.model.identity import DeviceId, Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Motion(Journaled):
    """A motion sensor saw movement (ZCL Occupancy 0x0406/0x0000 rising, or IAS alarm 1)."""

    ordinary: ClassVar[bool] = True
    device: DeviceId
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class MotionEnded(Journaled):
    """A motion sensor went back to rest (Occupancy falling, or the sensor's own timer ran out)."""

    ordinary: ClassVar[bool] = True
    device: DeviceId
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorOpened(Journaled):
    """A contact opened (IAS zone 0x0015 alarm 1, zigbee2mqtt `contact: false`, BTHome 0x2D)."""

    ordinary: ClassVar[bool] = True
    device: DeviceId
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorClosed(Journaled):
    """A contact closed."""

    ordinary: ClassVar[bool] = True
    device: DeviceId
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatTaken(Journaled):
    """A bed or chair contact feels a person (role says which)."""

    ordinary: ClassVar[bool] = True
    device: DeviceId
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatLeft(Journaled):
    """A bed or chair contact feels nobody any more."""

    ordinary: ClassVar[bool] = True
    device: DeviceId
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemUsed(Journaled):
    """A cupboard, flush, drawer, tap, switch or appliance was used; either edge is a life sign."""

    ordinary: ClassVar[bool] = True
    device: DeviceId
    at: Seconds
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class StateFound(Journaled):
    """A contact, seat or motion sensor was asked after nobody had listened, and is not as before.

    When it changed nobody knows, so it is no sign of life; `active` is open, taken or moving.
    """

    ordinary: ClassVar[bool] = True
    device: DeviceId
    at: Seconds
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpPressed(Journaled):
    """Cord, button or panel calls for help (raw IAS 0x0500 or 0x0501 command, BTHome button)."""

    device: DeviceId
    at: Seconds
    press: str
    """Identity of this press as the radio tells it (address, sequence number); equal = same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FinePressed(Journaled):
    """The "I am fine" button in a room was pressed (role `fine`)."""

    device: DeviceId
    at: Seconds
    press: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpTakenBack(Journaled):
    """The resident took a help call back by the separate control; a repeated press never does."""

    device: DeviceId
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class FallSensed(Journaled):
    """A fall radar or wearable says "fall" (Tuya DP 116 = 2, Heiman bits 4-5 = 2, pendant)."""

    device: DeviceId
    at: Seconds
    press: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerMeasured(Journaled):
    """Active power of a plug or the cooker's meter."""

    ordinary: ClassVar[bool] = True
    device: DeviceId
    at: Seconds
    power_w: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchSensed(Journaled):
    """A relay, lamp or plug says whether it is on (ZCL OnOff 0x0006 report)."""

    ordinary: ClassVar[bool] = True
    device: DeviceId
    at: Seconds
    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TemperatureMeasured(Journaled):
    """Room temperature in degrees Celsius."""

    ordinary: ClassVar[bool] = True
    device: DeviceId
    at: Seconds
    temperature_c: float


@dataclass(frozen=True, slots=True, kw_only=True)
class HumidityMeasured(Journaled):
    """Relative humidity of a room in percent."""

    ordinary: ClassVar[bool] = True
    device: DeviceId
    at: Seconds
    humidity_pct: float


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardSensed(Journaled):
    """Smoke, carbon monoxide or water detector alarms; the device's role says which."""

    device: DeviceId
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardEnded(Journaled):
    """Smoke, carbon monoxide or water detector is quiet again."""

    device: DeviceId
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class BatteryMeasured(Journaled):
    """Charge of a device's battery, 0 to 100 percent; devices that only say "low" report 5."""

    ordinary: ClassVar[bool] = True
    device: DeviceId
    at: Seconds
    charge_pct: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceSilent(Journaled):
    """An enrolled device has not been heard for longer than it ever should be quiet."""

    device: DeviceId
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceHeard(Journaled):
    """A device is heard for the first time, or again after silence."""

    device: DeviceId
    at: Seconds


type DeviceEvent = (
    Motion
    | MotionEnded
    | DoorOpened
    | DoorClosed
    | SeatTaken
    | SeatLeft
    | ItemUsed
    | StateFound
    | HelpPressed
    | FinePressed
    | HelpTakenBack
    | FallSensed
    | PowerMeasured
    | SwitchSensed
    | TemperatureMeasured
    | HumidityMeasured
    | HazardSensed
    | HazardEnded
    | BatteryMeasured
    | DeviceSilent
    | DeviceHeard
)
