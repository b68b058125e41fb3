# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Everything the rules remember: the situation, each detector's memory, the open incidents."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from rules.incidents.incidents import Incidents
from rules.incidents.owner import Effects
from rules.model.consent import Register
from rules.model.identity import IncidentId, RoomId, Seconds
from rules.model.incident import Incident
from rules.model.quantities import NEVER
from rules.model.verdict import Blind
from rules.situation import coverage
from rules.situation.coverage import RoomCoverage
from rules.situation.situation import Situation


class State(NamedTuple):
    """Memory after a fact; immutable, and equal states behave equally.

    Attributes:
        situation: what is believed.
        memories: of each detector, in the order of the table.
        dues: next time of each deadline, by slot: the situation's own, the detectors', the
            incidents'; follows from the rest. A due time may be early, never late.
        wake: the earliest of them.
        incidents: open incidents and consents.
        deferred: what broke, by name, and until when each is left alone.
    """

    situation: Situation
    memories: tuple[Any, ...]
    dues: tuple[Seconds, ...]
    wake: Seconds
    incidents: Incidents
    deferred: dict[str, Seconds]

    @property
    def next_due(self) -> Seconds | None:
        """When a `Tick` is wanted next; None when nothing waits."""
        return self.wake if self.wake < NEVER else None

    @property
    def register(self) -> Register:
        """What is allowed now."""
        return self.incidents.register

    @property
    def open(self) -> Mapping[IncidentId, Incident]:
        """The open incidents, in the order they opened."""
        return self.incidents.open

    def blind(self) -> tuple[Blind, ...]:
        """Return what cannot be seen now."""
        return coverage.blind(self.situation, self.situation.apartment)

    def rooms(self) -> Mapping[RoomId, RoomCoverage]:
        """Return for each room whether a person would be seen there now."""
        return coverage.rooms(self.situation, self.situation.apartment)


class Step(NamedTuple):
    """What one fact led to.

    Attributes:
        state: the new memory; the old one is untouched.
        effects: commands in the order they are to be carried out.
        next_due: axis time at which a `Tick` is wanted next; None when nothing waits.
        fault: the handler of a call for help broke; the call was opened and paged all the same.
    """

    state: State
    effects: Effects
    next_due: Seconds | None
    fault: Exception | None = None
