# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""A deadline that broke rests for a while, so that every other alarm goes on."""

from dataclasses import replace
from typing import Final

from rules.first import course, technical
from rules.first.not_seen import Waiting
from rules.first.response import HERS
from rules.first.state import Due
from rules.first.turn import Turn
from rules.model.effects import AskEnded, AskOutcome, IncidentClosed, IncidentPhase
from rules.model.events import CloseReason, DeadlinePutOff
from rules.model.identity import IncidentId, Seconds
from rules.model.incident import Incident, Wait
from rules.model.quantities import DAY_S, NEVER
from rules.model.verdict import Priority, VerdictKind
from rules.situation import activity

TRIES: Final = 3
"""Twice may be a cosmic ray or a bad card; the third time it is the deadline."""
# Long enough for the hub to be up with its radios again (about 10 s on a Raspberry Pi), short
# beside every limit a life may hang on.
RETRY_S: Final = 20.0
REST_S: Final = DAY_S
"""So long a deadline rests that broke three times; then it is tried again, once a day."""
# More than one incident ever sends.
REVISIONS_LEFT_OUT: Final = 1000


class DeadlineBroke(Exception):
    """A deadline raised; the cause is chained to it.

    Attributes:
        deadline: its name, as in `rules.first.state.Due`.
        incident: the incident whose deadline it was, None for a rule's.
        matter: kind and place of an incident that the same row opened: it is named after that row's
            number, which is another one once the deadline was put off before it.
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


def matter_of(incident: Incident) -> str:
    """Return what an incident is called before its name is sure."""
    return f"{incident.kind.value} {incident.place}"


def rests(turn: Turn, incident: Incident) -> bool:
    """Say whether an incident that this very row opened rests, and let it.

    Known from the next row on, it is put off by its name like every other.
    """
    until = turn.resting.get(matter_of(incident), -1.0)
    if until > turn.now:
        turn.keep(replace(incident, due=until))
    elif until == turn.now:
        _followed_already(turn, incident)
    return until >= turn.now


def rest_s(times: int) -> Seconds:
    """Return how long a deadline rests that broke so often."""
    return RETRY_S if times < TRIES else REST_S


def put_off(turn: Turn, event: DeadlinePutOff) -> None:
    """Let a deadline rest until `event.until`; every third time somebody is told."""
    if event.incident is not None:
        # One that is not known is over; all the others have nothing to do with it.
        incident = turn.incidents.get(event.incident)
        if incident is not None:
            _put_off_incident(turn, incident, event)
    elif event.matter is not None:
        turn.resting = {**turn.resting, event.matter: event.until}
    elif event.deadline == Due.PAUSE.name and event.times >= TRIES:
        _end_pause(turn)
    else:
        turn.resting = {**turn.resting, event.deadline: event.until}
    if event.times % TRIES == 0:
        _tell(turn, event)


def _put_off_incident(turn: Turn, incident: Incident, event: DeadlinePutOff) -> None:
    if event.times < TRIES:
        turn.keep(replace(incident, due=event.until))
        return
    if incident.kind in HERS:
        # Hers alone: it is no page, and over is all that it was to become.
        turn.drop(incident.id)
        turn.effects.append(IncidentClosed(incident=incident.id, reason=CloseReason.CLEARED.value))
        return
    if event.times > TRIES and event.until <= event.at:
        _followed_already(turn, incident)
        return
    if event.times > TRIES:
        # Not even the plain page could be made; what is left is that somebody was told.
        _rest_for_good(turn, incident)
        return
    # Whatever was to follow, a person shall look: paged with the next fact, which comes at once.
    turn.keep(replace(_asked_no_more(turn, incident), wait=Wait.PAGE, due=turn.at))


def _followed_already(turn: Turn, incident: Incident) -> None:
    """Memory is rebuilt: pages went out when the row was new, and no number is given twice."""
    _rest_for_good(turn, replace(incident, revision=incident.revision + REVISIONS_LEFT_OUT))


def _rest_for_good(turn: Turn, incident: Incident) -> None:
    turn.keep(replace(_asked_no_more(turn, incident), wait=Wait.NOTHING, due=NEVER))


def _asked_no_more(turn: Turn, incident: Incident) -> Incident:
    """A question that stayed open for ever would keep the next of its kind from being asked."""
    if incident.phase is not IncidentPhase.ASKED:
        return incident
    turn.effects.append(AskEnded(incident=incident.id, outcome=AskOutcome.TIMED_OUT))
    return replace(incident, phase=IncidentPhase.NOTED)


def _end_pause(turn: Turn) -> None:
    """Private time was to end: that it cannot end in order makes it no longer, nor her unwatched.

    As little as can be: whatever ends it in order is what broke.
    """
    pause, turn.pause = turn.pause, None
    turn.dues[Due.PAUSE] = NEVER
    if pause is None or turn.signs.last is None:
        return
    ended = max(turn.at, pause.until)
    gap_s = ended - pause.since
    turn.signs = activity.unseen(turn.signs, pause.since, ended)
    turn.dues[Due.INACTIVITY] = ended + turn.limits.inactivity.limit_s
    limits = turn.limits.not_seen
    if turn.presence.home and gap_s > limits.gap_s and not turn.is_night(ended):
        turn.waiting = Waiting(booted=ended, booted_row=pause.row, gap_s=gap_s, private=True)
        turn.dues[Due.NOT_SEEN] = ended + limits.after_s


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
