# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What every way to a carer has in common: one rendered notice out, one receipt back."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from caregiver_api.platform.live import Live
from caregiver_api.platform.service_key import ServiceKey
from caregiver_api.platform.settings_table import SettingsTable


@dataclass(frozen=True, slots=True, kw_only=True)
class PageNotice:
    """One page to one address of one carer, ready to be shown.

    A locked screen shows no name of a resident, no flat and no kind of alarm.

    Attributes:
        id: the same notice sent again has the same id; receivers replace it.
        recipient: name of the person as colleagues read it.
        address: where to; the person's id for a channel without a kind of address.
        incident: about which incident.
        tag: notices with the same tag replace each other.
        priority: urgent, soon or info.
        title: a few words in the recipient's language.
        text: a sentence in the recipient's language.
        ring: make a sound; False silences.
        round_no: round of the escalation.
        test: a test alarm.
    """

    id: str
    recipient: str
    address: str
    incident: str
    tag: str
    priority: str
    title: str
    text: str
    ring: bool
    round_no: int
    test: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReceipt:
    """What a channel can say about a notice.

    Attributes:
        reached: somebody's device took it. False is no failure: nobody was there, so sending it
            again through this channel would not help.
        detail: for the record, for example "open pages: 2".
    """

    reached: bool
    detail: str = ""


class ChannelError(Exception):
    """The channel failed; the notice is tried again, other channels go on."""


class Channel(Protocol):
    """A way to carers."""

    @property
    def name(self) -> str:
        """Return the name that stands in the record of pages and in the settings."""
        ...

    async def send(self, notice: PageNotice) -> DeliveryReceipt:
        """Send one notice.

        Raises:
            ChannelError: it could not be handed over.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressKind:
    """A kind of address that people have for a channel.

    Attributes:
        name: what stands in the database, for example `phone`.
        pattern: regular expression that an address matches from end to end.
        example: an address of this kind, shown where one is typed.
    """

    name: str
    pattern: str
    example: str

    def fits(self, value: str) -> bool:
        """Say whether a text can be such an address."""
        return re.fullmatch(self.pattern, value) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelContext:
    """What a channel may use of the service.

    Attributes:
        live: the pages that are open now.
        key: signs.
        now: service time in unix seconds.
    """

    live: Live
    key: ServiceKey
    now: Callable[[], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelDeclaration[S: SettingsTable]:
    """How a channel is set up; stands in its file and in the table of all channels.

    Attributes:
        name: of the channel, and of its table in the settings (`[caregiver_api.<name>]`).
        settings: model of that table; None for a channel that needs none and is always there.
        address: kind of address a person must have to be reached by it; None if it needs none.
        leads_outside: says of its settings (None without any) whether its notices can leave this
            machine; in a demo such a channel is refused.
        make: makes the channel; with settings, only when their table is there.
    """

    name: str
    settings: type[S] | None = None
    address: AddressKind | None = None
    leads_outside: Callable[[S | None], bool]
    make: Callable[[S | None, ChannelContext], Channel]
