# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is kept for how long: ordinary sensor events for weeks, the rest for about a year."""

from pathlib import Path

import structlog

from hub.backup import daily_copy
from hub.journal import Journal
from hub.pipeline import Pipeline
from hub.settings import Settings
from rules.identity import Seconds

_LOG = structlog.get_logger()
DAY_S = 86400.0


class Retention:
    """The daily clearing up, and the daily copy before it."""

    def __init__(
        self, journal: Journal, pipeline: Pipeline, settings: Settings, database: Path | None
    ) -> None:
        self._journal = journal
        self._pipeline = pipeline
        self._settings = settings
        self._database = database

    def daily(self, now: Seconds) -> None:
        """Copy the database, then delete what is older than its time; memory is kept first.

        Args:
            now: axis time.
        """
        if self._database is not None and self._settings.backups:
            self._pipeline.commit()
            daily_copy(self._database, keep=self._settings.backups)
        self._pipeline.keep_snapshot()
        ordinary = now - self._settings.ordinary_days * DAY_S
        held = now - self._settings.held_days * DAY_S
        # Consents and the agreement are kept for ever: they are in force.
        self._journal.also(
            "DELETE FROM journal WHERE (held = 0 AND at < ? OR held = 1 AND at < ?)"
            " AND seq <= (SELECT coalesce(max(seq), 0) FROM snapshot)"
            " AND kind NOT IN ('ConsentChanged', 'AgreementChanged', 'RowQuarantined')",
            ordinary,
            held,
        )
        self._journal.also("DELETE FROM outbox WHERE sent = 1 AND at < ?", held)
        self._journal.also(
            "DELETE FROM incident WHERE open = 0 AND opened NOT IN (SELECT seq FROM journal)"
        )
        self._pipeline.commit()
        _LOG.info("journal_cleared")
