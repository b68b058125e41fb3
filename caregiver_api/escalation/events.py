# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What can happen to an incident: the flat says more, time passes, a carer acts."""

from dataclasses import dataclass

from caregiver_api.escalation.policy import EscalationPolicy
from caregiver_api.escalation.state import Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionReceived:
    """A new revision came from the flat.

    Attributes:
        digest_s: when the next digest by day is due (only used for info).
        over: the flat says this incident is answered, accepted or closed; it calls nobody anew.
        settled: the flat itself closed it.
        more: it counts more presses or repetitions than the revision before.
    """

    at: float
    priority: Priority
    digest_s: float
    over: bool = False
    settled: bool = False
    more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TimePassed:
    """The timer loop looks; `policy` is the flat's now, used while an incident has nobody."""

    at: float
    policy: EscalationPolicy = ()


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


type Event = RevisionReceived | TimePassed | Accepted | OnTheWay | Arrived | Declined | Closed
