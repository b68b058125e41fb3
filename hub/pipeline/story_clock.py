# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The story clock's client: the director leads this hub's journal clock, nothing else."""

import asyncio
import json
from collections.abc import Callable
from typing import Any, Final, Protocol

import structlog

from hub.runtime.clock import Clock, StoryTime
from rules.model.identity import Seconds

_LOG = structlog.get_logger()
RECONNECT_S: Final = 1.0
_LINE_MAX: Final = 64 * 1024

type Status = Callable[[], dict[str, Any]]


class Deadlines(Protocol):
    """The rules' deadlines, as far as a jump of the story must know them."""

    @property
    def next_due(self) -> Seconds | None:
        """The next deadline on the axis."""

    def jump(self, to_utc_s: Seconds) -> None:
        """Play the story forward: every deadline on the way at its own time."""


class StoryClockClient:
    """One loopback connection to the director; lost, the clock runs on at its last speed.

    Args:
        address: host and port the director listens on.
        token: shown to the director.
        clock: what the director leads.
        deadlines: what a jump passes.
        status: what "drained" means here: decoded, outbox, in_flight, drained.
    """

    def __init__(
        self,
        address: tuple[str, int],
        *,
        token: str,
        clock: Clock,
        deadlines: Deadlines,
        status: Status,
    ) -> None:
        self._address = address
        self._token = token
        self._clock = clock
        self._deadlines = deadlines
        self._status = status
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def ask(self) -> StoryTime:
        """Return the story's time; a hub asks before it appends `Booted`."""
        self._reader, self._writer = await asyncio.open_connection(*self._address, limit=_LINE_MAX)
        await self._say({"hello": "hub", "token": self._token})
        answer = await self._hear()
        if answer is None:
            raise ConnectionError("the director closed before it told the time")
        return StoryTime(utc_s=float(answer["story_utc_s"]), speed=float(answer["speed"]))

    async def run(self) -> None:
        """Follow the director until cancelled."""
        while True:
            try:
                if self._writer is None:
                    self._clock.run_at((await self.ask()).speed)
                while (order := await self._hear()) is not None:
                    await self._say(self._obey(order))
            except (OSError, ValueError) as fault:
                _LOG.info("story_clock_lost", fault=repr(fault))
            self._close()
            await asyncio.sleep(RECONNECT_S)

    def _obey(self, order: dict[str, Any]) -> dict[str, Any]:
        match order.get("do"):
            case "jump":
                self._deadlines.jump(float(order["to_utc_s"]))
                return {"done": "jump", "at": self._clock.axis(), **self._times()}
            case "speed":
                self._clock.run_at(float(order["speed"]))
                return {"done": "speed", "speed": self._clock.speed, **self._times()}
            case "status":
                return {"done": "status", **self._status(), **self._times()}
            case other:
                return {"error": "unknown", "do": other}

    def _times(self) -> dict[str, Seconds | None]:
        due = self._deadlines.next_due
        return {
            "utc_s": self._clock.utc(),
            "next_due_utc_s": None if due is None else self._clock.utc_of(due),
        }

    async def _say(self, line: dict[str, Any]) -> None:
        assert self._writer is not None
        self._writer.write(json.dumps(line).encode() + b"\n")
        await self._writer.drain()

    async def _hear(self) -> dict[str, Any] | None:
        assert self._reader is not None
        line = await self._reader.readline()
        if not line.endswith(b"\n"):
            return None
        order = json.loads(line)
        if not isinstance(order, dict):
            raise ValueError(line)  # noqa: TRY004 # bad line, not a bug of ours
        return order

    def _close(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._reader = self._writer = None
