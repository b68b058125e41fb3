# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What every way to a carer has in common: one page out, one receipt back."""

from dataclasses import dataclass
from typing import Final, Protocol

NEUTRAL: Final = {
    "urgent": "urgent-alarm",
    "soon": "new-alarm",
    "info": "new-information",
    "stand_down": "taken-over",
    "test": "test-alarm",
}
"""Keys of the neutral texts: a locked screen shows no name, flat or kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page to one carer through one channel.

    Attributes:
        id: the same page sent again has the same id; receivers replace it.
        person: whom.
        incident: about which incident.
        tag: notices with the same tag replace each other.
        priority: urgent, soon or info.
        text: neutral text, a key of the faces' catalogues.
        ring: make a sound; False silences.
        turn: round of the escalation.
        test: a test alarm.
    """

    id: str
    person: str
    incident: str
    tag: str
    priority: str
    text: str
    ring: bool
    turn: int
    test: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a channel can say about a page.

    Attributes:
        reached: somebody's device took it. False is no failure: nobody was there, so sending it
            again through this channel would not help.
        detail: for the record, for example "open pages: 2".
    """

    reached: bool
    detail: str = ""


class ChannelError(Exception):
    """The channel failed; the page is tried again, other channels go on."""


class Channel(Protocol):
    """A way to carers."""

    @property
    def name(self) -> str:
        """Return the name that stands in pages and settings."""
        ...

    async def send(self, page: Page) -> Receipt:
        """Send one page.

        Raises:
            ChannelError: it could not be handed over.
        """
        ...
