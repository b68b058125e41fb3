# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""All open incidents, and what may leave the flat."""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from rules.incidents.owner import Effects, Moved
from rules.model.consent import Register
from rules.model.effects import Effect
from rules.model.events import ConsentChanged
from rules.model.identity import IncidentId, JournalId, Seconds
from rules.model.incident import Incident
from rules.model.quantities import NEVER

LEDGER_KEPT: Final = 200
"""Entries of the consent ledger kept in memory; the journal holds all."""
TAPS_KEPT: Final = 50
"""Shared notes kept in memory: more are never open at a time."""


class Incidents(NamedTuple):
    """Open incidents and consents; immutable.

    Attributes:
        journal: the journal the incidents are named after.
        open: open incidents, in the order they opened.
        register: what is allowed now.
        ledger: latest changes of consent, oldest first.
        due: when the next open incident waits no longer; follows from `open`.
    """

    journal: JournalId
    open: Mapping[IncidentId, Incident] = {}
    register: Register = Register()
    ledger: tuple[ConsentChanged, ...] = ()
    due: Seconds = NEVER

    def put(self, name: IncidentId, incident: Incident | None) -> "Incidents":
        """Return the incidents with one of them as it is now; None drops it."""
        if incident is None:
            open_ = {key: one for key, one in self.open.items() if key != name}
        else:
            open_ = {**self.open, name: incident}
        due = min((one.due for one in open_.values()), default=NEVER)
        return self._replace(open=open_, due=due)

    def each(self, step: Callable[[Incident], Moved | None]) -> tuple["Incidents", Effects]:
        """Apply a step to each open incident, in order; None leaves it as it is."""
        incidents, effects = self, list[Effect]()
        for incident in tuple(self.open.values()):
            moved = step(incident)
            if moved is not None:
                incidents = incidents.put(incident.id, moved[0])
                effects += moved[1]
        return incidents, tuple(effects)


type Heard = tuple[Incidents, Effects]
"""The incidents after an event, and what is to be done."""
