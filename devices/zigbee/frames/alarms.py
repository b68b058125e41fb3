# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Raw frames to events: help calls, falls, hazards, contacts and movement.

A driver's entity says nothing when its state does not change: a second pull without a reset in
between, or the first pull after a restart, would be lost. What a device says by itself counts
whatever it said before; only what the hub asked for is compared with what it knew.
"""

from collections.abc import Iterator
from typing import Final

from devices import roles
from devices.zigbee.frames.frame import (
    IAS_ACE,
    IAS_ZONE,
    MULTISTATE,
    OCCUPANCY,
    ONOFF,
    SCENES,
    TUYA,
    Frame,
    attributes,
    data_points,
    zone_status,
)
from rules.model.apartment import Device, Role
from rules.model.events import DeviceEvent
from rules.model.identity import Seconds

ALARM_BITS: Final = 0b11  # IAS zone status: alarm 1 and alarm 2
BATTERY_BIT: Final = 0b1000
ZONE_CONTACT: Final = 0x0015
_FALL: Final = 2  # what both kinds of radar call a fall; 0 is none, 1 is not sure
_ACE_CALLS: Final = frozenset({0x02, 0x03, 0x04})  # emergency, fire, panic
_DP_FALL: Final = 116  # MIR-HE200-TY: 0 none, 1 maybe, 2 fall
_TUYA_SAYS: Final = frozenset({0x01, 0x02, 0x05, 0x06})  # data point answers and reports
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
    for attribute, value in attributes(frame):
        if attribute == _ZONE_STATUS_ATTRIBUTE and value is not None:
            return value & 0xFFFF
    return None


def zone(
    device: Device,
    at: Seconds,
    press: str,
    status: int,
    *,
    before: int | None,
    zone_type: int | None,
    asked: bool = False,
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
        asked: the hub asked for it after a reconnect; see `_on_reconnect`.
    """
    alarm = bool(status & ALARM_BITS)
    changed = before is None or bool(before & ALARM_BITS) != alarm
    event: DeviceEvent | None = None
    if asked:
        # Danger counts as it stands. All else wants a change that is sure: a button may never take
        # its alarm bit back, and a door of which nothing was known has not moved.
        danger = device.role in roles.HAZARDS or device.role is Role.FALL_RADAR
        if changed and (before is not None or (alarm and danger)):
            taken = alarm if _is_presence(device, zone_type) else not alarm
            event = _on_reconnect(device, at, press, alarm=alarm, taken=taken)
    elif device.role in roles.BUTTONS:
        event = roles.pressed(device, at, press) if alarm else None
    elif device.role is Role.FALL_RADAR:
        event = roles.fell(device, at, press) if alarm else None
    elif device.role in roles.HAZARDS:
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


def _on_reconnect(
    device: Device, at: Seconds, press: str, *, alarm: bool, taken: bool
) -> DeviceEvent | None:
    """Say what an alarm bit means that changed while nobody listened."""
    if device.role in roles.CALLS:
        return roles.pressed(device, at, press) if alarm else None
    if device.role is Role.FALL_RADAR:
        return roles.fell(device, at, press) if alarm else None
    if device.role in roles.HAZARDS:
        return roles.hazard(device, at, device.role, sensed=alarm)
    # "I am fine" and taking back answer a question: one pressed at an unknown time answers none.
    seat = device.role in roles.SEATS
    return roles.state_on_reconnect(device, at, active=taken if seat else alarm)


def _is_presence(device: Device, zone_type: int | None) -> bool:
    """A bed or chair may have a contact under a mat, or a sensor that alarms for a person."""
    known_other = zone_type is not None and zone_type != ZONE_CONTACT
    return device.role in roles.SEATS and known_other


def falls(frame: Frame) -> Iterator[bool]:
    """Read what a radar says of a fall, again and again; nothing when it says nothing about it.

    Raises:
        MalformedFrameError: the frame is cut off.
    """
    if frame.cluster == OCCUPANCY:
        for attribute, value in attributes(frame):
            if attribute == 0x0000 and value is not None:
                yield (value >> 4) & 3 == _FALL  # HEIMAN HS2FD: bits 4 and 5
    elif frame.cluster == TUYA and not frame.general and frame.command in _TUYA_SAYS:
        for number, raw in data_points(frame.payload):
            if number == _DP_FALL:
                yield int.from_bytes(raw, "big") == _FALL


def presses(frame: Frame, role: Role) -> Iterator[None]:
    """Read presses out of any other raw frame; none of most frames.

    Raises:
        MalformedFrameError: the frame is cut off.
    """
    if frame.is_report:
        for attribute, value in attributes(frame):
            if (frame.cluster, attribute) == (MULTISTATE, 0x0055) and value is not None:
                yield
    elif frame.general or frame.from_server:
        return
    elif frame.cluster == IAS_ACE:
        if frame.command in _ACE_CALLS or role in {Role.FINE, Role.TAKE_BACK}:
            yield
    elif frame.cluster in {ONOFF, SCENES}:
        yield
