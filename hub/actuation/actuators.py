# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Lamps, sounders, relays: the newest command counts, is tried again; a refusal is a fact."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

import structlog

from devices.source import RADIO_DOWN, Actuator, DeviceError
from hub.pipeline.commits import Commits
from hub.pipeline.inlet import EventInlet
from hub.pipeline.trace import EventTrace
from hub.runtime.clock import Clock
from rules.model.effects import Effect, Switch
from rules.model.events import DeviceHeard, DeviceSilent, Fact
from rules.model.identity import DeviceId, Seq

_LOG = structlog.get_logger()
# Waits between tries (real seconds): a sleepy mesh answers the second time, a dead plug never.
RETRY_S: Final = (0.3, 1.0)


@dataclass(eq=False, slots=True)
class _Command:
    device: DeviceId
    on: bool
    level: float | None
    why: str
    seq: Seq | None
    done: asyncio.Future[bool] = field(default_factory=asyncio.Future)


class Ways(Protocol):
    """The sources that can drive something, once they are made."""

    @property
    def actuators(self) -> Sequence[Actuator]:
        """All of them."""


class Actuators:
    """Commands in, confirmed states out.

    Args:
        ways: the sources that can drive something.
        inlet: takes refusals as facts.
        commits: what the rules want switched.
        clock: time.
        trace: the public events.
    """

    def __init__(
        self,
        ways: Ways,
        *,
        inlet: EventInlet,
        commits: Commits,
        clock: Clock,
        trace: EventTrace,
    ) -> None:
        self._ways = ways
        self._inlet = inlet
        self._clock = clock
        self._trace = trace
        self._commands: dict[DeviceId, _Command] = {}
        self._working: set[DeviceId] = set()
        self._refused: set[DeviceId] = set()
        self._wake = asyncio.Event()
        self._rest: dict[DeviceId, tuple[bool, float | None]] = {}
        commits.subscribe(self.happened)

    @property
    def busy(self) -> int:
        """Commands not confirmed yet."""
        return len(self._working | self._commands.keys())

    def happened(self, fact: Fact, effects: tuple[Effect, ...]) -> None:
        """Carry out what the rules want switched."""
        for effect in effects:
            if isinstance(effect, Switch):
                self._rest[effect.device] = (effect.on, effect.level)
                self._command(
                    effect.device, on=effect.on, level=effect.level, why=effect.why, seq=fact.seq
                )

    async def switch(
        self, device: DeviceId, *, on: bool, level: float | None = None, why: str
    ) -> bool:
        """Switch and say whether the device confirmed; a newer command counts as confirmed."""
        return await self._command(device, on=on, level=level, why=why, seq=None).done

    async def rest(self, device: DeviceId) -> bool:
        """Bring a device back to what the rules last wanted, off if they never wanted anything."""
        on, level = self._rest.get(device, (False, None))
        return await self.switch(device, on=on, level=level, why="rest")

    def _command(
        self, device: DeviceId, *, on: bool, level: float | None, why: str, seq: Seq | None
    ) -> _Command:
        command = _Command(device, on, level, why, seq)
        overtaken = self._commands.get(device)
        if overtaken is not None:
            overtaken.done.set_result(True)
        self._commands[device] = command
        self._wake.set()
        return command

    async def run(self) -> None:
        """Work off commands, one at a time for each device, all devices at once."""
        async with asyncio.TaskGroup() as group:
            while True:
                await self._wake.wait()
                self._wake.clear()
                for device in [one for one in self._commands if one not in self._working]:
                    self._working.add(device)
                    group.create_task(self._work(device))

    async def _work(self, device: DeviceId) -> None:
        try:
            while (command := self._commands.pop(device, None)) is not None:
                confirmed = await self._carry_out(command)
                if not command.done.done():
                    command.done.set_result(confirmed)
                self._tell(command, confirmed=confirmed)
        finally:
            self._working.discard(device)

    async def _carry_out(self, command: _Command) -> bool:
        way = next((one for one in self._ways.actuators if one.drives(command.device)), None)
        fault = "no_source"
        for wait_s in (*RETRY_S, None) if way is not None else ():
            assert way is not None
            try:
                await way.switch(command.device, on=command.on, level=command.level)
            except DeviceError as error:
                fault = error.fault
            else:
                self._confirmed(command.device)
                return True
            if wait_s is None or command.device in self._commands:
                break
            await asyncio.sleep(wait_s)
        self._refusal(command.device, fault)
        return False

    def _confirmed(self, device: DeviceId) -> None:
        if device in self._refused:
            self._refused.discard(device)
            _LOG.info("actuator_back", device=device)
            self._inlet.append(DeviceHeard(device=device, at=self._clock.axis()))

    def _refusal(self, device: DeviceId, fault: str) -> None:
        """Say that a device is lost; a radio that is down or starting proves nothing against it."""
        if fault == RADIO_DOWN:
            _LOG.info("actuator_not_asked", device=device)
        elif device not in self._refused:
            self._refused.add(device)
            _LOG.warning("actuator_lost", device=device, fault=fault)
            self._inlet.append(DeviceSilent(device=device, at=self._clock.axis()))

    def _tell(self, command: _Command, *, confirmed: bool) -> None:
        self._trace.publish(
            "switched",
            seq=command.seq,
            at=self._clock.axis(),
            device=command.device,
            outcome="confirmed" if confirmed else "refused",
            detail={"on": command.on, "level": command.level, "why": command.why},
        )
