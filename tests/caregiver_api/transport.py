# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""An ASGI application as an HTTP transport that streams (httpx2's own waits for the whole body)."""

import asyncio
from collections.abc import AsyncIterator, MutableMapping
from typing import Any

import httpx2

type Message = MutableMapping[str, Any]


class _Body(httpx2.AsyncByteStream):
    def __init__(self, chunks: asyncio.Queue[bytes | None], task: asyncio.Task[None]) -> None:
        self._chunks = chunks
        self._task = task

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while (chunk := await self._chunks.get()) is not None:
            yield chunk

    async def aclose(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)


class Streaming(httpx2.AsyncBaseTransport):
    """Serves each request in a task of its own."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        body = await request.aread()
        chunks: asyncio.Queue[bytes | None] = asyncio.Queue()
        loop = asyncio.get_running_loop()
        started: asyncio.Future[tuple[int, list[tuple[bytes, bytes]]]] = loop.create_future()
        sent = False

        async def receive() -> Message:
            nonlocal sent
            if not sent:
                sent = True
                return {"type": "http.request", "body": body, "more_body": False}
            await asyncio.Event().wait()
            raise AssertionError

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                started.set_result((message["status"], list(message.get("headers", []))))
                return
            if chunk := message.get("body", b""):
                chunks.put_nowait(chunk)
            if not message.get("more_body", False):
                chunks.put_nowait(None)

        async def serve() -> None:
            try:
                await self._app(_scope(request), receive, send)
            except Exception as fault:
                # After the answer has begun a server only logs it.
                if not started.done():
                    started.set_exception(fault)
            finally:
                chunks.put_nowait(None)

        task = loop.create_task(serve())
        status, headers = await started
        return httpx2.Response(status, headers=headers, stream=_Body(chunks, task))


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
