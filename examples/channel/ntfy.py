# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Notices to a topic of an ntfy server: title in a header, text as the body."""

from typing import Annotated, Final
from urllib.parse import quote, urlsplit

import httpx2
from pydantic import Field

from caregiver_api.channels.channel import (
    AddressKind,
    Channel,
    ChannelContext,
    ChannelDeclaration,
    ChannelError,
    DeliveryReceipt,
    PageNotice,
)
from caregiver_api.platform.settings_table import SettingsTable, loopback

TOPIC: Final = AddressKind(name="ntfy_topic", pattern=r"[A-Za-z0-9_-]{8,64}", example="anna-8f3k2m")
PRIORITIES: Final = {"urgent": "max", "soon": "high", "info": "low"}


class NtfySettings(SettingsTable):
    """`[caregiver_api.ntfy]`.

    Attributes:
        server: http or https address of the server.
        timeout_s: how long it may take to answer.
    """

    server: Annotated[str, Field(pattern=r"^https?://[^/]+$")]
    timeout_s: Annotated[float, Field(gt=0, le=30)] = 5.0


class Ntfy:
    """Posts notices to the recipient's topic."""

    name = "ntfy"

    def __init__(self, client: httpx2.AsyncClient, server: str) -> None:
        self._client = client
        self._server = server

    async def send(self, notice: PageNotice) -> DeliveryReceipt:
        """Post one notice.

        Raises:
            ChannelError: not reachable, or answered other than 2xx.
        """
        headers = {
            "title": quote(notice.title),
            "priority": PRIORITIES[notice.priority] if notice.ring else "min",
            "x-id": notice.tag,
        }
        try:
            answer = await self._client.post(
                f"{self._server}/{notice.address}", content=notice.text.encode(), headers=headers
            )
        except httpx2.HTTPError as error:
            raise ChannelError(type(error).__name__) from error
        if not answer.is_success:
            raise ChannelError(str(answer.status_code))
        return DeliveryReceipt(reached=True, detail=str(answer.status_code))


def _make(settings: NtfySettings | None, _context: ChannelContext) -> Channel:
    assert settings is not None, "a channel with settings is made from its table"
    client = httpx2.AsyncClient(timeout=settings.timeout_s, trust_env=False)
    return Ntfy(client, settings.server)


def _leads_outside(settings: NtfySettings | None) -> bool:
    return settings is not None and not loopback(urlsplit(settings.server).hostname or "")


CHANNEL: Final = ChannelDeclaration(
    name=Ntfy.name,
    settings=NtfySettings,
    address=TOPIC,
    leads_outside=_leads_outside,
    make=_make,
)
