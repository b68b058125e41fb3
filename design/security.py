# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Headers that keep every foreign script, style, frame and request out of our pages."""

from collections.abc import Mapping
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CSP: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types tohuus tohuus-sw"
)
"""No `style=""`, no `on*=`, no inline script, no `data:`; two named Trusted Types policies."""

HEADERS: Final = {
    "content-security-policy": CSP,
    # Not `no-referrer`: our own forms would say `Origin: null`, and a tablet on plain http says
    # nothing else about where a form comes from. Other hosts learn nothing either way.
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


class SecurityHeaders:
    """ASGI middleware: sets `HEADERS` on every answer, `no-store` where no caching was chosen."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on and dress its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers.setdefault("cache-control", "no-store")
            await send(message)

        await self._app(scope, receive, dressed)


def from_own_page(headers: Mapping[str, str]) -> bool:
    """Say whether a writing request comes from a page of the same face (or from no browser at all).

    Args:
        headers: request headers, names in lower case. Browsers send `Sec-Fetch-Site` or at least
            `Origin` with every POST; a request with neither is a tool, not a page.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = headers.get("origin")
    return origin is None or origin.partition("://")[2] == headers.get("host", "")
