# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Errors as RFC 9457 problem details, and bodies read strictly."""

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse

BODY_BYTES_MAX = 16 * 1024


class HttpProblem(Exception):
    """A request that cannot be fulfilled.

    Attributes:
        status: HTTP status.
        kind: last part of the problem's type.
        detail: what would have been right.
    """

    def __init__(self, status: int, kind: str, detail: str = "") -> None:
        super().__init__(status, kind, detail)
        self.status = status
        self.kind = kind
        self.detail = detail

    def response(self) -> JSONResponse:
        """Return the answer."""
        content = {
            "type": f"/problems/{self.kind}",
            "title": self.kind.replace("-", " "),
            "status": self.status,
            "detail": self.detail,
        }
        return JSONResponse(content, self.status, media_type="application/problem+json")


async def answer_problem(_request: Request, problem: Exception) -> JSONResponse:
    """Turn a `HttpProblem` into its answer."""
    assert isinstance(problem, HttpProblem)
    return problem.response()


async def read_body(request: Request) -> dict[str, Any]:
    """Return a JSON object from the body; an empty body is an empty object.

    Raises:
        HttpProblem: 400 or 413.
    """
    raw = await request.body()
    if len(raw) > BODY_BYTES_MAX:
        raise HttpProblem(413, "too-large", "at most 16 KiB")
    if not raw:
        return {}
    try:
        body = json.loads(raw)
    except ValueError:
        raise HttpProblem(400, "bad-body", "a JSON object") from None
    if not isinstance(body, dict):
        raise HttpProblem(400, "bad-body", "a JSON object")
    return body


def word(body: dict[str, Any], key: str) -> str:
    """Return a text out of a body.

    Raises:
        HttpProblem: 422, it is missing or no text.
    """
    value = body.get(key)
    if not isinstance(value, str) or not value:
        raise HttpProblem(422, "bad-body", f"{key}: a text")
    return value
