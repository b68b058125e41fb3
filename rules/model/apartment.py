# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The flat as data: rooms, what is installed in them, and what each device is there for."""

from dataclasses import dataclass, field
from enum import StrEnum

from rules.model.identity import DeviceId, RoomId, Seconds


class RoomType(StrEnum):
    """Kind of a room (ISO/IEEE 11073-10471 locations)."""

    BEDROOM = "bedroom"
    BATHROOM = "bathroom"
    TOILET = "toilet"
    KITCHEN = "kitchen"
    LIVING = "living"
    HALL = "hall"
    OUTSIDE = "outside"


class Role(StrEnum):
    """What a device is there for."""

    MOTION = "motion"
    FRONT_DOOR = "front_door"
    DOOR = "door"
    BED = "bed"
    CHAIR = "chair"
    HELP = "help"
    TAKE_BACK = "take_back"
    FINE = "fine"
    FALL_RADAR = "fall_radar"
    WEARABLE = "wearable"
    STOVE = "stove"
    STOVE_CUTOFF = "stove_cutoff"
    PLUG = "plug"
    LAMP = "lamp"
    OUTSIDE_LAMP = "outside_lamp"
    SOUNDER = "sounder"
    SIREN = "siren"
    TEMPERATURE = "temperature"
    LEAK = "leak"
    SMOKE = "smoke"
    CARBON_MONOXIDE = "carbon_monoxide"
    ITEM = "item"
    DRAWER = "drawer"
    TAP = "tap"


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """One room. Several of one type are allowed."""

    id: RoomId
    type: RoomType
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """One enrolled device, by pseudonym.

    Attributes:
        silent_after_s: longest normal silence; beyond it the device counts as silent.
        night_light: a lamp that may show the way at night.
        certified: a smoke or CO alarm certified on its own (EN 14604 / EN 50291), relayed as such.
    """

    id: DeviceId
    role: Role
    room: RoomId
    name: str = ""
    source: str = "zigbee"
    silent_after_s: Seconds = 4 * 3600.0
    night_light: bool = False
    certified: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Apartment:
    """Rooms, devices and house facts the rules need.

    Attributes:
        utc_offsets: (from wall second, offset seconds) steps of local time, ascending; empty: UTC.
        pets: an animal can trigger a motion sensor.
        night_from_s / night_to_s: local seconds of day between which it is night.
    """

    rooms: tuple[Room, ...]
    devices: tuple[Device, ...]
    utc_offsets: tuple[tuple[Seconds, Seconds], ...] = ()
    pets: bool = False
    night_from_s: Seconds = 22 * 3600.0
    night_to_s: Seconds = 6 * 3600.0
    rooms_by_id: dict[RoomId, Room] = field(init=False, repr=False, compare=False)
    devices_by_id: dict[DeviceId, Device] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rooms_by_id", {room.id: room for room in self.rooms})
        object.__setattr__(self, "devices_by_id", {device.id: device for device in self.devices})
        assert len(self.rooms_by_id) == len(self.rooms), "room named twice"
        assert len(self.devices_by_id) == len(self.devices), "device named twice"
        assert all(device.room in self.rooms_by_id for device in self.devices), "device in no room"

    def local_s(self, utc_s: Seconds) -> Seconds:
        """Turn wall seconds (UTC) into local wall seconds by the flat's own offsets."""
        offset = 0.0
        for since, step in self.utc_offsets:
            if since > utc_s:
                break
            offset = step
        return utc_s + offset

    def is_night(self, utc_s: Seconds) -> bool:
        """Say whether it is night in the flat at this wall second."""
        day_s = self.local_s(utc_s) % 86400.0
        if self.night_from_s <= self.night_to_s:
            return self.night_from_s <= day_s < self.night_to_s
        return day_s >= self.night_from_s or day_s < self.night_to_s
