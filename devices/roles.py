# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""From a role and a reading to an event: a contact is a door at the door, a person on a bed."""

from typing import Final

from rules.model.apartment import Device, Role
from rules.model.events import (
    BatteryMeasured,
    DeviceEvent,
    DoorClosed,
    DoorOpened,
    FallSensed,
    FinePressed,
    HazardEnded,
    HazardSensed,
    HelpPressed,
    HelpTakenBack,
    HumidityMeasured,
    ItemUsed,
    Motion,
    MotionEnded,
    PowerMeasured,
    SeatLeft,
    SeatTaken,
    StateFound,
    SwitchSensed,
    TemperatureMeasured,
)
from rules.model.identity import Seconds

# Devices that only say "battery low" report this charge (rules.model.events.BatteryMeasured).
BATTERY_LOW_PCT: Final = 5.0
# Beyond any power, temperature or charge: a broken number.
NUMBER_MAX: Final = 1e6
BUTTONS: Final = frozenset({Role.HELP, Role.WEARABLE, Role.FINE, Role.TAKE_BACK})
CALLS: Final = frozenset({Role.HELP, Role.WEARABLE})
FALLS: Final = frozenset({Role.FALL_RADAR, Role.WEARABLE})
HAZARDS: Final = frozenset({Role.LEAK, Role.SMOKE, Role.CARBON_MONOXIDE})
SEATS: Final = frozenset({Role.BED, Role.CHAIR})
METERED: Final = frozenset({Role.STOVE, Role.STOVE_CUTOFF, Role.PLUG})
SWITCHABLE: Final = frozenset(
    {Role.LAMP, Role.OUTSIDE_LAMP, Role.SOUNDER, Role.SIREN, Role.PLUG, Role.STOVE_CUTOFF}
)


def is_number(value: float) -> bool:
    """Say whether a measured value can be one; also refuses what is not a number."""
    return -NUMBER_MAX <= value <= NUMBER_MAX


def presence(device: Device, at: Seconds, *, sensed: bool) -> DeviceEvent | None:
    """Say what a motion or presence reading means; None when this device is not there for it.

    A fall radar's "somebody is here" is nobody moving: the person on the floor is present too.
    """
    match device.role:
        case Role.MOTION if sensed:
            return Motion(device=device.id, at=at)
        case Role.MOTION:
            return MotionEnded(device=device.id, at=at)
        case Role.BED | Role.CHAIR:
            return _seat(device, at, taken=sensed)
        case Role.TAP:
            return ItemUsed(device=device.id, at=at, active=sensed)
        case _:
            return None


def contact(device: Device, at: Seconds, *, opened: bool) -> DeviceEvent | None:
    """Say what a contact means; a bed or chair mat closes its contact under a person."""
    match device.role:
        case Role.FRONT_DOOR | Role.DOOR if opened:
            return DoorOpened(device=device.id, at=at)
        case Role.FRONT_DOOR | Role.DOOR:
            return DoorClosed(device=device.id, at=at)
        case Role.BED | Role.CHAIR:
            return _seat(device, at, taken=not opened)
        case Role.ITEM | Role.DRAWER | Role.TAP:
            return ItemUsed(device=device.id, at=at, active=opened)
        case _:
            return None


def state_on_reconnect(device: Device, at: Seconds, *, active: bool) -> DeviceEvent | None:
    """Say what a state means that was asked for (open, taken, moving): no sign of life.

    What a drawer or a cupboard tells is the moment of its use, and that is gone. A motion sensor
    that says "moving" may hang; one that rests takes back what it said.
    """
    match device.role:
        case Role.FRONT_DOOR | Role.DOOR | Role.BED | Role.CHAIR | Role.TAP:
            return StateFound(device=device.id, at=at, active=active)
        case Role.MOTION if not active:
            return StateFound(device=device.id, at=at, active=False)
        case _:
            return None


def pressed(device: Device, at: Seconds, press: str) -> DeviceEvent | None:
    """Say what a press means. Every press of a help device is a call, however it was pressed."""
    match device.role:
        case Role.HELP | Role.WEARABLE:
            return HelpPressed(device=device.id, at=at, press=press)
        case Role.FINE:
            return FinePressed(device=device.id, at=at, press=press)
        case Role.TAKE_BACK:
            return HelpTakenBack(device=device.id, at=at)
        case Role.ITEM | Role.DRAWER:
            return ItemUsed(device=device.id, at=at)
        case _:
            return None


def fell(device: Device, at: Seconds, press: str) -> DeviceEvent | None:
    """Say what "fall" means: only radars and wearables are there to say it."""
    if device.role in {Role.FALL_RADAR, Role.WEARABLE}:
        return FallSensed(device=device.id, at=at, press=press)
    return None


def hazard(device: Device, at: Seconds, kind: Role, *, sensed: bool) -> DeviceEvent | None:
    """Say what a water, smoke or gas reading means at the detector that is there for it."""
    if device.role is not kind:
        return None
    return (HazardSensed if sensed else HazardEnded)(device=device.id, at=at)


def power(device: Device, at: Seconds, power_w: float) -> DeviceEvent | None:
    """Say what a power reading means (W): cooker and plugs only."""
    if device.role in METERED:
        return PowerMeasured(device=device.id, at=at, power_w=power_w)
    return None


def switched(device: Device, at: Seconds, *, on: bool) -> DeviceEvent | None:
    """Say what an on/off state means: lamps, sounders, plugs, relays."""
    if device.role in SWITCHABLE:
        return SwitchSensed(device=device.id, at=at, on=on)
    return None


def temperature(device: Device, at: Seconds, temperature_c: float) -> DeviceEvent | None:
    """Say what a temperature means (degrees C): room sensors only, not a PIR's own warmth."""
    if device.role is Role.TEMPERATURE:
        return TemperatureMeasured(device=device.id, at=at, temperature_c=temperature_c)
    return None


def humidity(device: Device, at: Seconds, humidity_pct: float) -> DeviceEvent | None:
    """Say what a relative humidity means (percent): room sensors only."""
    if device.role is Role.TEMPERATURE:
        return HumidityMeasured(device=device.id, at=at, humidity_pct=humidity_pct)
    return None


def battery(device: Device, at: Seconds, charge_pct: float) -> DeviceEvent:
    """Say how full the battery is (percent, brought into 0 to 100)."""
    return BatteryMeasured(device=device.id, at=at, charge_pct=min(100.0, max(0.0, charge_pct)))


def _seat(device: Device, at: Seconds, *, taken: bool) -> DeviceEvent:
    return (SeatTaken if taken else SeatLeft)(device=device.id, at=at)
