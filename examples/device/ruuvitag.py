# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""RuuviTag, data format 5 (RAWv2): temperature and humidity of a room, in the clear.

Source: the maker's description of the format, docs.ruuvi.com, "Data format 5 (RAWv2)".
"""

import struct
from typing import Final

from devices.ble import readings
from devices.ble.decoder import Advertisement, Packet, UnreadableError
from devices.ble.readings import Reading

MAKER: Final = 0x0499
_FORMAT: Final = 5
_LENGTH: Final = 24
_NO_TEMPERATURE: Final = -0x8000
_NO_HUMIDITY: Final = 0xFFFF


class RuuviTag:
    """Implements `devices.ble.decoder.Decoder`."""

    name = "ruuvitag"

    def payload(self, advertisement: Advertisement) -> bytes | None:
        """Return the manufacturer data of Ruuvi."""
        return advertisement.manufacturer_data.get(MAKER)

    def decode(self, payload: bytes, *, address: str, key: bytes | None) -> Packet:
        """Read one payload; the format knows no key.

        Raises:
            UnreadableError: another format, too short, or a key is set and nothing is sealed.
        """
        del address
        if key is not None:
            raise UnreadableError("in_the_clear")
        if not payload or payload[0] != _FORMAT:
            raise UnreadableError("not_format_5")
        if len(payload) < _LENGTH:
            raise UnreadableError("truncated")
        temperature, humidity = struct.unpack_from(">hH", payload, 1)
        read = []
        if temperature != _NO_TEMPERATURE:
            read.append(Reading(readings.TEMPERATURE, round(temperature * 0.005, 3)))
        if humidity != _NO_HUMIDITY:
            read.append(Reading(readings.HUMIDITY, round(humidity * 0.0025, 4)))
        return Packet(readings=tuple(read))
