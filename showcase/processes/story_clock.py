# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The story's time: one clock with speed and jumps for hub and service, on a loopback socket."""

import asyncio
import contextlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from rules.model.identity import Seconds
from showcase.processes.clock import Clock

# A jump runs all due deadlines with their commits; a process that needs longer is stuck.
ANSWER_S_MAX: Final = 10.0
LINE_MAX: Final = 64 * 1024

HUB: Final = "hub"
SERVICE: Final = "service"


class StoryClockError(Exception):
    """A process did not follow the story clock.

    Attributes:
        process: `hub` or `service`.
        fault: what happened, one word.
    """

    def __init__(self, process: str, fault: str) -> None:
        super().__init__(process, fault)
        self.process = process
        self.fault = fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What a process says of itself when the director asks.

    Attributes:
        drained: nothing is under way inside it.
        decoded: frames decoded since its start (hub only).
        next_due_utc_s: story time of its next deadline, None without one.
    """

    drained: bool
    decoded: int
    outbox: int
    in_flight: int
    next_due_utc_s: Seconds | None
    utc_s: Seconds


class _Line:
    """One connected process: requests go out one at a time, each gets its answer."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self.writer = writer
        self._moving = asyncio.Lock()
        self._asking: asyncio.Future[dict[str, object]] | None = None

    async def ask(self, question: Mapping[str, object]) -> dict[str, object]:
        # A visitor may end a story at any moment: question and answer stay together all the same.
        self._asking = asyncio.ensure_future(self._ask(question))
        return await asyncio.shield(self._asking)

    async def _ask(self, question: Mapping[str, object]) -> dict[str, object]:
        async with self._moving:
            self.writer.write(json.dumps(question).encode() + b"\n")
            await self.writer.drain()
            answer = await self._reader.readline()
        if not answer:
            raise ConnectionResetError
        said = json.loads(answer)
        assert isinstance(said, dict), "an answer is one JSON object"
        return said


class StoryClock:
    """Story time for everyone: it runs at `speed`, jumps forward, never goes back.

    Args:
        clock: real time.
        start_utc_s: first story time, Unix seconds.
        token: what hub and service must say to be let in.
    """

    def __init__(self, clock: Clock, *, start_utc_s: Seconds, token: str) -> None:
        self._clock = clock
        self._token = token
        self._base_utc_s = start_utc_s
        self._base_real = clock.monotonic()
        self._speed = 1.0
        self._lines: dict[str, _Line] = {}
        self._server: asyncio.Server | None = None
        self._changed = asyncio.Event()

    @property
    def speed(self) -> float:
        """Story seconds a real second."""
        return self._speed

    def now(self) -> Seconds:
        """Return story time, Unix seconds."""
        return self._base_utc_s + (self._clock.monotonic() - self._base_real) * self._speed

    def connected(self, process: str) -> bool:
        """Say whether a process takes its time from here."""
        return process in self._lines

    async def serve(self, port: int = 0) -> int:
        """Listen on loopback; returns the port."""
        self._server = await asyncio.start_server(self._greet, "127.0.0.1", port, limit=LINE_MAX)
        return int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Stop listening and let everyone go."""
        if self._server is not None:
            self._server.close()
        for line in list(self._lines.values()):
            line.writer.close()
        self._lines.clear()

    async def wait_for(self, process: str) -> None:
        """Return when the process has connected."""
        while process not in self._lines:
            self._changed.clear()
            await self._changed.wait()

    def forget(self, process: str) -> None:
        """A process was ended; whatever it still had open here is closed."""
        line = self._lines.get(process)
        if line is not None:
            self._drop(process, line)

    async def jump(self, to_utc_s: Seconds) -> None:
        """Move everyone to a story time; returns when all due deadlines have run.

        Raises:
            StoryClockError: a connected process did not answer in time.
        """
        assert to_utc_s >= self.now() - 1.0, "story time never goes back"
        self._rebase(max(to_utc_s, self.now()), self._speed)
        # The hub first: what it concludes at its own times must reach a service not yet past it.
        for process in (HUB, SERVICE):
            await self._ask(process, {"do": "jump", "to_utc_s": self.now()})

    async def set_speed(self, speed: float) -> None:
        """Let story time run `speed` seconds a real second (0 holds it)."""
        assert speed >= 0.0
        self._rebase(self.now(), speed)
        for process in (HUB, SERVICE):
            await self._ask(process, {"do": "speed", "speed": speed})

    async def status(self, process: str) -> Status | None:
        """Ask a process how it is; None when it is not connected."""
        said = await self._ask(process, {"do": "status"})
        if said is None:
            return None
        due = said.get("next_due_utc_s")
        return Status(
            drained=said.get("drained") is True,
            decoded=_whole(said.get("decoded")),
            outbox=_whole(said.get("outbox")),
            in_flight=_whole(said.get("in_flight")),
            next_due_utc_s=float(due) if isinstance(due, int | float) else None,
            utc_s=_number(said.get("utc_s")),
        )

    def _rebase(self, utc_s: Seconds, speed: float) -> None:
        self._base_utc_s, self._base_real, self._speed = utc_s, self._clock.monotonic(), speed

    async def _ask(self, process: str, question: Mapping[str, object]) -> dict[str, object] | None:
        line = self._lines.get(process)
        if line is None:
            return None
        try:
            async with asyncio.timeout(ANSWER_S_MAX):
                return await line.ask(question)
        except TimeoutError:
            raise StoryClockError(process, "no_answer") from None
        except (ConnectionError, ValueError):
            self._drop(process, line)
            return None  # it was killed or restarted; the supervisor knows

    async def _greet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        hello: object = None
        with contextlib.suppress(ValueError, ConnectionError, TimeoutError):
            async with asyncio.timeout(ANSWER_S_MAX):
                hello = json.loads(await reader.readline())
        if (
            not isinstance(hello, dict)
            or hello.get("hello") not in {HUB, SERVICE}
            or not hmac.compare_digest(str(hello.get("token")), self._token)
        ):
            writer.close()
            return
        process = str(hello["hello"])
        first = {"story_utc_s": self.now(), "speed": self._speed}
        writer.write(json.dumps(first).encode() + b"\n")
        old = self._lines.get(process)
        self._lines[process] = _Line(reader, writer)
        self._changed.set()
        if old is not None:
            old.writer.close()

    def _drop(self, process: str, line: _Line) -> None:
        line.writer.close()
        if self._lines.get(process) is line:
            del self._lines[process]


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _whole(value: object) -> int:
    return int(_number(value))
