# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The running zha gateway, from its start to the loss of its radio stick.

The driver never reconnects by itself; whoever owns a `Coordinator` closes it and makes a new one.
No zha or zigpy value leaves this folder except inside a `Node`.
"""

import asyncio
from contextlib import suppress
from typing import Any, Final

from devices.zigbee.coordinator.configuration import gateway_configuration
from devices.zigbee.coordinator.listener import CoordinatorListener
from devices.zigbee.coordinator.node import Node
from devices.zigbee.coordinator.settings import ZigbeeSettings
from devices.zigbee.coordinator.taps import AttributeTaps, FrameTap
from devices.zigbee.coordinator.unknown_senders import UnknownSenders
from devices.zigbee.coordinator.working_copy import WorkingCopy

# The driver's own shutdown asks a dead stick politely and for long.
CLOSE_WITHIN_S: Final = 15.0
# Forming a network scans the air; a start of a known flat takes under a second.
OPEN_WITHIN_S: Final = 60.0
# The driver's own writes are a few pages in memory; a mesh that floods it never has none waiting.
WRITTEN_WITHIN_S: Final = 2.0
# Batteries, last states: what a power cut may cost. Who joined is kept at once.
KEEP_EVERY_S: Final = 6 * 3600.0


class CoordinatorLostError(Exception):
    """The line to the stick broke, or the stick does not answer.

    Attributes:
        fault: short machine-readable words.
    """

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


class Coordinator:
    """The running driver. `open`, then `wait_lost`, then `close`, once each."""

    def __init__(
        self, settings: ZigbeeSettings, database: WorkingCopy, listener: CoordinatorListener
    ) -> None:
        self._settings = settings
        self._database = database
        self._listener = listener
        self._attributes = AttributeTaps(listener)
        self._gateway: Any = None
        self._wake = asyncio.Event()
        self._lost = self._unkept = False
        self._starting: asyncio.Task[None] | None = None
        self._running = False
        self._pairing: set[str] = set()

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
            self._gateway = await Gateway.async_from_config(
                gateway_configuration(self._settings, str(path))
            )
            await self._gateway.async_initialize()
            app = self._gateway.application_controller
            app.add_listener(FrameTap(self._listener))
            UnknownSenders(app, asyncio.get_running_loop().time)
            self._gateway.on_event(const.ZHA_GW_MSG_CONNECTION_LOST, self._connection_lost)
            self._gateway.on_event(const.ZHA_GW_MSG_DEVICE_FULL_INIT, self._initialised)
            self._gateway.on_event(const.ZHA_GW_MSG_DEVICE_JOINED, self._joined)
            self._gateway.on_event(const.ZHA_GW_MSG_RAW_INIT, self._joined)
            self._gateway.on_event(const.ZHA_GW_MSG_DEVICE_LEFT, self._left)
            for device in list(self._gateway.devices.values()):
                self._attributes.add(device)
            await self._gateway.async_initialize_devices_and_entities()
        await asyncio.to_thread(self._database.keep)
        self._running = True

    async def wait_lost(self) -> None:
        """Watch the stick and keep the database, until the stick is lost.

        Raises:
            CoordinatorLostError: the line broke, or the stick owed an answer for too long.
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
                raise CoordinatorLostError("line broke")
            if (self._unkept and not self._pairing) or clock() >= keep_at:
                self._unkept, keep_at = False, clock() + KEEP_EVERY_S
                await self._keep()
            if not woken:
                await self._feed_watchdog()

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

    async def _feed_watchdog(self) -> None:
        try:
            async with asyncio.timeout(self._settings.watchdog_wait_s):
                await self._gateway.application_controller.watchdog_feed()
        except TimeoutError:
            raise CoordinatorLostError("no answer") from None
        except Exception as fault:
            # Whatever the driver raises here, its stick no longer does what it is asked to.
            raise CoordinatorLostError(type(fault).__name__) from fault

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
        self._attributes.clear()
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
            CoordinatorLostError: the stick does not run or refused.
        """
        if self._gateway is None:
            raise CoordinatorLostError("not running")
        try:
            await self._gateway.application_controller.permit(seconds)
        except Exception as fault:
            # The driver's exceptions are many; all of them mean that nothing was opened.
            raise CoordinatorLostError(type(fault).__name__) from fault

    @property
    def pairing(self) -> frozenset[str]:
        """New devices that are being asked what they are and told what to report."""
        return frozenset(self._pairing)

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

    # --- events of the gateway -------------------------------------------------------------

    def _connection_lost(self, _event: Any) -> None:
        self._lost = True
        self._wake.set()

    def _joined(self, event: Any) -> None:
        info = event.device_info
        if info.ieee not in self._gateway.devices:
            self._pairing.add(str(info.ieee))
        maker, model = getattr(info, "manufacturer", ""), getattr(info, "model", "")
        self._listener.joined(str(info.ieee), f"{maker} {model}".strip())

    def _left(self, event: Any) -> None:
        self._attributes.remove(str(event.ieee))
        self._pairing.discard(str(event.ieee))
        self._listener.left(str(event.ieee))
        self._unkept = True
        self._wake.set()

    def _initialised(self, event: Any) -> None:
        device = self._gateway.devices.get(event.device_info.ieee) if self._gateway else None
        if device is not None:
            self._attributes.add(device)
            if event.device_info.pairing_status.name == "INITIALIZED":
                self._pairing.discard(str(device.ieee))
                self._unkept = True
                self._wake.set()
            self._listener.joined(str(device.ieee), f"{device.manufacturer} {device.model}")
