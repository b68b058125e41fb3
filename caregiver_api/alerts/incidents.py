# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Incidents moved on by the escalation function and written back with all that follows."""

from dataclasses import replace
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from caregiver_api.alerts.announcer import AfterCommit
from caregiver_api.alerts.incident import CareIncident, write_row
from caregiver_api.alerts.progress import ProgressLog
from caregiver_api.delivery import delivery_status
from caregiver_api.delivery.pages import PageOutbox
from caregiver_api.escalation import state_machine
from caregiver_api.escalation.actions import ActionRefused, PageCarers, Progress, StandDown
from caregiver_api.escalation.events import Event
from caregiver_api.escalation.state import EscalationState, Phase
from caregiver_api.platform import schema
from caregiver_api.platform.clock import Axis, EscalationTime

# Statements of the alarm path are built once: building them takes longer than running them.
_INSERT: Final = schema.incident.insert()
_UPDATE: Final = schema.incident.update().where(schema.incident.c.id == sa.bindparam("b_id"))


class CareIncidents:
    """Moves incidents on."""

    def __init__(
        self, pages: PageOutbox, progress: ProgressLog, axis: Axis, time: EscalationTime
    ) -> None:
        self._pages = pages
        self._progress = progress
        self._axis = axis
        self._time = time

    async def move(
        self,
        connection: AsyncConnection,
        incident: CareIncident,
        event: Event,
        after: AfterCommit,
        *,
        reason: str | None = None,
        fresh: bool = False,
        attend: bool = False,
    ) -> CareIncident:
        """Let an event happen to an incident and write everything that follows, in one transaction.

        Args:
            connection: the transaction.
            incident: as it stands before.
            event: what happens.
            after: collects what is to be told after the commit.
            reason: words a person gave.
            fresh: the incident is not yet in the database.
            attend: the timer loop is to look at once, for example to confirm a message.
        """
        owned = incident.state.owner
        outcome = state_machine.advance(incident.state, event)
        now = self._time.now()
        moved = replace(incident, state=outcome.state)
        if outcome.state.phase is Phase.CLOSED:
            if incident.closed_s is None:
                moved = replace(moved, closed_s=now, reason=reason)
        else:
            moved = replace(moved, closed_s=None, reason=None)
        row = write_row(moved)
        if attend:
            row["due_s"] = 0.0
        if fresh:
            await connection.execute(_INSERT, row)
        else:
            await connection.execute(_UPDATE, {**row, "b_id": moved.id})
        for action in outcome.actions:
            match action:
                case PageCarers():
                    await self._pages.page(
                        connection,
                        moved.id,
                        moved.state,
                        to=action.to,
                        round_no=action.round_no,
                        why=action.why,
                    )
                    if _calls(outcome.state):
                        await delivery_status.begin(
                            connection, moved.id, action.round_no, self._axis.now()
                        )
                    after.pages += 1
                case StandDown():
                    await self._pages.stand_down(
                        connection, moved.id, moved.state, to=action.to, round_no=action.round_no
                    )
                    after.pages += 1
                case Progress():
                    await self._progress.write(connection, moved, action, after, reason, owned)
                case ActionRefused():
                    after.refused = action
        if _calls(incident.state) and not _calls(outcome.state):
            await delivery_status.end(connection, moved.id)
        return moved


def _calls(state: EscalationState) -> bool:
    """Say whether people are called for it who must be reached, and nobody has it in hand."""
    return state.phase is Phase.RUNNING and state.priority != "info" and not state.test
