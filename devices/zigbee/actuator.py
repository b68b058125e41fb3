# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Commands to lamps, relays and sounders, each confirmed by the device itself."""

import asyncio
from collections.abc import Callable
from typing import Any, Final

from devices.registry import Registry
from devices.roles import SWITCHABLE
from devices.source import DeviceError
from devices.zigbee.coordinator.node import Node
from rules.model.apartment import Role
from rules.model.identity import DeviceId

# "Until switched off", but a hub that died must not leave a flat ringing for days.
SOUND_S: Final = 1800
_ONOFF, _LEVEL, _IAS_WD = 0x0006, 0x0008, 0x0502
_OFF, _ON, _TO_LEVEL_WITH_ONOFF, _START_WARNING = 0x00, 0x01, 0x04, 0x00
_LEVEL_MAX: Final = 254
# zigpy's priority "critical": past every queue, also that of a read this very lamp does not answer.
_BEFORE_ALL: Final = 2
_MODE_EMERGENCY: Final = 3  # IAS warning mode
_SOFT, _VERY_LOUD = 0, 3  # IAS siren level


class ZigbeeActuator:
    """Implements `devices.source.Actuator` on the running coordinator."""

    def __init__(
        self,
        registry: Registry,
        source: str,
        node: Callable[[str], Node | None],
        *,
        confirm_within_s: float,
    ) -> None:
        """Wire the actuator.

        Args:
            registry: who is enrolled.
            source: name of the source whose devices it drives.
            node: finds a joined device by address; None when it is not joined or the radio is down.
            confirm_within_s: how long a device may take to answer, in seconds.
        """
        self._registry = registry
        self._source = source
        self._node = node
        self._confirm_within_s = confirm_within_s

    def drives(self, device: DeviceId) -> bool:
        """Say whether this source can command the device."""
        one = self._registry.enrolled(device)
        return (
            one is not None
            and one.device.source == self._source
            and (one.device.role in SWITCHABLE)
        )

    async def switch(self, device: DeviceId, *, on: bool, level: float | None = None) -> None:
        """Switch, and wait for the device's default response.

        Raises:
            DeviceError: not joined, no such command, no answer in time, or refused.
        """
        one = self._registry.enrolled(device)
        assert one is not None, "asked for a device this source does not drive"
        node = self._node(one.address)
        if node is None:
            raise DeviceError(device, "not_joined")
        cluster, command, arguments = _choose(node, one.device.role, on=on, level=level)
        if cluster is None:
            raise DeviceError(device, "no_such_command")
        try:
            async with asyncio.timeout(self._confirm_within_s):
                answer = await cluster.command(command, *arguments, priority=_BEFORE_ALL)
        except TimeoutError:
            raise DeviceError(device, "no_answer") from None
        except Exception as fault:
            # The driver's exceptions are many; all of them mean that nothing was confirmed.
            raise DeviceError(device, "unreachable") from fault
        status = int(getattr(answer, "status", answer[-1]))
        if status != 0:
            raise DeviceError(device, f"refused_{status:#04x}")


def _choose(
    node: Node, role: Role, *, on: bool, level: float | None
) -> tuple[Any, int, tuple[int, ...]]:
    clusters: dict[int, Any] = {}
    for endpoint in node.radio.non_zdo_endpoints:
        clusters = {**endpoint.in_clusters, **clusters}
    if _IAS_WD in clusters:
        default = _VERY_LOUD if role is Role.SIREN else _SOFT
        strength = default if level is None else round(level * _VERY_LOUD)
        # Mode in the high half, strobe in bits 2-3, strength in bits 0-1 (8.4.2.3.1.1).
        warning = (_MODE_EMERGENCY << 4 | strength) if on else 0
        return clusters[_IAS_WD], _START_WARNING, (warning, SOUND_S if on else 0, 0, 0)
    if on and level is not None and _LEVEL in clusters:
        count = max(1, round(level * _LEVEL_MAX))
        return clusters[_LEVEL], _TO_LEVEL_WITH_ONOFF, (count, 0)
    return clusters.get(_ONOFF), _ON if on else _OFF, ()
