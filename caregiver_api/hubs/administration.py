# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a lead decides about a flat: pairing, name, who is called, and the few commands it takes."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from caregiver_api import wire
from caregiver_api.audit import trail
from caregiver_api.escalation.policy import Rung
from caregiver_api.hubs.downlink import Downlink
from caregiver_api.hubs.register import HubRegister, HubState, PairedHub
from caregiver_api.people.caregivers import Caregivers, Person
from caregiver_api.platform.clock import Axis, EscalationTime
from caregiver_api.platform.live import Live, OverviewChanged
from caregiver_api.platform.problems import Refusal
from caregiver_api.platform.store import Store

RUNGS_MAX: Final = 8
WAIT_S_MIN: Final = 1.0
WAIT_S_MAX: Final = 3600.0


class HubAdministration:
    """A lead's deeds about flats. Each raises a `Refusal` where it does not fit; all is audited."""

    def __init__(
        self,
        store: Store,
        hubs: HubRegister,
        people: Caregivers,
        downlink: Downlink,
        axis: Axis,
        time: EscalationTime,
        live: Live,
    ) -> None:
        self._store = store
        self._people = people
        self._downlink = downlink
        self._axis = axis
        self._time = time
        self._live = live
        self.hubs = hubs

    async def new_code(self, lead: Person) -> tuple[str, float]:
        """Return a one-time pairing code and until when it holds (service time)."""
        return await self.hubs.new_code(lead.id)

    async def confirm(self, lead: Person, hub: str, key_hash: str) -> PairedHub:
        """Make a hub active after its six digits were compared.

        Raises:
            Refusal: 404, 403 revoked, 409 wrong digits.
        """
        confirmed = await self.hubs.confirm(lead.id, hub, key_hash)
        self._live.publish(OverviewChanged(hub=hub))
        return confirmed

    async def revoke(self, lead: Person, hub: str) -> PairedHub:
        """Let a hub's key count no more; for good."""
        gone = replace(self.hubs.get(hub), state=HubState.REVOKED)
        await self.hubs.update(lead.id, "hub_revoked", gone)
        self._downlink.cut(hub)
        self._live.publish(OverviewChanged(hub=hub))
        return gone

    async def rename(
        self, lead: Person, hub: str, *, name: str | None = None, site: str | None = None
    ) -> PairedHub:
        """Give a flat another name, or a site whose hubs fall silent together."""
        known = self.hubs.get(hub)
        renamed = replace(
            known,
            name=known.name if name is None else name,
            site=known.site if site is None else site,
        )
        await self.hubs.update(lead.id, "hub_renamed", renamed)
        self._live.publish(OverviewChanged(hub=hub))
        return renamed

    async def set_policy(self, lead: Person, hub: str, rungs: Sequence[Rung]) -> PairedHub:
        """Say who is called in which order; names or ids of people. Running incidents keep theirs.

        Raises:
            Refusal: 404 no hub, 422 no rungs, too many, an empty one, unknown people or odd times.
        """
        known = self.hubs.get(hub)
        if not 1 <= len(rungs) <= RUNGS_MAX:
            raise Refusal(422, "bad-body", f"rungs: 1 to {RUNGS_MAX}")
        chosen: list[Rung] = []
        for rung in rungs:
            people = [self._people.named(one) for one in rung.carers]
            if not people or None in people:
                raise Refusal(422, "unknown-person", "rungs")
            if not WAIT_S_MIN <= rung.wait_s <= WAIT_S_MAX:
                raise Refusal(422, "bad-body", f"wait_s: {WAIT_S_MIN} to {WAIT_S_MAX}")
            carers = tuple(one.id for one in people if one is not None)
            chosen.append(Rung(carers=carers, wait_s=rung.wait_s))
        changed = replace(known, policy=tuple(chosen))
        await self.hubs.update(lead.id, "chain_changed", changed)
        self._live.publish(OverviewChanged(hub=hub))
        return changed

    async def test_alarm(self, lead: Person, hub: str) -> None:
        """Ask a flat to raise a test alarm, which comes back the whole way."""
        await self._command(lead, hub, "test_alarm", kind=wire.DownKind.TEST_ALARM)

    async def absence(self, lead: Person, hub: str, until_s: float | None) -> None:
        """Tell a flat that its resident is away until then (unix seconds); None ends it now."""
        known = self.hubs.get(hub)
        await self.hubs.update(lead.id, "absence", replace(known, absent_until_s=until_s))
        until_s = self._time.now() if until_s is None else until_s
        await self._command(lead, hub, "absence_sent", kind=wire.DownKind.ABSENCE, until_s=until_s)

    async def monitoring_off(self, lead: Person, hub: str, purpose: str | None) -> None:
        """Switch monitoring for a purpose (or all) off; only the resident switches it on."""
        await self._command(
            lead, hub, "monitoring_off", kind=wire.DownKind.MONITORING_OFF, purpose=purpose
        )

    async def _command(self, lead: Person, hub: str, what: str, **command: Any) -> None:
        known = self.hubs.get(hub)
        if known.state is not HubState.ACTIVE:
            raise Refusal(409, "not-confirmed")

        async def work(connection: AsyncConnection) -> None:
            deed = trail.Deed(at_s=self._axis.now(), who=lead.id, what=what, about=hub, detail={})
            await trail.write(connection, deed)
            await self._downlink.add(connection, hub, **command)

        await self._store.write(work)
        self._downlink.notify(hub)
        self._live.publish(OverviewChanged(hub=hub))
