# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Projections subscribe here; what they fold of a row is kept in the transaction of that row."""

from collections.abc import Iterable

import structlog

from hub.storage.crash_records import CrashRecords
from hub.storage.journal import Journal, Statement
from rules.model.effects import Effect
from rules.model.events import Fact, RowQuarantined
from rules.model.identity import Seq

_LOG = structlog.get_logger()

type Followed = tuple[Fact, tuple[Effect, ...]]


class Projection:
    """Base of all projections: each folds the facts and effects that concern it."""

    def load(self, journal: Journal) -> None:
        """Read at the start what was kept, and what ordinary rows say."""

    def remember(self, fact: Fact) -> None:
        """Fold a row that is not ordinary once more, at the start."""

    def fold(self, fact: Fact, effects: tuple[Effect, ...]) -> Iterable[Statement]:  # noqa: ARG002 # for subclasses
        """Fold one row; return what is to be kept with it."""
        return ()


class Projections:
    """Lets every projection fold a row; one that cannot holds no alarm up.

    Args:
        journal: its transaction keeps what was folded.
        crash_records: rows that could not be folded.
    """

    def __init__(self, journal: Journal, crash_records: CrashRecords) -> None:
        self._journal = journal
        self._crash_records = crash_records
        self._projections: list[Projection] = []
        self._unfolded: list[int] = []

    def subscribe(self, projection: Projection) -> None:
        """Add a projection; all fold in the order of subscribing."""
        self._projections.append(projection)

    def load(self) -> None:
        """Let every projection read the journal at the start."""
        for projection in self._projections:
            projection.load(self._journal)
        for fact in self._journal.facts(held_only=True):
            for projection in self._projections:
                projection.remember(fact)

    def fold(self, fact: Fact, effects: tuple[Effect, ...]) -> Exception | None:
        """Fold one row.

        Returns:
            What broke; the process is to end with it once everything in line is durable.
        """
        try:
            self._fold(fact, effects)
        except Exception as fault:  # noqa: BLE001 # given back: it must not stand before the commit
            if type(fact.event) is RowQuarantined:
                # The report of such a row: each start would end by saying so anew.
                _LOG.exception("row_not_projected", row=fact.seq)
                return None
            self._unfolded.append(fact.seq)
            self._crash_records.keep_unfolded(self._unfolded)
            return fault
        return None

    def fold_again(self, unfolded: Iterable[Followed]) -> list[tuple[Seq, str]]:
        """Fold what broke before the restart; return what is left out for good."""
        left_out = []
        for fact, effects in unfolded:
            try:
                self._fold(fact, effects)
            except Exception:  # noqa: BLE001 # reported as quarantined; the flat needs its hub
                _LOG.exception("row_not_projected", row=fact.seq)
                left_out.append((fact.seq, ""))
        self._crash_records.keep_unfolded(())
        return left_out

    def _fold(self, fact: Fact, effects: tuple[Effect, ...]) -> None:
        """Keep nothing of a row that one of them cannot fold: it is folded again as a whole."""
        kept = [
            statement
            for projection in self._projections
            for statement in projection.fold(fact, effects)
        ]
        for sql, values in kept:
            self._journal.also(sql, *values)
