# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The protocol of a detector: what it hears, when it is woken, what it concludes."""

from collections.abc import Mapping
from types import NoneType
from typing import Any, ClassVar, NamedTuple, cast, get_args

from rules.model.conclusions import Conclusion
from rules.model.declaration import Asking, Declaration
from rules.model.effects import Switch
from rules.model.identity import RoomId, Seconds
from rules.model.incident import Incident
from rules.model.limits import NoLimits
from rules.model.quantities import NEVER
from rules.model.verdict import Kind, Verdict
from rules.situation.situation import Situation

type Outcome[M] = tuple[M, tuple[Conclusion, ...]]
"""New memory and what is concluded. A handler that changes nothing returns the same memory."""


def kept[M](memory: M, new: M) -> M:
    """Return `memory` itself where `new` is equal to it: what is not changed costs nothing."""
    return memory if new == memory else new


class Remedy[M](NamedTuple):
    """Local help when nobody answers a question.

    Attributes:
        memory: the detector's memory afterwards.
        commands: what is switched.
        told: key of the sentence the resident is told.
        check_s: seconds after which `Detector.holds` decides whether it is paged all the same.
    """

    memory: M
    commands: tuple[Switch, ...]
    told: str
    check_s: Seconds


class Detector[M, L]:
    """One detector; stateless: memory and limits come in, outcomes go out.

    Methods named `on_*` are its handlers. Each takes `(memory, event, now, limits)` and hears what
    the annotation of `event` says: an event of `rules.model.events`, a change of the situation
    (`rules.situation.occurrences`), or a union of them. All listeners see the situation after it.

    Every method is pure. A handler that raises stops the hub; it is then deferred and its memory
    begins blind, while every other detector goes on.

    Attributes:
        name: of its memory in the written state, and of its deadline.
        section: of its limits in the settings; its name, if nothing else is said.
        memory: type of its memory: a frozen dataclass, or such a type `| None`, or `NoneType`.
        limits: type of its limits.
        declares: the kinds it owns.
        also_concludes: kinds of other detectors it may conclude.
        formerly: names of its deadline in journals of earlier releases.
        never_rests: when its handler breaks, the engine concludes its first kind, urgent, in its
            stead.
    """

    name: ClassVar[str]
    section: ClassVar[str] = ""
    memory: ClassVar[Any] = NoneType
    limits: ClassVar[type] = NoLimits
    declares: ClassVar[tuple[Declaration, ...]] = ()
    also_concludes: ClassVar[tuple[Kind, ...]] = ()
    formerly: ClassVar[tuple[str, ...]] = ()
    never_rests: ClassVar[bool] = False

    def begin(self) -> M:
        """Return the memory of a detector that saw nothing yet."""
        blind: Any = None if NoneType in get_args(self.memory) else self.memory()
        return cast("M", blind)

    def due(self, memory: M, limits: L) -> Seconds:
        """Return when it wants to be woken next.

        Returns:
            Axis time; may be earlier than needed, never later; `NEVER` when it waits for nothing.
        """
        return NEVER

    def judge(self, memory: M, now: Situation, limits: L) -> Outcome[M]:
        """Judge at its own deadline.

        Args:
            memory: its memory; `due(memory, limits)` is over.
            now: the situation at the deadline; `now.at` is the deadline itself, however late it is
                noticed.
            limits: its limits.

        Returns:
            A memory that is due later, or at once for another reason, and what is concluded.
        """
        raise NotImplementedError(self.name)

    # What the lifecycle of an incident asks the detector that owns its kind.

    def known(self, verdict: Verdict, now: Situation) -> bool:
        """Say whether an open incident says the same already, so that nothing follows."""
        return False

    def is_test(self, verdict: Verdict) -> bool:
        """Say whether the message is marked as a test."""
        return False

    def card_s(self, limits: L) -> Seconds:
        """Return for how many seconds a repetition is counted up on the open incident."""
        return NEVER

    def room_told(self, incident: Incident, now: Situation) -> RoomId | None:
        """Return the room the resident is told in; None for the room she would be asked in."""
        return incident.verdict.room

    def passed_on_at(self, times: Asking, now: Situation) -> Seconds:
        """Return the axis time at which a reminder at home is passed on, if it still holds."""
        return now.at + times.page_after_s

    def holds(self, memory: M, incident: Incident, now: Situation, limits: L) -> bool:
        """Say whether what was concluded can still be known and is still so."""
        return True

    def remedy(self, memory: M, incident: Incident, now: Situation, limits: L) -> Remedy[M] | None:
        """Return the local help before a page; None when nothing can be done."""
        return None

    def settled(self, memory: M) -> bool:
        """Say whether "I am fine" alone ends it, without a movement."""
        return False

    def urgent_after_s(self, limits: L) -> Seconds | None:
        """Return after how many seconds a page nobody accepted becomes urgent; None for never."""
        return None

    def over_when_told(self, incident: Incident) -> bool:
        """Say whether it is over as soon as it was paged."""
        return False

    def ended_by_take_back(self, incident: Incident) -> bool:
        """Say whether the resident ends it with the take-back control."""
        return False

    def says(self, memory: M, incident: Incident) -> Mapping[str, str | float]:
        """Return details a message carries beside the verdict's, as they are when it is sent."""
        return {}
