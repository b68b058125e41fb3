# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Incidents that memory holds and that are over: what ended them is cleared from the journal."""

from collections.abc import Iterable

from hub.storage.journal import Journal
from rules.model.identity import IncidentId


def stale_incidents(journal: Journal, remembered: Iterable[IncidentId]) -> tuple[IncidentId, ...]:
    """Return the remembered incidents that are to be laid to rest.

    Held rows (a fall) outlive the ordinary ones (her steps afterwards), so a memory that is made
    from a cleared journal alone does not see the end. The cards do: they are kept on their own.
    What called for help after its card was closed is no matter of the past.
    """
    return tuple(
        incident
        for incident in remembered
        if journal.read(
            "SELECT 1 FROM incident WHERE id = ? AND open = 0 AND NOT EXISTS (SELECT 1 FROM outbox"
            " WHERE outbox.incident = incident.id"
            " AND outbox.at > json_extract(card, '$.closed_at'))",
            incident,
        )
    )
