# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""One incident at the service, and the row it lives in."""

from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from caregiver_api import wire
from caregiver_api.escalation.state import EscalationState
from caregiver_api.platform import schema
from caregiver_api.platform.codec import JsonCodec, RowCodec

# Built once: building a statement of the alarm path takes longer than running it.
_FIND: Final = sa.select(schema.incident).where(schema.incident.c.id == sa.bindparam("b_id"))


HUB_SILENT: Final = "hub_silent"
"""Kind of the service's own alert: a hub is not heard any more. Its hub knows nothing of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CareIncident:
    """One incident at the service; times on the escalation clock.

    Attributes:
        alert: its latest revision.
        count: highest count of presses or repetitions so far.
        since_s: when it became true in the flat, as far as is known.
        uncertain: the flat's clock was not trusted, or far from ours.
    """

    id: str
    hub: str
    state: EscalationState
    alert: wire.Alert
    count: int
    opened_s: float
    since_s: float
    uncertain: bool
    closed_s: float | None = None
    reason: str | None = None


class Unreadable(Exception):
    """The row of an incident cannot be read: it is to be quarantined, the others go on.

    Attributes:
        incident: which one.
    """

    def __init__(self, incident: str, why: str) -> None:
        super().__init__(f"{incident}: {why}")
        self.incident = incident


ROW_FAULTS: Final = (
    Unreadable,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)
"""What a damaged row, or one that nobody thought of, raises. A full disk raises something else."""

STATE: Final[JsonCodec[EscalationState]] = JsonCodec(
    EscalationState, written={"policy": "chain", "round_no": "turn"}
)
ALERT: Final[JsonCodec[wire.Alert]] = JsonCodec(wire.Alert, leave_out="defaults")
"""How an alert is written in tables."""
_ROW: Final = RowCodec(CareIncident, texts={"state": STATE, "alert": ALERT})


def read_row(row: Any) -> CareIncident:
    """Read an incident from its row.

    Raises:
        Unreadable: what is in it is no incident.
    """
    try:
        return _ROW.load(row)
    except (AttributeError, LookupError, TypeError, ValueError) as damage:
        # Not its words: they may be about a person.
        raise Unreadable(row.id, type(damage).__name__) from damage


def write_row(incident: CareIncident) -> dict[str, object]:
    """Write an incident as its row; `due_s` is when the timer loop must look."""
    return {
        **_ROW.dump(incident),
        "phase": incident.state.phase,
        "revision": incident.alert.revision,
        "due_s": incident.state.next_due_s,
    }


async def find(connection: AsyncConnection, incident: str) -> CareIncident | None:
    """Read one incident.

    Raises:
        Unreadable: it is there and cannot be read.
    """
    row = (await connection.execute(_FIND, {"b_id": incident})).one_or_none()
    return None if row is None else read_row(row)
