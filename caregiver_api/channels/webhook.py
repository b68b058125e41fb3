# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pages as a signed POST to one configured address: a house's call system or a gateway."""

import json
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

import httpx2

from caregiver_api import wire
from caregiver_api.channels.channel import ChannelError, Page, Receipt
from caregiver_api.hubs.signing import ServiceKey

KEY_ID: Final = "service"


class Webhook:
    """Posts pages; the receiver checks the signature with the service's public key.

    The body is `{id, tag, person, incident_id, priority, text, ring, turn, test}`; a page that is
    sent again has the same id. Signature as on the wire (profile of `wire`), key id "service".

    Args:
        client: HTTP client with its timeouts.
        url: where to.
        key: signs.
        now: service time in unix seconds.
        name_of: what the receiver reads as `person`.
    """

    name = "webhook"

    def __init__(
        self,
        client: httpx2.AsyncClient,
        url: str,
        key: ServiceKey,
        now: Callable[[], float],
        name_of: Callable[[str], str | None],
    ) -> None:
        self._client = client
        self._url = url
        self._key = key
        self._now = now
        self._name_of = name_of

    async def send(self, page: Page) -> Receipt:
        """Post one page.

        Raises:
            ChannelError: not reachable, or answered other than 2xx.
        """
        body = json.dumps(
            {
                "id": page.id,
                "tag": page.tag,
                "person": self._name_of(page.person) or page.person,
                "incident_id": page.incident,
                "priority": page.priority,
                "text": page.text,
                "ring": page.ring,
                "turn": page.turn,
                "test": page.test,
            }
        ).encode()
        digest = wire.content_digest(body)
        parameters = wire.signature_input(key_id=KEY_ID, created=int(self._now()), nonce=page.id)
        base = wire.signature_base(
            method="POST",
            path=urlsplit(self._url).path or "/",
            digest=digest,
            parameters=parameters,
        )
        headers = {
            "content-type": "application/json",
            "content-digest": digest,
            "signature-input": f"sig1={parameters}",
            "signature": f"sig1=:{self._key.sign(base)}:",
        }
        try:
            answer = await self._client.post(self._url, content=body, headers=headers)
        except httpx2.HTTPError as error:
            raise ChannelError(type(error).__name__) from error
        if not answer.is_success:
            raise ChannelError(str(answer.status_code))
        return Receipt(reached=True, detail=str(answer.status_code))
