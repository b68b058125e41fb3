# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""One Zigbee frame, read from its bytes (ZCL 2.3 and 2.4)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

IAS_ZONE, IAS_ACE, ONOFF, SCENES, MULTISTATE = 0x0500, 0x0501, 0x0006, 0x0005, 0x0012
OCCUPANCY, TUYA = 0x0406, 0xEF00
READ_ANSWER, REPORT = 0x01, 0x0A  # general commands: what was read, what is reported
_ZCL_PROFILES: Final = frozenset({0x0104, 0xC05E})  # home automation, light link
_VARIABLE: Final = frozenset({0x41, 0x42})  # octet and character string, one length byte
_LONG: Final = frozenset({0x43, 0x44})  # the same with two length bytes
_SIGNED: Final = range(0x28, 0x30)
_COLLECTIONS: Final = frozenset({0x48, 0x4C, 0x50, 0x51})  # array, structure, set, bag
_REAL: Final = 0x38  # from here on numbers are no integers
# Bytes by ZCL type (2.6.2): nothing, data, bool, bitmap, unsigned, signed, enum, float, time, id.
_SIZE: Final = {
    0x00: 0,
    0xFF: 0,
    0x10: 1,
    **{base + n: n + 1 for base in (0x08, 0x18, 0x20, 0x28) for n in range(8)},
    0x30: 1,
    0x31: 2,
    0x38: 2,
    0x39: 4,
    0x3A: 8,
    0xE0: 4,
    0xE1: 4,
    0xE2: 4,
    0xE8: 2,
    0xE9: 2,
    0xEA: 4,
    0xF0: 8,
    0xF1: 16,
}


class MalformedFrameError(Exception):
    """A device sent bytes that cannot be read.

    Attributes:
        fault: short machine-readable words, for example `header too short`.
    """

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Frame:
    """One ZCL frame of one device.

    Attributes:
        general: a command all clusters share (reports and answers), not one of the cluster.
        from_server: the device speaks as the cluster's server (sensor), not as a client (button).
    """

    address: str
    endpoint: int
    cluster: int
    sequence: int
    command: int
    general: bool
    from_server: bool
    payload: bytes

    @property
    def is_report(self) -> bool:
        """It carries attribute reports."""
        return self.general and self.command == REPORT

    @property
    def is_answer(self) -> bool:
        """It carries attributes that the hub asked for."""
        return self.general and self.command == READ_ANSWER


def is_zcl(profile: int) -> bool:
    """Say whether frames of this profile are ZCL frames."""
    return profile in _ZCL_PROFILES


def parse(address: str, endpoint: int, cluster: int, data: bytes) -> Frame:
    """Read header and payload.

    Raises:
        MalformedFrameError: the header is cut off or its frame type does not exist.
    """
    if len(data) < 3:
        raise MalformedFrameError("header too short")
    control, start = data[0], 1
    if control & 0x04:
        start = 3
        if len(data) < 5:
            raise MalformedFrameError("header too short")
    if control & 0x03 > 1:
        raise MalformedFrameError("unknown frame type")
    return Frame(
        address,
        endpoint,
        cluster,
        data[start],
        data[start + 1],
        control & 0x03 == 0,
        bool(control & 0x08),
        data[start + 2 :],
    )


def reports(payload: bytes) -> Iterator[tuple[int, int | None]]:
    """Read attribute reports: (attribute, value); values that are no integers come as None.

    Raises:
        MalformedFrameError: a record is cut off or of an unknown type.
    """
    at = 0
    while at < len(payload):
        if at + 3 > len(payload):
            raise MalformedFrameError("report cut off")
        attribute, kind = struct.unpack_from("<HB", payload, at)
        value, at = _value(payload, at + 3, kind)
        yield attribute, value


def answers(payload: bytes) -> Iterator[tuple[int, int | None]]:
    """Read what a device answered to a read: (attribute, value) of what it has.

    Raises:
        MalformedFrameError: a record is cut off or of an unknown type.
    """
    at = 0
    while at < len(payload):
        if at + 3 > len(payload):
            raise MalformedFrameError("answer cut off")
        attribute, status = struct.unpack_from("<HB", payload, at)
        at += 3
        if status != 0:
            continue  # it has no such attribute
        if at >= len(payload):
            raise MalformedFrameError("answer cut off")
        value, at = _value(payload, at + 1, payload[at])
        yield attribute, value


def attributes(frame: Frame) -> Iterator[tuple[int, int | None]]:
    """Read the attributes a frame carries, reported or asked for; nothing of other frames.

    Raises:
        MalformedFrameError: a record is cut off or of an unknown type.
    """
    if frame.is_report:
        yield from reports(frame.payload)
    elif frame.is_answer:
        yield from answers(frame.payload)


def _value(payload: bytes, at: int, kind: int) -> tuple[int | None, int]:
    """Read one value of a ZCL type; return it, None unless it is an integer, and where it ends."""
    size = _SIZE.get(kind)
    if size is None and kind in _VARIABLE and at < len(payload):
        size = 1 + (payload[at] if payload[at] != 0xFF else 0)
    elif size is None and kind in _LONG and at + 1 < len(payload):
        length = int.from_bytes(payload[at : at + 2], "little")
        size = 2 + (length if length != 0xFFFF else 0)
    elif size is None and kind in _COLLECTIONS:
        return None, len(payload)  # vendors end their reports with these; the rest stays unread
    if size is None:
        raise MalformedFrameError(f"unknown type {kind:#04x}")
    if at + size > len(payload):
        raise MalformedFrameError("value cut off")
    if size == 0 or kind >= _REAL:
        return None, at + size
    raw = payload[at : at + size]
    return int.from_bytes(raw, "little", signed=kind in _SIGNED), at + size


def zone_status(payload: bytes) -> int:
    """Read an IAS zone status change notification (8.2.2.4.1); extended fields may be missing.

    Raises:
        MalformedFrameError: not even the status is there.
    """
    if len(payload) < 2:
        raise MalformedFrameError("zone status cut off")
    return int.from_bytes(payload[:2], "little")


def data_points(payload: bytes) -> Iterator[tuple[int, bytes]]:
    """Read Tuya data points: (number, value, big endian).

    Raises:
        MalformedFrameError: a record is cut off.
    """
    at = 2  # a counter of the device comes first
    if len(payload) < at + 4:
        raise MalformedFrameError("data point cut off")
    while at < len(payload):
        if at + 4 > len(payload):
            raise MalformedFrameError("data point cut off")
        number, _kind, size = struct.unpack_from(">BBH", payload, at)
        at += 4
        if at + size > len(payload):
            raise MalformedFrameError("data point cut off")
        yield number, payload[at : at + size]
        at += size
