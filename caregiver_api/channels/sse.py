# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pages to the phones and desks that have our page open now."""

from caregiver_api.channels.channel import Page, Receipt
from caregiver_api.platform.live import Live, Rang


class Sse:
    """Rings the open pages of a carer."""

    name = "sse"

    def __init__(self, live: Live) -> None:
        self._live = live

    async def send(self, page: Page) -> Receipt:
        """Ring; without an open page there is nobody to reach."""
        reached = self._live.ring(
            Rang(
                carer=page.person,
                incident=page.incident,
                tag=page.tag,
                priority=page.priority,
                text=page.text,
                ring=page.ring,
            )
        )
        return Receipt(reached=reached > 0, detail=f"open pages: {reached}")
