# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The few data types and numbers of the Zigbee Cluster Library that a virtual device needs."""

import struct
from typing import Final

type Value = int | float | str | bytes

BOOL, MAP8, MAP16, MAP32 = 0x10, 0x18, 0x19, 0x1B
U8, U16, U24, U32, U48 = 0x20, 0x21, 0x22, 0x23, 0x25
S8, S16, S24, S32 = 0x28, 0x29, 0x2A, 0x2B
ENUM8, ENUM16, FLOAT, OCTETS, TEXT, EUI64 = 0x30, 0x31, 0x39, 0x41, 0x42, 0xF0
_KINDS_BY_SIZE: Final = {
    1: (BOOL, MAP8, U8, S8, ENUM8),
    2: (MAP16, U16, S16, ENUM16),
    3: (U24, S24),
    4: (MAP32, U32, S32, FLOAT),
    6: (U48,),
    8: (EUI64,),
}
_SIZE: Final = {kind: size for size, kinds in _KINDS_BY_SIZE.items() for kind in kinds}
_SIGNED: Final = {S8, S16, S24, S32}
_DISCRETE: Final = {BOOL, MAP8, MAP16, MAP32, ENUM8, ENUM16, OCTETS, TEXT, EUI64}

SUCCESS, UNSUPPORTED_GENERAL, UNSUPPORTED_ATTRIBUTE = 0x00, 0x82, 0x86
NOT_AUTHORIZED, UNSUPPORTED_CLUSTER = 0x7E, 0xC3

BASIC, POWER, IDENTIFY, GROUPS, SCENES, ONOFF, LEVEL = 0, 1, 3, 4, 5, 6, 8
MULTISTATE, OTA, POLL = 0x0012, 0x0019, 0x0020
TEMPERATURE, HUMIDITY, OCCUPANCY = 0x0402, 0x0405, 0x0406
IAS_ZONE, IAS_ACE, IAS_WD = 0x0500, 0x0501, 0x0502
METERING, ELECTRICAL, TUYA, HEIMAN_RADAR = 0x0702, 0x0B04, 0xEF00, 0xFC8B
PROFILE_HOME: Final = 0x0104


def encode(kind: int, value: Value) -> bytes:
    """Write one value of a ZCL type, little endian."""
    if kind in {TEXT, OCTETS}:
        assert isinstance(value, (str, bytes))
        raw = value.encode() if isinstance(value, str) else value
        return bytes((len(raw),)) + raw
    if kind == EUI64:
        assert isinstance(value, bytes)
        return value
    if kind == FLOAT:
        return struct.pack("<f", value)
    return int(value).to_bytes(_SIZE[kind], "little", signed=kind in _SIGNED)


def decode(kind: int, data: bytes) -> tuple[Value, bytes]:
    """Read one value of a ZCL type; return it and what follows."""
    if kind in {TEXT, OCTETS}:
        return data[1 : 1 + data[0]], data[1 + data[0] :]
    size = _SIZE[kind]
    raw, rest = data[:size], data[size:]
    if kind == EUI64:
        return raw, rest
    if kind == FLOAT:
        return float(struct.unpack("<f", raw)[0]), rest
    return int.from_bytes(raw, "little", signed=kind in _SIGNED), rest


def is_discrete(kind: int) -> bool:
    """Say whether reporting of this type has no "reportable change"."""
    return kind in _DISCRETE
