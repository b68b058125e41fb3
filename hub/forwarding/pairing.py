# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pairing: a one-time code makes the keys known to each other, two people compare six digits."""

import asyncio
import base64
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
from pydantic import ValidationError

from caregiver_api import wire
from hub.forwarding.signing import Signer


@dataclass(frozen=True, slots=True, kw_only=True)
class Paired:
    """What the hub knows of its service; kept in a file with mode 0600."""

    service_url: str
    hub_id: str
    service_key: str


class PairingFailed(Exception):
    """The service did not pair.

    Attributes:
        fault: `unreachable`, `code` (wrong or used up), `answer` (not understood) or `url`.
        status: HTTP status, 0 without an answer.
    """

    def __init__(self, fault: str, status: int = 0) -> None:
        super().__init__(fault, status)
        self.fault = fault
        self.status = status


class Pairing:
    """The hub's pairing, from its file and by code."""

    def __init__(self, path: Path, signer: Signer) -> None:
        self._path = path
        self._signer = signer
        self._known = asyncio.Event()
        self.paired: Paired | None = None
        if path.exists():
            self._take(Paired(**json.loads(path.read_text())))

    @property
    def key_hash(self) -> str:
        """The six digits to compare on both screens."""
        return wire.key_hash(self._signer.public_key)

    async def wait(self) -> Paired:
        """Return the pairing once there is one."""
        await self._known.wait()
        assert self.paired is not None
        return self.paired

    async def pair(
        self, http: httpx2.AsyncClient, service_url: str, code: str, name: str
    ) -> Paired:
        """Bring one-time code and key to the service; confirmation there is still to come.

        Raises:
            PairingFailed: nothing was changed.
        """
        url = service_url.rstrip("/")
        if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname:
            raise PairingFailed("url")
        try:
            request = wire.PairingRequest(
                code=code,
                public_key=base64.b64encode(self._signer.public_key).decode(),
                name=name,
            )
        except ValidationError as fault:
            raise PairingFailed("code") from fault
        body = request.model_dump_json().encode()
        path = urlsplit(url).path + wire.PATH_PAIRING
        signature = self._signer.sign(method="POST", path=path, body=body, key_id="pairing")
        try:
            answer = await http.post(
                url + wire.PATH_PAIRING, content=body, headers=signature.headers
            )
        except httpx2.TransportError as fault:
            raise PairingFailed("unreachable") from fault
        if not answer.is_success:
            raise PairingFailed("code", answer.status_code)
        try:
            told = wire.PairingAnswer.model_validate_json(answer.content)
        except ValidationError as fault:
            raise PairingFailed("answer", answer.status_code) from fault
        if told.key_hash != self.key_hash:
            raise PairingFailed("answer", answer.status_code)
        paired = Paired(service_url=url, hub_id=told.hub_id, service_key=told.service_key)
        self._keep(paired)
        self._take(paired)
        return paired

    def _take(self, paired: Paired) -> None:
        self.paired = paired
        self._known.set()

    def _keep(self, paired: Paired) -> None:
        fresh = self._path.with_suffix(".new")
        file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(file, "w") as text:
            json.dump(asdict(paired), text)
            text.flush()
            os.fsync(text.fileno())
        fresh.replace(self._path)
