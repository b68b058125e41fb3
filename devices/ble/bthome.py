# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""BTHome v2 service data in, readings out: pure, sealed packets opened and counted."""

from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESCCM

UUID: Final = "0000fcd2-0000-1000-8000-00805f9b34fb"
# A device starts to count anew after a battery change; a lower counter than this says so (as
# bthome-ble does it). Anything else that is lower was recorded and is played back.
RESTART_BELOW: Final = 100
ROUND: Final = 1 << 32
_INFO_SEALED: Final = 0x01
_INFO_ADDRESS: Final = 0x02
_TAG_BYTES: Final = 4
_TAIL_BYTES: Final = 8  # counter and tag

# Object id -> bytes that follow it. An unknown id hides all that comes after it, so the table of
# the BTHome v2 format page is complete; tests compare it with bthome-ble's.
_SIZES: Final[dict[int, int]] = {
    **dict.fromkeys((0x00, 0x01, 0x09, 0x0F, 0x10, 0x11, 0x46, 0x57, 0x58, 0x59, 0x60, 0x64), 1),
    **dict.fromkeys((*range(0x15, 0x30), 0x3A, 0x65), 1),
    **dict.fromkeys((0x02, 0x03, 0x06, 0x07, 0x08, 0x0C, 0x0D, 0x0E, 0x12, 0x13, 0x14), 2),
    **dict.fromkeys((0x3C, 0x3D, 0x3F, 0x40, 0x41, 0x43, 0x44, 0x45, 0x47, 0x48, 0x49, 0x4A), 2),
    **dict.fromkeys((0x51, 0x52, 0x56, 0x5A, 0x5D, 0x5E, 0x5F, 0x61, 0xF0), 2),
    **dict.fromkeys((0x04, 0x05, 0x0A, 0x0B, 0x42, 0x4B, 0xF2), 3),
    **dict.fromkeys((0x3E, 0x4C, 0x4D, 0x4E, 0x4F, 0x50, 0x55, 0x5B, 0x5C, 0x62, 0x63, 0xF1), 4),
}
_COMMAND: Final = 0x3B
_COUNTED: Final = frozenset({0x53, 0x54})  # text and raw bytes carry their length
# Object id -> (name, signed, factor) of what this house uses.
_MEANING: Final[dict[int, tuple[str, bool, float]]] = {
    0x00: ("packet_id", False, 1),
    0x01: ("battery", False, 1),
    0x02: ("temperature", True, 0.01),
    0x03: ("humidity", False, 0.01),
    0x0B: ("power", False, 0.01),
    0x10: ("switched", False, 1),
    0x11: ("opening", False, 1),
    0x15: ("battery_low", False, 1),
    0x17: ("carbon_monoxide", False, 1),
    0x1A: ("opening", False, 1),
    0x1B: ("opening", False, 1),
    0x20: ("moisture", False, 1),
    0x21: ("motion", False, 1),
    0x22: ("motion", False, 1),
    0x23: ("motion", False, 1),
    0x25: ("motion", False, 1),
    0x29: ("smoke", False, 1),
    0x2B: ("tamper", False, 1),
    0x2D: ("opening", False, 1),
    0x2E: ("humidity", False, 1),
    0x3A: ("button", False, 1),
    0x45: ("temperature", True, 0.1),
    0x57: ("temperature", True, 1),
    0x58: ("temperature", True, 0.35),
    0x5C: ("power", True, 0.01),
}


class BTHomeError(Exception):
    """Service data that says nothing to us.

    Attributes:
        fault: `not_bthome_v2`, `truncated`, `no_key`, `wrong_key`, `in_the_clear` (a device with
            a key speaks without: a downgrade) or `replayed`.
        counter: of a packet that is authentic and `replayed`.
    """

    def __init__(self, fault: str, counter: int | None = None) -> None:
        super().__init__(fault)
        self.fault = fault
        self.counter = counter


@dataclass(frozen=True, slots=True, kw_only=True)
class Packet:
    """One advertisement's content, and nothing of the ones before it.

    Attributes:
        readings: (name, value) in the order of the packet; a name may come twice (two buttons).
        count: replay counter, rising over battery changes; None in the clear.
        unread: object id at which the reading ended: unknown, or cut off; None when all was read.
    """

    readings: tuple[tuple[str, float], ...]
    count: int | None
    unread: int | None = None


def decode(data: bytes, *, address: str, key: bytes | None, last: int | None) -> Packet:
    """Open and read one advertisement.

    Args:
        data: service data of UUID 0xFCD2.
        address: MAC address of the sender; part of the seal.
        key: bind key of 16 bytes, None for a device that speaks in the clear.
        last: `count` of the last packet taken from this device, None for the first.

    Raises:
        BTHomeError: count, keep, skip. `replayed` also for the packet taken last.
    """
    if not data or data[0] >> 5 != 2:
        raise BTHomeError("not_bthome_v2")
    info, body = data[0], data[1:]
    sender = bytes.fromhex(address.replace(":", ""))
    if info & _INFO_ADDRESS:
        sender, body = body[:6][::-1], body[6:]
    count = None
    if info & _INFO_SEALED:
        if key is None:
            raise BTHomeError("no_key")
        if len(body) <= _TAIL_BYTES or len(sender) != 6:
            raise BTHomeError("truncated")
        raw = body[-_TAIL_BYTES:-_TAG_BYTES]
        nonce = sender + b"\xd2\xfc" + bytes([info]) + raw
        try:
            body = AESCCM(key, tag_length=_TAG_BYTES).decrypt(
                nonce, body[:-_TAIL_BYTES] + body[-_TAG_BYTES:], None
            )
        except InvalidTag:
            raise BTHomeError("wrong_key") from None
        count = _counted(int.from_bytes(raw, "little"), last)
    elif key is not None:
        raise BTHomeError("in_the_clear")
    readings, unread = _read(body)
    return Packet(readings=readings, count=count, unread=unread)


def _counted(counter: int, last: int | None) -> int:
    """Place a counter after the last one; battery changes add a round of 2^32."""
    if last is None:
        return counter
    rounds, before = divmod(last, ROUND)
    if counter > before:
        return rounds * ROUND + counter
    if counter < min(RESTART_BELOW, before):
        return (rounds + 1) * ROUND + counter
    raise BTHomeError("replayed", counter)


def anew(counter: int, last: int) -> int:
    """Return what to take for the last count of a device that begins to count again."""
    return (last // ROUND + 1) * ROUND + counter - 1


def _read(body: bytes) -> tuple[tuple[tuple[str, float], ...], int | None]:
    readings: list[tuple[str, float]] = []
    place = 0
    while place < len(body):
        number, start = body[place], place + 1
        size = _size(body, place)
        place = start + size if size is not None else len(body) + 1
        if place > len(body):
            if size is not None and not readings:
                raise BTHomeError("truncated")
            return tuple(readings), number  # what stands before the break counts: a press is one
        if (meaning := _MEANING.get(number)) is not None:
            name, signed, factor = meaning
            value = int.from_bytes(body[start:place], "little", signed=signed)
            readings.append((name, round(value * factor, 3)))
    return tuple(readings), None


def _size(body: bytes, place: int) -> int | None:
    """Return how many bytes follow an object's id, None for an unknown one."""
    number = body[place]
    if number in _COUNTED or number == _COMMAND:
        counted = body[place + 1] if place + 1 < len(body) else 0xFF
        # a command's five low bits count its arguments; its own byte comes on top
        return 1 + counted if number in _COUNTED else 2 + (counted & 0x1F)
    return _SIZES.get(number)
