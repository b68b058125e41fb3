# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the hub is to do after an event: the commands that leave the pure core."""

from dataclasses import dataclass, field
from enum import StrEnum

from rules.model.consent import Need
from rules.model.identity import DeviceId, IncidentId, MessageId, RoomId, Seconds, Seq
from rules.model.verdict import Blind, Kind, Priority, Verdict


class IncidentPhase(StrEnum):
    """Life of an incident."""

    NOTED = "noted"
    ASKED = "asked"
    ANSWERED = "answered"
    PAGED = "paged"
    ACCEPTED = "accepted"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Concluded:
    """A rule concluded something and this incident carries it (new, or counted up)."""

    incident: IncidentId
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Ask the resident in the room and on the panel; `answer_by` is axis time."""

    incident: IncidentId
    kind: Kind
    room: RoomId | None
    answer_by: Seconds
    attempt: int = 1


class AskOutcome(StrEnum):
    """How a question ended."""

    ANSWERED = "answered"
    TIMED_OUT = "timed_out"
    OVERTAKEN = "overtaken"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskEnded:
    """The question is over: lamp and sounder go back to rest."""

    incident: IncidentId
    outcome: AskOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What may be said to the care service about an incident, complete at each revision."""

    id: MessageId
    incident: IncidentId
    revision: int
    kind: Kind
    priority: Priority
    phase: IncidentPhase
    at: Seconds
    utc_s: Seconds | None
    """Wall time of the verdict, None when the clock is untrusted ("time uncertain")."""
    need: Need
    room: RoomId | None = None
    device: DeviceId | None = None
    evidence: tuple[Seq, ...] = ()
    blind: tuple[Blind, ...] = ()
    detail: dict[str, str | float] = field(default_factory=dict)
    count: int = 1
    """Presses or repetitions this card counts."""
    late: bool = False
    test: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """Put this message into the outbox: its basis is live now."""

    message: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """A page was due but no live basis lets it leave; nothing is enqueued.

    Attributes:
        unsent: it was enqueued with a basis that ended before anything of the incident had left;
            only the hub knows.
    """

    incident: IncidentId
    need: Need
    unsent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """Switch a lamp, relay, plug or sounder. `why` is for the log and the panel."""

    device: DeviceId
    on: bool
    why: str
    level: float | None = None
    """Brightness 0..1, None leaves it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell:
    """Say something to the resident (room and panel); the edge makes the sentence from `key`."""

    key: str
    room: RoomId | None = None
    incident: IncidentId | None = None
    detail: dict[str, str | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentClosed:
    """The incident is over and why."""

    incident: IncidentId
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Purge:
    """A basis ended: unsent messages that rest on it leave the outbox."""

    need: Need


type Effect = Concluded | Ask | AskEnded | Send | Withheld | Switch | Tell | IncidentClosed | Purge
