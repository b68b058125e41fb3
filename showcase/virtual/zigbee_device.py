# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""One virtual Zigbee node: its endpoints, its attributes, and the frames it sends."""

import struct
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from showcase.virtual import zcl
from showcase.virtual.mt import u16

ALARM1, ALARM2, LOW_BATTERY = 1, 2, 8  # IAS zone status bits
KEPT_FRAMES: Final = 256  # sent and received frames a device remembers


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """What one endpoint offers (`servers`) and uses (`clients`)."""

    type: int
    servers: tuple[int, ...]
    clients: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Sent:
    """One frame this device sent; `name` is how the hub names it, but for its last counter."""

    name: str
    at: float
    """Real seconds (`time.monotonic`)."""
    arrived: bool
    """False when the air lost it or no coordinator was there."""


@dataclass(frozen=True, slots=True)
class Received:
    """One cluster command the hub sent to this device."""

    at: float
    endpoint: int
    cluster: int
    command: int
    payload: bytes


class Air(Protocol):
    """What carries a device's frames: the coordinator it joined."""

    def deliver(self, device: "VirtualDevice", endpoint: int, cluster: int, data: bytes) -> bool:
        """Carry one ZCL frame to the hub; False when it was lost."""

    def changed(self, device: "VirtualDevice", what: str) -> None:
        """Hear that something about the device changed that a watcher may draw or keep."""


class Void:
    """The air before a device has joined: nothing carries."""

    def deliver(self, *_frame: object) -> bool:
        """Lose the frame."""
        return False

    def changed(self, device: "VirtualDevice", what: str) -> None:
        """Nobody watches."""


@dataclass(slots=True)
class Memory:
    """What a device keeps in its own flash over a power cut."""

    bindings: set[tuple[int, int]] = field(default_factory=set)
    """(endpoint, cluster)."""
    reporting: set[tuple[int, int, int]] = field(default_factory=set)
    """(endpoint, cluster, attribute) with a configured report."""
    enrolled: dict[int, int] = field(default_factory=dict)
    """IAS: endpoint -> zone number."""
    cie: dict[int, bytes] = field(default_factory=dict)
    """IAS: endpoint -> address of the control panel."""

    def dump(self) -> dict[str, Any]:
        """Return it JSON-ready."""
        return {
            "bindings": sorted(self.bindings),
            "reporting": sorted(self.reporting),
            "enrolled": {str(ep): zone for ep, zone in self.enrolled.items()},
            "cie": {str(ep): address.hex() for ep, address in self.cie.items()},
        }

    def load(self, raw: Mapping[str, Any]) -> None:
        """Take over what `dump` returned."""
        self.bindings = {(ep, cluster) for ep, cluster in raw["bindings"]}
        self.reporting = {(ep, cluster, attr) for ep, cluster, attr in raw["reporting"]}
        self.enrolled = {int(ep): zone for ep, zone in raw["enrolled"].items()}
        self.cie = {int(ep): bytes.fromhex(address) for ep, address in raw["cie"].items()}


class VirtualDevice:
    """A node with the behaviour every kind shares; the kinds are in `zigbee_kinds` and others.

    Attributes:
        reachable: False makes its parent give up on every frame to it (delivery failure).
        asleep: True lets frames to it vanish without any answer.
        dozes: True makes it hear only for a moment after it spoke, as a battery device that is set
            up; its parent keeps a frame for it until then, for 7.68 s at most.
        mute: True loses everything it sends (battery out, out of range).
        refuses_enrolment: so many more times it ignores "you are enrolled".
        latency_s: how long it takes to answer.
    """

    manufacturer_code: int = 0x1234
    kind: str = "device"

    def __init__(
        self,
        ieee: str,
        *,
        manufacturer: str,
        model: str,
        endpoints: Mapping[int, Endpoint],
        mains: bool = False,
    ) -> None:
        self.address = ieee.lower()
        self.ieee = bytes.fromhex(self.address.replace(":", ""))[::-1]
        self.name = self.address
        self.nwk = 0
        self.endpoints = dict(endpoints)
        self.manufacturer, self.model, self.mains = manufacturer, model, mains
        self.reachable, self.asleep, self.mute, self.dozes = True, False, False, False
        self.latency_s = 0.0
        self.refuses_enrolment = 0
        self.air: Air = Void()
        self.memory = Memory()
        self.attributes: dict[tuple[int, int, int], tuple[int, zcl.Value]] = {}
        self.sent: deque[Sent] = deque(maxlen=KEPT_FRAMES)
        self.received: deque[Received] = deque(maxlen=KEPT_FRAMES)
        self.on_command: Callable[[Received], None] | None = None
        self._sequence = self._aps = 0
        self._last: tuple[int, int, bytes] | None = None
        for endpoint in self.endpoints:
            self.set(endpoint, zcl.BASIC, 0x0000, zcl.U8, 3)
            self.set(endpoint, zcl.BASIC, 0x0004, zcl.TEXT, manufacturer)
            self.set(endpoint, zcl.BASIC, 0x0005, zcl.TEXT, model)
            self.set(endpoint, zcl.BASIC, 0x0007, zcl.ENUM8, 1 if mains else 3)

    # --- state ----------------------------------------------------------------------------

    def set(self, endpoint: int, cluster: int, attribute: int, kind: int, value: zcl.Value) -> None:
        """Give the device an attribute of a ZCL type."""
        self.attributes[endpoint, cluster, attribute] = (kind, value)

    def value(self, endpoint: int, cluster: int, attribute: int) -> zcl.Value:
        """Return the value of an attribute the device has."""
        return self.attributes[endpoint, cluster, attribute][1]

    def put(self, endpoint: int, cluster: int, attribute: int, value: zcl.Value) -> None:
        """Change the value of an attribute the device has."""
        place = endpoint, cluster, attribute
        self.attributes[place] = (self.attributes[place][0], value)

    def next_sequence(self) -> int:
        """Count up the ZCL transaction number, this device's own."""
        self._sequence = (self._sequence + 1) & 0xFF
        return self._sequence

    def next_aps(self) -> int:
        """Count up the APS counter: apart from the ZCL one, as on a real device."""
        self._aps = (self._aps + 1) & 0xFF
        return self._aps

    # --- frames out -----------------------------------------------------------------------

    def send(
        self,
        endpoint: int,
        cluster: int,
        control: int,
        command: int,
        payload: bytes = b"",
        *,
        sequence: int | None = None,
        manufacturer: int | None = None,
    ) -> Sent:
        """Send one ZCL frame and say under which name the hub will know it."""
        number = self.next_sequence() if sequence is None else sequence
        head = bytes((control,))
        if manufacturer is not None:
            head = bytes((control | 0x04,)) + u16(manufacturer)
        return self.send_raw(endpoint, cluster, head + bytes((number, command)) + payload, number)

    def send_raw(self, endpoint: int, cluster: int, data: bytes, number: int = 0) -> Sent:
        """Send bytes as they are, for frames no device should send."""
        self._last = (endpoint, cluster, data)
        at = time.monotonic()
        arrived = not self.mute and self.air.deliver(self, endpoint, cluster, data)
        name = f"zigbee:{self.address}:{endpoint}:{cluster:04x}:{number}"
        one = Sent(name, at, arrived)
        self.sent.append(one)
        return one

    def repeat(self) -> Sent:
        """Send the last frame once more, unchanged, as a device without an answer does."""
        assert self._last is not None, "nothing was sent yet"
        endpoint, cluster, data = self._last
        return self.send_raw(endpoint, cluster, data, data[1])

    def report(
        self, endpoint: int, cluster: int, values: Mapping[int, zcl.Value], *, force: bool = False
    ) -> Sent | None:
        """Report attributes; like a real device only where the hub bound it and asked for reports.

        Args:
            endpoint: number of the endpoint.
            cluster: number of the cluster.
            values: attribute number -> new value.
            force: report even if nobody configured it.
        """
        out = b""
        for attribute, value in values.items():
            self.put(endpoint, cluster, attribute, value)
            asked = (endpoint, cluster, attribute) in self.memory.reporting
            if force or (asked and (endpoint, cluster) in self.memory.bindings):
                kind = self.attributes[endpoint, cluster, attribute][0]
                out += u16(attribute) + bytes((kind,)) + zcl.encode(kind, value)
        return self.send(endpoint, cluster, 0x18, 0x0A, out) if out else None

    def zone_status(self, status: int, *, endpoint: int = 1) -> Sent | None:
        """IAS zone status change notification; silent until enrolled, as the standard says."""
        self.put(endpoint, zcl.IAS_ZONE, 0x0002, status)
        zone = self.memory.enrolled.get(endpoint)
        if zone is None:
            return None
        payload = struct.pack("<HBBH", status, 0, zone, 0)
        return self.send(endpoint, zcl.IAS_ZONE, 0x09, 0x00, payload)

    def add_zone(self, zone_type: int, *, endpoint: int = 1) -> None:
        """Give an endpoint the attributes of an IAS zone."""
        self.set(endpoint, zcl.IAS_ZONE, 0x0000, zcl.ENUM8, 0)
        self.set(endpoint, zcl.IAS_ZONE, 0x0001, zcl.ENUM16, zone_type)
        self.set(endpoint, zcl.IAS_ZONE, 0x0002, zcl.MAP16, 0)
        self.set(endpoint, zcl.IAS_ZONE, 0x0010, zcl.EUI64, bytes(8))
        self.set(endpoint, zcl.IAS_ZONE, 0x0011, zcl.U8, 0xFF)

    def add_battery(self, charge_pct: float = 100.0, *, endpoint: int = 1) -> None:
        """Give an endpoint a battery (attribute counts half percents)."""
        self.set(endpoint, zcl.POWER, 0x0020, zcl.U8, 30)
        self.set(endpoint, zcl.POWER, 0x0021, zcl.U8, round(charge_pct * 2))

    def battery(self, charge_pct: float, *, endpoint: int = 1) -> Sent | None:
        """Report the battery's charge in percent."""
        values: dict[int, zcl.Value] = {0x0021: round(charge_pct * 2)}
        return self.report(endpoint, zcl.POWER, values, force=True)

    def check_in(self) -> Sent | None:
        """Give a sign of life that says nothing new (battery, or the device's own state)."""
        if (1, zcl.POWER, 0x0021) in self.attributes:
            half = self.value(1, zcl.POWER, 0x0021)
            return self.report(1, zcl.POWER, {0x0021: half}, force=True)
        return self.report(1, zcl.BASIC, {0x0000: 3}, force=True)

    # --- frames in ------------------------------------------------------------------------

    def obey(self, command: Received) -> int:
        """Carry out one cluster command; return its ZCL status. Kinds override this."""
        known = self.endpoints[command.endpoint]
        if command.cluster not in known.servers + known.clients:
            return zcl.UNSUPPORTED_CLUSTER
        return zcl.SUCCESS
