# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Virtual Zigbee cords and buttons, in the three dialects the field speaks."""

from showcase.virtual import zcl
from showcase.virtual.zigbee_device import ALARM2, Endpoint, Sent, VirtualDevice

ZONE_EMERGENCY = 0x002C
ACE_EMERGENCY, ACE_FIRE, ACE_PANIC = 0x02, 0x03, 0x04
_CLUSTER_COMMAND = 0x01  # frame control: cluster command, client to server


class PullCord(VirtualDevice):
    """First dialect: an IAS zone "personal emergency device". It stays in alarm until released."""

    kind = "cord"

    def __init__(self, ieee: str) -> None:
        servers = (zcl.BASIC, zcl.POWER, zcl.IDENTIFY, zcl.IAS_ZONE)
        super().__init__(
            ieee,
            manufacturer="HEIMAN",
            model="SOS-EM",
            endpoints={1: Endpoint(type=0x0402, servers=servers)},
        )
        self.add_zone(ZONE_EMERGENCY)
        self.add_battery(80)

    def pull(self) -> Sent | None:
        """Pull the cord: a new notification with its own sequence number every time."""
        return self.zone_status(ALARM2)

    def press(self) -> Sent | None:
        """Do what this control is for (the same word for every button)."""
        return self.pull()

    def release(self) -> Sent | None:
        """Reset the alarm bit."""
        return self.zone_status(0)


class AceButton(VirtualDevice):
    """Second dialect: an IAS ACE client, like keypads and Tuya SOS buttons."""

    kind = "ace_button"

    def __init__(self, ieee: str) -> None:
        super().__init__(
            ieee,
            manufacturer="Tohuus",
            model="ace-button-1",
            endpoints={
                1: Endpoint(
                    type=0x0401,
                    servers=(zcl.BASIC, zcl.POWER, zcl.IDENTIFY),
                    clients=(zcl.IAS_ACE,),
                )
            },
        )
        self.add_battery(75)

    def press(self) -> Sent | None:
        """Send "emergency"."""
        return self.send(1, zcl.IAS_ACE, _CLUSTER_COMMAND, ACE_EMERGENCY)

    def panic(self) -> Sent | None:
        """Send "panic"."""
        return self.send(1, zcl.IAS_ACE, _CLUSTER_COMMAND, ACE_PANIC)


class ClickButton(VirtualDevice):
    """Third dialect: an On/Off client that toggles something, like a light switch."""

    kind = "click_button"

    def __init__(self, ieee: str) -> None:
        super().__init__(
            ieee,
            manufacturer="Tohuus",
            model="button-1",
            endpoints={
                1: Endpoint(
                    type=0x0000,
                    servers=(zcl.BASIC, zcl.POWER, zcl.IDENTIFY),
                    clients=(zcl.ONOFF,),
                )
            },
        )
        self.add_battery(70)

    def press(self) -> Sent | None:
        """Send "toggle"."""
        return self.send(1, zcl.ONOFF, _CLUSTER_COMMAND, 0x02)
