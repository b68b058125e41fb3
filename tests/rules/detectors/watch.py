# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""One detector in a flat: what happens goes in, what it concludes comes out. Nothing is opened."""

from collections.abc import Callable

from rules.detectors.registry import SHIPPED
from rules.detectors.table import concluded_by, heard_by, waits
from rules.model import codec
from rules.model.apartment import Apartment
from rules.model.conclusions import Clear
from rules.model.effects import Switch
from rules.model.events import Booted, Tick
from rules.model.flat import Flat
from rules.model.identity import Seq
from rules.model.limits import Limits
from rules.model.quantities import NEVER
from rules.model.verdict import Priority, Verdict
from rules.situation.follow import deadlines
from rules.situation.follow.before import hour, hub_was_off
from rules.situation.follow.events import follow
from rules.situation.occurrences import HubWasOff, Unseen
from rules.situation.situation import before_the_first_fact
from tests.rules.home import MIDNIGHT_UTC_S, demo_apartment

MOVED_BEFORE_DEADLINES = (HubWasOff, Unseen)


class Watch:
    """Plays events at their time and checks, step by step, what every detector must fulfil."""

    def __init__(
        self, detector, *, apartment: Apartment | None = None, limits: Limits = SHIPPED
    ) -> None:
        self.detector = detector
        self.flat = Flat(apartment=apartment or demo_apartment(), limits=limits)
        self.limits = limits[detector.limits]
        self.hears = heard_by(detector)
        self.now = before_the_first_fact(self.flat)
        self.memory = detector.begin()
        self.concluded: list = []
        self._check_memory()

    def __call__(self, event: object, utc_s: float | None = None) -> list:
        """Work an event in; deadlines at or before it fire first, each at its own time."""
        before = len(self.concluded)
        alive_until = self.now.at
        self._set(self.now.at_fact(event.at, Seq(self.now.seq + 1), self.flat))
        if isinstance(event, Booted):
            self._hear(*hub_was_off(self.now, event, alive_until))
        self._fire(event.at)
        self._hear(*hour(self.now._replace(at=event.at), utc_s))
        self._hear(*follow(self.now, event))
        self._fire(event.at)
        self._set(self.now._replace(at=event.at))
        return self.concluded[before:]

    def told(self, at: float, event: object | None = None) -> list:
        """Work in an event whose hour is known."""
        return self(event or Tick(at=at), MIDNIGHT_UTC_S + at)

    def _set(self, now) -> None:
        self.now = now

    def _hear(self, now, occurred) -> None:
        self._set(now)
        for one in occurred:
            handler = self.hears.get(type(one))
            if handler is not None:
                due = self._due()
                memory = self.memory
                outcome = handler(memory, one, now, self.limits)
                self._take(outcome)
                if self.memory is not memory:
                    assert self.memory != memory, "the same memory is the same object"
                    if due >= now.at and not isinstance(one, MOVED_BEFORE_DEADLINES):
                        assert self._due() >= now.at, "a deadline that is over would be late"

    def _due(self) -> float:
        if not waits(self.detector):
            return NEVER
        return self.detector.due(self.memory, self.limits)

    def _fire(self, until: float) -> None:
        while True:
            own, due = deadlines.dues(self.now), self._due()
            first = min(*own, due)
            if first > until:
                return
            now = self.now._replace(at=max(first, self.now.at) if first == due else first)
            if first == due and due < min(own):
                self._set(now)
                memory = self.memory
                self._take(self.detector.judge(memory, now, self.limits))
                assert self.memory != memory, "a deadline must move on"
                assert self._due() >= due, "it would be late"
            else:
                self._hear(*deadlines.BY_ITSELF[own.index(min(own))](now))

    def _take(self, outcome) -> None:
        self.memory, concluded = outcome
        assert isinstance(concluded, tuple)
        self._check_memory()
        for one in concluded:
            match one:
                case Verdict():
                    assert one.kind in concluded_by(self.detector)
                    assert isinstance(one.priority, Priority)
                    assert one.at == self.now.at
                    assert one.evidence == tuple(sorted(one.evidence))
                    assert 0 < one.evidence[0] <= one.evidence[-1] <= self.now.seq
                case Clear():
                    assert one.kind in concluded_by(self.detector)
                case Switch():
                    assert one.device in self.flat.apartment.devices_by_id
                case _:
                    raise AssertionError(f"{one!r} is no conclusion")
        self.concluded.extend(concluded)

    def _check_memory(self) -> None:
        plain = codec.encode(self.memory)
        assert codec.decode(self.detector.memory, plain) == self.memory
        assert codec.encode(codec.decode(self.detector.memory, plain)) == plain

    # -- what came of it ---------------------------------------------------------------------------
    def verdicts(self) -> list[Verdict]:
        return [one for one in self.concluded if isinstance(one, Verdict)]

    def cleared(self) -> list[Clear]:
        return [one for one in self.concluded if isinstance(one, Clear)]

    def switched(self) -> list[Switch]:
        return [one for one in self.concluded if isinstance(one, Switch)]

    def hour(self, hour: float, make: Callable[[float], object] | None = None) -> list:
        """Let time pass to a local hour; then what `make` says happens."""
        at = hour * 3600.0
        return self.told(at, None if make is None else make(at))
