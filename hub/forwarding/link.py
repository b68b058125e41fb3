# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The one HTTP client to the care service: every request signed, every answer noted."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final
from urllib.parse import urlsplit

import httpx2

from hub.forwarding.pairing import Paired, Pairing
from hub.forwarding.signing import Signer
from hub.forwarding.tls import Tls
from hub.projections.panel import LinkView
from hub.runtime.clock import Clock
from rules.model.identity import Seconds

TIMEOUT: Final = httpx2.Timeout(5.0, connect=2.0)
# The service says something at least every 15 s; twice that and a bit is a dead connection.
STREAM_SILENCE_S: Final = 35.0


class RequestRefused(Exception):
    """The service answered and did not take it.

    Attributes:
        status: HTTP status.
        retry_after_s: how long it wants to be left alone, None when it did not say.
    """

    def __init__(self, status: int, retry_after_s: Seconds | None = None) -> None:
        super().__init__(status)
        self.status = status
        self.retry_after_s = retry_after_s


class Link:
    """Signed requests to the paired service.

    Args:
        transport: what carries the requests; None is the network (the simulation injects its own).
        changed: called when the link came up or was lost.
    """

    def __init__(
        self,
        pairing: Pairing,
        signer: Signer,
        *,
        clock: Clock,
        tls: Tls | None,
        transport: httpx2.AsyncBaseTransport | None = None,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self._pairing = pairing
        self._signer = signer
        self._clock = clock
        self._tls = tls
        self._changed = changed
        self._heard: Seconds | None = None
        self._connected = False
        self.in_flight = 0
        self.http = httpx2.AsyncClient(
            transport=transport,
            verify=True if tls is None else tls.context,
            timeout=TIMEOUT,
            trust_env=False,
            limits=httpx2.Limits(max_keepalive_connections=6, keepalive_expiry=60.0),
        )

    async def paired(self) -> Paired:
        """Return the pairing, once there is one."""
        return await self._pairing.wait()

    async def post(
        self, path: str, body: bytes, *, still: Callable[[], bool] = lambda: True
    ) -> httpx2.Response:
        """POST to the hub's own address; signs again at once when the service's clock differs.

        Args:
            path: a path of the wire with `{hub}` in it.
            body: JSON.
            still: asked before the body goes out a second time; False when it may no longer leave.

        Raises:
            httpx2.TransportError: no answer.
            RequestRefused: an answer that is no success.
        """
        paired = await self._pairing.wait()
        self._date()
        self.in_flight += 1
        try:
            return await self._post_signed(paired, path.format(hub=paired.hub_id), body, still)
        except httpx2.TransportError:
            self.lost()
            raise
        except httpx2.DecodingError as spoiled:
            self.lost()
            raise httpx2.RemoteProtocolError(str(spoiled)) from spoiled
        finally:
            self.in_flight -= 1

    async def _post_signed(
        self, paired: Paired, path: str, body: bytes, still: Callable[[], bool]
    ) -> httpx2.Response:
        for again in (True, False):
            signature = self._signer.sign(
                method="POST", path=_absolute(paired, path), body=body, key_id=paired.hub_id
            )
            answer = await self.http.post(
                paired.service_url + path, content=body, headers=signature.headers
            )
            if answer.is_success:
                self.heard()
                return answer
            if (
                again
                and answer.status_code == httpx2.codes.UNAUTHORIZED
                and self._signer.learn(answer, signature.nonce, paired.service_key)
                and still()
            ):
                continue
            raise _refused(answer)
        raise AssertionError("unreachable: the second answer returns or raises")

    @asynccontextmanager
    async def stream(self, path: str, last: str) -> AsyncIterator[AsyncIterator[str]]:
        """Open the stream of answers and yield its lines.

        Args:
            path: a path of the wire with `{hub}` in it.
            last: number of the last answer that was acted on.

        Raises:
            httpx2.TransportError: lost, or silent for too long.
            RequestRefused: not let in.
        """
        paired = await self._pairing.wait()
        self._date()
        path = path.format(hub=paired.hub_id)
        timeout = httpx2.Timeout(5.0, connect=2.0, read=STREAM_SILENCE_S)
        for again in (True, False):
            signature = self._signer.sign(
                method="GET", path=_absolute(paired, path), body=b"", key_id=paired.hub_id
            )
            headers = {
                **signature.headers,
                "accept": "text/event-stream",
                "last-event-id": last,
            }
            async with self.http.stream(
                "GET", paired.service_url + path, headers=headers, timeout=timeout
            ) as answer:
                if answer.is_success:
                    self.heard()
                    try:
                        yield answer.aiter_lines()
                    except httpx2.DecodingError as spoiled:
                        raise httpx2.RemoteProtocolError(str(spoiled)) from spoiled
                    finally:
                        self.lost()
                    return
                try:
                    await answer.aread()
                except httpx2.DecodingError as spoiled:
                    raise httpx2.RemoteProtocolError(str(spoiled)) from spoiled
                if (
                    again
                    and answer.status_code == httpx2.codes.UNAUTHORIZED
                    and self._signer.learn(answer, signature.nonce, paired.service_key)
                ):
                    continue
                raise _refused(answer)

    def heard(self) -> None:
        """Note an answer of the service."""
        self._heard = self._clock.real()
        self._signer.accepted()
        if not self._connected:
            self._connected = True
            self._changed()

    def lost(self) -> None:
        """Note that the service cannot be reached."""
        if self._connected:
            self._connected = False
            self._changed()

    def view(self, waiting: int) -> LinkView:
        """Return what the panel shows of the link."""
        paired = self._pairing.paired
        return LinkView(
            paired=paired is not None,
            connected=self._connected,
            key_hash=self._pairing.key_hash,
            service_url=paired.service_url if paired else "",
            quiet_s=None if self._heard is None else self._clock.real() - self._heard,
            waiting=waiting,
        )

    def _date(self) -> None:
        if self._tls is not None:
            self._tls.know_the_date(known=self._clock.machine_agrees)

    async def close(self) -> None:
        """Let go of all connections."""
        await self.http.aclose()


def _absolute(paired: Paired, path: str) -> str:
    """Return the path as the service sees it, below whatever the service's address ends in."""
    return urlsplit(paired.service_url).path.rstrip("/") + path


def _refused(answer: httpx2.Response) -> RequestRefused:
    wait = answer.headers.get("retry-after", "")
    return RequestRefused(answer.status_code, float(wait) if wait.isdigit() else None)
