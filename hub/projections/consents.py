# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Consents and the help agreement as the resident last gave or withdrew them."""

from hub.pipeline.projections import Projection, Projections
from hub.projections.panel import ConsentView
from hub.runtime.change_signal import ChangeSignal
from hub.storage.journal import Journal
from rules.model.consent import Purpose
from rules.model.effects import Effect
from rules.model.events import AgreementChanged, ConsentChanged, Fact
from rules.model.identity import Seconds


class ConsentProjection(Projection):
    """Where each purpose stands.

    Args:
        projections: where it subscribes.
        changes: touched when the service has carried a withdrawal out.

    Attributes:
        agreement: the help agreement is live.
    """

    def __init__(self, projections: Projections, changes: ChangeSignal) -> None:
        self._changes = changes
        self.agreement = False
        self._last: dict[Purpose, tuple[Seconds | None, ConsentChanged]] = {}
        self._confirmed: set[str] = set()
        projections.subscribe(self)

    def load(self, journal: Journal) -> None:
        """Read which withdrawals were carried out."""
        self._confirmed = set((journal.mark("withdrawals_confirmed") or "").split())

    def remember(self, fact: Fact) -> None:
        """Fold a row that is not ordinary."""
        match fact.event:
            case AgreementChanged(live=live):
                self.agreement = live
            case ConsentChanged(purpose=purpose):
                self._last[purpose] = (fact.utc_s, fact.event)
            case _:
                pass

    def fold(self, fact: Fact, effects: tuple[Effect, ...]) -> tuple[()]:  # noqa: ARG002 # a projection
        """Fold one row; what is given or withdrawn anew is not confirmed yet."""
        self.remember(fact)
        if isinstance(fact.event, ConsentChanged):
            self._confirmed.discard(fact.event.purpose)
        return ()

    def confirm(self, purpose: str) -> set[str]:
        """Note that the service carried a withdrawal out; return all such purposes."""
        self._confirmed.add(purpose)
        self._changes.touch()
        return self._confirmed

    def views(self) -> tuple[ConsentView, ...]:
        """Return each purpose for the panel."""
        return tuple(self._view(purpose) for purpose in Purpose)

    def _view(self, purpose: Purpose) -> ConsentView:
        utc_s, last = self._last.get(purpose, (None, None))
        return ConsentView(
            purpose=purpose,
            state=last.state if last else None,
            at=last.at if last else None,
            utc_s=utc_s,
            by=last.by if last else "",
            confirmed=purpose in self._confirmed,
        )
