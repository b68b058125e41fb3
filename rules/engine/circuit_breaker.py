# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Circuit breaker: a deadline or handler that raised is deferred, and all others go on."""

from dataclasses import replace
from typing import Final

from rules.incidents.owner import Effects
from rules.model.consent import Basis
from rules.model.effects import AskEnded, AskOutcome, IncidentClosed, IncidentPhase
from rules.model.events import CloseReason, DeadlinePutOff
from rules.model.identity import IncidentId, Seconds
from rules.model.incident import Incident, Wait
from rules.model.quantities import DAY_S, NEVER

TRIES: Final = 3
"""Failures of one deadline from which it is deferred for `REST_S`, no longer for `RETRY_S`."""
# Long enough for the hub to be up with its radios again (about 10 s on a Raspberry Pi), short
# beside every limit a life may hang on.
RETRY_S: Final = 20.0
REST_S: Final = DAY_S
"""So long a deadline is deferred that broke three times; then it is tried again, once a day."""
REVISIONS_LEFT_OUT: Final = 1000
"""Added to the revision where memory is rebuilt; one incident sends fewer messages than that."""
HANDLER: Final = ".on"
"""Ends the name of a detector's handlers, as a thing that breaks; its deadline has its own."""


class DeadlineBroke(Exception):
    """A deadline or a handler raised; the cause is chained to it.

    Attributes:
        deadline: its name: of a deadline of the situation, of a detector, of a detector's handlers
            (`name.on`), or "INCIDENTS".
        incident: the incident whose deadline it was, None for a rule's.
        matter: kind and place of an incident that the same row opened (`matter_of`). Its id holds
            that row's number, which changes when a row that defers it is written before it.
    """

    def __init__(
        self, deadline: str, incident: IncidentId | None = None, *, matter: str | None = None
    ) -> None:
        super().__init__(deadline, incident, matter)
        self.deadline = deadline
        self.incident = incident
        self.matter = matter

    @property
    def of_incident(self) -> bool:
        """Whether it was an incident's deadline, not a rule's."""
        return self.incident is not None or self.matter is not None

    @property
    def name(self) -> str:
        """What is counted: each rule's deadline, and each incident's own."""
        whose = self.incident or self.matter
        return self.deadline if whose is None else f"{self.deadline} {whose}"


def rest_s(times: int) -> Seconds:
    """Return how long a deadline is deferred that broke so often."""
    return RETRY_S if times < TRIES else REST_S


def matter_of(incident: Incident) -> str:
    """Return kind and place: they name an incident as long as its id may still change."""
    return f"{incident.kind} {incident.place}"


def deferred_incident(incident: Incident, event: DeadlinePutOff) -> tuple[Incident | None, Effects]:
    """Return an open incident whose deadline broke; a person shall look, whatever was to follow."""
    if event.times < TRIES:
        return replace(incident, due=event.until), ()
    if incident.need.basis is Basis.SINGLE_TAP:
        # Hers alone: it is no page, and over is all that it was to become.
        return None, (IncidentClosed(incident=incident.id, reason=CloseReason.CLEARED.value),)
    if event.times > TRIES:
        # Not even the plain page could be made; what is left is that somebody was told. Where
        # memory is rebuilt, pages went out when the row was new: no number is given twice.
        rebuilt = event.until <= event.at
        return waits_no_more(_renumbered(incident) if rebuilt else incident)
    asked_no_more, effects = _asked_no_more(incident)
    # Paged with the next fact, which comes at once.
    return replace(asked_no_more, wait=Wait.PAGE, due=event.at), effects


def deferred_new(
    deferred: dict[str, Seconds], incident: Incident, at: Seconds
) -> tuple[Incident, Effects] | None:
    """Return an incident that this very row opened, if its matter is deferred; else None.

    From the next row on it is known by its name like every other.
    """
    until = deferred.get(matter_of(incident), -1.0)
    if until < at:
        return None
    if until > at:
        return replace(incident, due=until), ()
    return waits_no_more(_renumbered(incident))


def waits_no_more(incident: Incident) -> tuple[Incident, Effects]:
    """Return an incident that waits for nothing; what is asked is asked no more."""
    incident, effects = _asked_no_more(incident)
    return replace(incident, wait=Wait.NOTHING, due=NEVER), effects


def _renumbered(incident: Incident) -> Incident:
    return replace(incident, revision=incident.revision + REVISIONS_LEFT_OUT)


def _asked_no_more(incident: Incident) -> tuple[Incident, Effects]:
    """End its question: one open for ever would keep the next of its kind from being asked."""
    if incident.phase is not IncidentPhase.ASKED:
        return incident, ()
    ended = AskEnded(incident=incident.id, outcome=AskOutcome.TIMED_OUT)
    return replace(incident, phase=IncidentPhase.NOTED), (ended,)
