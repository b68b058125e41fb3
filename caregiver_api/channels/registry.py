# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The one table of all channels; a new one is its file and one line here."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from caregiver_api.channels import sse, webhook
from caregiver_api.channels.channel import (
    AddressKind,
    Channel,
    ChannelContext,
    ChannelDeclaration,
)
from caregiver_api.platform.settings_table import SettingsTable


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenChannel:
    """A channel that is set up.

    Attributes:
        address: kind of address it needs of a person, None if it needs none.
        outside: its notices can leave this machine.
    """

    channel: Channel
    address: AddressKind | None = None
    outside: bool = False

    @property
    def name(self) -> str:
        """Return the channel's name."""
        return self.channel.name


class ChannelRegistry:
    """All channels there are.

    Raises:
        ValueError: two have one name, or one kind of address means two things.
    """

    def __init__(self, *declarations: ChannelDeclaration[Any]) -> None:
        self._declarations = declarations
        names = [one.name for one in declarations]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"two channels are called {name!r}")
        _check_kinds(declarations)

    def __iter__(self) -> Iterator[ChannelDeclaration[Any]]:
        return iter(self._declarations)

    def open(
        self, settings: Callable[[str], SettingsTable | None], context: ChannelContext
    ) -> tuple[OpenChannel, ...]:
        """Make the channels that are set up.

        Args:
            settings: returns the table of a channel, None where it has none.
            context: what channels may use of the service.
        """
        made = []
        for one in self._declarations:
            table = settings(one.name)
            if one.settings is not None and table is None:
                continue
            made.append(
                OpenChannel(
                    channel=one.make(table, context),
                    address=one.address,
                    outside=one.leads_outside(table),
                )
            )
        return tuple(made)


def open_kinds(channels: Iterable[OpenChannel]) -> dict[str, AddressKind]:
    """Return the kinds of address that these channels need, by name."""
    return {one.address.name: one.address for one in channels if one.address is not None}


def _check_kinds(declarations: tuple[ChannelDeclaration[Any], ...]) -> None:
    kinds: dict[str, AddressKind] = {}
    for one in declarations:
        kind = one.address
        if kind is not None and kinds.setdefault(kind.name, kind) != kind:
            raise ValueError(f"address kind {kind.name!r} of channel {one.name!r} means two things")


CHANNELS: Final = ChannelRegistry(sse.CHANNEL, webhook.CHANNEL)
