# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the panel is shown of each row; a row that cannot be shown holds no alarm up."""

from collections.abc import Iterable

import structlog

from hub.projections.incidents import to_plain
from hub.projections.view import View
from hub.storage.crash_records import Crashes
from hub.storage.journal import Journal, as_json
from rules.model.effects import Effect
from rules.model.events import Fact, RowQuarantined
from rules.model.identity import Seq

_LOG = structlog.get_logger()

type Followed = tuple[Fact, tuple[Effect, ...]]


class Showing:
    """Lets the view fold what was followed, and keeps its cards with the row."""

    def __init__(self, view: View, journal: Journal, crashes: Crashes) -> None:
        self._view = view
        self._journal = journal
        self._crashes = crashes
        self._unshown: list[int] = []

    def show(self, fact: Fact, effects: tuple[Effect, ...]) -> Exception | None:
        """Show one row.

        Returns:
            What broke; the process is to end with it once everything in line is durable.
        """
        try:
            self._fold(fact, effects)
        except Exception as fault:  # noqa: BLE001 # given back: it must not stand before the commit
            if type(fact.event) is RowQuarantined:
                # The report of such a row: each start would end by saying so anew.
                _LOG.exception("row_not_shown", row=fact.seq)
                return None
            self._unshown.append(fact.seq)
            self._crashes.keep_unshown(self._unshown)
            return fault
        return None

    def again(self, unshown: Iterable[Followed]) -> list[tuple[Seq, str]]:
        """Show what could not be shown before the restart; return what is left out for good."""
        left_out = []
        for fact, effects in unshown:
            try:
                self._fold(fact, effects)
            except Exception:  # noqa: BLE001 # reported as put aside; the flat needs its hub
                _LOG.exception("row_not_shown", row=fact.seq)
                left_out.append((fact.seq, ""))
        self._crashes.keep_unshown(())
        return left_out

    def _fold(self, fact: Fact, effects: tuple[Effect, ...]) -> None:
        for card in self._view.note(fact, effects):
            self._journal.also(
                "INSERT OR REPLACE INTO incident VALUES (?,?,?,?)",
                card.id,
                card.opened,
                1 if card.closed is None else 0,
                as_json(to_plain(card)),
            )
