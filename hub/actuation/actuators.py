# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Lamps, sounders, relays: the newest wish counts, is tried again; a refusal is a fact."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import structlog

from devices.source import RADIO_DOWN, Actuator, DeviceError
from hub.pipeline.event_stream import Stream
from hub.pipeline.inlet import Pipeline
from hub.pipeline.trace import Hops
from hub.runtime.clock import Clock
from rules.model.effects import Effect, Switch
from rules.model.events import DeviceHeard, DeviceSilent, Fact
from rules.model.identity import DeviceId, Seq

_LOG = structlog.get_logger()
# Waits between tries (real seconds): a sleepy mesh answers the second time, a dead plug never.
RETRY_S: Final = (0.3, 1.0)


@dataclass(eq=False, slots=True)
class _Wish:
    device: DeviceId
    on: bool
    level: float | None
    why: str
    seq: Seq | None
    done: asyncio.Future[bool] = field(default_factory=asyncio.Future)


class Actuators:
    """Commands in, confirmed states out.

    Args:
        ways: the sources that can drive something.
    """

    def __init__(
        self,
        ways: Sequence[Actuator],
        *,
        pipeline: Pipeline,
        clock: Clock,
        stream: Stream,
    ) -> None:
        self._ways = tuple(ways)
        self._pipeline = pipeline
        self._clock = clock
        self._stream = stream
        self._hops = Hops(clock)
        self._wishes: dict[DeviceId, _Wish] = {}
        self._working: set[DeviceId] = set()
        self._refused: set[DeviceId] = set()
        self._wake = asyncio.Event()
        self._rest: dict[DeviceId, tuple[bool, float | None]] = {}

    @property
    def busy(self) -> int:
        """Commands not confirmed yet."""
        return len(self._working | self._wishes.keys())

    def happened(self, fact: Fact, effects: tuple[Effect, ...]) -> None:
        """Carry out what the rules want switched."""
        for effect in effects:
            if isinstance(effect, Switch):
                self._rest[effect.device] = (effect.on, effect.level)
                self._wish(
                    effect.device, on=effect.on, level=effect.level, why=effect.why, seq=fact.seq
                )

    async def switch(
        self, device: DeviceId, *, on: bool, level: float | None = None, why: str
    ) -> bool:
        """Switch and say whether the device confirmed; a newer wish for it counts as confirmed."""
        return await self._wish(device, on=on, level=level, why=why, seq=None).done

    async def rest(self, device: DeviceId) -> bool:
        """Bring a device back to what the rules last wanted, off if they never wanted anything."""
        on, level = self._rest.get(device, (False, None))
        return await self.switch(device, on=on, level=level, why="rest")

    def _wish(
        self, device: DeviceId, *, on: bool, level: float | None, why: str, seq: Seq | None
    ) -> _Wish:
        wish = _Wish(device, on, level, why, seq)
        overtaken = self._wishes.get(device)
        if overtaken is not None:
            overtaken.done.set_result(True)
        self._wishes[device] = wish
        self._wake.set()
        return wish

    async def run(self) -> None:
        """Work off wishes, one at a time for each device, all devices at once."""
        async with asyncio.TaskGroup() as group:
            while True:
                await self._wake.wait()
                self._wake.clear()
                for device in [one for one in self._wishes if one not in self._working]:
                    self._working.add(device)
                    group.create_task(self._work(device))

    async def _work(self, device: DeviceId) -> None:
        try:
            while (wish := self._wishes.pop(device, None)) is not None:
                confirmed = await self._carry_out(wish)
                if not wish.done.done():
                    wish.done.set_result(confirmed)
                self._tell(wish, confirmed=confirmed)
        finally:
            self._working.discard(device)

    async def _carry_out(self, wish: _Wish) -> bool:
        way = next((one for one in self._ways if one.drives(wish.device)), None)
        fault = "no_source"
        for wait_s in (*RETRY_S, None) if way is not None else ():
            assert way is not None
            try:
                await way.switch(wish.device, on=wish.on, level=wish.level)
            except DeviceError as error:
                fault = error.fault
            else:
                self._confirmed(wish.device)
                return True
            if wait_s is None or wish.device in self._wishes:
                break
            await asyncio.sleep(wait_s)
        self._refusal(wish.device, fault)
        return False

    def _confirmed(self, device: DeviceId) -> None:
        if device in self._refused:
            self._refused.discard(device)
            _LOG.info("actuator_back", device=device)
            self._pipeline.append(DeviceHeard(device=device, at=self._clock.axis()))

    def _refusal(self, device: DeviceId, fault: str) -> None:
        """Say that a device is lost; a radio that is down or starting proves nothing against it."""
        if fault == RADIO_DOWN:
            _LOG.info("actuator_not_asked", device=device)
        elif device not in self._refused:
            self._refused.add(device)
            _LOG.warning("actuator_lost", device=device, fault=fault)
            self._pipeline.append(DeviceSilent(device=device, at=self._clock.axis()))

    def _tell(self, wish: _Wish, *, confirmed: bool) -> None:
        if self._stream.watched:
            self._stream.publish(
                self._hops.make(
                    "switched",
                    seq=wish.seq,
                    at=self._clock.axis(),
                    device=wish.device,
                    outcome="confirmed" if confirmed else "refused",
                    detail={"on": wish.on, "level": wish.level, "why": wish.why},
                )
            )
