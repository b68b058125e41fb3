# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Keeps a Bluetooth scan running: time limits around bleak, and what to try when it fails."""

import asyncio
from collections.abc import Callable
from typing import Final, Protocol

import structlog
from bleak import BleakScanner
from bleak.args.bluez import BlueZScannerArgs
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData
from bleak.exc import BleakError
from dbus_fast.errors import DBusFastError

from devices.backoff import BackOff, doubling
from devices.ble.settings import BleSettings
from devices.ble.watch import BluetoothLostError, BluezWatch
from rules.model.identity import Seconds

# Weaker than any radio hears: BlueZ then signals every advertisement, not only changed ones, and
# silence means silence.
EVERY_RSSI_DBM: Final = -120
WAITS_S: Final = doubling(0.1, 10.0)
# The ladder: start the scan anew; after so many vain scans switch the adapter off and on, at most
# once in ten minutes; if that does not help either, say that nothing is heard.
SCANS_BEFORE_POWER_CYCLE: Final = 3
POWER_CYCLE_PAUSE_S: Final = 600.0
# What bleak, dbus-fast and the bus raise when bluetoothd, the adapter or the bus is not well.
LOST: Final = (
    BleakError,
    BluetoothLostError,
    DBusFastError,
    OSError,
    EOFError,
    TimeoutError,
)
# Stopping what is gone already also stumbles over bleak's own lists.
LOST_AT_STOP: Final = (*LOST, AssertionError, KeyError, ValueError)

log = structlog.get_logger(__name__)


class ScanListener(Protocol):
    """Takes advertisements, and the state of the scan."""

    def heard(self, address: str, advert: AdvertisementData) -> None:
        """Take one advertisement (or a change of a device's signal strength)."""

    def up(self) -> None:
        """Say that the scan runs."""

    def down(self, fault: str) -> None:
        """Say that nothing can be heard, and why."""


class Scanner:
    """Keeps one active scan alive.

    Attributes:
        restarts: scans started anew after silence.
        power_cycles: times the adapter was switched off and on.
    """

    def __init__(
        self, settings: BleSettings, listener: ScanListener, *, monotonic: Callable[[], Seconds]
    ) -> None:
        self._settings = settings
        self._listener = listener
        self._monotonic = monotonic
        self._last = monotonic()
        self._vain = 0
        self._cycled_at: Seconds | None = None
        self._back_off = BackOff(WAITS_S)
        self.restarts = 0
        self.power_cycles = 0

    async def run(self) -> None:
        """Scan until cancelled."""
        while True:
            try:
                await self._scan()
                self.restarts += 1
            except LOST as error:
                self._listener.down(_name(error))
                self._vain += "InProgress" in str(error)
            await asyncio.sleep(self._back_off.failed())

    async def _scan(self) -> None:
        """Scan until it was silent for too long; raises one of `LOST` when it ends otherwise."""
        limit_s = self._settings.limit_s
        watch = BluezWatch()
        try:
            async with asyncio.timeout(limit_s):
                await watch.__aenter__()
                adapter = await watch.adapter(self._settings.adapter)
                if self._power_cycle_due():
                    await watch.power_cycle()
            args: BlueZScannerArgs = {
                "adapter": adapter,
                "filters": {"DuplicateData": False, "RSSI": EVERY_RSSI_DBM},
            }
            scanner = BleakScanner(self._received, bluez=args)
            try:
                async with asyncio.timeout(limit_s):  # bleak has no limit of its own here
                    await scanner.start()
                self._begun()
                await self._listen(watch)
            finally:
                await self._stop(scanner)
        finally:
            await watch.__aexit__()

    def _begun(self) -> None:
        self._last = self._monotonic()
        self._back_off.reset()
        if self._vain <= SCANS_BEFORE_POWER_CYCLE:
            self._listener.up()

    async def _listen(self, watch: BluezWatch) -> None:
        while True:
            left = self._last + self._settings.silence_s - self._monotonic()
            if left <= 0:
                break
            try:
                async with asyncio.timeout(left):
                    raise BluetoothLostError(await watch.lost())
            except TimeoutError:
                continue
        self._vain += 1
        log.info("scan_silent", scans=self._vain, silence_s=self._settings.silence_s)
        if self._vain > SCANS_BEFORE_POWER_CYCLE:
            raise BluetoothLostError("silent")

    def _power_cycle_due(self) -> bool:
        rested = (
            self._cycled_at is None or self._monotonic() - self._cycled_at >= POWER_CYCLE_PAUSE_S
        )
        if self._vain < SCANS_BEFORE_POWER_CYCLE or not rested:
            return False
        self._cycled_at = self._monotonic()
        self.power_cycles += 1
        log.warning("adapter_power_cycled", scans=self._vain)
        return True

    async def _stop(self, scanner: BleakScanner) -> None:
        try:
            async with asyncio.timeout(self._settings.limit_s):
                await scanner.stop()
        except LOST_AT_STOP as error:
            log.debug("scan_stopped_badly", fault=_name(error))

    def _received(self, device: BLEDevice, advert: AdvertisementData) -> None:
        self._last = self._monotonic()
        if self._vain:
            self._vain = 0
            self._listener.up()
        self._listener.heard(device.address, advert)


def _name(error: BaseException) -> str:
    if isinstance(error, BluetoothLostError):
        return error.fault
    return f"{type(error).__name__}: {error}".removesuffix(": ")
