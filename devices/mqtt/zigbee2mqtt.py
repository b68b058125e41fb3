# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""zigbee2mqtt's JSON to events. A message is the whole state of a device, so changes count."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from devices import roles
from rules.model.apartment import Device, Role
from rules.model.events import DeviceEvent
from rules.model.identity import Seconds

type Payload = Mapping[str, object]

# The end of a press already reported; old versions send "" after each action.
_ENDINGS: Final = frozenset({"", "release", "hold_release", "long_release", "released"})
# Fields that may differ between two equal states of a motion sensor.
_AIR: Final = frozenset(
    {"linkquality", "last_seen", "illuminance", "illuminance_lux", "update", "update_available"}
)
_FALLS: Final = frozenset({"fall", "fallen", "fall_confirmed", "falling"})
_ONLINE: Final = {"online": True, "offline": False}
_HAZARDS: Final = (
    ("water_leak", Role.LEAK),
    ("smoke", Role.SMOKE),
    ("carbon_monoxide", Role.CARBON_MONOXIDE),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """Content of one message.

    Attributes:
        events: in the order the rules shall see them; help comes first.
        faults: fields that could not be read, for example `occupancy`.
    """

    events: tuple[DeviceEvent, ...]
    faults: tuple[str, ...] = ()


class PayloadError(Exception):
    """A payload is no JSON object.

    Attributes:
        fault: short machine-readable word.
    """

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


def parse(raw: bytes) -> Payload:
    """Read a payload.

    Raises:
        PayloadError: it is no JSON object (count, keep, skip).
    """
    try:
        payload = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise PayloadError("not_json") from error
    if not isinstance(payload, dict):
        raise PayloadError("not_an_object")
    return payload


def online(raw: bytes) -> bool | None:
    """Read a `bridge/state` or `availability` payload, old form or JSON; None when unreadable."""
    word: object = raw.strip().decode("utf-8", "replace")
    if raw.strip().startswith(b"{"):
        try:
            word = parse(raw).get("state")
        except PayloadError:
            return None
    return _ONLINE.get(word) if isinstance(word, str) else None


def commands(raw: bytes) -> dict[str, frozenset[str]]:
    """Read `bridge/devices`: which fields each friendly name can be set by (lenient)."""
    try:
        listed = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    found: dict[str, frozenset[str]] = {}
    for one in _listed(listed):
        if not isinstance(one, dict) or not isinstance(one.get("definition"), dict):
            continue
        found[str(one.get("friendly_name"))] = frozenset(
            str(leaf.get("property"))
            for expose in _listed(one["definition"].get("exposes"))
            if isinstance(expose, dict)
            for leaf in (expose, *_listed(expose.get("features")))
            if isinstance(leaf, dict)
        )
    return found


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def decode(
    device: Device, before: Payload | None, payload: Payload, *, at: Seconds, press: str
) -> Decoded:
    """Turn a device's state into events.

    A value that stayed as it was says nothing new. Two exceptions: `action` is a press each time,
    and a motion sensor that says "occupied" again without any other measurement was triggered again
    (with one, for example a battery report, it only repeats what it said before).

    Args:
        device: who speaks.
        before: its message before this one, None when this is the first since start.
        payload: its message now.
        at: place on the hub's axis.
        press: identity of this message, in case it is a press.
    """
    old = before or {}
    events: list[DeviceEvent | None] = []
    faults: list[str] = []

    def changed(key: str, kind: type | tuple[type, ...]) -> object:
        value = payload.get(key)
        if value is None:
            return None
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            faults.append(key)
            return None
        return None if old.get(key) == value else value

    def number(key: str) -> float | None:
        value = changed(key, (int, float))
        if not isinstance(value, (int, float)):
            return None
        if not roles.is_number(value):
            faults.append(key)
            return None
        return float(value)

    action = payload.get("action")
    if isinstance(action, str):
        if action.lower() not in _ENDINGS:
            falls = device.role is Role.WEARABLE and action.lower() in _FALLS
            events.append((roles.fell if falls else roles.pressed)(device, at, press))
    elif action is not None:
        faults.append("action")
    if _fallen(payload) and not _fallen(old):
        events.append(roles.fell(device, at, press))
    for key, kind in _HAZARDS:
        value = changed(key, bool)
        if value is True or (value is False and old.get(key) is True):
            events.append(roles.hazard(device, at, kind, sensed=bool(value)))
    for key in ("occupancy", "presence"):
        value = changed(key, bool)
        if isinstance(value, bool):
            events.append(roles.presence(device, at, sensed=value))
        elif payload.get(key) is True and _triggered_again(old, payload):
            events.append(roles.presence(device, at, sensed=True))
    if isinstance(value := changed("contact", bool), bool):
        events.append(roles.contact(device, at, opened=not value))
    if isinstance(value := changed("state", str), str) and value in {"ON", "OFF"}:
        events.append(roles.switched(device, at, on=value == "ON"))
    for key, measured in (
        ("power", roles.power),
        ("temperature", roles.temperature),
        ("humidity", roles.humidity),
        ("battery", roles.battery),
    ):
        if (reading := number(key)) is not None:
            events.append(measured(device, at, reading))
    if changed("battery_low", bool) is True and "battery" not in payload:
        events.append(roles.battery(device, at, roles.BATTERY_LOW_PCT))
    return Decoded(events=tuple(one for one in events if one is not None), faults=tuple(faults))


def _fallen(payload: Payload) -> bool:
    status = payload.get("fall_down_status")
    return payload.get("fall") is True or (isinstance(status, str) and status.lower() in _FALLS)


def _triggered_again(old: Payload, payload: Payload) -> bool:
    return {key: value for key, value in old.items() if key not in _AIR} == {
        key: value for key, value in payload.items() if key not in _AIR
    }
