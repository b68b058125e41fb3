# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Z-Stack "Monitor and Test" framing, written from the public MT layout and from no driver.

A simulator that shared the driver's own command tables would also share its mistakes.
"""

import struct
from collections.abc import Iterator
from functools import reduce
from operator import xor
from typing import Final

SOF: Final = 0xFE
SREQ, AREQ, SRSP = 0x20, 0x40, 0x60
SYS, AF, ZDO, UTIL, APP_CNF = 1, 4, 5, 7, 0x0F
OK, FAILURE, INVALID_PARAMETER, NV_ITEM_UNINIT, NV_OPER_FAILED = 0x00, 0x01, 0x02, 0x09, 0x0A
MAC_TRANSACTION_EXPIRED, NWK_NO_ROUTE = 0xF0, 0xCD

_LENGTH_MAX: Final = 250  # bytes of one MT frame's data
_OVERHEAD: Final = 5  # start, length, two command bytes, checksum


def frame(cmd0: int, cmd1: int, data: bytes = b"") -> bytes:
    """Wrap one command; the checksum is the exclusive or of everything after the start byte."""
    body = bytes((len(data), cmd0, cmd1)) + data
    return bytes((SOF,)) + body + bytes((reduce(xor, body),))


class Deframer:
    """Feed bytes, get (cmd0, cmd1, data); finds its step again after garbage."""

    def __init__(self) -> None:
        self._pending = bytearray()

    def feed(self, data: bytes) -> Iterator[tuple[int, int, bytes]]:
        """Yield every complete command with a right checksum."""
        pending = self._pending
        pending += data
        while True:
            start = pending.find(SOF)
            if start < 0:
                pending.clear()
                return
            del pending[:start]
            if len(pending) < _OVERHEAD:
                return
            length = pending[1]
            if length <= _LENGTH_MAX and len(pending) < length + _OVERHEAD:
                return
            body = pending[1 : length + 4]
            if length > _LENGTH_MAX or reduce(xor, body) != pending[length + 4]:
                del pending[:1]
                continue
            command = body[1], body[2], bytes(body[3:])
            del pending[: length + _OVERHEAD]
            yield command


def u16(value: int) -> bytes:
    """Return two bytes, little endian."""
    return struct.pack("<H", value)


def short(data: bytes) -> bytes:
    """Return data after its length byte."""
    return bytes((len(data),)) + data
