# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The loop that tells a flat when nobody was reached for it, and when somebody is again."""

from functools import partial
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from caregiver_api.alerts.announcer import AfterCommit, Announcer
from caregiver_api.alerts.incident import Unreadable, find
from caregiver_api.alerts.progress import ProgressLog
from caregiver_api.alerts.unreadable import UnreadableIncidents
from caregiver_api.delivery import delivery_status
from caregiver_api.escalation.actions import Progress
from caregiver_api.platform.clock import Axis
from caregiver_api.platform.live import Signal
from caregiver_api.platform.store import Store

LOOK_S: Final = 60.0
"""Real seconds after which the loop looks again even if nobody woke it."""


class DeliveryMonitor:
    """Judges each round of pages, on real service time, never on the story's.

    Args:
        tried: notified after pages were made and after each was tried.
    """

    def __init__(
        self,
        store: Store,
        progress: ProgressLog,
        announcer: Announcer,
        unreadable: UnreadableIncidents,
        axis: Axis,
        *,
        tried: Signal,
    ) -> None:
        self._store = store
        self._progress = progress
        self._announcer = announcer
        self._unreadable = unreadable
        self._axis = axis
        self._tried = tried

    async def step(self) -> float:
        """Tell what is known now; return real seconds until the next look."""
        now_s = self._axis.now()
        known = await self._store.read(partial(delivery_status.look, now_s=now_s))
        if any(one.outcome != "too_early" for one in known):
            self._announcer.tell(await self._store.write(partial(self._tell, now_s=now_s)))
        dues = (one.due_s for one in known if one.due_s is not None)
        return min(LOOK_S, max(0.0, min(dues, default=now_s + LOOK_S) - now_s))

    async def _tell(self, connection: AsyncConnection, *, now_s: float) -> AfterCommit:
        after = AfterCommit()
        for one in await delivery_status.look(connection, now_s):
            if one.outcome == "too_early":
                continue
            nobody = one.outcome == "nobody"
            if one.is_to_be_told:
                try:
                    incident = await find(connection, one.incident)
                except Unreadable as fault:
                    self._unreadable.note(fault)
                    continue
                assert incident is not None, "who is called for an incident is noted with it"
                step = Progress(step="nobody_reached" if nobody else "somebody_reached")
                await self._progress.write(connection, incident, step, after)
            await delivery_status.judged(connection, one.incident, nobody=nobody)
        return after

    async def run(self) -> None:
        """Look for ever."""
        while True:
            await self._tried.wait(await self.step() + 0.001)
