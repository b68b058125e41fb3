# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The timer loop: looks at every incident that is due, and never waits for a sender."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from caregiver_api.alerts.announcer import AfterCommit, Announcer
from caregiver_api.alerts.incident import ROW_FAULTS, read_row
from caregiver_api.alerts.incidents import CareIncidents
from caregiver_api.alerts.progress import ProgressLog
from caregiver_api.alerts.unreadable import UnreadableIncidents
from caregiver_api.escalation.events import TimePassed
from caregiver_api.hubs.escalation_policies import EscalationPolicies
from caregiver_api.platform import schema
from caregiver_api.platform.clock import EscalationTime
from caregiver_api.platform.store import Store

type Isolate = Callable[[str, Exception], Awaitable[None]]
"""Quarantines an incident for a fault, and lets everybody know."""

AT_ONCE: Final = 200
"""Incidents of one transaction."""
LOOK_S: Final = 60.0
"""Real seconds after which the loop looks again even if nobody woke it."""

_TABLE: Final = schema.incident
_DUE: Final = (
    sa.select(_TABLE)
    .where(_TABLE.c.due_s <= sa.bindparam("b_now"))
    .order_by(_TABLE.c.due_s)
    .limit(AT_ONCE)
)
_NEXT: Final = sa.select(sa.func.min(_TABLE.c.due_s)).where(_TABLE.c.due_s.isnot(None))


class Scheduler:
    """Moves due incidents on.

    Args:
        isolate: quarantines an incident that cannot be read or moved.

    Attributes:
        next_due_s: escalation time of the next deadline, None without one.
    """

    def __init__(
        self,
        store: Store,
        incidents: CareIncidents,
        progress: ProgressLog,
        policies: EscalationPolicies,
        announcer: Announcer,
        unreadable: UnreadableIncidents,
        time: EscalationTime,
        *,
        isolate: Isolate,
    ) -> None:
        self._store = store
        self._incidents = incidents
        self._progress = progress
        self._policies = policies
        self._announcer = announcer
        self._unreadable = unreadable
        self._time = time
        self._isolate = isolate
        self.next_due_s: float | None = None
        self._looked_s = time.now()

    async def step(self) -> int:
        """Move all incidents on that are due now; return how many there were.

        One that cannot be read or moved is quarantined, and everybody is told; the others go on.
        """
        done = 0
        while True:
            while (fault := self._unreadable.take()) is not None:
                await self._isolate(fault.incident, fault)
            moved = await self._some()
            done += moved
            if moved < AT_ONCE:
                return done

    async def _some(self) -> int:
        now = self._time.now()
        try:
            work = partial(self._move, now=now)
            count, self.next_due_s, after = await self._store.write(work)
            self._announcer.tell(after)
        except ROW_FAULTS:
            count = await self._each_alone(now)
        self._looked_s = now
        return count

    async def _each_alone(self, now: float) -> int:
        names = await self._store.read(partial(_due, now=now))
        for name in names:
            try:
                work = partial(self._move, now=now, only=name)
                _, self.next_due_s, after = await self._store.write(work)
                self._announcer.tell(after)
            except ROW_FAULTS as fault:
                await self._isolate(name, fault)
        return len(names)

    async def _move(
        self, connection: AsyncConnection, *, now: float, only: str | None = None
    ) -> tuple[int, float | None, AfterCommit]:
        after = AfterCommit()
        query = _DUE if only is None else _DUE.where(_TABLE.c.id == only)
        rows = (await connection.execute(query, {"b_now": now})).all()
        for row in rows:
            incident = read_row(row)
            event = TimePassed(at=now, policy=self._policies.of(incident.hub))
            moved = await self._incidents.move(connection, incident, event, after)
            await self._progress.confirm_running(connection, moved, after)
        return len(rows), await connection.scalar(_NEXT), after

    @property
    def overdue_s(self) -> float:
        """Return how long a deadline has been waiting for the loop, 0 if none has (`/healthz`)."""
        if self.next_due_s is None:
            return 0.0
        return max(0.0, self._time.now() - max(self.next_due_s, self._looked_s))

    async def run(self) -> None:
        """Move incidents on for ever."""
        while True:
            await self.step()
            sleep_s = LOOK_S
            if self.next_due_s is not None:
                sleep_s = min(LOOK_S, self._time.real_s(self.next_due_s - self._time.now()))
                sleep_s += 0.001  # rather a millisecond late than a look for nothing
            await self._time.moved.wait(sleep_s)


async def _due(connection: AsyncConnection, *, now: float) -> list[str]:
    query = _DUE.with_only_columns(_TABLE.c.id)
    return list((await connection.execute(query, {"b_now": now})).scalars())
