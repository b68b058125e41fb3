# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""One random day through the rules of the first release and through today's, fact by fact."""

import json
from collections import Counter
from typing import Any

from rules.detectors.registry import SHIPPED
from rules.engine.engine import Engine
from rules.engine.state import State
from rules.first import engine as first
from rules.first.limits import Limits as FirstLimits
from rules.first.limits import with_limit as first_with_limit
from rules.model.codec import encode
from rules.model.effects import Concluded
from rules.model.events import Booted, Fact, Tick
from rules.model.flat import Flat
from rules.model.identity import Seq
from rules.model.limits import with_limit
from tests.rules.differential.random_days import SETTINGS, Day, Setting, aimed
from tests.rules.home import JOURNAL


def first_flat(setting: Setting) -> first.Flat:
    limits = FirstLimits()
    for key, value in setting.limits.items():
        limits = first_with_limit(limits, key, value)
    return first.Flat(apartment=setting.apartment, limits=limits)


def flat(setting: Setting) -> Flat:
    limits = SHIPPED
    for key, value in setting.limits.items():
        limits = with_limit(limits, key, value)
    return Flat(apartment=setting.apartment, limits=limits)


FLATS = {id(setting): (first_flat(setting), Engine(flat(setting))) for setting in SETTINGS}


class Pair:
    """Both releases in the same flat; they must do the same."""

    def __init__(self, setting: Setting) -> None:
        self.flat, self.engine = FLATS[id(setting)]
        self.old = first.begin(JOURNAL, self.flat)
        self.new: State = self.engine.begin(JOURNAL)
        self.wake: float | None = None
        self.counts: Counter[str] = Counter()

    def migrate(self) -> None:
        """Let today's release read what the first one wrote."""
        self.new = self.engine.load(first.dump(self.old))

    def restart(self) -> None:
        """Let today's release read what it wrote itself."""
        assert self.engine.load(self.engine.dump(self.new)) == self.new

    def advance(self, fact: Fact) -> None:
        fact = aimed(fact, self.old.incidents)
        then = first.advance(self.old, fact, self.flat)
        now = self.engine.advance(self.new, fact)
        assert now.fault is None
        if then.effects != now.effects:
            said = _sorted(then.effects), _sorted(now.effects)
            assert said[0] == said[1], (fact, "THEN", said[0], "NOW", said[1])
            self.counts["only the order differs"] += 1
        self.old, self.new = then.state, now.state
        self._compare(fact)
        self.wake = min((due for due in (then.next_due, now.next_due) if due), default=None)
        self.counts["facts"] += 1
        self.counts.update(
            str(one.verdict.kind) for one in now.effects if isinstance(one, Concluded)
        )

    def _compare(self, fact: Fact) -> None:
        old, new = self.old, self.new.situation
        assert old.presence == new.presence, fact
        assert old.signs == new.signs, fact
        assert old.coverage == new.coverage, fact
        assert old.pause == new.pause, fact
        assert old.register == self.new.incidents.register, fact
        assert list(old.incidents.items()) == list(self.new.incidents.open.items()), (
            fact,
            "THEN",
            old.incidents,
            "NOW",
            dict(self.new.incidents.open),
        )

    def tick_until(self, at: float) -> None:
        """Tell time whenever either of them wants it."""
        while self.wake is not None and self.wake <= at and self.old.seq:
            due = max(self.wake, self.old.now)
            utc_s = self.old.wall.utc_s(self.wake)
            self.advance(Fact(seq=Seq(self.old.seq + 1), utc_s=utc_s, event=Tick(at=due)))


def _sorted(effects: tuple[Any, ...]) -> list[str]:
    """Return effects in an order that does not depend on which of two rules spoke first."""
    return sorted(f"{type(one).__name__} {json.dumps(encode(one))}" for one in effects)


def compare(day: Day) -> Counter[str]:
    """Play a day in both; raises where they differ."""
    pair = Pair(day.setting)
    for number, fact in enumerate(day.facts):
        if number == day.cut and number:
            pair.migrate()
            pair.restart()
        if not isinstance(fact.event, Booted):
            pair.tick_until(fact.event.at)
        pair.advance(fact)
    pair.restart()
    return pair.counts
