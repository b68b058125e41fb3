# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""A deadline that broke rests for a while, so that every other alarm goes on."""

from dataclasses import replace
from typing import Final

from rules import course, technical
from rules.effects import AskEnded, AskOutcome, IncidentPhase
from rules.events import DeadlinePutOff
from rules.identity import IncidentId, Seconds
from rules.incident import Incident, Wait
from rules.quantities import DAY_S, NEVER
from rules.state import Due
from rules.turn import Turn
from rules.verdicts import Priority, VerdictKind

TRIES: Final = 3
"""Twice may be a cosmic ray or a bad card; the third time it is the deadline."""
# Long enough for the hub to be up with its radios again (about 10 s on a Raspberry Pi), short
# beside every limit a life may hang on.
RETRY_S: Final = 20.0
REST_S: Final = DAY_S
"""So long a deadline rests that broke three times; then it is tried again, once a day."""


class DeadlineBroke(Exception):
    """A deadline raised; the cause is chained to it.

    Attributes:
        deadline: its name, as in `rules.state.Due`.
        incident: the incident whose deadline it was, None for a rule's.
    """

    def __init__(self, deadline: str, incident: IncidentId | None = None) -> None:
        super().__init__(deadline, incident)
        self.deadline = deadline
        self.incident = incident

    @property
    def name(self) -> str:
        """What is counted: each rule's deadline, and each incident's own."""
        return self.deadline if self.incident is None else f"{self.deadline} {self.incident}"


def rest_s(times: int) -> Seconds:
    """Return how long a deadline rests that broke so often."""
    return RETRY_S if times < TRIES else REST_S


def put_off(turn: Turn, event: DeadlinePutOff) -> None:
    """Let a deadline rest until `event.until`; every third time somebody is told."""
    incident = None if event.incident is None else turn.incidents.get(event.incident)
    if incident is not None:
        _put_off_incident(turn, incident, event)
    elif event.deadline == Due.PAUSE.name and event.times >= TRIES:
        # Private time was to end now: that it cannot end in order must not make it longer.
        turn.pause = None
        turn.dues[Due.PAUSE] = NEVER
    else:
        turn.resting = {**turn.resting, event.deadline: event.until}
    if event.times % TRIES == 0:
        _tell(turn, event)


def _put_off_incident(turn: Turn, incident: Incident, event: DeadlinePutOff) -> None:
    if event.times < TRIES:
        turn.keep(replace(incident, due=event.until))
        return
    if event.times > TRIES:
        # Not even the plain page could be made; what is left is that somebody was told.
        turn.keep(replace(incident, wait=Wait.NOTHING, due=NEVER))
        return
    if incident.phase is IncidentPhase.ASKED:
        turn.effects.append(AskEnded(incident=incident.id, outcome=AskOutcome.TIMED_OUT))
        incident = replace(incident, phase=IncidentPhase.NOTED)
    # Whatever was to follow, a person shall look: paged with the next fact, which comes at once.
    turn.keep(replace(incident, wait=Wait.PAGE, due=turn.at))


def _tell(turn: Turn, event: DeadlinePutOff) -> None:
    kind = VerdictKind.ROW_QUARANTINED
    if any(
        one.kind is kind and one.verdict.detail.get("deadline") == event.deadline
        for one in turn.incidents.values()
    ):
        return
    detail: dict[str, str | float] = {"deadline": event.deadline}
    course.conclude(
        turn,
        technical.about_hub(turn, kind, turn.seq, priority=Priority.SOON, detail=detail),
    )
