# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Names of things: devices, rooms, incidents and messages, all derived, never random or timed."""

import hashlib
from typing import Final, NewType

DeviceId = NewType("DeviceId", str)
"""Pseudonym of an enrolled device; radio addresses stay in `devices.registry`."""
RoomId = NewType("RoomId", str)
"""Name of a room in the apartment file, for example `bath`."""
IncidentId = NewType("IncidentId", str)
"""32 hexadecimal digits; see `incident_id`."""
MessageId = NewType("MessageId", str)
"""32 hexadecimal digits; the idempotency key of the wire; see `message_id`."""
JournalId = NewType("JournalId", str)
"""Random name of one journal database, renewed when a backup is restored."""
Seq = NewType("Seq", int)
"""Number of a journal row, rising, never reused."""
type Seconds = float
"""A length of time, or a place on the time axis (seconds that never go back)."""

ID_BYTES: Final = 16  # 128 bits: no collision to be expected among all flats for centuries


def _digest(*parts: str) -> str:
    joined = "\x1f".join(parts).encode()
    return hashlib.sha256(joined).digest()[:ID_BYTES].hex()


def incident_id(journal: JournalId, opened_by: Seq, kind: str, place: str) -> IncidentId:
    """Name an incident after the journal row that opened it.

    Args:
        journal: name of the journal the row stands in.
        opened_by: number of the row that opened the incident.
        kind: verdict kind, as its wire name.
        place: room or device the verdict speaks of; empty when it speaks of the flat.
    """
    return IncidentId(_digest(journal, str(opened_by), kind, place))


def message_id(incident: IncidentId, revision: int) -> MessageId:
    """Name a message after its incident and revision (1 for the first)."""
    assert revision >= 1
    return MessageId(_digest(incident, str(revision)))
