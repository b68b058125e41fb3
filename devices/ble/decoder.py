# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The port of a Bluetooth format: which advertisements it opens, and what they say."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from devices.ble.readings import Reading


class UnreadableError(Exception):
    """An advertisement that cannot be opened or read: counted, kept for diagnosis, skipped.

    Attributes:
        fault: short machine-readable word, for example `wrong_key`.
    """

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Advertisement:
    """One advertisement of one device.

    Attributes:
        service_data: bytes by UUID (36 characters, lower case).
        manufacturer_data: bytes by company identifier.
    """

    service_data: Mapping[str, bytes]
    manufacturer_data: Mapping[int, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Packet:
    """Content of one advertisement, and nothing of the ones before it.

    Attributes:
        readings: in the order of the packet; a kind may come more than once (two buttons).
        counter: rises with each packet of an authenticated device; None in the clear. The source
            refuses a counter that it has taken already (`devices.ble.replay`).
        fault: what could not be read behind the readings, empty when all could.
    """

    readings: tuple[Reading, ...]
    counter: int | None = None
    fault: str = ""


class Decoder(Protocol):
    """One advertisement format. Pure: it keeps nothing from one advertisement to the next."""

    name: str

    def payload(self, advertisement: Advertisement) -> bytes | None:
        """Return the bytes that are of this format, None when there are none."""

    def decode(self, payload: bytes, *, address: str, key: bytes | None) -> Packet:
        """Open and read one payload.

        Args:
            payload: what `payload` returned.
            address: MAC address of the sender, lower case with colons.
            key: its secret from `ble_keys.toml`, None for a device that speaks in the clear.

        Raises:
            UnreadableError: it cannot be opened, or nothing in it can be read.
        """
