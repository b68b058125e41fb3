# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Lines to the care service that delay, lose requests, lose answers, break and part the two sides."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from random import Random
from typing import Any, Final

import httpx2

type Message = MutableMapping[str, Any]
type App = Callable[
    [Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]],
    Awaitable[None],
]
# Mean of one way through the internet; the tail of the distribution is a bad moment.
DELAY_S: Final = 0.03
# A phone keeps an idle request no longer than this.
TIMEOUT_S: Final = 10.0


class Door:
    """Where the service listens; closed while its process does not run.

    Args:
        broke: told what ended a request from inside the service other than an answer.
    """

    def __init__(self, broke: Callable[[BaseException], None]) -> None:
        self.app: App | None = None
        self.broke = broke
        self.open: dict[int, _Exchange] = {}
        self._numbers = 0

    def admit(self, exchange: "_Exchange") -> None:
        self._numbers += 1
        exchange.number = self._numbers
        self.open[exchange.number] = exchange

    async def close(self) -> None:
        """The process is gone: every connection breaks, nothing runs on."""
        self.app = None
        exchanges = list(self.open.values())
        for exchange in exchanges:
            exchange.cut()
            if exchange.task is not None:
                exchange.task.cancel()
        tasks = [one.task for one in exchanges if one.task is not None]
        await asyncio.gather(*tasks, return_exceptions=True)
        self.open.clear()


class _Exchange:
    """One request on its way through the service, and what comes back."""

    def __init__(self, line: "Line") -> None:
        self.line = line
        self.number = 0
        self.chunks: asyncio.Queue[bytes | Exception | None] = asyncio.Queue()
        self.started: asyncio.Future[tuple[int, list[tuple[bytes, bytes]]]] = (
            asyncio.get_running_loop().create_future()
        )
        self.gone = asyncio.Event()
        self.streaming = False
        self.task: asyncio.Task[None] | None = None
        self.held: list[bytes | None] = []

    def put(self, chunk: bytes | None) -> None:
        """Send a piece down; it waits in the cable while the sides are parted."""
        if self.line.parted:
            self.held.append(chunk)
        else:
            self.chunks.put_nowait(chunk)

    def joined(self) -> None:
        """Let what waited in the cable arrive."""
        for chunk in self.held:
            self.chunks.put_nowait(chunk)
        self.held.clear()

    def cut(self) -> None:
        """Break the line under the reader."""
        self.chunks.put_nowait(httpx2.ReadError("simulation: line cut"))
        self.gone.set()
        if not self.started.done():
            self.started.set_exception(httpx2.ReadError("simulation: line cut"))
            self.started.exception()


class _Body(httpx2.AsyncByteStream):
    """Body of an answer as the application sends it, chunk by chunk."""

    def __init__(self, exchange: _Exchange, read_s: float) -> None:
        self._exchange = exchange
        self._read_s = read_s

    async def __aiter__(self) -> AsyncIterator[bytes]:
        chunks = self._exchange.chunks
        while True:
            try:
                async with asyncio.timeout(self._read_s):
                    chunk = await chunks.get()
            except TimeoutError:
                raise httpx2.ReadTimeout("simulation: nothing comes") from None
            if chunk is None:
                return
            if isinstance(chunk, Exception):
                raise chunk
            yield chunk

    async def aclose(self) -> None:
        """Hang up; a service behind a parted line learns of it when it sends next."""
        self._exchange.gone.set()


class Line(httpx2.AsyncBaseTransport):
    """One client's way to the service; unlike httpx2's own ASGI transport it streams.

    Args:
        door: where the requests arrive.
        counts: how often each fault struck, by name.
        note: told of everything that happens on the line.

    Attributes:
        loss: share of requests, and of answers, that get lost.
        parted: nothing gets through in either direction.
        left: called with each request and its body before it leaves; may object by raising.
        answered: called with each request and its status after the service has answered it.
    """

    def __init__(
        self,
        door: Door,
        chance: Random,
        counts: Counter[str],
        note: Callable[..., None],
        name: str,
    ) -> None:
        self._door = door
        self._chance = chance
        self._counts = counts
        self._note = note
        self.name = name
        self.loss = 0.0
        self.parted = False
        self.left: Callable[[httpx2.Request, bytes], None] = lambda request, body: None
        self.answered: Callable[[httpx2.Request, int], None] = lambda request, status: None

    def part(self) -> None:
        """Part the two sides: sometimes both notice at once, sometimes nobody does."""
        self.parted = True
        self._counts["partition"] += 1
        if self._chance.random() < 0.5:
            self.cut_streams()

    def join(self) -> None:
        """Join the two sides."""
        self.parted = False
        for exchange in self._mine():
            exchange.joined()

    def cut_streams(self) -> None:
        """Break every open stream of this line."""
        for exchange in self._mine():
            if exchange.streaming:
                self._counts["stream_cut"] += 1
                exchange.cut()

    def _mine(self) -> list[_Exchange]:
        return [one for one in self._door.open.values() if one.line is self]

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Carry one request there and its answer back, or lose either."""
        body = await request.aread()
        self.left(request, body)
        limits = request.extensions.get("timeout", {})
        connect_s = limits.get("connect") or TIMEOUT_S
        read_s = limits.get("read") or TIMEOUT_S
        chance = self._chance
        await asyncio.sleep(chance.expovariate(1 / DELAY_S))
        if self.parted or chance.random() < self.loss:
            self._counts["request_lost"] += 1
            await asyncio.sleep(connect_s)
            raise httpx2.ConnectTimeout("simulation: request lost")
        if self._door.app is None:
            self._counts["refused"] += 1
            raise httpx2.ConnectError("simulation: nobody listens")
        exchange = _Exchange(self)
        self._door.admit(exchange)
        exchange.task = asyncio.get_running_loop().create_task(
            self._serve(self._door.app, request, body, exchange)
        )
        try:
            status, headers = await exchange.started
        except asyncio.CancelledError:
            exchange.gone.set()  # the client died; the service finishes what it began
            raise
        self.answered(request, status)
        self._note("http", self.name, request.method, request.url.path, status)
        if self.parted or chance.random() < self.loss:
            self._counts["answer_lost"] += 1
            exchange.gone.set()
            await asyncio.sleep(min(read_s, TIMEOUT_S))
            raise httpx2.ReadTimeout("simulation: answer lost")
        await asyncio.sleep(chance.expovariate(1 / DELAY_S))
        return httpx2.Response(status, headers=headers, stream=_Body(exchange, read_s))

    async def _serve(
        self, app: App, request: httpx2.Request, body: bytes, exchange: _Exchange
    ) -> None:
        sent = False

        async def receive() -> Message:
            nonlocal sent
            if not sent:
                sent = True
                return {"type": "http.request", "body": body, "more_body": False}
            await exchange.gone.wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            if exchange.gone.is_set() and not self.parted and exchange.started.done():
                raise OSError("simulation: the client hung up")
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", []))
                exchange.streaming = any(b"event-stream" in value for _, value in headers)
                if not exchange.started.done():
                    exchange.started.set_result((message["status"], headers))
            else:
                if chunk := message.get("body", b""):
                    exchange.put(chunk)
                if not message.get("more_body", False):
                    exchange.put(None)

        try:
            await app(_scope(request), receive, send)
        except asyncio.CancelledError:
            raise
        except BaseException as fault:
            hung_up = exchange.gone.is_set() and isinstance(fault, Exception)
            if not hung_up:
                self._door.broke(fault)
        finally:
            self._door.open.pop(exchange.number, None)
            if not exchange.started.done():
                exchange.started.set_exception(httpx2.RemoteProtocolError("simulation: no answer"))
                exchange.started.exception()
            exchange.put(None)


def _scope(request: httpx2.Request) -> Message:
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": request.method,
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "scheme": request.url.scheme,
        "path": request.url.path,
        "raw_path": request.url.raw_path.split(b"?")[0],
        "query_string": request.url.query,
        "server": (request.url.host, request.url.port or 80),
        "client": ("127.0.0.1", 1),
        "root_path": "",
        "state": {},
    }
