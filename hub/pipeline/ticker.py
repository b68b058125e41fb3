# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The ticker: wakes the rules at their next deadline, looks after silence and clock."""

import asyncio
import math
from typing import Final

from hub.pipeline.device_health import DeviceHealth
from hub.pipeline.inlet import EventInlet
from hub.pipeline.rule_memory import RuleMemory
from hub.runtime.clock import Clock
from hub.storage.disk_space import DiskSpace
from rules.model.events import ClockChanged, StorageFull, Tick
from rules.model.identity import Seconds

CHECK_S: Final = 10.0
"""Real seconds between two looks at silent devices and at the clock (CONTRACTS)."""
# An idle night still leaves a row this often: a power cut is measured from it, not from bedtime.
PULSE_S: Final = 300.0
RECOVERY_S: Final = 600.0
"""While the disk is full, room is looked for this often, real seconds."""
# The axis is told to the millisecond; a deadline nearer than that has come.
RESOLUTION_S: Final = 0.001


class Ticker:
    """Deadline driven: sleeps until the rules' `next_due`, never polls them."""

    def __init__(
        self,
        inlet: EventInlet,
        memory: RuleMemory,
        clock: Clock,
        *,
        device_health: DeviceHealth,
        disk_space: DiskSpace,
    ) -> None:
        self._inlet = inlet
        self._memory = memory
        self._clock = clock
        self._device_health = device_health
        self._disk_space = disk_space
        self._asleep_until = -math.inf
        self._wake = asyncio.Event()
        memory.rearmed.subscribe(self._rearmed)
        clock.moved.subscribe(self._wake.set)

    def _rearmed(self, due: Seconds | None) -> None:
        if due is not None and due < self._asleep_until:
            self._wake.set()

    @property
    def next_due(self) -> Seconds | None:
        """The rules' next deadline on the axis."""
        return self._memory.next_due

    async def run(self) -> None:
        """Append a tick at each deadline, and one after five quiet minutes."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._deadlines())
            group.create_task(self._real_time())

    async def _deadlines(self) -> None:
        while True:
            self._wake.clear()
            now = self._clock.axis()
            due = self._memory.next_due
            if due is not None and due <= now + RESOLUTION_S:
                self._inlet.append(Tick(at=max(now, due)))
                if self._memory.next_due == due:
                    await asyncio.sleep(1.0)  # the rules look again when time has really passed
                continue
            pulse = now + PULSE_S
            self._asleep_until = pulse if due is None else min(due, pulse)
            try:
                async with asyncio.timeout(self._clock.real_until(self._asleep_until)):
                    await self._wake.wait()
            except TimeoutError:
                if self._asleep_until == pulse:
                    self._inlet.append(Tick(at=self._clock.axis()))

    async def _real_time(self) -> None:
        room_at = self._clock.real()
        while True:
            await asyncio.sleep(CHECK_S)
            real = self._clock.real()
            if self._clock.check():
                self._inlet.append(ClockChanged(at=self._clock.axis(), trusted=True))
            for event in self._device_health.check():
                self._inlet.append(event)
            if real - room_at >= RECOVERY_S:
                room_at = real
                if self._disk_space.full and self._disk_space.recovered():
                    self._inlet.append(StorageFull(at=self._clock.axis(), full=False))

    def jump(self, to_utc_s: Seconds) -> None:
        """Play the story forward: every deadline on the way at its own time."""
        target = self._clock.axis_of(to_utc_s)
        assert target is not None, "a story has a clock"
        for _ in range(10_000):
            due = self._memory.next_due
            if due is None or due > target:
                break
            utc_s = self._clock.utc_of(due)
            assert utc_s is not None
            self._clock.jump(utc_s)
            self._inlet.append(Tick(at=max(due, self._clock.axis())))
        self._clock.jump(to_utc_s)
        self._inlet.append(Tick(at=self._clock.axis()))
