# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a detector is: limits, memory, what it hears, when it wakes, what it concludes, what follows."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, ClassVar, NamedTuple, get_args, get_type_hints

from rules.first.response import Page
from rules.model.conclusions import Conclusion
from rules.model.consent import Basis, Need, Purpose
from rules.model.effects import Switch
from rules.model.identity import Seconds
from rules.model.incident import Incident
from rules.model.quantities import NEVER
from rules.model.verdict import Verdict
from rules.situation.situation import Situation

type Outcome[M] = tuple[M, tuple[Conclusion, ...]]
"""New memory and what is concluded. A handler that changes nothing returns the same memory object."""


class Movement(StrEnum):
    """Which movement settles a matter."""

    NONE = "none"
    ANY = "any"
    THERE = "there"
    ELSEWHERE = "elsewhere"
    INDOORS = "indoors"


class Family(StrEnum):
    """Kinds that say the same thing; one of them at a time is enough."""

    OWN = "own"
    FALL = "fall"
    STILLNESS = "stillness"


class Stays(StrEnum):
    """Who still has to look when the world is right again."""

    NEVER = "never"
    ACCEPTED = "accepted"
    CALLED = "called"


class Asking(NamedTuple):
    """Seconds, by the detector's limits."""

    asks: tuple[Seconds, ...] = ()
    urgent_after_s: Seconds | None = None
    page_after_s: Seconds = 0.0
    shown_s: Seconds = NEVER
    card_s: Seconds = NEVER
    check_s: Seconds = 0.0


def by_room(verdict: Verdict) -> str:
    return verdict.room or verdict.device or ""


def by_device(verdict: Verdict) -> str:
    return verdict.device or ""


def by_flat(_verdict: Verdict) -> str:
    return ""


def consent(purpose: Purpose) -> Need:
    return Need(basis=Basis.CONSENT, purpose=purpose)


OPERATION = Need(basis=Basis.OPERATION)


class Declaration(NamedTuple):
    """What follows one kind of verdict: data, no code but `place`, `times` and `known`."""

    kind: str
    need: Need
    page: Page
    times: Callable[[Any], Asking] = lambda _limits: Asking()
    place: Callable[[Verdict], str] = by_room
    family: Family = Family.OWN
    known: Callable[[Verdict, Situation], bool] | None = None
    """The verdict says nothing new: an open incident covers it."""
    told: bool = False
    waking: bool = False
    ask_there: bool = False
    """Ask where the matter is; otherwise where she was seen last."""
    tell_where_seen: bool = False
    answerable: bool = False
    confirmed_by: Movement = Movement.ANY
    overtaken_by: Movement = Movement.NONE
    withdrawn_by_movement: bool = False
    taken_back: bool = False
    over_when_told: bool = False
    stays: Stays = Stays.NEVER
    """Clearing leaves it open for whoever was called or came."""
    test: bool = False
    remedy_told: str = ""
    standard: str | None = None


class Detector[M, L]:
    """One detector. Stateless: memory and limits come in, outcomes go out."""

    name: ClassVar[str]
    declares: ClassVar[tuple[Declaration, ...]] = ()
    memory: ClassVar[Any]
    """Type of the memory, for the codec."""
    limits: ClassVar[Any]
    formerly: ClassVar[tuple[str, ...]] = ()
    """Names of its deadlines in old journals."""
    wakes: ClassVar[bool] = True
    """False: it never waits, and has no deadline."""

    def begin(self) -> M:
        """Return the memory of a detector that saw nothing yet."""
        blind: M = self.memory()
        return blind

    def due(self, memory: M, limits: L) -> Seconds:
        """Return when it wants to be woken; may be early, never late."""
        return NEVER

    def judge(self, memory: M, now: Situation, limits: L) -> Outcome[M]:
        """Judge at `now.at`; the memory returned must be due later."""
        raise NotImplementedError

    # What the incident lifecycle asks; all of them are pure.

    def holds(self, memory: M, incident: Incident, now: Situation, limits: L) -> bool:
        """Say whether what was concluded can still be known and is still so."""
        return True

    def remedy(
        self, memory: M, incident: Incident, now: Situation, limits: L
    ) -> tuple[M, tuple[Switch, ...]] | None:
        """Help locally when nobody answers, before a page; None when nothing can be done."""
        return None

    def settled(self, memory: M) -> bool:
        """Say whether "I am fine" alone settles it (a stove that is cut)."""
        return False

    def says(self, memory: M, incident: Incident) -> Mapping[str, str | float]:
        """Return what a message adds at the moment it is sent."""
        return {}


def heard_by(detector: Detector[Any, Any]) -> dict[type, Callable[..., Outcome[Any]]]:
    """Return the handler of each event: the methods `on_*`, by the annotation of their `event`."""
    found: dict[type, Callable[..., Outcome[Any]]] = {}
    for name in dir(type(detector)):
        if name.startswith("on_"):
            handler = getattr(detector, name)
            heard = get_type_hints(handler)["event"]
            for kind in get_args(heard) or (heard,):
                assert kind not in found, f"{detector.name} hears {kind.__name__} twice"
                found[kind] = handler
    return found
