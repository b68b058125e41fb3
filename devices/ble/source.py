# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Bluetooth advertisements as a source; it knows no format by name."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from bleak.backends.scanner import AdvertisementData

from devices.availability import Availability
from devices.ble.counters import Counters
from devices.ble.decoder import Advertisement, Decoder, UnreadableError
from devices.ble.decoders import DECODERS
from devices.ble.reading_events import ReadingEvents
from devices.ble.readings import When
from devices.ble.replay import ReplayedError, ReplayGuard
from devices.ble.scanner import Scanner
from devices.ble.settings import BleSettings
from devices.reception import Reception, discard
from devices.registry import Enrolled, Registry
from devices.source import Health, Inlet
from rules.model.identity import Seconds

NAME: Final = "ble"


class BleSource:
    """Receives advertisements; only those of enrolled devices are opened.

    BlueZ tells a device's whole memory again whenever anything changes, its signal strength for
    example. So only payloads that differ, byte for byte, from the last one are opened.
    """

    name = NAME

    def __init__(
        self,
        settings: BleSettings,
        registry: Registry,
        availability: Availability,
        *,
        now: Callable[[], Seconds],
        monotonic: Callable[[], Seconds],
        start: str,
        counters: Counters,
        keep: Callable[[str, bytes, str], None] = discard,
        decoders: Sequence[Decoder] = DECODERS,
    ) -> None:
        """Wire the source; nothing happens before `run`.

        Args:
            settings: table `[hub.ble]`.
            registry: who is enrolled under source `ble` (address = MAC, key = bind key).
            availability: is told of every advertisement of an enrolled device.
            now: the hub's axis.
            monotonic: real seconds.
            start: differs from start to start of the hub.
            counters: replay counters that outlive the process.
            keep: takes unreadable advertisements for diagnosis (name, bytes, fault).
            decoders: the formats; the first whose payload an advertisement carries opens it.
        """
        self._now = now
        self._start = start
        self._decoders = tuple(decoders)
        self._reception = Reception(NAME, registry, availability, now=now, keep=keep)
        self._scanner = Scanner(settings, self, monotonic=monotonic)
        self._replay = ReplayGuard(counters)
        self._events = ReadingEvents()
        self._payloads: dict[str, bytes] = {}
        self._refused: set[str] = set()
        self._packets = 0

    async def run(self, inlet: Inlet) -> None:
        """Listen until cancelled. The air cannot be told to wait: nothing here is held back."""
        self._reception.open(inlet)
        try:
            await self._scanner.run()
        finally:
            # BlueZ tells each device's last packet again at the next start.
            self._replay.flush()

    def lost(self, fault: str) -> None:
        """Report the radio as down: `run` ended by a fault of the world."""
        self._reception.status.down(fault)

    def health(self) -> Health:
        """Return state and counters now."""
        return self._reception.health()

    # -- what the scanner says -------------------------------------------------------------------
    def up(self) -> None:
        """Note that the scan runs."""
        self._reception.status.up()

    def down(self, fault: str) -> None:
        """Note that nothing can be heard."""
        self._reception.status.down(fault)

    def heard(self, address: str, advert: AdvertisementData) -> None:
        """Take one advertisement; a neighbour's is dropped here, unopened."""
        self._reception.count()
        decoder, payload = self._claimed(advert)
        sender = self._reception.sender(address)
        if sender is None:
            if decoder is not None:
                self._reception.stranger(address, advert.local_name or "")
            return
        if decoder is not None and self._payloads.get(sender.address) != payload:
            self._payloads[sender.address] = payload
            self._open(sender, decoder, payload)
        # Who cannot be understood is not there: a button with another key must not look alive.
        if sender.address not in self._refused:
            self._reception.heard(sender)

    # -- what a device says ----------------------------------------------------------------------
    def _claimed(self, advert: AdvertisementData) -> tuple[Decoder | None, bytes]:
        """Return the decoder that opens an advertisement, None when no format is known to it."""
        advertisement = Advertisement(
            service_data=advert.service_data, manufacturer_data=advert.manufacturer_data
        )
        for decoder in self._decoders:
            payload = decoder.payload(advertisement)
            if payload is not None:
                return decoder, payload
        return None, b""

    def _open(self, sender: Enrolled, decoder: Decoder, payload: bytes) -> None:
        address = sender.address
        try:
            packet = decoder.decode(payload, address=address, key=sender.key)
            count = None if packet.counter is None else self._replay.take(sender, packet.counter)
        except UnreadableError as error:
            if not (isinstance(error, ReplayedError) and error.is_last):
                self._refused.add(address)
            self._reception.malformed(f"{NAME}:{address}", payload, error.fault)
            return
        self._refused.discard(address)
        if packet.fault:
            self._reception.malformed(f"{NAME}:{address}", payload, packet.fault)
        self._packets += 1
        # A sealed packet is known by its count for ever, a plain one only while we run.
        number = f"{self._start}.{self._packets}" if count is None else str(count)
        frame = f"{NAME}:{address}:{number}"
        committed = None
        if count is not None:
            pressed = any(kind.when is When.PRESS for kind, _ in packet.readings)
            committed = partial(self._replay.keep, address, count, at_once=pressed)
        events = self._events.of(sender.device, self._now(), packet.readings, frame)
        self._reception.hand_on(events, frame, committed)
