# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a lead decides about people: who may log in, where they are reached; and what was done."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from caregiver_api.audit import trail
from caregiver_api.people.addresses import Address, Addresses
from caregiver_api.people.caregivers import AccountRole, Caregivers, Person
from caregiver_api.platform.live import Live, OverviewChanged
from caregiver_api.platform.problems import Refusal
from caregiver_api.platform.store import Store


class PeopleAdministration:
    """A lead's deeds about people. Each raises a `Refusal` where it does not fit; all audited."""

    def __init__(self, store: Store, people: Caregivers, addresses: Addresses, live: Live) -> None:
        self._store = store
        self._people = people
        self._addresses = addresses
        self._live = live

    async def add_person(
        self,
        lead: Person,
        *,
        name: str,
        display_name: str,
        password: str,
        role: AccountRole,
        language: str | None = None,
    ) -> Person:
        """Let somebody log in.

        Raises:
            Refusal: 409 the name is in use.
        """
        person = await self._people.add(
            lead.id,
            name=name,
            display_name=display_name,
            password=password,
            role=role,
            language=language,
        )
        self._live.publish(OverviewChanged())
        return person

    async def deactivate(self, lead: Person, person: str) -> Person:
        """Let somebody no longer log in or be paged.

        Raises:
            Refusal: 404 unknown, 409 a lead cannot lock herself out.
        """
        if person == lead.id:
            raise Refusal(409, "not-allowed", "yourself")
        gone = await self._people.deactivate(lead.id, person)
        self._live.publish(OverviewChanged())
        return gone

    async def set_addresses(self, lead: Person, person: str, wanted: Sequence[Address]) -> Person:
        """Say where a person is reached by the channels that need an address of theirs.

        Raises:
            Refusal: 404 unknown, 422 not addresses of a known kind.
        """
        known = self._people.find(person)
        if known is None:
            raise Refusal(404, "not-found", "person")
        await self._addresses.replace(lead.id, known, wanted)
        self._live.publish(OverviewChanged())
        return known

    async def deeds(self, last: int = 100) -> list[trail.Deed]:
        """Return the newest audited deeds, oldest first."""

        async def work(connection: AsyncConnection) -> list[tuple[trail.Deed, str]]:
            return await trail.read(connection, last=last)

        return [deed for deed, _ in await self._store.read(work)]
