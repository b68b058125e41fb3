# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Commands to lamps, relays and sounders through zigbee2mqtt, confirmed by the device itself."""

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Final

from devices.registry import Registry
from devices.roles import SWITCHABLE
from devices.source import DeviceError
from rules.model.apartment import Role
from rules.model.identity import DeviceId, Seconds

# A mains lamp answers within tenths of a second; a sleepy siren polls every 1 to 2 s.
CONFIRM_S: Final = 3.0
LEVEL_MAX: Final = 254
# A sounder left alone (hub gone) falls silent by itself; the hub renews it while it asks.
SOUND_S: Final = 180
_SOUNDING: Final = frozenset({Role.SOUNDER, Role.SIREN})


def command(
    role: Role, fields: frozenset[str], *, on: bool, level: float | None
) -> tuple[dict[str, object], str | None]:
    """Return what to publish and the field by which the device confirms it (None: it never does).

    Args:
        role: what the device is there for.
        fields: what `bridge/devices` says it can be set by; empty when unknown.
        on: wanted state.
        level: brightness 0 to 1 for lamps, None leaves it.
    """
    if role in _SOUNDING and "state" not in fields:
        if "alarm" in fields:
            return {"alarm": on}, "alarm"
        if "warning" in fields:
            sound = {"mode": "emergency", "level": "high", "strobe": True, "duration": SOUND_S}
            return {"warning": sound if on else {"mode": "stop", "strobe": False}}, None
    wanted: dict[str, object] = {"state": "ON" if on else "OFF"}
    if on and level is not None and role not in _SOUNDING:
        wanted["brightness"] = round(min(1.0, max(0.0, level)) * LEVEL_MAX)
    return wanted, "state"


class MqttActuator:
    """`Actuator` of the zigbee2mqtt devices."""

    def __init__(
        self,
        registry: Registry,
        *,
        publish: Callable[[str, bytes], None],
        confirm_s: Seconds = CONFIRM_S,
    ) -> None:
        self._registry = registry
        self._publish = publish
        self._confirm_s = confirm_s
        self._fields: dict[str, frozenset[str]] = {}
        self._waiting: dict[DeviceId, list[tuple[str, object, asyncio.Future[None]]]] = {}

    def drives(self, device: DeviceId) -> bool:
        """Say whether the device is a lamp, relay or sounder behind zigbee2mqtt."""
        one = self._registry.enrolled(device)
        return one is not None and one.device.source == "mqtt" and one.device.role in SWITCHABLE

    async def switch(self, device: DeviceId, *, on: bool, level: float | None = None) -> None:
        """Switch, and wait until the device says that it did.

        A siren that can only be told to warn never confirms; there the broker's word is all.

        Raises:
            DeviceError: `unreachable` when no confirmation came in time; `radio_down`, which says
                nothing about the device, while broker or bridge is away.
        """
        one = self._registry.enrolled(device)
        if one is None or not self.drives(device):
            raise DeviceError(device, "not_driven")
        fields = self._fields.get(one.address, frozenset())
        wanted, echo = command(one.device.role, fields, on=on, level=level)
        topic = f"{one.address}/set"
        if echo is None:
            self._publish(topic, json.dumps(wanted).encode())
            return
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        expected = (echo, wanted[echo], done)
        self._waiting.setdefault(device, []).append(expected)
        try:
            self._publish(topic, json.dumps(wanted).encode())
            async with asyncio.timeout(self._confirm_s):
                await done
        except TimeoutError:
            raise DeviceError(device, "unreachable") from None
        finally:
            self._waiting[device].remove(expected)

    def confirmed(self, device: DeviceId, payload: Mapping[str, object]) -> None:
        """Take a device's state; whoever waits for it goes on."""
        for echo, value, done in self._waiting.get(device, ()):
            if not done.done() and payload.get(echo) == value:
                done.set_result(None)

    def learn(self, fields: Mapping[str, frozenset[str]]) -> None:
        """Learn from `bridge/devices` what each device can be set by."""
        self._fields = dict(fields)
