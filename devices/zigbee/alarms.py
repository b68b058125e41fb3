# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Raw frames to events: emergencies, falls and contacts, past every layer that compares states.

A driver's entity says nothing when its state does not change: a second pull without a reset in
between, or the first pull after a restart, would be lost. Nothing here looks at a former alarm.
"""

from collections.abc import Iterator
from typing import Final

from devices import roles
from devices.zigbee.frame import (
    IAS_ACE,
    IAS_ZONE,
    MULTISTATE,
    OCCUPANCY,
    ONOFF,
    SCENES,
    TUYA,
    Frame,
    data_points,
    reports,
    zone_status,
)
from rules.apartment import Device, Role
from rules.events import DeviceEvent
from rules.identity import Seconds

ALARM_BITS: Final = 0b11  # IAS zone status: alarm 1 and alarm 2
BATTERY_BIT: Final = 0b1000
ZONE_CONTACT: Final = 0x0015
_ACE_CALLS: Final = frozenset({0x02, 0x03, 0x04})  # emergency, fire, panic
_DP_FALL: Final = 116  # MIR-HE200-TY: 0 none, 1 maybe, 2 fall
_TUYA_SAYS: Final = frozenset({0x01, 0x02, 0x05, 0x06})  # data point answers and reports
_FALL: Final = 2
_BUTTONS: Final = frozenset({Role.HELP, Role.WEARABLE, Role.FINE, Role.TAKE_BACK})
_HAZARDS: Final = frozenset({Role.LEAK, Role.SMOKE, Role.CARBON_MONOXIDE})
_ZONE_STATUS_ATTRIBUTE: Final = 0x0002


def status_of(frame: Frame) -> int | None:
    """Return the IAS zone status a frame carries, None when it carries none.

    Raises:
        MalformedFrameError: it should carry one and is cut off.
    """
    if frame.cluster != IAS_ZONE:
        return None
    if not frame.general and frame.from_server and frame.command == 0x00:
        return zone_status(frame.payload)
    if frame.is_report:
        for attribute, value in reports(frame.payload):
            if attribute == _ZONE_STATUS_ATTRIBUTE:
                return value
    return None


def zone(
    device: Device,
    at: Seconds,
    press: str,
    status: int,
    *,
    before: int | None,
    zone_type: int | None,
) -> Iterator[DeviceEvent]:
    """Say what an IAS zone status means.

    Alarms of buttons, radars and detectors count every time. A state (door, bed, movement) counts
    when it changes: sensors repeat their status every few hours, and that is no sign of life.

    Args:
        device: who speaks.
        at: the hub's axis.
        press: identity of this frame.
        status: the bits.
        before: the bits of the last frame, None when unknown.
        zone_type: what the zone says it is (0x0015 contact), None when unknown.
    """
    alarm = bool(status & ALARM_BITS)
    changed = before is None or bool(before & ALARM_BITS) != alarm
    event: DeviceEvent | None = None
    if device.role in _BUTTONS:
        event = roles.pressed(device, at, press) if alarm else None
    elif device.role is Role.FALL_RADAR:
        event = roles.fell(device, at, press) if alarm else None
    elif device.role in _HAZARDS:
        if alarm or changed:
            event = roles.hazard(device, at, device.role, sensed=alarm)
    elif changed and (device.role is Role.MOTION or _is_presence(device, zone_type)):
        event = roles.presence(device, at, sensed=alarm)
    elif changed:
        event = roles.contact(device, at, opened=alarm)
    if event is not None:
        yield event
    if status & BATTERY_BIT and not (before is not None and before & BATTERY_BIT):
        yield roles.battery(device, at, roles.BATTERY_LOW_PCT)


def _is_presence(device: Device, zone_type: int | None) -> bool:
    """A bed or chair may have a contact under a mat, or a sensor that alarms for a person."""
    known_other = zone_type is not None and zone_type != ZONE_CONTACT
    return device.role in {Role.BED, Role.CHAIR} and known_other


def calls(frame: Frame, device: Device, at: Seconds, press: str) -> Iterator[DeviceEvent]:
    """Say what any other raw frame means that may be a press or a fall; nothing for most frames.

    Raises:
        MalformedFrameError: the frame is cut off.
    """
    event: DeviceEvent | None = None
    if frame.is_report:
        for attribute, value in reports(frame.payload):
            if value is None:
                continue
            if (frame.cluster, attribute) == (MULTISTATE, 0x0055):
                event = roles.pressed(device, at, press)
            elif (frame.cluster, attribute) == (OCCUPANCY, 0x0000) and (value >> 4) & 3 == _FALL:
                event = roles.fell(device, at, press)  # HEIMAN HS2FD: bits 4 and 5
    elif frame.general:
        return
    elif frame.cluster == TUYA and frame.command in _TUYA_SAYS:
        for number, value_raw in data_points(frame.payload):
            if number == _DP_FALL and int.from_bytes(value_raw, "big") == _FALL:
                event = roles.fell(device, at, press)
    elif frame.from_server:
        return
    elif frame.cluster == IAS_ACE:
        if frame.command in _ACE_CALLS or device.role in {Role.FINE, Role.TAKE_BACK}:
            event = roles.pressed(device, at, press)
    elif frame.cluster in {ONOFF, SCENES}:
        event = roles.pressed(device, at, press)
    if event is not None:
        yield event
