# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is between the devices and the hub: air that loses and repeats frames, a broker that keeps presses, a stick that fails."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Final

from devices.radio_status import RadioStatus
from devices.source import DeviceError, Health, Inlet, Sighting
from hub.radios.wiring import Radios, Wiring
from rules.model.apartment import Apartment, Role
from rules.model.events import DeviceEvent, Motion, MotionEnded, RadioDown, RadioUp
from rules.model.identity import DeviceId, Seconds

LOSS: Final = 0.04
DUPLICATES: Final = 0.04
# The acknowledgement has to leave the hub and reach the broker before it counts there.
ACKS_S: Final = (0.002, 0.3)
OUTPUTS: Final = frozenset(
    {Role.LAMP, Role.OUTSIDE_LAMP, Role.SOUNDER, Role.SIREN, Role.STOVE_CUTOFF}
)

type Make = Callable[[Seconds], DeviceEvent]


@dataclass(slots=True, kw_only=True, eq=False)
class Frame:
    """One frame of a device; `sure` ones are kept by the broker until the hub has acknowledged them."""

    number: int
    device: DeviceId
    make: Make
    sure: bool
    acknowledged: Callable[[], None] | None = None


class Air:
    """The radios of the flat, whichever hub process listens.

    Attributes:
        loss: share of ordinary frames that nobody hears.
        broken: sources whose stick is gone.
        silent: devices whose battery is empty.
        lit: lamps and sounders that are on now; `refused` ones did not hear the last command.
        heard_s: when the hub last took a frame of a device (true seconds).
        moved_s: when it last took one that says "movement".
        moving: sensors whose last frame that was taken says so.
    """

    def __init__(
        self,
        apartment: Apartment,
        chance: Random,
        counts: Counter[str],
        note: Callable[..., None],
    ) -> None:
        self.apartment = apartment
        self._chance = chance
        self._counts = counts
        self._note = note
        self.loss = LOSS
        self.broken: set[str] = set()
        self.silent: set[DeviceId] = set()
        self.lit: dict[DeviceId, Seconds] = {}
        self.refused: set[DeviceId] = set()
        self.heard_s: dict[DeviceId, Seconds] = {}
        self.moved_s: dict[DeviceId, Seconds] = {}
        self.moving: set[DeviceId] = set()
        self.unreliable = 0.02
        self._kept: dict[int, Frame] = {}
        self._numbers = 0
        self._sources: dict[str, VirtualRadio] = {}
        self._processes = 0
        self._later: set[asyncio.Task[None]] = set()

    def radios(self, wiring: Wiring) -> Radios:
        """Make the sources of one hub process."""
        names = sorted({one.source for one in self.apartment.devices})
        self._sources = {}
        self._processes += 1
        made = tuple(VirtualRadio(name, self, wiring) for name in names)
        return Radios(sources=made, actuators=made)

    # --- from the devices

    def sense(self, device: DeviceId, make: Make) -> None:
        """Let a sensor speak once: lost, heard, or heard twice."""
        if device in self.silent:
            return
        frame = self._frame(device, make, sure=False)
        if self._chance.random() < self.loss:
            self._counts["frame_lost"] += 1
            return
        self._hear(frame)
        if self._chance.random() < DUPLICATES:
            self._counts["frame_duplicated"] += 1
            self._after(self._chance.uniform(0.05, 3.0), lambda: self._hear(frame))

    def call(
        self, device: DeviceId, make: Make, acknowledged: Callable[[], None] | None = None
    ) -> None:
        """Let a help device or fall radar speak: repeated until the broker has it, kept until it is acknowledged."""
        frame = self._frame(device, make, sure=True)
        frame.acknowledged = acknowledged
        delay = 0.0
        while self._chance.random() < self.loss:
            self._counts["frame_lost"] += 1
            delay += 0.5
        self._after(delay, lambda: self._keep(frame))
        if self._chance.random() < 0.3:
            self._counts["press_duplicated"] += 1
            self._after(delay + self._chance.uniform(0.05, 2.0), lambda: self._hear(frame))

    def _frame(self, device: DeviceId, make: Make, *, sure: bool) -> Frame:
        self._numbers += 1
        return Frame(number=self._numbers, device=device, make=make, sure=sure)

    def _keep(self, frame: Frame) -> None:
        self._kept[frame.number] = frame
        self._hear(frame)

    def _hear(self, frame: Frame) -> None:
        source = self._sources.get(self.apartment.devices_by_id[frame.device].source)
        if source is not None:
            source.queue.put_nowait(frame)

    def _after(self, delay_s: Seconds, then: Callable[[], None]) -> None:
        if delay_s <= 0:
            then()
            return

        async def later() -> None:
            await asyncio.sleep(delay_s)
            then()

        task = asyncio.get_running_loop().create_task(later())
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    # --- to and from the hub

    def attached(self, source: "VirtualRadio") -> None:
        """A source listens: the broker says everything again that was not acknowledged."""
        self._sources[source.name] = source
        for frame in list(self._kept.values()):
            if self.apartment.devices_by_id[frame.device].source == source.name:
                self._counts["press_redelivered"] += 1
                source.queue.put_nowait(frame)

    def detached(self, source: "VirtualRadio") -> None:
        """A source no longer listens."""
        if self._sources.get(source.name) is source:
            del self._sources[source.name]

    def hub_died(self) -> None:
        """Forget the hub process: its acknowledgements never arrive."""
        self._processes += 1
        self._sources = {}

    def committed(self, frame: Frame) -> None:
        """The hub's transaction is durable; its acknowledgement is on its way and may die with the hub."""
        if frame.acknowledged is not None:
            frame.acknowledged()
        process = self._processes

        def arrived() -> None:
            if self._processes == process:
                self._kept.pop(frame.number, None)

        self._after(self._chance.uniform(0.0, self._chance.choice(ACKS_S)), arrived)

    @property
    def kept(self) -> int:
        """Frames that the broker still keeps."""
        return len(self._kept)

    def lose_stick(self, name: str) -> None:
        """Pull a stick out."""
        self._counts["radio_down"] += 1
        self.broken.add(name)
        if name in self._sources:
            self._sources[name].queue.put_nowait(None)

    def switch(self, device: DeviceId, on: bool, at: Seconds) -> None:
        """A lamp or sounder does as it is told, or does not answer."""
        if self._chance.random() < self.unreliable:
            self._counts["command_lost"] += 1
            self.refused.add(device)
            raise DeviceError(device, "unreachable")
        self.refused.discard(device)
        if on:
            self.lit.setdefault(device, at)
        else:
            self.lit.pop(device, None)

    def sleep_over(self) -> None:
        """Let nobody wait for frames that were still in the air when the world ends."""
        for task in list(self._later):
            task.cancel()


class VirtualRadio:
    """A `Source` and `Actuator` as the hub sees them; decoded events instead of frames."""

    def __init__(self, name: str, air: Air, wiring: Wiring) -> None:
        self.name = name
        self._air = air
        self._now = wiring.now
        self._availability = wiring.availability
        self.queue: asyncio.Queue[Frame | None] = asyncio.Queue()
        self._inlet: Inlet | None = None
        self._status = RadioStatus(name, now=wiring.now, tell=self._tell)
        self._frames = 0

    async def run(self, inlet: Inlet) -> None:
        """Listen until cancelled or the stick is lost."""
        self._inlet = inlet
        self._status.starting()
        if self.name in self._air.broken:
            raise DeviceError(self.name, "unreachable")
        self.queue = asyncio.Queue()
        self._status.up()
        self._air.attached(self)
        try:
            while True:
                await inlet.has_room()
                frame = await self.queue.get()
                if frame is None:
                    raise DeviceError(self.name, "lost")
                self._take(inlet, frame)
        finally:
            self._air.detached(self)

    def lost(self, fault: str) -> None:
        """Report the radio as down."""
        self._status.down(fault)

    def _take(self, inlet: Inlet, frame: Frame) -> None:
        self._frames += 1
        event = frame.make(self._now())
        self._air.heard_s[frame.device] = asyncio.get_running_loop().time()
        if isinstance(event, Motion):
            self._air.moved_s[frame.device] = self._air.heard_s[frame.device]
            self._air.moving.add(frame.device)
        elif isinstance(event, MotionEnded):
            self._air.moving.discard(frame.device)
        committed = (lambda: self._air.committed(frame)) if frame.sure else None
        inlet.put(Sighting(event=event, frame=f"{self.name}:{frame.number}", committed=committed))

    def _tell(self, event: RadioUp | RadioDown) -> None:
        assert self._inlet is not None, "tells only while it runs"
        word = "up" if isinstance(event, RadioUp) else "down"
        self._inlet.put(Sighting(event=event, frame=word))

    def health(self) -> Health:
        """Return state and counters now."""
        return Health(
            state=self._status.state,
            since=self._status.since,
            frames=self._frames,
            last_fault=self._status.last_fault,
        )

    def drives(self, device: DeviceId) -> bool:
        """Say whether this source can command the device."""
        known = self._air.apartment.devices_by_id.get(device)
        return known is not None and known.source == self.name and known.role in OUTPUTS

    async def switch(self, device: DeviceId, *, on: bool, level: float | None = None) -> None:
        """Switch and wait for the confirmation."""
        await asyncio.sleep(0.02)
        if not self._status.is_up or device in self._air.silent:
            raise DeviceError(device, "unreachable")
        self._air.switch(device, on, asyncio.get_running_loop().time())
