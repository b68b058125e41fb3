# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Story time from the showcase's director, over a loopback line; exists only with demo settings."""

import asyncio
import contextlib
import json
from typing import Final

import structlog

from caregiver_api.alerts.scheduler import Scheduler
from caregiver_api.platform.clock import EscalationTime
from caregiver_api.platform.in_flight import InFlight

log = structlog.get_logger()

HELLO_S: Final = 5.0
RETRY_S: Final = 0.5


class DirectorLine:
    """The line to the director, who tells where the story is and asks whether all is quiet.

    Radios, signatures, heartbeats and sessions never hear of it.

    Args:
        address: loopback "host:port".
        token: what the director wants to hear.
        in_flight: counts requests and pages that are under way.
    """

    def __init__(
        self,
        address: str,
        token: str,
        time: EscalationTime,
        scheduler: Scheduler,
        in_flight: InFlight,
    ) -> None:
        host, _, port = address.rpartition(":")
        self._host, self._port = host, int(port)
        self._token = token
        self._time = time
        self._scheduler = scheduler
        self._in_flight = in_flight
        self._line: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def hello(self) -> None:
        """Connect once and take over story time; without an answer time goes on as it was."""
        with contextlib.suppress(OSError, ValueError, TimeoutError, asyncio.IncompleteReadError):
            async with asyncio.timeout(HELLO_S):
                reader, writer = await asyncio.open_connection(self._host, self._port)
                writer.write(
                    json.dumps({"hello": "service", "token": self._token}).encode() + b"\n"
                )
                await writer.drain()
                said = json.loads(await reader.readuntil(b"\n"))
                self._time.tell(utc_s=float(said["story_utc_s"]), speed=float(said["speed"]))
                self._line = (reader, writer)

    async def run(self) -> None:
        """Do what the director asks; if the line breaks, go on at the last speed and reconnect."""
        while True:
            if self._line is None:
                await self.hello()
            if self._line is None:
                await asyncio.sleep(RETRY_S)
                continue
            reader, writer = self._line
            try:
                while line := await reader.readline():
                    answer = await self._answer(json.loads(line))
                    writer.write(json.dumps(answer).encode() + b"\n")
                    await writer.drain()
            except (OSError, ValueError, KeyError):
                log.warning("story_line_lost")
            finally:
                writer.close()
                self._line = None

    async def _answer(self, asked: dict[str, object]) -> dict[str, object]:
        match asked:
            case {"do": "jump", "to_utc_s": int() | float() as to_s}:
                self._time.tell(utc_s=float(to_s))
                await self._scheduler.step()
                return {"done": "jump", **self._where()}
            case {"do": "speed", "speed": int() | float() as speed}:
                self._time.tell(speed=float(speed))
                return {"done": "speed", **self._where()}
            case {"do": "status"}:
                await self._scheduler.step()
                in_flight = self._in_flight.count
                return {
                    "done": "status",
                    "drained": in_flight == 0 and self._scheduler.overdue_s == 0.0,
                    "decoded": 0,
                    "outbox": 0,
                    "in_flight": in_flight,
                    **self._where(),
                }
            case _:
                return {"error": "jump, speed or status"}

    def _where(self) -> dict[str, object]:
        now = self._time.now()
        return {"utc_s": now, "at": now, "next_due_utc_s": self._scheduler.next_due_s}
