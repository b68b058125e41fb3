# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The care service from outside, as one logged-in person sees it."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import httpx2

from showcase.processes.hub_line import AGAIN_AFTER_S, LOST, LineError, events, said


class CareLine:
    """One person's session at the care service, through the public interface.

    Args:
        transport: how to reach it; None is the network. A person has a cookie jar of their own.
        base: `http://127.0.0.1:8441`.
    """

    def __init__(
        self,
        base: str,
        name: str,
        password: str,
        *,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self.base = base
        self.name = name
        self._password = password
        self._http = httpx2.AsyncClient(transport=transport, trust_env=False)

    async def close(self) -> None:
        """Close the connections; the session stays until it expires."""
        await self._http.aclose()

    async def log_in(self) -> None:
        """Begin a session.

        Raises:
            LineError: wrong name or password.
        """
        body = {"name": self.name, "password": self._password}
        await said(self._http, "POST", f"{self.base}/v1/session", json=body)

    async def ask(self, method: str, path: str, **body: object) -> Any:
        """Use a JSON route below /v1/, logging in again when the session is over."""
        asked: dict[str, Any] = {} if method == "GET" else {"json": body}
        url = f"{self.base}/v1/{path}"
        try:
            return await said(self._http, method, url, **asked)
        except LineError as refused:
            if refused.status != httpx2.codes.UNAUTHORIZED:
                raise
        await self.log_in()
        return await said(self._http, method, url, **asked)

    async def stream(self) -> AsyncGenerator[tuple[str, dict[str, Any]]]:
        """Follow the alerts for ever; `LOST`, then a `snapshot` after each loss."""
        while True:
            try:
                async for event in events(self._http, f"{self.base}/v1/alerts/stream", {}):
                    yield event
            except httpx2.TransportError:
                pass
            except LineError as refused:
                if refused.status != httpx2.codes.UNAUTHORIZED:
                    raise
                await self._again()
            yield LOST, {}
            await asyncio.sleep(AGAIN_AFTER_S)

    async def _again(self) -> None:
        try:
            await self.log_in()
        except LineError as refused:
            if refused.status:  # the service is there and does not know us
                raise

    async def act(self, incident: str, verb: str, **fields: object) -> Any:
        """Answer an alert: `accept` minutes, `on-the-way`, `arrived`, `decline`, `close` reason."""
        return await self.ask("POST", f"alerts/{incident}/{verb}", **fields)
