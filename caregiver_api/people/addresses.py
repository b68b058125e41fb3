# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where people can be reached outside our pages: addresses of the kinds that channels declare."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from caregiver_api.audit import trail
from caregiver_api.channels.channel import AddressKind
from caregiver_api.people.caregivers import Person
from caregiver_api.platform import schema
from caregiver_api.platform.clock import Axis
from caregiver_api.platform.codec import RowCodec
from caregiver_api.platform.problems import Refusal
from caregiver_api.platform.store import Store

ADDRESSES_MAX: Final = 10
"""Addresses of one person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One address of a person.

    Attributes:
        kind: declared by a channel, for example `phone`.
        value: what the channel is given.
        enabled: pages go there; a person or a lead may let it rest.
        verified: a page to it was taken once.
    """

    person: str
    kind: str
    value: str
    enabled: bool = True
    verified: bool = False


_ROW: Final = RowCodec(Address)


class Addresses:
    """All addresses, in memory as they stand in the database.

    Args:
        kinds: kinds of address that the open channels need, by name. An address of another kind is
            kept, but no new one is taken.
    """

    def __init__(self, store: Store, axis: Axis, kinds: Mapping[str, AddressKind]) -> None:
        self._store = store
        self._axis = axis
        self.kinds = kinds
        self._addresses: dict[str, tuple[Address, ...]] = {}

    async def open(self) -> None:
        """Read the addresses."""

        async def work(connection: AsyncConnection) -> list[Address]:
            rows = await connection.execute(
                sa.select(schema.address).order_by(schema.address.c.value)
            )
            return [_ROW.load(row) for row in rows]

        found = await self._store.read(work)
        people = {one.person for one in found}
        self._addresses = {
            person: tuple(one for one in found if one.person == person) for person in people
        }

    def of(self, person: str) -> tuple[Address, ...]:
        """Return the addresses of a person."""
        return self._addresses.get(person, ())

    def enabled(self, person: str, kind: str) -> tuple[str, ...]:
        """Return where pages of a channel go that needs this kind of address."""
        return tuple(one.value for one in self.of(person) if one.kind == kind and one.enabled)

    async def replace(self, who: str, person: Person, wanted: Sequence[Address]) -> None:
        """Let a person have these addresses and no others; waiting pages to the others end.

        Raises:
            Refusal: 422 a new address of a kind that no open channel needs, an address that is
                none, the same twice, or too many.
        """
        known = {(one.kind, one.value) for one in self.of(person.id)}
        for one in wanted:
            kind = self.kinds.get(one.kind)
            if kind is None and (one.kind, one.value) in known:
                continue
            if kind is None or not kind.fits(one.value):
                expected = kind.example if kind else ", ".join(self.kinds) or "no kind is known"
                raise Refusal(422, "bad-body", f"addresses: {one.kind}, such as {expected}")
        if len({(one.kind, one.value) for one in wanted}) < len(wanted):
            raise Refusal(422, "bad-body", "addresses: each once")
        if len(wanted) > ADDRESSES_MAX:
            raise Refusal(422, "bad-body", f"addresses: at most {ADDRESSES_MAX}")
        verified = {(one.kind, one.value) for one in self.of(person.id) if one.verified}
        kept = tuple(
            Address(
                person=person.id,
                kind=one.kind,
                value=one.value,
                enabled=one.enabled,
                verified=(one.kind, one.value) in verified,
            )
            for one in wanted
        )

        async def work(connection: AsyncConnection) -> None:
            table, page = schema.address, schema.page
            await connection.execute(sa.delete(table).where(table.c.person == person.id))
            if kept:
                await connection.execute(table.insert(), [_ROW.dump(one) for one in kept])
            await connection.execute(
                page.update()
                .where(
                    page.c.person == person.id,
                    page.c.retry_s.isnot(None),
                    page.c.address.isnot(None),
                    page.c.address.not_in([one.value for one in kept if one.enabled]),
                )
                .values(retry_s=None, outcome="overtaken")
            )
            # Not the addresses themselves: the trail is kept longer than they are.
            deed = trail.Deed(
                at_s=self._axis.now(),
                who=who,
                what="addresses_changed",
                about=person.id,
                detail={"addresses": len(kept)},
            )
            await trail.write(connection, deed)

        await self._store.write(work)
        self._addresses[person.id] = kept

    async def verify(self, person: str, value: str) -> None:
        """Note that a page to an address was taken."""
        here = self.of(person)
        if not any(one.value == value and not one.verified for one in here):
            return

        async def work(connection: AsyncConnection) -> None:
            table = schema.address
            await connection.execute(
                table.update()
                .where(table.c.person == person, table.c.value == value)
                .values(verified=1)
            )

        await self._store.write(work)
        self._addresses[person] = tuple(
            Address(
                person=one.person,
                kind=one.kind,
                value=one.value,
                enabled=one.enabled,
                verified=one.verified or one.value == value,
            )
            for one in here
        )
