# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""A network between flat and service that delays, loses requests, loses answers and parts the two."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from random import Random
from typing import Any

import httpx2

type Message = MutableMapping[str, Any]
type App = Callable[
    [Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]],
    Awaitable[None],
]


class _Body(httpx2.AsyncByteStream):
    """Body of an answer as the application sends it, chunk by chunk."""

    def __init__(self, link: "_Exchange") -> None:
        self._link = link

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while (chunk := await self._link.chunks.get()) is not None:
            if isinstance(chunk, Exception):
                raise chunk
            yield chunk

    async def aclose(self) -> None:
        await self._link.end()


class _Exchange:
    """One request on its way through the application."""

    def __init__(self) -> None:
        self.chunks: asyncio.Queue[bytes | Exception | None] = asyncio.Queue()
        self.started: asyncio.Future[tuple[int, list[tuple[bytes, bytes]]]] = (
            asyncio.get_running_loop().create_future()
        )
        self.gone = asyncio.Event()
        self.task: asyncio.Task[None] | None = None

    async def end(self) -> None:
        self.gone.set()
        if self.task is not None and not self.task.done():
            self.task.cancel()
            await asyncio.gather(self.task, return_exceptions=True)

    def cut(self) -> None:
        """Break the line under the reader."""
        self.chunks.put_nowait(httpx2.ReadError("simulation: line cut"))


class Network(httpx2.AsyncBaseTransport):
    """An ASGI application behind a bad line; unlike httpx2's own transport it streams.

    Attributes:
        counts: how often each fault struck, by name; asserted by the tests.
    """

    def __init__(self, app: App, chance: Random) -> None:
        self.app: App | None = app
        self._chance = chance
        self.loss = 0.0
        self.parted = False
        self.delay_s = 0.05
        self.counts: Counter[str] = Counter()
        self._streams: dict[int, _Exchange] = {}
        self._numbers = 0

    def part(self, parted: bool) -> None:
        """Part or join the two sides; streams that are open break."""
        self.parted = parted
        if parted:
            self.counts["partition"] += 1
            self.cut_streams()

    def cut_streams(self) -> None:
        """Break every open stream."""
        for exchange in self._streams.values():
            exchange.cut()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Carry one request there and its answer back, or lose either."""
        await asyncio.sleep(self._chance.expovariate(1 / self.delay_s))
        if self.parted or self.app is None or self._chance.random() < self.loss:
            self.counts["request_lost"] += 1
            await asyncio.sleep(4.0)
            raise httpx2.ConnectTimeout("simulation: request lost")
        body = await request.aread()
        exchange = _Exchange()
        exchange.task = asyncio.get_running_loop().create_task(
            self._serve(self.app, request, body, exchange)
        )
        status, headers = await exchange.started
        if self.parted or self._chance.random() < self.loss:
            self.counts["answer_lost"] += 1
            await exchange.end()
            await asyncio.sleep(4.0)
            raise httpx2.ReadTimeout("simulation: answer lost")
        return httpx2.Response(status, headers=headers, stream=_Body(exchange))

    async def _serve(
        self, app: App, request: httpx2.Request, body: bytes, exchange: _Exchange
    ) -> None:
        self._numbers += 1
        number = self._numbers
        self._streams[number] = exchange
        sent = False

        async def receive() -> Message:
            nonlocal sent
            if not sent:
                sent = True
                return {"type": "http.request", "body": body, "more_body": False}
            await exchange.gone.wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                exchange.started.set_result((message["status"], list(message.get("headers", []))))
            else:
                if chunk := message.get("body", b""):
                    exchange.chunks.put_nowait(chunk)
                if not message.get("more_body", False):
                    exchange.chunks.put_nowait(None)

        scope = {
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
        try:
            await app(scope, receive, send)
        except Exception as fault:
            if not exchange.started.done():
                exchange.started.set_exception(fault)
            raise
        finally:
            self._streams.pop(number, None)
            if not exchange.started.done():
                exchange.started.set_exception(httpx2.RemoteProtocolError("simulation: no answer"))
            exchange.chunks.put_nowait(None)
