# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Retention: ordinary sensor events for weeks, the rest for about a year; a daily copy."""

import asyncio
from pathlib import Path
from typing import Final, Protocol

import structlog

from hub.runtime.clock import Clock
from hub.runtime.settings import Settings
from hub.storage.backup import daily_copy
from hub.storage.journal import Journal
from rules.model.identity import Seconds

_LOG = structlog.get_logger()
DAY_S: Final = 86400.0
# Looked at this often (real seconds), so that a hub that is started anew each day is cleared too.
LOOK_S: Final = 600.0
# A press must not wait for a month of rows.
ROWS_AT_ONCE: Final = 2_000
MARK: Final = "cleared_at"
# Consents and the help agreement are kept for ever: they are in force.
_OLD: Final = (
    "SELECT seq FROM journal WHERE (held = 0 AND at < ? OR held = 1 AND at < ?)"
    " AND seq <= (SELECT coalesce(max(seq), 0) FROM snapshot)"
    " AND kind NOT IN ('ConsentChanged', 'AgreementChanged', 'RowQuarantined') LIMIT ?"
)


class Committing(Protocol):
    """Makes what is buffered durable."""

    def commit(self) -> None:
        """Commit now; a full disk is no error."""


class Snapshotting(Protocol):
    """Keeps rule memory: rows behind a snapshot may be cleared."""

    def keep(self) -> None:
        """Buffer rule memory as of the last row."""


class JournalRetention:
    """The daily copy, then the daily clearing up; the axis tells the day.

    Args:
        journal: what is copied and cleared.
        commits: makes it durable.
        snapshots: memory is kept before rows are cleared.
        settings: how long what is kept.
        clock: tells the day.
        database: file to copy; None copies nothing (simulation).
    """

    def __init__(
        self,
        journal: Journal,
        commits: Committing,
        snapshots: Snapshotting,
        settings: Settings,
        *,
        clock: Clock,
        database: Path | None,
    ) -> None:
        self._journal = journal
        self._commits = commits
        self._snapshots = snapshots
        self._settings = settings
        self._clock = clock
        self._database = database

    async def run(self) -> None:
        """Copy and clear once a day until cancelled."""
        while True:
            await asyncio.sleep(LOOK_S)
            now = self._clock.axis()
            if now - float(self._journal.mark(MARK) or 0.0) >= DAY_S:
                self._journal.set_mark(MARK, str(now))
                self._snapshots.keep()
                self._commits.commit()
                if self._database is not None and self._settings.backups:
                    # A copy takes as long as the card needs; a press must not wait for it.
                    await asyncio.to_thread(daily_copy, self._database, keep=self._settings.backups)
                await self._clear(now)

    async def _clear(self, now: Seconds) -> None:
        ordinary = now - self._settings.ordinary_days * DAY_S
        held = now - self._settings.held_days * DAY_S
        while rows := self._journal.read(_OLD, ordinary, held, ROWS_AT_ONCE):
            for (seq,) in rows:
                self._journal.also("DELETE FROM journal WHERE seq = ?", seq)
            self._commits.commit()
            if self._journal.dirty.is_set():
                return  # nothing can be written now; tomorrow is another day
            await asyncio.sleep(0.05)
        self._journal.also("DELETE FROM outbox WHERE sent = 1 AND at < ?", held)
        self._journal.also(
            "DELETE FROM incident WHERE open = 0 AND opened NOT IN (SELECT seq FROM journal)"
        )
        self._commits.commit()
        _LOG.info("journal_cleared")
