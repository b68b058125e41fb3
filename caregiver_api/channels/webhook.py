# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Notices as a signed POST to one configured address: a house's call system or a gateway."""

import json
from collections.abc import Callable
from typing import Annotated, Final
from urllib.parse import urlsplit

import httpx2
from pydantic import Field, field_validator

from caregiver_api import wire
from caregiver_api.channels.channel import (
    Channel,
    ChannelContext,
    ChannelDeclaration,
    ChannelError,
    DeliveryReceipt,
    PageNotice,
)
from caregiver_api.platform.service_key import ServiceKey
from caregiver_api.platform.settings_table import SettingsTable, loopback

KEY_ID: Final = "service"


class WebhookSettings(SettingsTable):
    """`[caregiver_api.webhook]`: pages also go as a signed POST to this address.

    Attributes:
        url: http or https address of the existing call system or gateway.
        timeout_s: how long it may take to answer.
    """

    url: str
    timeout_s: Annotated[float, Field(gt=0, le=30)] = 5.0

    @field_validator("url")
    @classmethod
    def _web(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("expected an http or https address")
        return value


class Webhook:
    """Posts notices; the receiver checks the signature with the service's public key.

    The body is `{id, tag, person, incident_id, priority, title, text, ring, turn, test}`; `person`
    is the recipient's name, `turn` the round of the escalation. A notice that is sent again has the
    same id. Signature as on the wire (profile of `wire`), key id "service".

    Args:
        client: HTTP client with its timeouts.
        url: where to.
        key: signs.
        now: service time in unix seconds.
    """

    name = "webhook"

    def __init__(
        self, client: httpx2.AsyncClient, url: str, key: ServiceKey, now: Callable[[], float]
    ) -> None:
        self._client = client
        self._url = url
        self._key = key
        self._now = now

    async def send(self, notice: PageNotice) -> DeliveryReceipt:
        """Post one notice.

        Raises:
            ChannelError: not reachable, or answered other than 2xx.
        """
        body = json.dumps(
            {
                "id": notice.id,
                "tag": notice.tag,
                "person": notice.recipient,
                "incident_id": notice.incident,
                "priority": notice.priority,
                "title": notice.title,
                "text": notice.text,
                "ring": notice.ring,
                "turn": notice.round_no,
                "test": notice.test,
            },
            ensure_ascii=False,
        ).encode()
        digest = wire.content_digest(body)
        parameters = wire.signature_input(key_id=KEY_ID, created=int(self._now()), nonce=notice.id)
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
        return DeliveryReceipt(reached=True, detail=str(answer.status_code))


def _make(settings: WebhookSettings | None, context: ChannelContext) -> Channel:
    assert settings is not None, "a channel with settings is made from its table"
    client = httpx2.AsyncClient(timeout=settings.timeout_s, trust_env=False)
    return Webhook(client, settings.url, context.key, context.now)


def _leads_outside(settings: WebhookSettings | None) -> bool:
    return settings is not None and not loopback(urlsplit(settings.url).hostname or "")


CHANNEL: Final = ChannelDeclaration(
    name=Webhook.name,
    settings=WebhookSettings,
    leads_outside=_leads_outside,
    make=_make,
)
