# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Forms as our pages send them: url-encoded, small, and only from our own pages."""

from typing import Final
from urllib.parse import parse_qs

from starlette.requests import Request

from design.security import from_own_page

BYTES_MAX: Final = 64 * 1024
FIELDS_MAX: Final = 500
QUICK: Final = "tohuus-quick"


class BadForm(Exception):
    """The body is no form of ours; `status` is the answer (403 foreign page, 413, 415)."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Form:
    """The fields of one form."""

    def __init__(self, fields: dict[str, list[str]], *, quick: bool) -> None:
        self._fields = fields
        self.quick = quick
        """Sent in the background: answer 204 or fragments, not a redirect."""

    def one(self, name: str) -> str:
        """Return a field's first value without spaces around it, empty when it is missing."""
        return self._fields.get(name, [""])[0].strip()

    def all(self, name: str) -> list[str]:
        """Return all values of a field (check boxes)."""
        return self._fields.get(name, [])

    def number(self, name: str, least: int, most: int) -> int | None:
        """Return a whole number between `least` and `most`, None when it is anything else."""
        text = self.one(name)
        if not text.isascii() or not text.isdigit() or len(text) > 9:
            return None
        value = int(text)
        return value if least <= value <= most else None


async def read(request: Request) -> Form:
    """Read a form.

    Raises:
        BadForm: it comes from a foreign page, is too large or no form at all.
    """
    if not from_own_page(request.headers):
        raise BadForm(403)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BYTES_MAX:
            raise BadForm(413)
    kind = request.headers.get("content-type", "").partition(";")[0]
    if body and kind != "application/x-www-form-urlencoded":
        raise BadForm(415)
    try:
        fields = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=FIELDS_MAX)
    except ValueError as error:
        raise BadForm(415) from error
    return Form(fields, quick=QUICK in request.headers)
