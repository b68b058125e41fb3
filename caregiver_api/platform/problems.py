# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Refusals as RFC 9457 problem details."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from caregiver_api import wire

TITLES: Final = {
    "bad-body": "The body is not what this address expects",
    "clock-skew": "The signature's time is too far from service time; sign again with server_time",
    "closed": "This incident is closed",
    "code": "This pairing code is unknown, used or too old",
    "foreign": "This belongs to another hub",
    "foreign-page": "Writing requests come from our own pages only",
    "internal": "The service failed",
    "key-hash": "The six digits are not those of this hub's key",
    "login": "Name or password is wrong",
    "name-taken": "This name is in use",
    "not-allowed": "This needs another role",
    "not-confirmed": "A person has to compare the key first",
    "not-found": "There is nothing at this address",
    "newer": "There was a new call since this incident was shown",
    "no-session": "Please log in",
    "replayed": "This signed request was used before",
    "revoked": "This hub was revoked",
    "signature": "The signature is missing or wrong",
    "taken": "Somebody else has taken this incident",
    "too-large": "The body is too large",
    "too-many": "Too many attempts; wait",
    "unknown-hub": "This hub is not known here",
    "unknown-person": "A person named here is not known or not active",
    "version": "This wire version is not spoken here",
}


class Refusal(Exception):
    """A request is refused; becomes a problem+json answer and leaves nothing behind.

    Args:
        status: HTTP status.
        name: key of `TITLES`, becomes the problem's type.
        detail: what exactly, in a sentence, without personal data.
        headers: for example `Retry-After`.
    """

    def __init__(
        self,
        status: int,
        name: str,
        detail: str = "",
        *,
        headers: dict[str, str] | None = None,
        skew: tuple[int, str, str] | None = None,
    ) -> None:
        super().__init__(name, detail)
        self.headers = headers or {}
        server_time, nonce, signature = skew or (None, None, None)
        self.problem = wire.Problem(
            type=f"/problems/{name}",
            title=TITLES[name],
            status=status,
            detail=detail,
            server_time=server_time,
            nonce=nonce,
            signature=signature,
        )

    def response(self) -> Response:
        """Return the answer."""
        return Response(
            self.problem.model_dump_json(exclude_none=True),
            self.problem.status,
            headers={"cache-control": "no-store", **self.headers},
            media_type="application/problem+json",
        )


def places(errors: Sequence[Mapping[str, Any]]) -> str:
    """Say where a body is wrong and what was expected, without repeating its content."""
    return "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in errors[:5])


STATUS_NAMES: Final = {401: "no-session", 403: "not-allowed", 404: "not-found", 413: "too-large"}


def install(app: FastAPI) -> None:
    """Answer every refusal, wrong body and unknown address as problem+json."""

    async def refused(_request: Request, error: Exception) -> Response:
        assert isinstance(error, Refusal)
        return error.response()

    async def wrong_body(_request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        places = ", ".join(
            f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}"
            for one in error.errors()[:5]
        )
        return Refusal(422, "bad-body", places).response()

    async def other(_request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        name = STATUS_NAMES.get(error.status_code, "not-found")
        return Refusal(error.status_code, name, headers=dict(error.headers or {})).response()

    async def failed(_request: Request, _error: Exception) -> Response:
        # The server logs the error itself; the answer tells nothing of it.
        return Refusal(500, "internal").response()

    app.add_exception_handler(Exception, failed)
    app.add_exception_handler(Refusal, refused)
    app.add_exception_handler(RequestValidationError, wrong_body)
    app.add_exception_handler(HTTPException, other)
