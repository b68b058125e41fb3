# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""BTHome buttons, motion sensors and door contacts that advertise through the virtual BlueZ."""

import random
from typing import Final, Self

from cryptography.hazmat.primitives.ciphers.aead import AESCCM

from showcase.virtual.bluez_adapter import VirtualBluez

BTHOME: Final = "fcd2"
ADVERT_BYTES_MAX: Final = 31
BUTTON: Final = {"press": 1, "double_press": 2, "triple_press": 3, "long_press": 4, "hold": 0x80}
# name -> (object id, bytes, signed, factor), from the BTHome v2 format page
OBJECTS: Final[dict[str, tuple[int, int, bool, float]]] = {
    "packet_id": (0x00, 1, False, 1),
    "battery": (0x01, 1, False, 1),
    "temperature": (0x02, 2, True, 0.01),
    "humidity": (0x03, 2, False, 0.01),
    "illuminance": (0x05, 3, False, 0.01),
    "door": (0x1A, 1, False, 1),
    "moisture": (0x20, 1, False, 1),
    "motion": (0x21, 1, False, 1),
    "occupancy": (0x23, 1, False, 1),
    "smoke": (0x29, 1, False, 1),
    "window": (0x2D, 1, False, 1),
    "button": (0x3A, 1, False, 1),
    "rotation": (0x3F, 2, True, 0.1),
}


def encode(
    values: dict[str, float],
    *,
    trigger: bool = False,
    address: str = "",
    key: bytes | None = None,
    counter: int = 0,
) -> bytes:
    """Write service data of BTHome v2, sealed with AES-CCM when there is a key.

    Raises:
        ValueError: it does not fit into an advertisement of 31 bytes.
    """
    body = b""
    for name in sorted(values, key=lambda one: OBJECTS[one][0]):
        number, size, signed, factor = OBJECTS[name]
        raw = round(values[name] / factor).to_bytes(size, "little", signed=signed)
        body += bytes([number]) + raw
    info = bytes([0x40 | (0x04 if trigger else 0) | (0x01 if key else 0)])
    if key is not None:
        count = counter.to_bytes(4, "little")
        nonce = bytes.fromhex(address.replace(":", "")) + b"\xd2\xfc" + info + count
        sealed = AESCCM(key, tag_length=4).encrypt(nonce, body, None)
        body = sealed[:-4] + count + sealed[-4:]
    # flags take 3 bytes, length, type and UUID of the service data 4
    if 3 + 4 + 1 + len(body) > ADVERT_BYTES_MAX:
        raise ValueError(f"advertisement too long: {8 + len(body)} bytes")
    return info + body


class BTHomeDevice:
    """One battery device: it says a thing in several equal advertisements, then sleeps.

    Attributes:
        rssi_dbm: how strong it arrives now.
    """

    def __init__(
        self,
        bluez: VirtualBluez,
        address: str,
        *,
        key: bytes | None = None,
        name: str | None = None,
        counter: int = 0,
        rssi_dbm: int = -60,
    ) -> None:
        """Wire the device.

        Args:
            bluez: the air.
            address: its MAC address.
            key: 16 bytes; None advertises in the clear.
            name: local name.
            counter: replay counter it has reached; must rise over the device's whole life.
            rssi_dbm: how strong it arrives.
        """
        self._bluez = bluez
        self.address = address.upper()
        self._key = key
        self._name = name
        self.counter = counter
        self._packet = random.randrange(256)
        self.rssi_dbm = rssi_dbm
        self._last = b""

    def say(self, **values: float) -> Self:
        """Put a new measurement on the air (next packet id, next replay counter)."""
        self._packet = (self._packet + 1) % 256
        self.counter += 1
        self._last = encode(
            {"packet_id": self._packet, **values},
            trigger=True,
            address=self.address,
            key=self._key,
            counter=self.counter,
        )
        return self.repeat()

    def repeat(self) -> Self:
        """Put the last advertisement on the air again, byte for byte."""
        self._bluez.advertise(
            self.address,
            service_data={BTHOME: self._last},
            name=self._name,
            rssi_dbm=self.rssi_dbm,
        )
        return self

    def press(self, how: str = "press") -> Self:
        """A person presses the button."""
        return self.say(button=BUTTON[how])

    def motion(self, *, sensed: bool = True) -> Self:
        """Somebody moves, or nobody does any more."""
        return self.say(motion=int(sensed))

    def door(self, *, opened: bool) -> Self:
        """The contact opens or closes."""
        return self.say(door=int(opened))

    def beacon(self, battery_pct: float = 90) -> Self:
        """A sign of life with the battery's charge."""
        return self.say(battery=battery_pct)

    def wander(self, rssi_dbm: int) -> Self:
        """The signal strength changes; what it said last is heard again."""
        self.rssi_dbm = rssi_dbm
        return self.repeat()
