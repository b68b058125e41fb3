# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The people who log in: carers who come, leads who also decide about hubs and people."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from caregiver_api.audit import trail
from caregiver_api.escalation.policy import EscalationPolicy, Rung
from caregiver_api.platform import schema
from caregiver_api.platform.clock import Axis
from caregiver_api.platform.codec import RowCodec
from caregiver_api.platform.passwords import PasswordHasher
from caregiver_api.platform.problems import Refusal
from caregiver_api.platform.randomness import RandomBytes, new_id
from caregiver_api.platform.store import Store


class AccountRole(StrEnum):
    """What a person may do; a lead may do all that a carer may."""

    CARER = "carer"
    LEAD = "lead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who can log in.

    Attributes:
        name: what they type to log in.
        display_name: what residents and colleagues read ("Anna").
        language: in which pages to them are written; None = the first language of the faces.
    """

    id: str
    name: str
    display_name: str
    role: AccountRole
    password: str
    active: bool = True
    language: str | None = None


_ROW: Final = RowCodec(Person)


class Caregivers:
    """All people, in memory as they stand in the database."""

    def __init__(
        self, store: Store, axis: Axis, randomness: RandomBytes, hasher: PasswordHasher
    ) -> None:
        self._store = store
        self._axis = axis
        self._randomness = randomness
        self._hasher = hasher
        self._people: dict[str, Person] = {}

    async def open(self) -> None:
        """Read the people."""

        async def work(connection: AsyncConnection) -> list[Person]:
            rows = await connection.execute(sa.select(schema.person))
            return [_ROW.load(row) for row in rows]

        self._people = {one.id: one for one in await self._store.read(work)}

    def all(self) -> tuple[Person, ...]:
        """Return everybody, by display name."""
        return tuple(sorted(self._people.values(), key=lambda one: (one.display_name, one.id)))

    def find(self, person: str | None) -> Person | None:
        """Return a person by id, if known."""
        return None if person is None else self._people.get(person)

    def named(self, name: str) -> Person | None:
        """Return an active person by log-in name (ids are accepted as well)."""
        for one in self._people.values():
            if name in {one.name, one.id} and one.active:
                return one
        return None

    def display(self, person: str | None) -> str | None:
        """Return the name others read."""
        known = self.find(person)
        return person if known is None else known.display_name

    def active(self, people: tuple[str, ...]) -> tuple[str, ...]:
        """Return those of the given ids who are active."""
        return tuple(one for one in people if one in self._people and self._people[one].active)

    def leads(self) -> tuple[str, ...]:
        """Return the ids of active leads."""
        return tuple(one.id for one in self.all() if one.active and one.role is AccountRole.LEAD)

    def everybody(self, wait_s: float) -> EscalationPolicy:
        """Return the policy used where nobody chose one: all carers, then the leads."""
        carers = tuple(one.id for one in self.all() if one.active and one.role is AccountRole.CARER)
        rungs = (Rung(carers=carers, wait_s=wait_s), Rung(carers=self.leads(), wait_s=wait_s))
        return tuple(one for one in rungs if one.carers)

    async def add(
        self,
        who: str,
        *,
        name: str,
        display_name: str,
        password: str,
        role: AccountRole,
        language: str | None = None,
    ) -> Person:
        """Add a person.

        Raises:
            Refusal: 409, the log-in name is in use.
        """
        hashed = await self._hasher.hash(password)
        person = Person(
            id=new_id(self._randomness),
            name=name,
            display_name=display_name,
            role=role,
            password=hashed,
            language=language,
        )

        async def work(connection: AsyncConnection) -> bool:
            taken = await connection.scalar(
                sa.select(schema.person.c.id).where(schema.person.c.name == name)
            )
            if taken is not None:
                return False
            await connection.execute(schema.person.insert().values(**_ROW.dump(person)))
            await self._audit(connection, who, "person_added", person)
            return True

        if not await self._store.write(work):
            raise Refusal(409, "name-taken")
        self._people[person.id] = person
        return person

    async def deactivate(self, who: str, person: str) -> Person:
        """Let a person no longer log in or be paged.

        Raises:
            Refusal: 404 unknown.
        """
        known = self.find(person)
        if known is None:
            raise Refusal(404, "not-found", "person")
        gone = replace(known, active=False)

        async def work(connection: AsyncConnection) -> None:
            table = schema.person
            await connection.execute(
                table.update().where(table.c.id == gone.id).values(**_ROW.dump(gone))
            )
            await connection.execute(
                sa.delete(schema.session).where(schema.session.c.person == gone.id)
            )
            await self._audit(connection, who, "person_deactivated", gone)

        await self._store.write(work)
        self._people[gone.id] = gone
        return gone

    async def speak(self, person: Person, language: str) -> None:
        """Note the language a person has chosen on a page."""
        changed = replace(person, language=language)

        async def work(connection: AsyncConnection) -> None:
            table = schema.person
            await connection.execute(
                table.update().where(table.c.id == person.id).values(language=language)
            )

        await self._store.write(work)
        self._people[person.id] = changed

    async def first_lead(self, name: str, password: str) -> None:
        """Make the first lead, only while there is nobody at all."""
        if not self._people:
            await self.add(
                "service", name=name, display_name=name, password=password, role=AccountRole.LEAD
            )

    async def _audit(self, connection: AsyncConnection, who: str, what: str, about: Person) -> None:
        deed = trail.Deed(
            at_s=self._axis.now(),
            who=who,
            what=what,
            about=about.id,
            detail={"role": about.role.value},
        )
        await trail.write(connection, deed)
