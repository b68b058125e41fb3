# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Virtual Zigbee sensors: motion, contacts, beds, water, smoke, climate."""

import asyncio

from showcase.virtual import zcl
from showcase.virtual.zigbee_device import ALARM1, Endpoint, Sent, VirtualDevice

ZONE_MOTION, ZONE_CONTACT, ZONE_FIRE, ZONE_WATER, ZONE_CO = 0x000D, 0x0015, 0x0028, 0x002A, 0x002B


class MotionSensor(VirtualDevice):
    """A PIR with Occupancy Sensing; goes back to rest by itself.

    Attributes:
        clears_after_s: real seconds of stillness after which it reports rest.
    """

    kind = "motion"

    def __init__(self, ieee: str) -> None:
        servers = (zcl.BASIC, zcl.POWER, zcl.IDENTIFY, zcl.POLL, zcl.OCCUPANCY)
        super().__init__(
            ieee,
            manufacturer="eWeLink",
            model="SNZB-03P",
            endpoints={1: Endpoint(type=0x0107, servers=servers, clients=(zcl.OTA,))},
        )
        self.clears_after_s = 2.0
        self._clearing: asyncio.TimerHandle | None = None
        self.set(1, zcl.OCCUPANCY, 0x0000, zcl.MAP8, 0)
        self.set(1, zcl.OCCUPANCY, 0x0001, zcl.ENUM8, 0)
        self.set(1, zcl.OCCUPANCY, 0x0010, zcl.U16, 60)
        self.set(1, zcl.OTA, 0x0002, zcl.U32, 0x00001001)
        self.add_battery(95)

    @property
    def occupied(self) -> bool:
        """The sensor sees movement now."""
        return bool(self.value(1, zcl.OCCUPANCY, 0x0000))

    def motion(self) -> Sent | None:
        """See movement; while it already does, nothing new is sent, as on a real sensor."""
        self._stop_clock()
        loop = asyncio.get_running_loop()
        self._clearing = loop.call_later(self.clears_after_s, self.rest)
        if self.occupied:
            return None
        sent = self.report(1, zcl.OCCUPANCY, {0x0000: 1})
        self.air.changed(self, "state")
        return sent

    def rest(self) -> Sent | None:
        """Report that nothing moves any more."""
        self._stop_clock()
        if not self.occupied:
            return None
        sent = self.report(1, zcl.OCCUPANCY, {0x0000: 0})
        self.air.changed(self, "state")
        return sent

    def get_stuck(self) -> Sent | None:
        """Fail in the worst way: say "movement" and never go back to rest."""
        sent = self.report(1, zcl.OCCUPANCY, {0x0000: 1})
        self._stop_clock()
        return sent

    def _stop_clock(self) -> None:
        if self._clearing is not None:
            self._clearing.cancel()
            self._clearing = None


class ZoneSensor(VirtualDevice):
    """A battery IAS zone with one alarm bit: contact, water, smoke."""

    zone_type = ZONE_CONTACT
    model_name = "contact-1"

    def __init__(self, ieee: str) -> None:
        servers = (zcl.BASIC, zcl.POWER, zcl.IDENTIFY, zcl.IAS_ZONE)
        super().__init__(
            ieee,
            manufacturer="Tohuus",
            model=self.model_name,
            endpoints={1: Endpoint(type=0x0402, servers=servers)},
        )
        self.add_zone(self.zone_type)
        self.add_battery(90)

    @property
    def alarmed(self) -> bool:
        """The alarm bit is set."""
        status = self.value(1, zcl.IAS_ZONE, 0x0002)
        assert isinstance(status, int)
        return bool(status & ALARM1)

    def alarm(self, *, on: bool) -> Sent | None:
        """Change the alarm bit and say so."""
        sent = self.zone_status(ALARM1 if on else 0)
        self.air.changed(self, "state")
        return sent

    def supervise(self) -> Sent | None:
        """Repeat the present status, as such sensors do every few hours."""
        status = self.value(1, zcl.IAS_ZONE, 0x0002)
        assert isinstance(status, int)
        return self.zone_status(status)


class Contact(ZoneSensor):
    """A door, drawer or cupboard contact."""

    kind = "contact"

    def open(self) -> Sent | None:
        """Open it."""
        return self.alarm(on=True)

    def close(self) -> Sent | None:
        """Close it."""
        return self.alarm(on=False)


class SeatContact(ZoneSensor):
    """A pressure mat on a contact: a person closes it, so a broken wire looks like an empty bed."""

    kind = "seat"
    model_name = "mat-1"

    def __init__(self, ieee: str) -> None:
        super().__init__(ieee)
        self.put(1, zcl.IAS_ZONE, 0x0002, ALARM1)

    def take(self) -> Sent | None:
        """Somebody lies or sits down."""
        return self.alarm(on=False)

    def leave(self) -> Sent | None:
        """Somebody gets up."""
        return self.alarm(on=True)


class LeakSensor(ZoneSensor):
    """A water detector on the floor."""

    kind = "leak"
    zone_type = ZONE_WATER
    model_name = "leak-1"

    def wet(self) -> Sent | None:
        """Water reaches the contacts."""
        return self.alarm(on=True)

    def dry(self) -> Sent | None:
        """The contacts are dry again."""
        return self.alarm(on=False)


class SmokeAlarm(ZoneSensor):
    """A smoke alarm with a radio module."""

    kind = "smoke"
    zone_type = ZONE_FIRE
    model_name = "smoke-1"

    def smoke(self) -> Sent | None:
        """Smell smoke."""
        return self.alarm(on=True)

    def clear(self) -> Sent | None:
        """The air is clear again."""
        return self.alarm(on=False)


class GasAlarm(SmokeAlarm):
    """A carbon monoxide alarm with a radio module."""

    kind = "carbon_monoxide"
    zone_type = ZONE_CO
    model_name = "co-1"


class ClimateSensor(VirtualDevice):
    """Temperature and relative humidity."""

    kind = "climate"

    def __init__(self, ieee: str) -> None:
        servers = (zcl.BASIC, zcl.POWER, zcl.IDENTIFY, zcl.TEMPERATURE, zcl.HUMIDITY)
        super().__init__(
            ieee,
            manufacturer="Tohuus",
            model="climate-1",
            endpoints={1: Endpoint(type=0x0302, servers=servers)},
        )
        self.set(1, zcl.TEMPERATURE, 0x0000, zcl.S16, 2100)
        self.set(1, zcl.HUMIDITY, 0x0000, zcl.U16, 4500)
        self.add_battery(85)

    def temperature(self, temperature_c: float) -> Sent | None:
        """Report degrees Celsius."""
        return self.report(1, zcl.TEMPERATURE, {0x0000: round(temperature_c * 100)})

    def humidity(self, humidity_pct: float) -> Sent | None:
        """Report relative humidity in percent."""
        return self.report(1, zcl.HUMIDITY, {0x0000: round(humidity_pct * 100)})
