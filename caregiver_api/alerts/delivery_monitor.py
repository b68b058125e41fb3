# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The loop that tells a flat when nobody was reached for it, and when somebody is again."""

from functools import partial
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from caregiver_api.alerts import delivery_status
from caregiver_api.alerts.incident import Unreadable, find
from caregiver_api.alerts.incidents import After, Incidents
from caregiver_api.alerts.scheduler import Rounds
from caregiver_api.platform.clock import Axis
from caregiver_api.platform.live import Signal
from caregiver_api.platform.store import Store

LOOK_S: Final = 60.0
"""Real seconds after which the loop looks again even if nobody woke it."""


class Lookout:
    """Judges each turn of pages, on real service time, never on the story's.

    Args:
        wake: notified after pages were made and after each was tried.
    """

    def __init__(
        self, store: Store, incidents: Incidents, rounds: Rounds, axis: Axis, wake: Signal
    ) -> None:
        self._store = store
        self._incidents = incidents
        self._rounds = rounds
        self._axis = axis
        self._wake = wake

    async def step(self) -> float:
        """Tell what is known now; return real seconds until the next look."""
        now_s = self._axis.now()
        known = await self._store.read(partial(delivery_status.look, now_s=now_s))
        if any(one.found != "too_early" for one in known):
            self._rounds.tell(await self._store.write(partial(self._tell, now_s=now_s)))
        dues = (one.due_s for one in known if one.due_s is not None)
        return min(LOOK_S, max(0.0, min(dues, default=now_s + LOOK_S) - now_s))

    async def _tell(self, connection: AsyncConnection, *, now_s: float) -> After:
        after = After()
        for one in await delivery_status.look(connection, now_s):
            if one.found == "too_early":
                continue
            nobody = one.found == "nobody"
            if one.news:
                try:
                    incident = await find(connection, one.incident)
                except Unreadable as fault:
                    self._incidents.note(fault)
                    continue
                assert incident is not None, "who is called for an incident is noted with it"
                await self._incidents.reached(connection, incident, after, nobody=nobody)
            await delivery_status.judged(connection, one.incident, nobody=nobody)
        return after

    async def run(self) -> None:
        """Look for ever."""
        while True:
            await self._wake.wait(await self.step() + 0.001)
