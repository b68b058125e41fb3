# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The words of escalation: rungs of people, the state of an incident, events and actions."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

type Priority = Literal["urgent", "soon", "info"]
type Step = Literal[
    "paged",
    "escalated",
    "accepted",
    "on_the_way",
    "arrived",
    "declined",
    "expired",
    "closed",
    "settled",
    "nobody_reached",
    "somebody_reached",
]
"""What happened to an incident at the service; `settled` = the flat itself says it is over.

`nobody_reached` = no device took a page of a turn; `somebody_reached` = after that one did.
"""


class Phase(StrEnum):
    """Where an incident stands at the service."""

    BUNDLED = "bundled"
    """Info: waits for the next bundle by day."""
    NOTED = "noted"
    """Info that was told: on the board, rings nobody."""
    RUNNING = "running"
    """The chain runs, nobody has accepted."""
    ACCEPTED = "accepted"
    ON_THE_WAY = "on_the_way"
    ARRIVED = "arrived"
    SETTLED = "settled"
    """The flat says it is over, nobody had accepted: rings nobody, waits for a person to close."""
    CLOSED = "closed"


OWNED: Final = (Phase.ACCEPTED, Phase.ON_THE_WAY, Phase.ARRIVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """People paged together, and how long they have before the next rung, in seconds."""

    carers: tuple[str, ...]
    wait_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """An incident's escalation; `due_s` and all times on the escalation clock.

    Attributes:
        chain: rungs as they were when the incident came (no roster change breaks a running one).
        rung: rung that was paged last, -1 before the first page.
        turn: how many rounds of pages went out; names each page.
        due_s: when the clock acts next, None = never.
        pending: why somebody is to be paged at the next step, None = nobody.
        raised_s: when the last page went out.
    """

    chain: tuple[Rung, ...]
    priority: Priority
    phase: Phase
    due_s: float | None
    rung: int = -1
    turn: int = 0
    pending: Literal["opened", "again", "raised", "owner"] | None = None
    raised_s: float | None = None
    owner: str | None = None
    minutes: int | None = None
    declined: tuple[str, ...] = ()
    test: bool = False

    @property
    def next_due_s(self) -> float | None:
        """Return when the clock must look again; a pending page is due at once (0)."""
        return 0.0 if self.pending is not None else self.due_s

    @property
    def running(self) -> bool:
        """Say whether people are called or have taken over: what the hub's receipt promises."""
        called = self.phase is Phase.RUNNING and self.rung >= 0
        return called or self.phase in OWNED


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A new revision came from the flat.

    Attributes:
        bundle_s: when the next bundle by day is due (only used for info).
        over: the flat says this incident is answered, accepted or closed; it calls nobody anew.
        settled: the flat itself closed it.
        more: it counts more presses or repetitions than the revision before.
    """

    at: float
    priority: Priority
    bundle_s: float
    over: bool = False
    settled: bool = False
    more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TimePassed:
    """The timer loop looks; `chain` is the hub's chain now, used while an incident has nobody."""

    at: float
    chain: tuple[Rung, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A carer takes it, with minutes until arrival where named."""

    at: float
    who: str
    minutes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OnTheWay:
    """A carer has set out."""

    at: float
    who: str
    minutes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A carer is there."""

    at: float
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Declined:
    """A carer cannot come (or gives ownership back)."""

    at: float
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """A carer closes it; the reason is kept with the progress."""

    at: float
    who: str


type Event = Received | TimePassed | Accepted | OnTheWay | Arrived | Declined | Closed


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Ring these people.

    `why`: opened, again, raised, owner, escalated, repeated, expired, remind or bundle.
    """

    to: tuple[str, ...]
    why: str
    turn: int
    rung: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StandDown:
    """These need not come any more: silence their phones."""

    to: tuple[str, ...]
    turn: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Tell everybody (and the flat, where a person acted) what happened."""

    step: Step
    who: str | None = None
    minutes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The verb does not fit any more: `taken` by `who`, `closed`, or called again (`newer`)."""

    why: Literal["taken", "closed", "newer"]
    who: str | None = None


type Action = Page | StandDown | Progress | Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """State after the event, and what is to be done."""

    state: State
    actions: tuple[Action, ...] = ()
