# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""A Bluetooth source without a radio: advertisements in, events out."""

from bleak.backends.scanner import AdvertisementData

from devices.availability import Availability
from devices.ble.settings import BleSettings
from devices.ble.source import BleSource
from devices.registry import Enrolled, Registry
from rules.model.apartment import Device
from rules.model.identity import DeviceId, RoomId

ADDRESS = "aa:bb:cc:00:00:01"


class Counts(dict):
    """Counters that forget nothing while the test runs."""

    def load(self, address):
        return self.get(address)

    def save(self, address, count, *, at_once):
        self[address] = count

    def flush(self):
        return None


class Receiving:
    """One enrolled device of a role, and the formats that the source opens."""

    def __init__(self, role, decoders, *, key=None):
        device = Device(id=DeviceId("it"), role=role, room=RoomId("hall"), source="ble")
        self.events, self.kept, self.time_s = [], [], 100.0
        self.availability = Availability([device], now=self.clock, monotonic=self.clock)
        self.source = BleSource(
            BleSettings(),
            Registry([Enrolled(device=device, address=ADDRESS, key=key)]),
            self.availability,
            now=self.clock,
            monotonic=self.clock,
            start="boot",
            counters=Counts(),
            keep=lambda _frame, _raw, fault: self.kept.append(fault),
            decoders=decoders,
        )
        self.source._reception.open(self)

    def clock(self):
        return self.time_s

    def put(self, sighting):
        self.events.append(sighting.event)
        if sighting.committed is not None:
            sighting.committed()

    def advertise(self, *, service=None, maker=None, address=ADDRESS):
        self.source.heard(
            address,
            AdvertisementData(
                local_name=None,
                manufacturer_data=maker or {},
                service_data=service or {},
                service_uuids=[],
                tx_power=None,
                rssi=-60,
                platform_data=(),
            ),
        )
