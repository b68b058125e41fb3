# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Dead-man's switch: opens an alert when a hub sends no heartbeat, one alert for a whole site."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from caregiver_api import wire
from caregiver_api.alerts.incident import HUB_SILENT
from caregiver_api.alerts.intake import Intake
from caregiver_api.alerts.quarantined import row_of
from caregiver_api.hubs.register import HEARD_S, HubRegister, HubState, PairedHub
from caregiver_api.platform.clock import Axis, EscalationTime
from caregiver_api.platform.live import Live, OverviewChanged, Signal
from caregiver_api.platform.store import Store

WRITE_S: Final = 300.0
"""How often "last heard" of an unchanged heartbeat is written; a restart brings a grace anyway."""
TOGETHER_S: Final = 600.0
"""Hubs of one site that fall silent within this time share one alert."""
LOOK_S: Final = 60.0


class DeadMan:
    """Watches all active hubs, on real service time.

    After an outage of the service itself every hub gets a full period of grace.
    """

    def __init__(
        self,
        store: Store,
        hubs: HubRegister,
        intake: Intake,
        axis: Axis,
        time: EscalationTime,
        live: Live,
    ) -> None:
        self._store = store
        self._hubs = hubs
        self._intake = intake
        self._axis = axis
        self._time = time
        self._live = live
        self._written: dict[str, float] = {}
        self._grace_s = axis.now() + HEARD_S
        self._wake = Signal()

    async def heard(self, hub: PairedHub, heartbeat: wire.Heartbeat | None = None) -> None:
        """Note a sign of life: a heartbeat, or any other signed request."""
        now = self._axis.now()
        before = self._hubs.get(hub.id)
        was_live = before.heard_s is not None and now - before.heard_s <= HEARD_S
        after = replace(before, heard_s=now, heartbeat=heartbeat or before.heartbeat, silent=None)
        self._hubs.remember(after)
        changed = after.heartbeat != before.heartbeat or before.silent is not None
        if changed or now - self._written.get(hub.id, 0.0) > WRITE_S:
            self._written[hub.id] = now
            await self._hubs.note_heard(after)
        if before.silent is not None:
            await self._back(after, before.silent)
        if changed or not was_live:
            self._live.publish(OverviewChanged(hub=hub.id))

    async def step(self) -> float:
        """Raise the alert for every hub that fell silent; return seconds until the next look."""
        now = self._axis.now()
        next_s = now + LOOK_S
        for hub in self._hubs.all():
            if hub.state is not HubState.ACTIVE or hub.heard_s is None or hub.silent is not None:
                continue
            due_s = max(hub.heard_s + HEARD_S, self._grace_s)
            if now >= due_s:
                await self._silent(hub)
            else:
                next_s = min(next_s, due_s)
        return next_s - now

    async def run(self) -> None:
        """Watch for ever."""
        self._grace_s = self._axis.now() + HEARD_S
        while True:
            await self._wake.wait(await self.step() + 0.001)

    def _group(self, hub: PairedHub) -> Sequence[PairedHub]:
        """Return the hubs of the same site that are silent already, the hub that began it first."""
        if not hub.site:
            return ()
        heard_s = hub.heard_s or 0.0
        same = (
            one
            for one in self._hubs.all()
            if one.site == hub.site
            and one.silent is not None
            and abs((one.heard_s or 0.0) - heard_s) < TOGETHER_S
        )
        return sorted(same, key=lambda one: one.heard_s or 0.0)

    async def _silent(self, hub: PairedHub) -> None:
        group = self._group(hub)
        first = group[0] if group else hub
        name = group[0].silent if group else None
        if name is None:
            seed = f"{HUB_SILENT}|{hub.id}|{hub.heard_s}"
            name = hashlib.sha256(seed.encode()).hexdigest()[:32]
        gone = replace(hub, silent=name)
        count = len(group) + 1
        # First the alert, then the hub's state: a crash in between repeats, never forgets.
        flats = ", ".join(one.name for one in (*group, hub))
        await self._say(first, name, count=count, phase="paged", flats=flats)
        self._hubs.remember(replace(self._hubs.get(hub.id), silent=name))
        await self._hubs.note_heard(gone)
        self._live.publish(OverviewChanged(hub=hub.id))

    async def _back(self, hub: PairedHub, name: str) -> None:
        still = [one for one in self._hubs.all() if one.silent == name]
        if not still:
            row = await self._store.read(partial(row_of, name=name))
            if row is not None:
                await self._say(
                    self._hubs.get(row["hub"]), name, count=row["count"], phase="closed"
                )
        self._live.publish(OverviewChanged(hub=hub.id))

    async def _say(
        self, hub: PairedHub, name: str, *, count: int, phase: str, flats: str = ""
    ) -> None:
        row = await self._store.read(partial(row_of, name=name)) or {"revision": 0, "count": 1}
        revision = int(row["revision"]) + 1
        detail: dict[str, str | float] = {"flats": flats or hub.name}
        if hub.heard_s is not None and phase == "paged":
            detail["silent_s"] = round(self._axis.now() - hub.heard_s)
        alert = wire.Alert(
            message_id=hashlib.sha256(f"{name}|{revision}".encode()).hexdigest()[:32],
            incident_id=name,
            revision=revision,
            kind=HUB_SILENT,
            # Help devices of the flat are out of reach with it: not a matter for the next morning.
            priority="soon",
            phase=phase,
            utc_s=self._time.now(),
            age_s=0.0,
            detail=detail,
            count=max(count, int(row["count"])),
            basis="operation",
        )
        await self._intake.receive(hub, [alert])
