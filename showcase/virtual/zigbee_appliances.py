# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Virtual Zigbee appliances: lamps, relays, plugs, meters and sounders, which obey the hub."""

import asyncio
from typing import Final

from showcase.virtual import zcl
from showcase.virtual.zigbee_device import Endpoint, Received, Sent, VirtualDevice

_LEVEL_MAX: Final = 254
_POWER_PER_COUNT: Final = 10  # the meter counts tenths of a watt


class Switched(VirtualDevice):
    """Anything with an On/Off server on endpoint 1."""

    kind = "relay"
    model_name = "relay-1"
    type = 0x0100
    more_servers: tuple[int, ...] = ()

    def __init__(self, ieee: str) -> None:
        servers = (zcl.BASIC, zcl.IDENTIFY, zcl.GROUPS, zcl.SCENES, zcl.ONOFF, *self.more_servers)
        super().__init__(
            ieee,
            manufacturer="Tohuus",
            model=self.model_name,
            endpoints={1: Endpoint(type=self.type, servers=servers)},
            mains=True,
        )
        self.set(1, zcl.ONOFF, 0x0000, zcl.BOOL, 0)

    @property
    def on(self) -> bool:
        """It is switched on."""
        return bool(self.value(1, zcl.ONOFF, 0x0000))

    def switch_by_hand(self, *, on: bool) -> Sent | None:
        """Switch at the device itself."""
        sent = self.report(1, zcl.ONOFF, {0x0000: int(on)})
        self.air.changed(self, "state")
        return sent

    def check_in(self) -> Sent | None:
        """Report the present state."""
        return self.report(1, zcl.ONOFF, {0x0000: int(self.on)}, force=True)

    def obey(self, command: Received) -> int:
        """On, off, toggle."""
        if command.cluster == zcl.ONOFF and command.command in {0, 1, 2}:
            on = not self.on if command.command == 2 else command.command == 1
            self.report(1, zcl.ONOFF, {0x0000: int(on)})
            self.air.changed(self, "state")
            return zcl.SUCCESS
        return super().obey(command)


class CutOff(Switched):
    """A relay in the cooker's supply, fitted by an electrician; on means current may flow."""

    kind = "cutoff"
    model_name = "cutoff-1"

    def __init__(self, ieee: str) -> None:
        super().__init__(ieee)
        self.put(1, zcl.ONOFF, 0x0000, 1)


class Lamp(Switched):
    """A dimmable lamp."""

    kind = "lamp"
    model_name = "lamp-1"
    type = 0x0101
    more_servers = (zcl.LEVEL,)

    def __init__(self, ieee: str) -> None:
        super().__init__(ieee)
        self.set(1, zcl.LEVEL, 0x0000, zcl.U8, _LEVEL_MAX)

    @property
    def level(self) -> float:
        """Brightness 0..1 it has, or will have when switched on."""
        level = self.value(1, zcl.LEVEL, 0x0000)
        assert isinstance(level, int)
        return level / _LEVEL_MAX

    def obey(self, command: Received) -> int:
        """Move to level (with on/off), else like any relay."""
        if command.cluster == zcl.LEVEL and command.command in {0, 4}:
            level = command.payload[0]
            self.report(1, zcl.LEVEL, {0x0000: level})
            if command.command == 4:
                self.report(1, zcl.ONOFF, {0x0000: int(level > 0)})
            self.air.changed(self, "state")
            return zcl.SUCCESS
        return super().obey(command)


class PowerMeter(VirtualDevice):
    """A meter in a supply line (Electrical Measurement)."""

    kind = "meter"

    def __init__(self, ieee: str) -> None:
        super().__init__(
            ieee,
            manufacturer="Tohuus",
            model="meter-1",
            endpoints={1: Endpoint(type=0x0501, servers=(zcl.BASIC, zcl.IDENTIFY, zcl.ELECTRICAL))},
            mains=True,
        )
        self.set(1, zcl.ELECTRICAL, 0x0000, zcl.MAP32, 9)
        add_power(self)

    def power(self, power_w: float) -> Sent | None:
        """Report active power in watts."""
        return report_power(self, power_w)

    def check_in(self) -> Sent | None:
        """Report the present power."""
        return self.report(1, zcl.ELECTRICAL, {0x050B: watts_counted(self)}, force=True)


class Plug(Switched):
    """A metering plug."""

    kind = "plug"
    model_name = "plug-1"
    type = 0x0051
    more_servers = (zcl.ELECTRICAL,)

    def __init__(self, ieee: str) -> None:
        super().__init__(ieee)
        self.put(1, zcl.ONOFF, 0x0000, 1)
        self.set(1, zcl.ELECTRICAL, 0x0000, zcl.MAP32, 9)
        add_power(self)

    def power(self, power_w: float) -> Sent | None:
        """Report active power in watts."""
        return report_power(self, power_w)


def add_power(device: VirtualDevice) -> None:
    """Give endpoint 1 active power with a divisor of ten."""
    device.set(1, zcl.ELECTRICAL, 0x050B, zcl.S16, 0)
    device.set(1, zcl.ELECTRICAL, 0x0604, zcl.U16, 1)
    device.set(1, zcl.ELECTRICAL, 0x0605, zcl.U16, _POWER_PER_COUNT)


def report_power(device: VirtualDevice, power_w: float) -> Sent | None:
    """Report active power in watts."""
    sent = device.report(1, zcl.ELECTRICAL, {0x050B: round(power_w * _POWER_PER_COUNT)})
    device.air.changed(device, "state")
    return sent


def watts_counted(device: VirtualDevice) -> int:
    """Return the meter's own count."""
    count = device.value(1, zcl.ELECTRICAL, 0x050B)
    assert isinstance(count, int)
    return count


class Sounder(VirtualDevice):
    """A sounder on the mains (IAS warning device); silent again by itself after its duration."""

    kind = "sounder"

    def __init__(self, ieee: str) -> None:
        super().__init__(
            ieee,
            manufacturer="Tohuus",
            model="sounder-1",
            endpoints={
                1: Endpoint(
                    type=0x0403, servers=(zcl.BASIC, zcl.IDENTIFY, zcl.IAS_ZONE, zcl.IAS_WD)
                )
            },
            mains=True,
        )
        self.add_zone(0x0225)
        self.set(1, zcl.IAS_WD, 0x0000, zcl.U16, 1800)
        self.sounding = False
        self.strength = 0
        """0 soft to 3 very loud."""
        self._end: asyncio.TimerHandle | None = None

    def obey(self, command: Received) -> int:
        """Start warning: mode in the high half, strength in the two lowest bits."""
        if command.cluster == zcl.IAS_WD and command.command == 0x00:
            warning, seconds = command.payload[0], int.from_bytes(command.payload[1:3], "little")
            self._quieten()
            if warning >> 4 and seconds:
                self.sounding, self.strength = True, warning & 0x03
                loop = asyncio.get_running_loop()
                self._end = loop.call_later(seconds, self._silence)
            self.air.changed(self, "state")
            return zcl.SUCCESS
        return super().obey(command)

    def _quieten(self) -> None:
        self.sounding = False
        if self._end is not None:
            self._end.cancel()
            self._end = None

    def _silence(self) -> None:
        self._quieten()
        self.air.changed(self, "state")
