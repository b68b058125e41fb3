# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Presence as it was said: private time, visitors, an empty flat."""

from hub.pipeline.projections import Projection, Projections
from hub.runtime.clock import Clock
from rules.model.effects import Effect
from rules.model.events import (
    CameHome,
    Event,
    Fact,
    LeftHome,
    Paused,
    Resumed,
    VisitEnded,
    VisitStarted,
)
from rules.model.identity import Seconds


class PresenceProjection(Projection):
    """Private time, visits and absence, as the resident or her carers said.

    Args:
        projections: where it subscribes.
        clock: tells what is over.
    """

    def __init__(self, projections: Projections, clock: Clock) -> None:
        self._clock = clock
        self._paused_until: Seconds | None = None
        self._visit_until: Seconds | None = None
        self._away = False
        self._away_until: Seconds | None = None
        projections.subscribe(self)

    def remember(self, fact: Fact) -> None:
        """Fold a row that is not ordinary."""
        self._event(fact.event)

    def fold(self, fact: Fact, effects: tuple[Effect, ...]) -> tuple[()]:  # noqa: ARG002 # a projection
        """Fold one row."""
        self._event(fact.event)
        return ()

    def _event(self, event: Event) -> None:
        match event:
            case Paused(until=until):
                self._paused_until = until
            case Resumed():
                self._paused_until = None
            case VisitStarted(until=until):
                self._visit_until = until
            case VisitEnded():
                self._visit_until = None
            case LeftHome(until=until):
                self._away, self._away_until = True, until
            case CameHome():
                self._away, self._away_until = False, None
            case _:
                pass

    @property
    def paused_until(self) -> Seconds | None:
        """When private time ends, None while there is none."""
        return self._ahead(self._paused_until)

    @property
    def visit_until(self) -> Seconds | None:
        """When the visit ends, None while nobody is here."""
        return self._ahead(self._visit_until)

    @property
    def away(self) -> bool:
        """Whether the flat is empty."""
        return self._away and (self._away_until is None or self._away_until > self._clock.axis())

    @property
    def away_until(self) -> Seconds | None:
        """When she comes back, None when open-ended or at home."""
        return self._ahead(self._away_until)

    def _ahead(self, until: Seconds | None) -> Seconds | None:
        return until if until is not None and until > self._clock.axis() else None
