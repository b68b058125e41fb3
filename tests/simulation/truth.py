# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What really happened in the world, kept apart from everything hub and service believe."""

from dataclasses import dataclass, field

from rules.model.consent import Basis, ConsentState, Need
from rules.model.effects import Concluded, Effect, IncidentClosed, Purge, Send, Tell
from rules.model.events import (
    AgreementChanged,
    CarerAnswered,
    CarerStep,
    ConsentChanged,
    EscalationRunning,
    Fact,
    SecondWayTaken,
)
from rules.model.identity import Seconds
from rules.model.verdict import Priority


class Violation(Exception):
    """The system did what it must never do, or left undone what it must do.

    Attributes:
        invariant: which promise was broken; a name of `invariants.INVARIANTS`.
    """

    def __init__(self, invariant: str, detail: str) -> None:
        super().__init__(f"{invariant}: {detail}")
        self.invariant = invariant


@dataclass(slots=True, kw_only=True)
class Press:
    """Somebody called for help."""

    name: str
    at: Seconds
    acknowledged: Seconds | None = None


@dataclass(slots=True, kw_only=True)
class Lying:
    """Somebody lies there and cannot get up; all times in true seconds.

    Attributes:
        radar: a fall radar said so; otherwise only silence tells.
        found: a carer came.
    """

    at: Seconds
    radar: bool
    paged: Seconds | None = None
    found: Seconds | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """A carer's acceptance that the service has confirmed to her."""

    incident: str
    who: str
    minutes: int
    asked: Seconds
    answered: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """One page that reached somebody's pager."""

    at: Seconds
    incident: str
    person: str
    ring: bool
    round_no: int


@dataclass(slots=True)
class Truth:
    """The world's own book."""

    presses: dict[str, Press] = field(default_factory=dict)
    lying: list[Lying] = field(default_factory=list)
    acceptances: list[Acceptance] = field(default_factory=list)
    given_back: dict[tuple[str, str], Seconds] = field(default_factory=dict)
    """(incident, carer) -> when she declined, arrived or closed."""
    called: list[Called] = field(default_factory=list)
    given: set[str] = field(default_factory=set)
    """Purposes whose consent is live, by what the hub has made durable."""
    agreement: bool = False
    withdrawn: list[tuple[Seconds, str]] = field(default_factory=list)
    told: list[tuple[Seconds, str, str, str | None]] = field(default_factory=list)
    """(when, incident, key, room) of everything said to the resident."""
    open: set[str] = field(default_factory=set)
    """Incidents that are open in the flat."""
    untold: list[str] = field(default_factory=list)
    """Acceptances of open incidents that nobody said to the resident."""
    answered: list[tuple[Seconds, str, str, str]] = field(default_factory=list)
    """(when, incident, step, carer) that the hub took from its stream."""
    enqueued: dict[str, Seconds] = field(default_factory=dict)
    """Messages a person waits behind, by name, and when their outbox row was durable."""
    sent: dict[str, Seconds] = field(default_factory=dict)
    """All messages, by name, and when their outbox row was durable."""
    receipts: set[str] = field(default_factory=set)
    second_ways: list[tuple[Seconds, str]] = field(default_factory=list)
    incident_of: dict[str, str] = field(default_factory=dict)
    need_of: dict[str, Need] = field(default_factory=dict)
    taken_back: dict[str, Seconds] = field(default_factory=dict)
    """When the basis of a message ended first."""
    lit_unasked: list[str] = field(default_factory=list)
    """Messages that lit the light outside when their basis was over."""
    over: dict[str, Seconds] = field(default_factory=dict)
    """When an incident was closed in the flat or taken by a carer, by what the hub knows."""

    def happened(self, now: Seconds, fact: Fact, effects: tuple[Effect, ...]) -> None:
        """Listen to what the hub has made durable."""
        match fact.event:
            case ConsentChanged(purpose=purpose, state=state):
                if state is ConsentState.GIVEN:
                    self.given.add(purpose.value)
                else:
                    self.given.discard(purpose.value)
                    self.withdrawn.append((now, purpose.value))
            case AgreementChanged(live=live):
                self.agreement = live
            case CarerAnswered(incident=incident, step=step, carer=carer):
                self.answered.append((now, incident, step.value, carer))
                self.over.setdefault(incident, now)
                said = any(isinstance(one, Tell) and one.incident == incident for one in effects)
                if step is CarerStep.ACCEPTED and incident in self.open and not said:
                    self.untold.append(incident)
            case EscalationRunning(message=message):
                self.receipts.add(message)
            case SecondWayTaken(message=message):
                self.second_ways.append((now, message))
                need = self.need_of.get(message)
                if need is not None and not self.is_live(need.basis, need.purpose):
                    self.lit_unasked.append(message)
            case _:
                pass
        for effect in effects:
            if isinstance(effect, Tell) and effect.incident is not None:
                self.told.append((now, effect.incident, effect.key, effect.room))
            elif isinstance(effect, Concluded):
                self.open.add(effect.incident)
            elif isinstance(effect, IncidentClosed):
                self.open.discard(effect.incident)
                self.over.setdefault(effect.incident, now)
            elif isinstance(effect, Send):
                message = effect.message
                self.sent[message.id] = now
                if message.priority is not Priority.INFO and not message.test:
                    self.enqueued[message.id] = now
                    self.incident_of[message.id] = message.incident
                    self.need_of[message.id] = message.need
            elif isinstance(effect, Purge):
                for name, need in self.need_of.items():
                    if need == effect.need:
                        self.taken_back.setdefault(name, now)

    def is_live(self, basis: str, purpose: str | None) -> bool:
        """Say whether a message may leave the flat now."""
        match Basis(basis):
            case Basis.CONSENT:
                return purpose in self.given
            case Basis.HELP_AGREEMENT | Basis.HAZARD_RELAY:
                return self.agreement
            case Basis.SINGLE_TAP:
                return False  # nobody in the simulated days shares a note
            case Basis.OPERATION:
                return True
