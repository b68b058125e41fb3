# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Taps into the driver: raw frames before all its layers, attribute values after its quirks."""

from collections.abc import Callable
from typing import Any, Final

from devices.zigbee.coordinator.listener import CoordinatorListener
from devices.zigbee.frames.measured import WATCHED, Measured

type Unsubscribe = Callable[[], None]

_IAS_ZONE: Final = 0x0500
_READ: Final = "attribute_read"
_ATTRIBUTE_EVENTS: Final = ("attribute_report", "attribute_updated", _READ)


class FrameTap:
    """Every packet of every device: the application's own listener, before all else."""

    def __init__(self, listener: CoordinatorListener) -> None:
        self._listener = listener

    def handle_message(
        self, sender: Any, profile: int, cluster: int, endpoint: int, _own: int, data: bytes
    ) -> None:
        """Take one packet (the name is the driver's)."""
        if sender.nwk != 0x0000:
            self._listener.frame(str(sender.ieee), int(profile), int(endpoint), int(cluster), data)


class QuirkZoneTap:
    """A zone that exists only in a quirk (Aqara motion), which no raw frame shows."""

    def __init__(self, listener: CoordinatorListener, address: str, endpoint: int) -> None:
        self._listener, self._address, self._endpoint = listener, address, endpoint

    def cluster_command(self, _sequence: int, command: int, arguments: Any) -> None:
        """Take one command (the name is the driver's)."""
        if command == 0x00:
            self._listener.zone(self._address, self._endpoint, int(arguments[0]))


class AttributeTaps:
    """Attribute values of every joined device."""

    def __init__(self, listener: CoordinatorListener) -> None:
        self._listener = listener
        self._tapped: dict[str, tuple[Any, list[Unsubscribe]]] = {}

    def add(self, device: Any) -> None:
        """Listen to a device's values; again after the driver made a new object of it.

        Args:
            device: zha's device.
        """
        from zhaquirks import LocalDataCluster  # noqa: PLC0415  # heavy, and loaded by now

        radio, address = device.device, str(device.ieee)
        if radio.nwk == 0x0000:
            return
        tapped = self._tapped.get(address)
        if tapped is not None and tapped[0] is radio:
            return
        self.remove(address)
        ends: list[Unsubscribe] = []
        for endpoint in radio.non_zdo_endpoints:
            for number, cluster in endpoint.in_clusters.items():
                if number == _IAS_ZONE and isinstance(cluster, LocalDataCluster):
                    cluster.add_listener(
                        QuirkZoneTap(self._listener, address, endpoint.endpoint_id)
                    )
                if number not in WATCHED:
                    continue

                def heard(event: Any, *, cluster: Any = cluster, address: str = address) -> None:
                    self._measured(address, cluster, event)

                ends += [cluster.on_event(name, heard) for name in _ATTRIBUTE_EVENTS]
        self._tapped[address] = (radio, ends)

    def remove(self, address: str) -> None:
        """Listen to a device no more."""
        _, ends = self._tapped.pop(address, (None, []))
        for end in ends:
            end()

    def clear(self) -> None:
        """Listen to nobody any more."""
        for address in list(self._tapped):
            self.remove(address)

    def _measured(self, address: str, cluster: Any, event: Any) -> None:
        value = event.value
        if isinstance(value, (bool, int, float)):
            measured = Measured(
                int(cluster.cluster_id),
                int(event.attribute_id),
                float(value),
                cluster.get,
                asked=event.event_type == _READ,
            )
            self._listener.measured(address, int(cluster.endpoint.endpoint_id), measured)
