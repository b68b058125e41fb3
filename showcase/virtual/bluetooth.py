# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The help button at her wrist: sealed Bluetooth on a virtual BlueZ, where one can run."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Final

from rules.model.identity import DeviceId
from showcase.processes.clock import Clock
from showcase.virtual.bluez_adapter import VirtualBluez
from showcase.virtual.bluez_bus import PrivateBus, installed
from showcase.virtual.bluez_devices import BTHomeDevice
from showcase.virtual.zigbee_device import Sent

SIGN_EVERY_S: Final = 10.0
"""Real seconds between signs of life of a button (products: 30 s to some minutes)."""
BUS: Final = "DBUS_SYSTEM_BUS_ADDRESS"
"""Environment variable by which a program finds the system bus."""


class Bluetooth:
    """The buttons of a flat on a private bus.

    Attributes:
        environment: what the hub needs to find the bus.
    """

    def __init__(self, clock: Clock, bus: PrivateBus, buttons: Mapping[str, BTHomeDevice]) -> None:
        self.environment = {BUS: bus.address}
        self._clock = clock
        self._buttons = buttons

    @property
    def devices(self) -> tuple[DeviceId, ...]:
        """Pseudonyms of the buttons."""
        return tuple(DeviceId(name) for name in self._buttons)

    async def beacon_regularly(self) -> None:
        """Let every button say now and then that it is there, as real ones do; for ever."""
        while True:
            for device in self._buttons:
                self.beacon(device)
            await asyncio.sleep(SIGN_EVERY_S)

    def press(self, device: str) -> Sent:
        """Press a button; says under which name the hub will know the advertisement."""
        button = self._counting(device)
        button.press()
        name = f"ble:{button.address.lower()}:{button.counter}"
        return Sent(name, self._clock.monotonic(), arrived=True)

    def beacon(self, device: str) -> None:
        """Let a button give its sign of life."""
        self._counting(device).beacon()

    def _counting(self, device: str) -> BTHomeDevice:
        button = self._buttons[device]
        # A real button counts in its flash; ours goes on from the clock after each start.
        button.counter = max(button.counter, int(self._clock.wall_ms() // 1000))
        return button


def sealed(table: Mapping[str, Any]) -> dict[str, str]:
    """Return the Bluetooth devices of an apartment table: pseudonym to address."""
    rows = table.get("devices", [])
    return {row["id"]: row["address"] for row in rows if row.get("source") == "ble"}


@asynccontextmanager
async def bluetooth(
    table: Mapping[str, Any], key: bytes, clock: Clock
) -> AsyncIterator[Bluetooth | None]:
    """Put the flat's Bluetooth buttons on the air; None where there are none or no dbus-daemon."""
    addresses = sealed(table)
    if not addresses or installed() is None:
        yield None
        return
    async with AsyncExitStack() as kept:
        # A socket's path must be short; the demo's own folder may lie deep.
        folder = kept.enter_context(tempfile.TemporaryDirectory(prefix="tohuus-"))
        try:
            bus = await kept.enter_async_context(PrivateBus(Path(folder)))
            bluez = await kept.enter_async_context(VirtualBluez(bus.address))
        except (RuntimeError, TimeoutError, OSError):
            yield None
            return
        air = Bluetooth(
            clock,
            bus,
            {name: BTHomeDevice(bluez, address, key=key) for name, address in addresses.items()},
        )
        async with asyncio.TaskGroup() as tasks:
            beacons = tasks.create_task(air.beacon_regularly())
            try:
                yield air
            finally:
                beacons.cancel()
