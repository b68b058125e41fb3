# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What follows from a random day, in a form that does not depend on a release, as a digest.

Names of incidents and messages hold the number of a row, and a release may wake more often than
another: incidents are called by kind, place and count here, rows by the fact they belong to.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from rules.model.codec import encode
from rules.model.consent import Register
from rules.model.effects import Concluded, Effect, Send
from rules.model.events import Booted, Fact, Tick
from rules.model.identity import IncidentId, Seq
from rules.model.incident import Incident
from tests.rules.random_days.days import ROOM, Day, aimed

LENGTH = 16
"""Hexadecimal digits that are kept of each digest."""

type Answer = tuple[tuple[Effect, ...], float | None]
"""Effects of a fact, and when to wake."""
type Advance = Callable[[Fact], Answer]
type Look = Callable[[], tuple[Mapping[IncidentId, Incident], Register, float | None]]
"""Returns the open incidents, what is allowed, and the wall clock's offset."""


class Diary:
    """Writes down what follows from the facts of one day."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._at = 0.0
        self._now: list[str] = []
        self._names: dict[str, str] = {}
        self._opened: Counter[str] = Counter()

    def begin(self, incidents: Mapping[IncidentId, Incident]) -> None:
        """Call what is open already by its place."""
        self._names |= {one.id: f"{one.kind} {one.place} before" for one in incidents.values()}

    def write(self, at: float, effects: tuple[Effect, ...]) -> None:
        if at != self._at:
            self._turn_page(at)
        for one in effects:
            if isinstance(one, Concluded) and one.incident not in self._names:
                self._names[one.incident] = self._called(one)
        self._now += [f"{type(one).__name__} {json.dumps(self._plain(one))}" for one in effects]

    def close(self, incidents: Mapping[IncidentId, Incident], register: Register) -> str:
        self._turn_page(self._at)
        for one in incidents.values():
            self._lines.append(
                f"open {self._names[one.id]} {one.phase} {one.wait} {one.due} {one.count}"
                f" {one.revision} {one.called} {one.asked} {one.priority} {one.accepted}"
                f" {one.withheld} {one.over} {one.unreached} {one.place}"
            )
        self._lines.append(f"allowed {json.dumps(encode(register.given))}")
        return hashlib.sha256("\n".join(self._lines).encode()).hexdigest()[:LENGTH]

    def _turn_page(self, at: float) -> None:
        # Which of two rules speaks first at one moment is nobody's business.
        if self._now:
            self._lines += [f"at {self._at}", *sorted(self._now)]
        self._at, self._now = at, []

    def _called(self, one: Concluded) -> str:
        verdict = one.verdict
        matter = f"{encode(verdict.kind)} {verdict.room or ''} {verdict.device or ''}"
        self._opened[matter] += 1
        return f"{matter} {self._opened[matter]}"

    def _plain(self, effect: Effect) -> Any:
        if isinstance(effect, Concluded):
            verdict: Any = encode(effect.verdict)
            verdict["evidence"] = [row // ROOM for row in verdict["evidence"]]
            return [self._names[effect.incident], verdict]
        plain: Any = encode(effect)
        if isinstance(effect, Send):
            plain = plain["message"]
            del plain["id"]
            plain["evidence"] = [row // ROOM for row in plain["evidence"]]
        if plain.get("incident") is not None:
            plain["incident"] = self._names[plain["incident"]]
        need = plain.get("need")
        if need and need.get("incident") is not None:
            need["incident"] = self._names[need["incident"]]
        return plain


def digest(day: Day, advance: Advance, look: Look, *, after: int = 0) -> str:
    """Play a day, telling time whenever the rules want it.

    Args:
        day: the day.
        advance: works one fact in.
        look: looks at what is remembered.
        after: so many facts are behind already.

    Returns:
        The digest of what followed.
    """
    diary, wake = Diary(), None
    last = day.facts[after - 1] if after else None
    seq, now = (last.seq, last.event.at) if last else (0, 0.0)
    diary.begin(look()[0])
    for fact in day.facts[after:]:
        while wake is not None and wake <= fact.event.at and not isinstance(fact.event, Booted):
            due, offset = max(wake, now), look()[2]
            seq, utc_s = seq + 1, None if offset is None else wake + offset
            effects, wake = advance(Fact(seq=Seq(seq), utc_s=utc_s, event=Tick(at=due)))
            now = due
            diary.write(now, effects)
        effects, wake = advance(aimed(fact, look()[0]))
        seq, now = fact.seq, fact.event.at
        diary.write(now, effects)
    incidents, register, _ = look()
    return diary.close(incidents, register)
