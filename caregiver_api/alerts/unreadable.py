# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Incidents whose row somebody could not read: kept until the timer loop quarantines them."""

from collections.abc import Iterable
from typing import Any

from caregiver_api.alerts.incident import CareIncident, Unreadable, read_row
from caregiver_api.platform.live import Signal


class UnreadableIncidents:
    """Incidents that are to be quarantined.

    Args:
        wake: wakes the timer loop.
    """

    def __init__(self, wake: Signal) -> None:
        self._wake = wake
        self._waiting: dict[str, Unreadable] = {}

    def note(self, fault: Unreadable) -> None:
        """Let the timer loop quarantine an incident that could not be read."""
        self._waiting[fault.incident] = fault
        self._wake.notify()

    def readable(self, rows: Iterable[Any]) -> list[CareIncident]:
        """Read incidents; those that cannot be read are noted."""
        incidents = []
        for row in rows:
            try:
                incidents.append(read_row(row))
            except Unreadable as fault:
                self.note(fault)
        return incidents

    def take(self) -> Unreadable | None:
        """Return one that waits, None when none does; it is forgotten here."""
        return self._waiting.popitem()[1] if self._waiting else None
