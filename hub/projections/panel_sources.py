# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The ports through which the panel's view asks others for their state."""

from collections.abc import Mapping
from typing import Protocol

from hub.projections.panel import LinkView
from rules.model.declaration import Declaration
from rules.model.identity import RoomId
from rules.model.verdict import Blind, Kind
from rules.situation.coverage import RoomCoverage


class RulesView(Protocol):
    """What the rules see now, and what they can conclude."""

    @property
    def declared(self) -> Mapping[Kind, Declaration]:
        """What follows each kind."""

    def blind(self) -> tuple[Blind, ...]:
        """Return what cannot be seen now."""

    def rooms(self) -> Mapping[RoomId, RoomCoverage]:
        """Return for each room whether a person would be seen there now."""


class LinkState(Protocol):
    """The way to the care service."""

    def view(self) -> LinkView:
        """Return what the panel shows of it."""


class RadioStates(Protocol):
    """The radios."""

    def states(self) -> dict[str, str]:
        """Return each source's name and state."""


class PinState(Protocol):
    """The resident's PIN."""

    @property
    def is_set(self) -> bool:
        """Whether a PIN was set."""
