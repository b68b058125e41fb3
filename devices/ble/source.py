# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""BTHome devices as a source: a press heard ten times is one press, a state repeated is no news."""

from collections.abc import Callable
from functools import partial
from typing import Final

import structlog
from bleak.backends.scanner import AdvertisementData

from devices import roles
from devices.availability import Availability
from devices.ble.bthome import ROUND, UUID, BTHomeError, Packet, anew, decode
from devices.ble.counters import Counters
from devices.ble.recount import Recount
from devices.ble.scanner import Scanner
from devices.ble.settings import BleSettings
from devices.registry import Enrolled, Registry
from devices.source import Health, HealthState, Inlet, Sighting
from rules.model.apartment import Device, Role
from rules.model.events import DeviceEvent, RadioDown, RadioUp
from rules.model.identity import DeviceId, Seconds

NAME: Final = "ble"
_HAZARDS: Final = {
    "moisture": Role.LEAK,
    "smoke": Role.SMOKE,
    "carbon_monoxide": Role.CARBON_MONOXIDE,
}
_MEASURED: Final = {
    "power": roles.power,
    "temperature": roles.temperature,
    "humidity": roles.humidity,
    "battery": roles.battery,
}

log = structlog.get_logger(__name__)


def _throw_away(_frame: str, _raw: bytes, _fault: str) -> None:
    """Keep nothing of a malformed frame."""


class BleSource:
    """Hears advertisements; only those of enrolled devices are opened.

    BlueZ tells a device's whole memory again whenever anything changes, its signal strength for
    example. So only service data that differ, byte for byte, from the last ones are news.
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
        keep: Callable[[str, bytes, str], None] = _throw_away,
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
        """
        self._registry = registry
        self._availability = availability
        self._now = now
        self._start = start
        self._counters = counters
        self._keep = keep
        self._scanner = Scanner(settings, self, monotonic=monotonic)
        self._inlet: Inlet | None = None
        self._bytes: dict[str, bytes] = {}
        self._refused: set[str] = set()
        self._recount = Recount()
        self._counts: dict[str, int | None] = {}
        self._values: dict[tuple[DeviceId, str], float] = {}
        self._packets = 0
        self._state = HealthState.STARTING
        self._since = now()
        self._fault = ""
        self._frames = self._malformed = self._not_enrolled = 0

    async def run(self, inlet: Inlet) -> None:
        """Listen until cancelled. The air cannot be told to wait: nothing here is held back."""
        self._inlet = inlet
        try:
            await self._scanner.run()
        finally:
            # BlueZ tells each device's last packet again at the next start.
            self._counters.flush()

    def health(self) -> Health:
        """Return state and counters now."""
        return Health(
            state=self._state,
            since=self._since,
            frames=self._frames,
            malformed=self._malformed,
            not_enrolled=self._not_enrolled,
            last_fault=self._fault,
        )

    # -- how the radio is ------------------------------------------------------------------------
    def up(self) -> None:
        """Note that the scan runs."""
        if self._state is not HealthState.UP:
            self._state, self._since, self._fault = HealthState.UP, self._now(), ""
            log.info("bluetooth_found", source=NAME)
            self._emit(RadioUp(source=NAME, at=self._since), "up")

    def down(self, fault: str) -> None:
        """Note that nothing can be heard."""
        self._fault = fault
        if self._state is not HealthState.DOWN:
            self._state, self._since = HealthState.DOWN, self._now()
            log.warning("bluetooth_lost", source=NAME, fault=fault)
            self._emit(RadioDown(source=NAME, at=self._since), "down")

    def _emit(
        self,
        event: DeviceEvent | RadioDown | RadioUp,
        frame: str,
        committed: Callable[[], None] | None = None,
    ) -> None:
        assert self._inlet is not None, "emits only while it runs"
        self._inlet.put(Sighting(event=event, frame=f"{NAME}:{frame}", committed=committed))

    # -- what is heard ---------------------------------------------------------------------------
    def heard(self, address: str, advert: AdvertisementData) -> None:
        """Take one advertisement; a neighbour's is dropped here, unopened."""
        self._frames += 1
        data = advert.service_data.get(UUID)
        one = self._registry.find(NAME, address)
        if one is None:
            if data is not None:
                self._not_enrolled += 1
                self._registry.stranger(NAME, address, advert.local_name or "")
            return
        if data is not None and self._bytes.get(one.address) != data:
            self._bytes[one.address] = data
            self._open(one, data)
        # Who cannot be understood is not there: a button with another key must not look alive.
        if one.address not in self._refused:
            self._availability.heard(one.device.id)

    def _open(self, one: Enrolled, data: bytes) -> None:
        address = one.address
        if address not in self._counts:
            self._counts[address] = self._counters.load(address)
        try:
            packet = self._decode(one, data)
        except BTHomeError as error:
            if error.counter is None or not self._is_last(address, error.counter):
                self._refused.add(address)
            self._spoiled(address, data, error.fault)
            return
        self._refused.discard(address)
        if packet.unread is not None:
            self._spoiled(address, data, f"unreadable object {packet.unread:#04x}")
        self._packets += 1
        # A sealed packet is known by its count for ever, a plain one only while we run.
        place = f"{self._start}.{self._packets}" if packet.count is None else str(packet.count)
        frame = f"{address}:{place}"
        events = self._events(one.device, packet, f"{NAME}:{frame}")
        committed = None
        if packet.count is not None:
            self._counts[address] = packet.count
            pressed = any(name == "button" for name, _ in packet.readings)
            committed = partial(self._counters.save, address, packet.count, at_once=pressed)
        for event in events[:-1]:
            self._emit(event, frame)
        if events:
            self._emit(events[-1], frame, committed)
        elif committed is not None:
            committed()

    def _decode(self, one: Enrolled, data: bytes) -> Packet:
        address, last = one.address, self._counts[one.address]
        try:
            packet = decode(data, address=address, key=one.key, last=last)
        except BTHomeError as error:
            if error.counter is None or last is None or self._is_last(address, error.counter):
                raise
            if not self._recount.goes_on(address, error.counter):
                raise
            log.warning("device_counts_anew", device=one.device.id)
            packet = decode(data, address=address, key=one.key, last=anew(error.counter, last))
        self._recount.forget(address)
        return packet

    def _is_last(self, address: str, counter: int) -> bool:
        """BlueZ tells the packet taken last again, after a restart of the hub for example."""
        last = self._counts[address]
        return last is not None and counter == last % ROUND

    def _events(self, device: Device, packet: Packet, press: str) -> list[DeviceEvent]:
        at = self._now()
        found: list[DeviceEvent | None] = []
        if any(name == "button" and value for name, value in packet.readings):
            found.append(roles.pressed(device, at, press))
        for name, value in packet.readings:
            if name == "motion":  # each new packet is a movement, or the end of one
                found.append(roles.presence(device, at, sensed=bool(value)))
            elif name == "tamper" and value:
                log.warning("device_tampered", device=device.id)
            elif self._values.get((device.id, name)) != value:
                before = self._values.get((device.id, name))
                self._values[device.id, name] = value
                found.append(_changed(device, at, name, value, before))
        return [event for event in found if event is not None]

    def _spoiled(self, address: str, data: bytes, fault: str) -> None:
        self._malformed += 1
        self._fault = f"{address}: {fault}"
        self._keep(f"{NAME}:{address}", data, fault)


def _changed(
    device: Device, at: Seconds, name: str, value: float, before: float | None
) -> DeviceEvent | None:
    if name in _MEASURED:
        return _MEASURED[name](device, at, value)
    if name in _HAZARDS and (value or before):
        return roles.hazard(device, at, _HAZARDS[name], sensed=bool(value))
    match name:
        case "opening":
            return roles.contact(device, at, opened=bool(value))
        case "switched":
            return roles.switched(device, at, on=bool(value))
        case "battery_low" if value:
            return roles.battery(device, at, roles.BATTERY_LOW_PCT)
        case _:
            return None
