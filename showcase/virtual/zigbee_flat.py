# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The virtual Zigbee nodes of a flat, made from its apartment file."""

from collections.abc import Mapping
from typing import Final

from rules.model.apartment import Apartment, Role
from rules.model.identity import DeviceId
from showcase.virtual.zigbee_appliances import CutOff, Lamp, Plug, PowerMeter, Sounder
from showcase.virtual.zigbee_buttons import AceButton, ClickButton, PullCord
from showcase.virtual.zigbee_device import VirtualDevice
from showcase.virtual.zigbee_radars import HeimanFallRadar, TuyaFallRadar
from showcase.virtual.zigbee_sensors import (
    ClimateSensor,
    Contact,
    GasAlarm,
    LeakSensor,
    MotionSensor,
    SeatContact,
    SmokeAlarm,
)

BY_ROLE: Final[Mapping[Role, type[VirtualDevice]]] = {
    Role.MOTION: MotionSensor,
    Role.FRONT_DOOR: Contact,
    Role.DOOR: Contact,
    Role.DRAWER: Contact,
    Role.TAP: Contact,
    Role.ITEM: Contact,
    Role.BED: SeatContact,
    Role.CHAIR: SeatContact,
    Role.HELP: PullCord,
    Role.FINE: ClickButton,
    Role.TAKE_BACK: AceButton,
    Role.FALL_RADAR: TuyaFallRadar,
    Role.STOVE: PowerMeter,
    Role.PLUG: Plug,
    Role.STOVE_CUTOFF: CutOff,
    Role.LAMP: Lamp,
    Role.OUTSIDE_LAMP: Lamp,
    Role.SOUNDER: Sounder,
    Role.SIREN: Sounder,
    Role.TEMPERATURE: ClimateSensor,
    Role.LEAK: LeakSensor,
    Role.SMOKE: SmokeAlarm,
    Role.CARBON_MONOXIDE: GasAlarm,
}
"""What stands for a role when the file names no `virtual` kind."""

BY_NAME: Final[Mapping[str, type[VirtualDevice]]] = {
    "tuya-radar": TuyaFallRadar,
    "heiman-radar": HeimanFallRadar,
    "cord": PullCord,
    "ace-button": AceButton,
    "click-button": ClickButton,
}
"""Kinds a device of the apartment file may ask for with `virtual = "..."`."""


def nodes(table: Mapping[str, object], apartment: Apartment) -> dict[DeviceId, VirtualDevice]:
    """Make a virtual node for every Zigbee device with an address, by pseudonym.

    Args:
        table: the apartment file as `tomllib` gives it.
        apartment: the same file, parsed.
    """
    made: dict[DeviceId, VirtualDevice] = {}
    rows = table.get("devices", [])
    for row in rows if isinstance(rows, list) else []:
        device = apartment.devices_by_id.get(DeviceId(str(row.get("id"))))
        address = row.get("address")
        if device is None or device.source != "zigbee" or not isinstance(address, str):
            continue
        kind = BY_NAME.get(str(row.get("virtual", ""))) or BY_ROLE.get(device.role)
        if kind is not None:
            node = kind(address)  # type: ignore[call-arg]  # every kind takes its address only
            node.name = device.id
            made[device.id] = node
    return made
