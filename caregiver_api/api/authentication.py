# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who stands at the door: a hub by its signature, a person by the session in the cookie."""

from starlette.requests import Request
from starlette.responses import Response

from caregiver_api import wire
from caregiver_api.hubs.register import Hub
from caregiver_api.hubs.signing import Signed, parse
from caregiver_api.people.caregivers import Person, Role
from caregiver_api.people.sessions import COOKIE
from caregiver_api.platform.problems import Refusal
from caregiver_api.service import Service

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


async def hub_of(service: Service, request: Request, hub: str) -> tuple[Hub, bytes]:
    """Return the active hub that signed this request, and its body.

    Raises:
        Refusal: 401 or 403.
    """
    parsed, body = await signed(request)
    return service.hubs.authenticate(parsed, hub), body


def token_of(request: Request) -> str:
    """Return what the session cookie holds, empty without one."""
    return request.cookies.get(COOKIE, "")


async def person_of(service: Service, request: Request) -> Person | None:
    """Return who is logged in, None if nobody is."""
    return await service.sessions.who(token_of(request))


async def need_person(service: Service, request: Request) -> Person:
    """Return who is logged in.

    Raises:
        Refusal: 401 nobody.
    """
    person = await person_of(service, request)
    if person is None:
        raise Refusal(401, "no-session")
    return person


async def need_lead(service: Service, request: Request) -> Person:
    """Return the lead who is logged in.

    Raises:
        Refusal: 401 nobody, 403 not a lead.
    """
    person = await need_person(service, request)
    if person.role is not Role.LEAD:
        raise Refusal(403, "not-allowed")
    return person


def address_of(request: Request) -> str:
    """Return the client's address for the rate limit."""
    return request.client.host if request.client else ""


def let_in(service: Service, answer: Response, token: str) -> Response:
    """Put the session into the answer's cookie."""
    settings = service.deps.settings
    answer.set_cookie(
        COOKIE,
        token,
        max_age=int(settings.session_s),
        httponly=True,
        samesite="lax",
        secure=settings.https,
    )
    return answer


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
