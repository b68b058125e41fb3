# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The virtual flat: a resident walks about in it, devices notice by real radio frames."""

import asyncio
import tomllib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from design import plan
from design.plan import Plan
from rules.model.apartment import Apartment, Role
from rules.model.apartment_file import parse
from rules.model.identity import DeviceId, Seconds
from showcase.apartment.floor import Floor, Spot, Way
from showcase.virtual.coordinator import VirtualCoordinator
from showcase.virtual.zigbee_appliances import CutOff, Lamp, PowerMeter, Sounder
from showcase.virtual.zigbee_device import Sent, VirtualDevice
from showcase.virtual.zigbee_flat import nodes
from showcase.virtual.zigbee_radars import TuyaFallRadar
from showcase.virtual.zigbee_sensors import Contact, LeakSensor, MotionSensor, SeatContact

APARTMENT: Final = Path(__file__).parents[1] / "apartment.toml"
# She is quick enough that a story stays under 40 s, and slow enough to be followed from two metres.
WALK_CM_S: Final = 330.0
# Driver timers are real: a virtual motion sensor is at rest before a story's clock may jump.
CLEARS_AFTER_S: Final = 1.5

# What a visitor may do to a device by touching it in the plan.
TOUCH: Final[Mapping[Role, str]] = {
    Role.MOTION: "motion",
    Role.HELP: "press",
    Role.FINE: "press",
    Role.TAKE_BACK: "press",
    Role.FALL_RADAR: "fall",
    Role.LEAK: "wet",
    Role.FRONT_DOOR: "open",
}


class FlatError(Exception):
    """A story asks a device for something it cannot do.

    Attributes:
        device: which device.
        verb: what was asked of it.
    """

    def __init__(self, device: str, verb: str) -> None:
        super().__init__(device, verb)
        self.device = device
        self.verb = verb


class Flat:
    """Mrs Petersen and everything that is installed in her flat.

    Args:
        coordinator: the virtual Zigbee stick that carries the frames.
        on_frame: told of every frame a device sent, with the device.
        on_change: told of every device that changed (lamps and sounders obey the hub).
        on_walk: told of every way she takes, before she takes it, with its real length in seconds.
        path: the apartment file.
    """

    def __init__(
        self,
        coordinator: VirtualCoordinator,
        *,
        on_frame: Callable[[DeviceId, Sent], None] = lambda _device, _sent: None,
        on_change: Callable[[DeviceId], None] = lambda _device: None,
        on_walk: Callable[[Way, Seconds], None] = lambda _way, _length_s: None,
        path: Path = APARTMENT,
    ) -> None:
        self.table: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        self.apartment: Apartment = parse(self.table)
        self.floor = Floor(self.table)
        self.drawing: Plan | None = plan.read(self.table)
        self.coordinator = coordinator
        self.nodes = nodes(self.table, self.apartment)
        self.spot: Spot = self.floor.spots["sofa"]
        self.stove_w = 0.0
        self._on_frame, self._on_change, self._on_walk = on_frame, on_change, on_walk
        self._by_address = {node.address: device for device, node in self.nodes.items()}
        self._unpowered: set[DeviceId] = set()
        self._noted: dict[DeviceId, Sent] = {}
        self._worn: dict[DeviceId, Callable[[], Sent]] = {}
        self._beacons: list[Callable[[], None]] = []
        coordinator.subscribe(self._changed)
        for node in self.nodes.values():
            if isinstance(node, MotionSensor):
                node.clears_after_s = CLEARS_AFTER_S
            coordinator.add(node)

    # --- devices --------------------------------------------------------------------------

    @property
    def strangers(self) -> list[VirtualDevice]:
        """Nodes that have power and have not joined yet."""
        return [
            node
            for device, node in self.nodes.items()
            if device not in self._unpowered and not self.coordinator.is_joined(node)
        ]

    def power(self, devices: Iterable[str], *, on: bool) -> None:
        """Give devices power or take it away: without it they send and obey nothing."""
        for name in devices:
            device = DeviceId(name)
            node = self.nodes[device]
            node.mute = not on
            node.reachable = on
            (self._unpowered.discard if on else self._unpowered.add)(device)

    def has_power(self, device: str) -> bool:
        """Say whether a device has power."""
        return DeviceId(device) not in self._unpowered

    def sense(self, device: str, verb: str, **values: float) -> Sent | None:
        """Let a device notice something: `pull`, `fall`, `motion`, `open`, ...

        Raises:
            FlatError: there is no such device, or it cannot do that.
        """
        press = self._worn.get(DeviceId(device))
        if press is not None:
            sent = press()
            self._on_frame(DeviceId(device), sent)
            return sent
        node = self.nodes.get(DeviceId(device))
        act = getattr(node, verb, None)
        if node is None or act is None:
            raise FlatError(device, verb)
        if isinstance(node, MotionSensor) and verb == "motion" and node.occupied:
            self._sent(device, node.rest())
        return self._sent(device, act(*values.values()))

    def wear(self, device: DeviceId, press: Callable[[], Sent], beacon: Callable[[], None]) -> None:
        """Give her a button of another radio than Zigbee, with its sign of life."""
        self._worn[device] = press
        self._beacons.append(beacon)

    def is_on(self, device: str) -> bool:
        """Say whether a lamp is lit, a sounder sounds, a relay is closed."""
        node = self.nodes.get(DeviceId(device))
        if isinstance(node, Sounder):
            return node.sounding
        return bool(getattr(node, "on", False))

    def lit(self) -> tuple[DeviceId, ...]:
        """Return the lamps that are lit."""
        return tuple(
            device for device, node in self.nodes.items() if isinstance(node, Lamp) and node.on
        )

    def sounding(self) -> tuple[DeviceId, ...]:
        """Return the sounders that sound."""
        return tuple(
            device
            for device, node in self.nodes.items()
            if isinstance(node, Sounder) and node.sounding
        )

    def stove(self, power_w: float) -> None:
        """Turn the cooker on or off; the meter in its supply reports."""
        self.stove_w = power_w
        for device, node in self.nodes.items():
            if isinstance(node, PowerMeter):
                self._sent(device, node.power(power_w))

    def check_in(self) -> None:
        """Let every device give the sign of life it gives a few times a day; it says nothing new.

        Story time jumps over the hours in which real devices do that; without it the next start of
        the hub would find them silent.
        """
        for device, node in self.nodes.items():
            if device not in self._unpowered:
                node.check_in()
        for beacon in self._beacons:
            beacon()

    def settle(self) -> None:
        """Let every sensor that is in a passing state send its own "clear" now."""
        for device, node in self.nodes.items():
            if isinstance(node, MotionSensor):
                self._sent(device, node.rest())

    def tidy(self) -> None:
        """Put the flat back to an ordinary day: nothing alarms, cooker off, cut-off closed."""
        self.settle()
        if self.stove_w:
            self.stove(0.0)
        for device, node in self.nodes.items():
            if isinstance(node, TuyaFallRadar) and node.fallen:
                self._sent(device, node.clear())
            elif isinstance(node, LeakSensor) and node.alarmed:
                self._sent(device, node.dry())
            elif isinstance(node, CutOff) and not node.on:
                self._sent(device, node.switch_by_hand(on=True))
            elif isinstance(node, Contact) and node.alarmed:
                self._sent(device, node.close())

    # --- the resident ---------------------------------------------------------------------

    def put(self, spot: str) -> None:
        """Draw her somewhere without any device noticing: the start of a story."""
        self.spot = self.floor.spots[spot]
        self._on_walk(Way(points=(self.spot.at,), rooms=(self.spot.room,)), 0.0)

    def stir(self) -> Sent | None:
        """Let her move a little where she is."""
        return self._noticed(self.spot.room)

    async def walk(self, to: str, *, fast: bool = False) -> None:
        """Let her walk to a spot; each room she enters notices.

        Args:
            to: spot of the apartment file.
            fast: at once, for a story without spectators.
        """
        start, end = self.spot, self.floor.spots[to]
        way = self.floor.way(start, end)
        length_s = 0.0 if fast else way.length_cm / WALK_CM_S
        self.spot = end
        self._on_walk(way, length_s)
        self._bed(start, end, leaving=True)
        each_s = length_s / max(len(way.rooms), 1)
        for room in way.rooms:
            if "outside" in {start.room, end.room} and room == "hall":
                self._front_door()
            self._noticed(room)
            await asyncio.sleep(each_s)
        self._bed(start, end, leaving=False)

    def fall(self, to: str) -> None:
        """Let her fall; no sensor notices by itself, a story says which one does."""
        self.spot = self.floor.spots[to]
        self._on_walk(Way(points=(self.spot.at,), rooms=(self.spot.room,)), 0.0)

    def _bed(self, start: Spot, end: Spot, *, leaving: bool) -> None:
        if (start.pose == "bed") == (end.pose == "bed"):
            return
        if leaving != (start.pose == "bed"):
            return
        for device, node in self.nodes.items():
            if isinstance(node, SeatContact):
                self._sent(device, node.leave() if leaving else node.take())

    def _front_door(self) -> None:
        for device, node in self.nodes.items():
            if self.apartment.devices_by_id[device].role is Role.FRONT_DOOR:
                assert isinstance(node, Contact)
                self._sent(device, node.open())
                self._sent(device, node.close())

    def _noticed(self, room: str) -> Sent | None:
        sent = None
        for device, node in self.nodes.items():
            if isinstance(node, MotionSensor) and self.apartment.devices_by_id[device].room == room:
                sent = self.sense(device, "motion")
        return sent

    def _sent(self, device: str, sent: Sent | None) -> Sent | None:
        self._note(DeviceId(device))
        return sent

    def _note(self, device: DeviceId) -> None:
        """Tell of frames that were sent since the last time, also of those it sent by itself."""
        node, known = self.nodes[device], self._noted.get(device)
        fresh: list[Sent] = []
        for sent in reversed(node.sent):
            if sent is known:
                break
            fresh.append(sent)
        if node.sent:
            self._noted[device] = node.sent[-1]
        if device not in self._unpowered:
            for sent in reversed(fresh):
                self._on_frame(device, sent)

    def _changed(self, node: VirtualDevice, what: str) -> None:
        device = self._by_address.get(node.address)
        if device is None or what != "state":
            return
        self._note(device)
        if isinstance(node, CutOff) and not node.on and self.stove_w:
            self.stove(0.0)  # the supply is cut: the meter behind it reads nothing
        self._on_change(device)
