# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""One life of the radio stick: the zha gateway from its start to the loss of the line.

The driver never reconnects by itself; whoever owns a `Stick` closes it and makes a new one. No zha
or zigpy value leaves this file except inside a `Node`.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, Protocol

from devices.zigbee import quirks
from devices.zigbee.measured import WATCHED, Measured
from devices.zigbee.settings import ZigbeeSettings
from devices.zigbee.unknown import Unknown
from devices.zigbee.working_copy import WorkingCopy

type Unsubscribe = Callable[[], None]

# The driver's own shutdown asks a dead stick politely and for long.
CLOSE_WITHIN_S: Final = 15.0
# Forming a network scans the air; a start of a known flat takes under a second.
OPEN_WITHIN_S: Final = 60.0
# The driver's own writes are a few pages in memory; a mesh that floods it never has none waiting.
WRITTEN_WITHIN_S: Final = 2.0
# Batteries, last states: what a power cut may cost. Who joined is kept at once.
KEEP_EVERY_S: Final = 6 * 3600.0
_IAS_ZONE: Final = 0x0500


class StickLostError(Exception):
    """The line to the stick broke or the stick does not answer.

    Attributes:
        fault: short machine-readable words.
    """

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


class Ear(Protocol):
    """Who hears what the stick hears. None of these may raise."""

    def hear(self, address: str, profile: int, endpoint: int, cluster: int, data: bytes) -> None:
        """Hear every frame of every joined device, before any layer may drop it."""

    def measured(self, address: str, endpoint: int, measured: Measured) -> None:
        """Hear an attribute value after quirks."""

    def zone(self, address: str, endpoint: int, status: int) -> None:
        """Hear an IAS zone status that a quirk made of something else."""

    def joined(self, address: str, model: str) -> None:
        """Hear that a device is in the network, again when its model became known."""

    def left(self, address: str) -> None:
        """Hear that a device left the network."""


@dataclass(frozen=True, slots=True)
class Node:
    """A joined device as the driver knows it."""

    address: str
    model: str
    quirk: str
    """Name of the quirk that was found for it, empty when it needs none."""
    listens: bool
    """It hears all the time (mains), not only for a moment after it spoke."""
    radio: Any
    """The driver's own object, for `devices.zigbee.commands`."""


class Stick:
    """The running driver. `open`, then `wait_lost`, then `close`, once each."""

    def __init__(self, settings: ZigbeeSettings, database: WorkingCopy, ear: Ear) -> None:
        self._settings = settings
        self._database = database
        self._ear = ear
        self._gateway: Any = None
        self._wake = asyncio.Event()
        self._lost = self._unkept = False
        self._starting: asyncio.Task[None] | None = None
        self._running = False
        self._watched: dict[str, tuple[Any, list[Unsubscribe]]] = {}
        self.pairing: set[str] = set()
        """New devices that are being asked what they are and told what to report."""

    async def open(self) -> None:
        """Start the network and listen to every known device.

        Raises:
            Exception: whatever the driver, the database or the serial line raise.
        """
        # Cancelled in the middle, the driver would leave its database thread behind: `close` lets
        # the start come to an end first.
        self._starting = asyncio.create_task(self._start())
        await asyncio.shield(self._starting)

    async def _start(self) -> None:
        # Heavy, and only a flat with a stick needs it.
        from zha.application import const  # noqa: PLC0415 - heavy
        from zha.application.gateway import Gateway  # noqa: PLC0415 - heavy

        path = await asyncio.to_thread(self._database.open)
        async with asyncio.timeout(OPEN_WITHIN_S):
            self._gateway = await Gateway.async_from_config(self._config(str(path)))
            await self._gateway.async_initialize()
            app = self._gateway.application_controller
            app.add_listener(_Tap(self._ear))
            Unknown(app, asyncio.get_running_loop().time)
            self._gateway.on_event(const.ZHA_GW_MSG_CONNECTION_LOST, self._connection_lost)
            self._gateway.on_event(const.ZHA_GW_MSG_DEVICE_FULL_INIT, self._initialised)
            self._gateway.on_event(const.ZHA_GW_MSG_DEVICE_JOINED, self._joined)
            self._gateway.on_event(const.ZHA_GW_MSG_RAW_INIT, self._joined)
            self._gateway.on_event(const.ZHA_GW_MSG_DEVICE_LEFT, self._left)
            for device in list(self._gateway.devices.values()):
                self._watch(device)
            await self._gateway.async_initialize_devices_and_entities()
        await asyncio.to_thread(self._database.keep)
        self._running = True

    def _config(self, database: str) -> Any:
        from zha.application import helpers  # noqa: PLC0415  # heavy, as below

        one = self._settings
        return helpers.ZHAData(
            config=helpers.ZHAConfiguration(
                coordinator_configuration=helpers.CoordinatorConfiguration(
                    path=one.path,
                    radio_type=one.radio,
                    baudrate=one.baudrate,
                    flow_control=None,
                ),
                quirks_configuration=helpers.QuirksConfiguration(
                    setup_function=lambda _: quirks.load(one.quirks)
                ),
                device_options=helpers.DeviceOptions(
                    enable_identify_on_join=False,
                    enable_mains_startup_polling=False,  # `inquiry` asks, for more and in order
                ),
            ),
            zigpy_config={
                "database_path": database,
                # No key here: the driver draws a random one for each new network.
                "network": {"channel": one.channel},
                "ota": {"enabled": False},  # would ask vendors' servers for firmware
                "topology_scan_enabled": False,
                "backup_enabled": True,
                "watchdog_enabled": False,  # ours is faster, see `wait_lost`
            },
        )

    async def wait_lost(self) -> None:
        """Return never; meanwhile ask the stick for signs of life and keep what lasts.

        Raises:
            StickLostError: the line broke, or the stick owed an answer for too long.
        """
        clock = asyncio.get_running_loop().time
        keep_at = clock() + KEEP_EVERY_S
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._settings.watchdog_every_s):
                    await self._wake.wait()
            woken = self._wake.is_set()
            self._wake.clear()
            if self._lost:
                raise StickLostError("line broke")
            if (self._unkept and not self.pairing) or clock() >= keep_at:
                self._unkept, keep_at = False, clock() + KEEP_EVERY_S
                await self._keep()
            if not woken:
                await self._ask_for_life()

    async def _keep(self) -> None:
        # The driver writes later than it speaks; what is still in its queue would miss the disk.
        database = self._gateway.application_controller._dblistener  # noqa: SLF001 - no other way
        queue = database._callback_handlers  # noqa: SLF001 - as above
        try:
            async with asyncio.timeout(WRITTEN_WITHIN_S):
                await queue.join()
        except TimeoutError:
            self._unkept = True  # once more at the next look
        await asyncio.to_thread(self._database.keep)

    async def _ask_for_life(self) -> None:
        try:
            async with asyncio.timeout(self._settings.watchdog_wait_s):
                await self._gateway.application_controller.watchdog_feed()
        except TimeoutError:
            raise StickLostError("no answer") from None
        except Exception as fault:
            # Whatever the driver raises here, its stick no longer does what it is asked to.
            raise StickLostError(type(fault).__name__) from fault

    async def close(self) -> None:
        """Stop the driver, dead stick or not; what it says while dying is of no interest.

        A hub that stops while a lost stick is being closed cancels this: the driver comes to its
        end first, because its database thread would keep the process from ending.
        """
        closing = asyncio.create_task(self._close())
        try:
            await asyncio.shield(closing)
        except asyncio.CancelledError:
            await asyncio.wait((closing,))
            raise

    async def _close(self) -> None:
        if self._starting is not None and not self._starting.done():
            await asyncio.wait((self._starting,), timeout=CLOSE_WITHIN_S)
            self._starting.cancel()
        for address in list(self._watched):
            self._unwatch(address)
        if self._gateway is None:
            return
        gateway, self._gateway = self._gateway, None
        stopped = True
        try:
            async with asyncio.timeout(CLOSE_WITHIN_S):
                await gateway.shutdown()
        except TimeoutError:
            stopped = False
        if self._running:  # a stick that never started changed nothing worth a write
            # While a database thread may still write, the copy in RAM stays and is taken up again.
            await asyncio.to_thread(self._database.close if stopped else self._database.keep)

    async def permit(self, seconds: int) -> None:
        """Let devices join for so many seconds (0 to 254).

        Raises:
            StickLostError: the stick does not run or refused.
        """
        if self._gateway is None:
            raise StickLostError("not running")
        try:
            await self._gateway.application_controller.permit(seconds)
        except Exception as fault:
            # The driver's exceptions are many; all of them mean that nothing was opened.
            raise StickLostError(type(fault).__name__) from fault

    def node(self, address: str) -> Node | None:
        """Return a joined device."""
        if self._gateway is None:
            return None
        for one in self._gateway.application_controller.devices.values():
            if str(one.ieee) == address:
                return self._node(one)
        return None

    def nodes(self) -> tuple[Node, ...]:
        """Return every joined device but the stick itself."""
        if self._gateway is None:
            return ()
        found = self._gateway.application_controller.devices.values()
        return tuple(self._node(one) for one in found if one.nwk != 0x0000)

    def _node(self, radio: Any) -> Node:
        known = self._gateway.devices.get(radio.ieee)
        quirk = known.quirk_class if known is not None and known.quirk_applied else ""
        model = f"{radio.manufacturer or ''} {radio.model or ''}".strip()
        listens = bool(radio.node_desc and radio.node_desc.is_receiver_on_when_idle)
        return Node(str(radio.ieee), model, quirk, listens, radio)

    # --- what the gateway says ------------------------------------------------------------

    def _connection_lost(self, _event: Any) -> None:
        self._lost = True
        self._wake.set()

    def _joined(self, event: Any) -> None:
        info = event.device_info
        if info.ieee not in self._gateway.devices:
            self.pairing.add(str(info.ieee))
        maker, model = getattr(info, "manufacturer", ""), getattr(info, "model", "")
        self._ear.joined(str(info.ieee), f"{maker} {model}".strip())

    def _left(self, event: Any) -> None:
        self._unwatch(str(event.ieee))
        self.pairing.discard(str(event.ieee))
        self._ear.left(str(event.ieee))
        self._unkept = True
        self._wake.set()

    def _initialised(self, event: Any) -> None:
        device = self._gateway.devices.get(event.device_info.ieee) if self._gateway else None
        if device is not None:
            self._watch(device)
            if event.device_info.pairing_status.name == "INITIALIZED":
                self.pairing.discard(str(device.ieee))
                self._unkept = True
                self._wake.set()
            self._ear.joined(str(device.ieee), f"{device.manufacturer} {device.model}")

    # --- attributes -----------------------------------------------------------------------

    def _watch(self, device: Any) -> None:
        """Listen to a device's measured values; again after the driver made a new object of it."""
        from zhaquirks import LocalDataCluster  # noqa: PLC0415  # heavy, and loaded by now

        radio, address = device.device, str(device.ieee)
        if radio.nwk == 0x0000:
            return
        watched = self._watched.get(address)
        if watched is not None and watched[0] is radio:
            return
        self._unwatch(address)
        ends: list[Unsubscribe] = []
        for endpoint in radio.non_zdo_endpoints:
            for number, cluster in endpoint.in_clusters.items():
                if number == _IAS_ZONE and isinstance(cluster, LocalDataCluster):
                    cluster.add_listener(_MadeZone(self._ear, address, endpoint.endpoint_id))
                if number not in WATCHED:
                    continue

                def heard(event: Any, *, cluster: Any = cluster, address: str = address) -> None:
                    self._measured(address, cluster, event)

                ends += [cluster.on_event(name, heard) for name in _ATTRIBUTE_EVENTS]
        self._watched[address] = (radio, ends)

    def _unwatch(self, address: str) -> None:
        _, ends = self._watched.pop(address, (None, []))
        for end in ends:
            end()

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
            self._ear.measured(address, int(cluster.endpoint.endpoint_id), measured)


_READ: Final = "attribute_read"
_ATTRIBUTE_EVENTS: Final = ("attribute_report", "attribute_updated", _READ)


class _Tap:
    """Hears every packet of every device: the application's own listener, before all else."""

    def __init__(self, ear: Ear) -> None:
        self._ear = ear

    def handle_message(
        self, sender: Any, profile: int, cluster: int, endpoint: int, _own: int, data: bytes
    ) -> None:
        """Take one packet (the name is the driver's)."""
        if sender.nwk != 0x0000:
            self._ear.hear(str(sender.ieee), int(profile), int(endpoint), int(cluster), data)


class _MadeZone:
    """Hears a zone that exists only in a quirk (Aqara motion), which no raw frame shows."""

    def __init__(self, ear: Ear, address: str, endpoint: int) -> None:
        self._ear, self._address, self._endpoint = ear, address, endpoint

    def cluster_command(self, _sequence: int, command: int, arguments: Any) -> None:
        """Take one command (the name is the driver's)."""
        if command == 0x00:
            self._ear.zone(self._address, self._endpoint, int(arguments[0]))


def zone_facts(node: Node | None, endpoint: int) -> tuple[int | None, int | None]:
    """Return what the driver remembers of an IAS zone, over restarts: (status, zone type)."""
    try:
        cluster = node.radio.endpoints[endpoint].in_clusters[_IAS_ZONE] if node else None
    except KeyError:
        cluster = None
    if cluster is None:
        return None, None
    status, kind = cluster.get("zone_status"), cluster.get("zone_type")
    return (None if status is None else int(status)), (None if kind is None else int(kind))
