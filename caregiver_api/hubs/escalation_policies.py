# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who is called for a flat: its escalation policy, and therefore who may see its incidents."""

from dataclasses import replace

from caregiver_api.escalation.policy import EscalationPolicy, Rung
from caregiver_api.escalation.state import EscalationState
from caregiver_api.hubs.register import HubRegister
from caregiver_api.people.caregivers import AccountRole, Caregivers, Person


class EscalationPolicies:
    """The escalation policies of all flats.

    Args:
        wait_s: how long a rung has, where a lead chose nothing else.
    """

    def __init__(self, people: Caregivers, hubs: HubRegister, *, wait_s: float) -> None:
        self._people = people
        self._hubs = hubs
        self._wait_s = wait_s

    def of(self, hub: str) -> EscalationPolicy:
        """Return who is called for a hub now: the lead's choice, else everybody, then the leads."""
        known = self._hubs.find(hub)
        chosen = known.policy if known is not None else ()
        rungs = (replace(one, carers=self._people.active(one.carers)) for one in chosen)
        usable = tuple(one for one in rungs if one.carers)
        return usable or self._people.everybody(self._wait_s)

    def all_at_once(self, hub: str) -> EscalationPolicy:
        """Return everybody who is called for a hub, and all leads, on one rung."""
        called = (one for rung in self.of(hub) for one in rung.carers)
        people = tuple(dict.fromkeys((*called, *self._people.leads())))
        return (Rung(carers=people, wait_s=self._wait_s),)

    def audience(self, hub: str, state: EscalationState | None = None) -> frozenset[str]:
        """Return the carers who may see a hub's incidents (leads may in any case)."""
        rungs = (*self.of(hub), *(state.policy if state is not None else ()))
        return frozenset(one for rung in rungs for one in rung.carers)

    def may_see(self, person: Person, hub: str, audience: frozenset[str] | None = None) -> bool:
        """Say whether a person may see a hub's incidents: leads all, carers if they are called."""
        if person.role is AccountRole.LEAD:
            return True
        return person.id in (self.audience(hub) if audience is None else audience)
