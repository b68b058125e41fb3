# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The hub from outside: its public event stream, its set-up routes, its panel."""

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator, Mapping
from pathlib import Path
from typing import Any, Final

import httpx2

from rules.model.identity import Seconds

READY_EVERY_S: Final = 0.05
# A hub that is restarted is back within a second or two; a viewer should not see more than a blink.
AGAIN_AFTER_S: Final = 0.2
ANSWER_S_MAX: Final = 10.0
LOST: Final = "lost"
"""Name of the event that says that a stream is not connected."""


class LineError(Exception):
    """Hub or service refused or did not answer.

    Attributes:
        what: what was asked.
        status: HTTP status, 0 without an answer.
        fault: what came back.
    """

    def __init__(self, what: str, status: int, fault: str) -> None:
        super().__init__(what, status, fault)
        self.what = what
        self.status = status
        self.fault = fault

    def __str__(self) -> str:
        return f"{self.what}: {self.status or 'no answer'} {self.fault}".strip()


async def healthy(http: httpx2.AsyncClient, base: str, within_s: Seconds) -> None:
    """Return when a process answers on /healthz.

    Raises:
        LineError: it did not in time.
    """
    try:
        async with asyncio.timeout(within_s):
            while True:
                try:
                    if (await http.get(f"{base}/healthz")).is_success:
                        return
                except httpx2.TransportError:
                    pass
                await asyncio.sleep(READY_EVERY_S)
    except TimeoutError:
        raise LineError(f"{base}/healthz", 0, f"not ready after {within_s:.0f} s") from None


async def events(
    http: httpx2.AsyncClient, url: str, headers: Mapping[str, str]
) -> AsyncGenerator[tuple[str, dict[str, Any]]]:
    """Follow a stream until it ends: (event name, data).

    Raises:
        LineError: it was refused.
    """
    async with http.sse(url, headers=headers, timeout=httpx2.Timeout(10, read=None)) as source:
        if not source.response.is_success:
            await source.response.aread()
            raise LineError(f"GET {url}", source.response.status_code, source.response.text[:200])
        async for event in source:
            if event.data:
                yield event.event, json.loads(event.data)


async def said(http: httpx2.AsyncClient, method: str, url: str, **asked: Any) -> Any:
    """Ask once and return the JSON answer, None for an empty one.

    Raises:
        LineError: refused, or no answer.
    """
    try:
        answer = await http.request(method, url, timeout=ANSWER_S_MAX, **asked)
    except httpx2.TransportError as error:
        raise LineError(f"{method} {url}", 0, repr(error)) from None
    if not (answer.is_success or answer.is_redirect):
        raise LineError(f"{method} {url}", answer.status_code, answer.text[:300])
    if "json" not in answer.headers.get("content-type", ""):
        return None
    return answer.json() if answer.content else None


class HubLine:
    """What the showcase may say to a hub, all of it public.

    Args:
        base: `http://127.0.0.1:8440`.
        token_file: the observer's token, made by the hub at its first start.
    """

    def __init__(self, http: httpx2.AsyncClient, base: str, token_file: Path) -> None:
        self.base = base
        self._http = http
        self._token_file = token_file

    def _headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self._token_file.read_text().strip()}"}

    async def events(self) -> AsyncGenerator[tuple[str, dict[str, Any]]]:
        """Follow the event stream for ever.

        After each loss comes `LOST`, and as soon as the hub is back a new `snapshot` first.
        """
        while True:
            try:
                async for event in events(self._http, f"{self.base}/v1/events", self._headers()):
                    yield event
            except (httpx2.TransportError, FileNotFoundError):
                pass
            yield LOST, {}
            await asyncio.sleep(AGAIN_AFTER_S)

    async def snapshot(self) -> dict[str, Any]:
        """Return what the hub says of itself now.

        Raises:
            LineError: it refused, or said nothing.
        """
        url = f"{self.base}/v1/events"
        async with contextlib.aclosing(events(self._http, url, self._headers())) as stream:
            async for _, said in stream:
                return said
        raise LineError(f"GET {url}", 0, "ended before it began")

    async def setup(self, method: str, path: str, **body: object) -> Any:
        """Use a set-up route: `setup("POST", "join", seconds=60)`."""
        asked: dict[str, Any] = {"headers": self._headers()}
        if method != "GET":
            asked["json"] = body
        return await said(self._http, method, f"{self.base}/v1/setup/{path}", **asked)

    async def consent(self, pin: str, purpose: str, *, given: bool) -> None:
        """Change one consent the way the resident does, with her PIN."""
        state = "given" if given else "withdrawn"
        await self.setup("POST", "consents", pin=pin, purpose=purpose, state=state)

    async def panel(self, button: str, **fields: str) -> None:
        """Press a button of her panel: `help`, `fine`, `pause`, `resume`, `leave`, `home`."""
        await said(self._http, "POST", f"{self.base}/{button}", data=fields)
