# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who asks: a hub by its signature, a person by the session in the cookie."""

from starlette.requests import Request
from starlette.responses import Response

from caregiver_api import wire
from caregiver_api.hubs.register import HubRegister, PairedHub
from caregiver_api.hubs.signing import Signed, parse
from caregiver_api.people.caregivers import AccountRole, Person
from caregiver_api.people.sessions import COOKIE, Sessions
from caregiver_api.platform.problems import Refusal

BODY_MAX = 1_000_000
"""Bytes of a request's body: 200 messages of 4 KB and some."""


async def body_of(request: Request) -> bytes:
    """Read a body of bounded length.

    Raises:
        Refusal: 413 too large.
    """
    parts: list[bytes] = []
    length = 0
    async for part in request.stream():
        length += len(part)
        if length > BODY_MAX:
            raise Refusal(413, "too-large")
        parts.append(part)
    return b"".join(parts)


async def signed(request: Request) -> tuple[Signed, bytes]:
    """Read a signed request; the key is not yet checked.

    Raises:
        Refusal: 401 no or wrong signature headers, 413 too large.
    """
    body = await body_of(request)
    parsed = parse(method=request.method, path=request.url.path, headers=request.headers, body=body)
    return parsed, body


class Authentication:
    """Knows hubs by their signature and people by their session.

    Args:
        session_s: how long a session's cookie is kept.
        https: the cookie travels over https only.
    """

    def __init__(
        self, sessions: Sessions, hubs: HubRegister, *, session_s: float, https: bool
    ) -> None:
        self._sessions = sessions
        self._hubs = hubs
        self._session_s = session_s
        self._https = https

    async def hub(self, request: Request, hub: str) -> tuple[PairedHub, bytes]:
        """Return the active hub that signed this request, and its body.

        Raises:
            Refusal: 401 or 403.
        """
        parsed, body = await signed(request)
        return self._hubs.authenticate(parsed, hub), body

    async def person(self, request: Request) -> Person:
        """Return who is logged in.

        Raises:
            Refusal: 401 nobody.
        """
        person = await self._sessions.who(token_of(request))
        if person is None:
            raise Refusal(401, "no-session")
        return person

    async def lead(self, request: Request) -> Person:
        """Return the lead who is logged in.

        Raises:
            Refusal: 401 nobody, 403 not a lead.
        """
        person = await self.person(request)
        if person.role is not AccountRole.LEAD:
            raise Refusal(403, "not-allowed")
        return person

    async def log_in(self, request: Request, name: str, password: str) -> tuple[str, Person]:
        """Check a password; return the token for the cookie and who it is.

        Raises:
            Refusal: 401 wrong, 429 too many attempts.
        """
        address = request.client.host if request.client else ""
        return await self._sessions.log_in(name, password, address)

    async def log_out(self, request: Request) -> None:
        """End the session of a request; nothing happens if there is none."""
        await self._sessions.log_out(token_of(request))

    def let_in(self, answer: Response, token: str) -> Response:
        """Put the session into the answer's cookie."""
        answer.set_cookie(
            COOKIE,
            token,
            max_age=int(self._session_s),
            httponly=True,
            samesite="lax",
            secure=self._https,
        )
        return answer


def token_of(request: Request) -> str:
    """Return what the session cookie holds, empty without one."""
    return request.cookies.get(COOKIE, "")


def let_out(answer: Response) -> Response:
    """Take the session's cookie away."""
    answer.delete_cookie(COOKIE)
    return answer


def check_version(version: int) -> None:
    """Accept this wire version and the one before.

    Raises:
        Refusal: 400 another version.
    """
    if version not in {wire.VERSION, wire.VERSION - 1}:
        raise Refusal(400, "version", f"spoken here: {wire.VERSION - 1} and {wire.VERSION}")
