# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Notices to the phones and desktops that have our page open now."""

from typing import Final

from caregiver_api.channels.channel import (
    Channel,
    ChannelContext,
    ChannelDeclaration,
    DeliveryReceipt,
    PageNotice,
)
from caregiver_api.platform.live import Live, Rang
from caregiver_api.platform.settings_table import SettingsTable


class Sse:
    """Rings the open pages of a carer; the address is the person's id."""

    name = "sse"

    def __init__(self, live: Live) -> None:
        self._live = live

    async def send(self, notice: PageNotice) -> DeliveryReceipt:
        """Ring; without an open page there is nobody to reach."""
        reached = self._live.ring(
            Rang(
                carer=notice.address,
                incident=notice.incident,
                tag=notice.tag,
                priority=notice.priority,
                text=notice.text,
                ring=notice.ring,
            )
        )
        return DeliveryReceipt(reached=reached > 0, detail=f"open pages: {reached}")


def _make(_settings: SettingsTable | None, context: ChannelContext) -> Channel:
    return Sse(context.live)


CHANNEL: Final[ChannelDeclaration[SettingsTable]] = ChannelDeclaration(
    name=Sse.name, leads_outside=lambda _: False, make=_make
)
