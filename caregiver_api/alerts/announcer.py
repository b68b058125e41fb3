# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a transaction on incidents leaves to be told, and who tells it once it is durable."""

from dataclasses import dataclass, field

from caregiver_api.escalation.actions import ActionRefused
from caregiver_api.hubs.downlink import Downlink
from caregiver_api.platform.live import Live, LiveEvent, Signal


@dataclass(slots=True)
class AfterCommit:
    """What is to be told once the transaction is durable; filled while it runs."""

    events: list[LiveEvent] = field(default_factory=list)
    hubs: list[str] = field(default_factory=list)
    pages: int = 0
    refused: ActionRefused | None = None


class Announcer:
    """Tells everybody what was committed.

    Args:
        paged: wakes the senders of pages.
    """

    def __init__(self, live: Live, downlink: Downlink, paged: Signal) -> None:
        self._live = live
        self._downlink = downlink
        self._paged = paged

    def tell(self, after: AfterCommit) -> None:
        """Tell open pages, streams, hubs and senders."""
        self.publish(after)
        for hub in dict.fromkeys(after.hubs):
            self._downlink.notify(hub)
        if after.pages:
            self._paged.notify()

    def publish(self, after: AfterCommit) -> None:
        """Tell open pages and streams only: the timer loop tells the rest."""
        for one in after.events:
            self._live.publish(one)
