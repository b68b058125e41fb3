# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""BTHome v2 (bthome.io): sealed or plain service data to readings."""

from collections.abc import Mapping
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESCCM

from devices.ble.bthome_objects import COMMAND, COUNTED, LENGTHS, USED, Object
from devices.ble.decoder import Advertisement, Packet, UnreadableError
from devices.ble.readings import Reading

UUID: Final = "0000fcd2-0000-1000-8000-00805f9b34fb"
_INFO_SEALED: Final = 0x01
_INFO_ADDRESS: Final = 0x02
_TAG_BYTES: Final = 4
_TAIL_BYTES: Final = 8  # counter and tag


class BTHome:
    """Implements `devices.ble.decoder.Decoder`.

    Faults: `not_bthome_v2`, `truncated`, `no_key`, `wrong_key` and `in_the_clear` (a device with a
    key speaks without: a downgrade).
    """

    name = "bthome"

    def __init__(self, used: Mapping[int, Object] = USED) -> None:
        """Make the decoder.

        Args:
            used: the objects that become readings, by object id.
        """
        self._used = used

    def payload(self, advertisement: Advertisement) -> bytes | None:
        """Return the service data of UUID 0xFCD2."""
        return advertisement.service_data.get(UUID)

    def decode(self, payload: bytes, *, address: str, key: bytes | None) -> Packet:
        """Open and read one payload; `key` is the bind key of 16 bytes.

        Raises:
            UnreadableError: it cannot be opened, or nothing in it can be read.
        """
        if not payload or payload[0] >> 5 != 2:
            raise UnreadableError("not_bthome_v2")
        body, counter = _opened(payload, address, key)
        readings, fault = self._read(body)
        return Packet(readings=readings, counter=counter, fault=fault)

    def _read(self, body: bytes) -> tuple[tuple[Reading, ...], str]:
        read: list[Reading] = []
        place = 0
        while place < len(body):
            number, start = body[place], place + 1
            length = _length(body, place)
            place = start + length if length is not None else len(body) + 1
            if place > len(body):
                if length is not None and not read:
                    raise UnreadableError("truncated")
                # What stands before the break counts: a press is one.
                return tuple(read), f"unreadable object {number:#04x}"
            if (one := self._used.get(number)) is not None:
                value = int.from_bytes(body[start:place], "little", signed=one.signed)
                read.append(Reading(one.kind, round(value * one.factor, 3)))
        return tuple(read), ""


def _opened(data: bytes, address: str, key: bytes | None) -> tuple[bytes, int | None]:
    """Return the objects in the clear, and the counter of a sealed packet."""
    info, body = data[0], data[1:]
    sender = bytes.fromhex(address.replace(":", ""))
    if info & _INFO_ADDRESS:
        sender, body = body[:6][::-1], body[6:]
    if not info & _INFO_SEALED:
        if key is not None:
            raise UnreadableError("in_the_clear")
        return body, None
    if key is None:
        raise UnreadableError("no_key")
    if len(body) <= _TAIL_BYTES or len(sender) != 6:
        raise UnreadableError("truncated")
    counter = body[-_TAIL_BYTES:-_TAG_BYTES]
    nonce = sender + b"\xd2\xfc" + bytes([info]) + counter
    try:
        objects = AESCCM(key, tag_length=_TAG_BYTES).decrypt(
            nonce, body[:-_TAIL_BYTES] + body[-_TAG_BYTES:], None
        )
    except InvalidTag:
        raise UnreadableError("wrong_key") from None
    return objects, int.from_bytes(counter, "little")


def _length(body: bytes, place: int) -> int | None:
    """Return how many bytes follow an object's id, None for an unknown one."""
    number = body[place]
    if number in COUNTED or number == COMMAND:
        counted = body[place + 1] if place + 1 < len(body) else 0xFF
        # a command's five low bits count its arguments; its own byte comes on top
        return 1 + counted if number in COUNTED else 2 + (counted & 0x1F)
    return LENGTHS.get(number)
