# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Virtual fall radars: one speaks Tuya data points, one hides the fall in the Occupancy bits."""

import struct
from typing import Final

from showcase.virtual import zcl
from showcase.virtual.zigbee_device import Endpoint, Received, Sent, VirtualDevice

DP_PRESENCE, DP_FALL = 1, 116
TELL_ALL: Final = 0x03  # Tuya's data query
_TUYA_BOOL, _TUYA_VALUE, _TUYA_ENUM = 1, 2, 4
_TUYA_SIZE: Final = {_TUYA_BOOL: 1, _TUYA_VALUE: 4, _TUYA_ENUM: 1}


class TuyaFallRadar(VirtualDevice):
    """A ceiling radar that reports everything as data points on cluster 0xEF00."""

    kind = "radar"

    def __init__(self, ieee: str) -> None:
        servers = (zcl.BASIC, zcl.GROUPS, zcl.SCENES, zcl.TUYA)
        super().__init__(
            ieee,
            manufacturer="_TZE200_lu01t0zl",
            model="TS0601",
            endpoints={1: Endpoint(type=0x0051, servers=servers, clients=(0x000A, zcl.OTA))},
            mains=True,
        )
        self.set(1, zcl.OTA, 0x0002, zcl.U32, 0x43)
        self.fallen = self.present = False
        self._count = 0

    def data_point(self, number: int, kind: int, value: int) -> Sent:
        """Report one data point."""
        self._count = (self._count + 1) & 0xFFFF
        head = struct.pack(">HBBH", self._count, number, kind, _TUYA_SIZE[kind])
        body = value.to_bytes(_TUYA_SIZE[kind], "big")
        return self.send(1, zcl.TUYA, 0x09, 0x02, head + body)

    def fall(self) -> Sent:
        """See somebody fall; the state stays until `clear`."""
        self.fallen = True
        sent = self.data_point(DP_FALL, _TUYA_ENUM, 2)
        self.air.changed(self, "state")
        return sent

    def maybe_fall(self) -> Sent:
        """See something that is not sure enough."""
        return self.data_point(DP_FALL, _TUYA_ENUM, 1)

    def clear(self) -> Sent:
        """See nobody lying any more."""
        self.fallen = False
        sent = self.data_point(DP_FALL, _TUYA_ENUM, 0)
        self.air.changed(self, "state")
        return sent

    def presence(self, *, present: bool) -> Sent:
        """See that somebody is there."""
        self.present = present
        return self.data_point(DP_PRESENCE, _TUYA_ENUM, int(present))

    def check_in(self) -> Sent:
        """Report presence once more."""
        return self.presence(present=self.present)

    def obey(self, command: Received) -> int:
        """Tell all data points, as ordinary reports."""
        if command.cluster == zcl.TUYA and command.command == TELL_ALL:
            self.check_in()
            self.data_point(DP_FALL, _TUYA_ENUM, 2 if self.fallen else 0)
            return zcl.SUCCESS
        return super().obey(command)


class HeimanFallRadar(VirtualDevice):
    """A wall radar: Occupancy bit 0 present, bits 1-3 activity, bits 4-5 fall (2 = alarm)."""

    kind = "radar"
    manufacturer_code = 0x120B

    def __init__(self, ieee: str) -> None:
        servers = (zcl.BASIC, zcl.IDENTIFY, zcl.OCCUPANCY, zcl.HEIMAN_RADAR)
        super().__init__(
            ieee,
            manufacturer="HEIMAN",
            model="HS2FD-EF1-3.0",
            endpoints={1: Endpoint(type=0x0107, servers=servers)},
            mains=True,
        )
        self.set(1, zcl.OCCUPANCY, 0x0000, zcl.MAP8, 0)
        self.set(1, zcl.OCCUPANCY, 0x0001, zcl.ENUM8, 3)
        for attribute in (0xF001, 0xF002, 0xF006, 0xF007):
            self.set(1, zcl.HEIMAN_RADAR, attribute, zcl.U8, 1)

    def _say(self, bits: int) -> Sent | None:
        sent = self.report(1, zcl.OCCUPANCY, {0x0000: bits}, force=True)
        self.air.changed(self, "state")
        return sent

    @property
    def fallen(self) -> bool:
        """It sees somebody lying."""
        bits = self.value(1, zcl.OCCUPANCY, 0x0000)
        assert isinstance(bits, int)
        return (bits >> 4) & 3 == 2

    def fall(self) -> Sent | None:
        """See somebody fall; the state stays until `clear`."""
        return self._say(0b10_000_1)

    def maybe_fall(self) -> Sent | None:
        """See something that is not sure enough."""
        return self._say(0b01_000_1)

    def clear(self) -> Sent | None:
        """See nobody lying any more."""
        return self._say(0b00_000_1)

    def presence(self, *, present: bool) -> Sent | None:
        """See that somebody is there."""
        return self._say(int(present))

    def check_in(self) -> Sent | None:
        """Report the present bits once more."""
        return self._say(int(self.value(1, zcl.OCCUPANCY, 0x0000)))
