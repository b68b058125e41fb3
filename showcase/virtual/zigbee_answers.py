# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""How a virtual node answers the hub: device object (ZDO) and cluster library (ZCL) servers."""

import asyncio
import struct
import time
from typing import Final

from showcase.virtual import zcl
from showcase.virtual.mt import u16
from showcase.virtual.zigbee_device import Received, VirtualDevice

NODE_DESC, SIMPLE_DESC, ACTIVE_EP = 0x0002, 0x0004, 0x0005
BIND, UNBIND, MGMT_LQI, MGMT_RTG, MGMT_LEAVE = 0x0021, 0x0022, 0x0031, 0x0032, 0x0034
_ANSWER: Final = 0x8000
_NOT_SUPPORTED: Final = b"\x84"


def zdo(device: VirtualDevice, cluster: int, data: bytes) -> tuple[int, bytes]:
    """Answer one ZDO request; return (cluster of the answer, payload after the sequence)."""
    nwk = u16(device.nwk)
    answer = cluster | _ANSWER
    if cluster == NODE_DESC:
        # Only mains powered nodes route and listen all the time.
        power = 0x8E if device.mains else 0x80
        node = bytes((1 if device.mains else 2, 0x40, power)) + u16(device.manufacturer_code)
        node += bytes((82,)) + u16(82) + u16(0x2C00) + u16(82) + b"\x00"
        return answer, b"\x00" + nwk + node
    if cluster == ACTIVE_EP:
        return answer, b"\x00" + nwk + bytes((len(device.endpoints), *device.endpoints))
    if cluster == SIMPLE_DESC:
        one = device.endpoints.get(data[2])
        if one is None:
            return answer, b"\x82" + nwk + b"\x00"
        text = bytes((data[2],)) + u16(zcl.PROFILE_HOME) + u16(one.type) + b"\x00"
        text += bytes((len(one.servers),)) + b"".join(map(u16, one.servers))
        text += bytes((len(one.clients),)) + b"".join(map(u16, one.clients))
        return answer, b"\x00" + nwk + bytes((len(text),)) + text
    if cluster in {BIND, UNBIND}:
        place = data[8], int.from_bytes(data[9:11], "little")
        bindings = device.memory.bindings
        (bindings.add if cluster == BIND else bindings.discard)(place)
        device.air.changed(device, "memory")
        return answer, b"\x00"
    if cluster in {0x0000, 0x0001}:  # network and IEEE address requests
        return answer, b"\x00" + device.ieee + nwk
    if cluster in {MGMT_LQI, MGMT_RTG}:
        return answer, b"\x00\x00\x00\x00"  # an empty table
    return answer, b"\x00" if cluster == MGMT_LEAVE else _NOT_SUPPORTED


def frame(device: VirtualDevice, endpoint: int, cluster: int, data: bytes) -> None:
    """Take one ZCL frame from the hub and send the answers it asks for."""
    control, at, manufacturer = data[0], 1, None
    if control & 0x04:
        manufacturer, at = int.from_bytes(data[1:3], "little"), 3
    sequence, command, body = data[at], data[at + 1], data[at + 2 :]
    back = 0x10 | (~control & 0x08)
    if control & 0x03 == 0:
        answer = _general(device, endpoint, cluster, command, body)
        if answer is not None:
            device.send(
                *(endpoint, cluster, back, *answer), sequence=sequence, manufacturer=manufacturer
            )
        return
    status = _command(device, endpoint, cluster, command, body)
    if status or not control & 0x10:
        device.send(endpoint, cluster, back, 0x0B, bytes((command, status)), sequence=sequence)


def _general(
    device: VirtualDevice, endpoint: int, cluster: int, command: int, body: bytes
) -> tuple[int, bytes] | None:
    match command:
        case 0x00:
            return 0x01, _read(device, endpoint, cluster, body)
        case 0x02 | 0x03:
            return 0x04, _write(device, endpoint, cluster, body)
        case 0x05:
            _write(device, endpoint, cluster, body)
            return None
        case 0x06:
            return 0x07, _configure(device, endpoint, cluster, body)
        case 0x0C:
            start = int.from_bytes(body[:2], "little")
            has = device.attributes.items()
            hits = sorted((a, v[0]) for (e, c, a), v in has if (e, c) == (endpoint, cluster))
            return 0x0D, b"\x01" + b"".join(u16(a) + bytes((k,)) for a, k in hits if a >= start)
        case 0x0B:
            return None
        case _:
            return 0x0B, bytes((command, zcl.UNSUPPORTED_GENERAL))


def _read(device: VirtualDevice, endpoint: int, cluster: int, body: bytes) -> bytes:
    out = b""
    for (attribute,) in struct.iter_unpack("<H", body):
        hit = device.attributes.get((endpoint, cluster, attribute))
        value = bytes((zcl.UNSUPPORTED_ATTRIBUTE,))
        if hit is not None:
            value = bytes((0, hit[0])) + zcl.encode(*hit)
        out += u16(attribute) + value
    return out


def _write(device: VirtualDevice, endpoint: int, cluster: int, body: bytes) -> bytes:
    refused = b""
    while body:
        attribute, kind = int.from_bytes(body[:2], "little"), body[2]
        value, body = zcl.decode(kind, body[3:])
        if (endpoint, cluster, attribute) not in device.attributes:
            refused += bytes((zcl.UNSUPPORTED_ATTRIBUTE,)) + u16(attribute)
            continue
        device.put(endpoint, cluster, attribute, value)
        if (cluster, attribute) == (zcl.IAS_ZONE, 0x0010) and isinstance(value, bytes):
            device.memory.cie[endpoint] = value
            # The device asks to be enrolled as soon as it knows the control panel.
            asyncio.get_running_loop().call_soon(_ask_enrolment, device, endpoint)
    return refused or b"\x00"


def _ask_enrolment(device: VirtualDevice, endpoint: int) -> None:
    zone_type = device.value(endpoint, zcl.IAS_ZONE, 0x0001)
    assert isinstance(zone_type, int)
    ask = struct.pack("<HH", zone_type, device.manufacturer_code)
    device.send(endpoint, zcl.IAS_ZONE, 0x09, 0x01, ask)


def _configure(device: VirtualDevice, endpoint: int, cluster: int, body: bytes) -> bytes:
    refused = b""
    while body:
        attribute, kind = struct.unpack_from("<HB", body, 1)
        body = body[8:]
        if not zcl.is_discrete(kind):
            _, body = zcl.decode(kind, body)
        place = endpoint, cluster, attribute
        if place in device.attributes:
            device.memory.reporting.add(place)
        else:
            refused += bytes((zcl.UNSUPPORTED_ATTRIBUTE, 0)) + u16(attribute)
    device.air.changed(device, "memory")
    return refused or b"\x00"


def _command(device: VirtualDevice, endpoint: int, cluster: int, command: int, body: bytes) -> int:
    one = Received(time.monotonic(), endpoint, cluster, command, body)
    device.received.append(one)
    if cluster == zcl.IAS_ZONE and command == 0x00 and body[0] == 0:  # "you are enrolled"
        if not any(device.memory.cie.get(endpoint, b"")):
            return zcl.NOT_AUTHORIZED
        if device.refuses_enrolment:
            device.refuses_enrolment -= 1
            return zcl.SUCCESS
        device.memory.enrolled[endpoint] = body[1]
        device.put(endpoint, zcl.IAS_ZONE, 0x0000, 1)
        device.put(endpoint, zcl.IAS_ZONE, 0x0011, body[1])
        device.air.changed(device, "memory")
        return zcl.SUCCESS
    status = device.obey(one)
    if device.on_command is not None:
        device.on_command(one)
    return status
