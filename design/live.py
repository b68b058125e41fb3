# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Live updates as HTML fragments over server-sent events; first the whole, then what changed."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from typing import Final

from starlette.responses import StreamingResponse

BEAT_S: Final = 5.0
"""Silence before a beat is sent; `live.js` calls the line lost after three of them."""
RETRY_MS: Final = 1000


def event(name: str, data: object, number: int | None = None) -> bytes:
    """Write one server-sent event; `data` goes out as JSON in one line."""
    head = f"id: {number}\n" if number is not None else ""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return f"{head}event: {name}\ndata: {text}\n\n".encode()


async def _frames(fragments: AsyncIterator[Mapping[str, str]]) -> AsyncIterator[bytes]:
    yield f"retry: {RETRY_MS}\n\n".encode()
    pending = asyncio.ensure_future(anext(fragments))
    try:
        while True:
            done, _ = await asyncio.wait({pending}, timeout=BEAT_S)
            if not done:
                yield event("beat", {})
                continue
            try:
                swaps = pending.result()
            except StopAsyncIteration:
                return
            yield event("swap" if swaps else "gone", swaps)
            pending = asyncio.ensure_future(anext(fragments))
    finally:
        pending.cancel()


class LiveStream(StreamingResponse):
    """Answers an EventSource with swaps: `{element id: html}` mappings, beats in between.

    Args:
        fragments: yields the whole at once, later whatever changed; an empty mapping when the
            session is over (the page then loads again and finds the log-in).
    """

    def __init__(self, fragments: AsyncIterator[Mapping[str, str]]) -> None:
        super().__init__(
            _frames(fragments),
            media_type="text/event-stream",
            headers={"cache-control": "no-store", "x-accel-buffering": "no"},
        )
