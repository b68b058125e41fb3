# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""One incident at the service, and the row it lives in."""

import json
from dataclasses import asdict, dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from caregiver_api import wire
from caregiver_api.escalation import policy
from caregiver_api.escalation.policy import Phase, Rung
from caregiver_api.platform import schema

# Built once: building a statement of the alarm path takes longer than running it.
_FIND: Final = sa.select(schema.incident).where(schema.incident.c.id == sa.bindparam("b_id"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One incident at the service; times on the escalation clock.

    Attributes:
        alert: its latest revision.
        count: highest count of presses or repetitions so far.
        since_s: when it became true in the flat, as far as is known.
        uncertain: the flat's clock was not trusted, or far from ours.
    """

    id: str
    hub: str
    state: policy.State
    alert: wire.Alert
    count: int
    opened_s: float
    since_s: float
    uncertain: bool
    closed_s: float | None = None
    reason: str | None = None


class Unreadable(Exception):
    """The row of an incident cannot be read: it is to be put aside, the others go on.

    Attributes:
        incident: which one.
    """

    def __init__(self, incident: str, why: str) -> None:
        super().__init__(f"{incident}: {why}")
        self.incident = incident


def dump(state: policy.State) -> str:
    """Write an escalation state as JSON."""
    return json.dumps(asdict(state), separators=(",", ":"))


def load(text: str) -> policy.State:
    """Read an escalation state from JSON."""
    table = json.loads(text)
    rungs = (Rung(carers=tuple(one["carers"]), wait_s=one["wait_s"]) for one in table.pop("chain"))
    declined = tuple(table.pop("declined"))
    phase = Phase(table.pop("phase"))
    return policy.State(chain=tuple(rungs), declined=declined, phase=phase, **table)


def from_row(row: Any) -> Incident:
    """Read an incident from its row.

    Raises:
        Unreadable: what is in it is no incident.
    """
    try:
        state = load(row.state)
        alert = wire.Alert.model_validate_json(row.alert)
    except (AttributeError, LookupError, TypeError, ValueError) as damage:
        # Not its words: they may be about a person.
        raise Unreadable(row.id, type(damage).__name__) from damage
    return Incident(
        id=row.id,
        hub=row.hub,
        state=state,
        alert=alert,
        count=row.count,
        opened_s=row.opened_s,
        since_s=row.since_s,
        uncertain=bool(row.uncertain),
        closed_s=row.closed_s,
        reason=row.reason,
    )


def to_row(incident: Incident) -> dict[str, object]:
    """Write an incident as its row; `due_s` is when the timer loop must look."""
    return {
        "id": incident.id,
        "hub": incident.hub,
        "phase": incident.state.phase,
        "state": dump(incident.state),
        "alert": incident.alert.model_dump_json(exclude_defaults=True),
        "revision": incident.alert.revision,
        "count": incident.count,
        "opened_s": incident.opened_s,
        "since_s": incident.since_s,
        "uncertain": int(incident.uncertain),
        "due_s": incident.state.next_due_s,
        "closed_s": incident.closed_s,
        "reason": incident.reason,
    }


async def find(connection: AsyncConnection, incident: str) -> Incident | None:
    """Read one incident.

    Raises:
        Unreadable: it is there and cannot be read.
    """
    row = (await connection.execute(_FIND, {"b_id": incident})).one_or_none()
    return None if row is None else from_row(row)
