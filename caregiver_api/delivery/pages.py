# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The outbox of pages: a row for each person, channel and address."""

import hashlib
from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from caregiver_api.channels.registry import OpenChannel
from caregiver_api.delivery.delivery_status import STAND_DOWN
from caregiver_api.escalation.state import EscalationState
from caregiver_api.escalation.state_machine import DIGEST
from caregiver_api.people.addresses import Addresses
from caregiver_api.people.caregivers import Caregivers
from caregiver_api.platform.clock import Axis
from caregiver_api.platform.schema import page

DIGEST_TOGETHER_S: Final = 60.0
"""Info that is told within this time is one notice."""


def page_id(incident: str, round_no: int, person: str, channel: str) -> str:
    """Name a page after what it is: sent again, it replaces itself at the receiver."""
    return hashlib.sha256(f"{incident}|{round_no}|{person}|{channel}".encode()).hexdigest()[:32]


class PageOutbox:
    """Makes pages.

    Args:
        channels: every page goes through each of them; one that needs an address of the person
            once to each of these, and not at all to who has none.
    """

    def __init__(
        self,
        people: Caregivers,
        addresses: Addresses,
        axis: Axis,
        channels: Sequence[OpenChannel],
    ) -> None:
        self._people = people
        self._addresses = addresses
        self._axis = axis
        self._channels = tuple(channels)

    async def page(
        self,
        connection: AsyncConnection,
        incident: str,
        state: EscalationState,
        *,
        to: tuple[str, ...],
        round_no: int,
        why: str,
    ) -> None:
        """Make the pages of one round; who is active no more is replaced by the leads."""
        people = self._people.active(to) or self._people.leads()
        now = self._axis.now()
        if why == DIGEST:
            # One notice for everything that is told in this minute.
            recent = sa.select(page.c.person).where(
                page.c.why == DIGEST, page.c.created_s > now - DIGEST_TOGETHER_S
            )
            told = (await connection.execute(recent.distinct())).scalars().all()
            people = tuple(one for one in people if one not in told)
        rows = [
            {
                "id": page_id(incident, round_no, f"{why}|{person}", name),
                "incident": incident,
                "person": person,
                "channel": channel,
                "round_no": round_no,
                "why": why,
                "priority": state.priority,
                "test": int(state.test),
                "created_s": now,
                "retry_s": now,
                "tries": 0,
                "address": address,
            }
            for person in people
            for name, channel, address in self._ways(person)
        ]
        if rows:
            await connection.execute(page.insert(), rows)

    def _ways(self, person: str) -> list[tuple[str, str, str | None]]:
        """Return the ways to a person: name of the way, channel, address."""
        ways: list[tuple[str, str, str | None]] = []
        for one in self._channels:
            if one.address is None:
                ways.append((one.name, one.name, None))
            else:
                ways += [
                    (f"{one.name}|{address}", one.name, address)
                    for address in self._addresses.enabled(person, one.address.name)
                ]
        return ways

    async def stand_down(
        self,
        connection: AsyncConnection,
        incident: str,
        state: EscalationState,
        *,
        to: tuple[str, ...],
        round_no: int,
    ) -> None:
        """End the pages that wait, and tell those who were paged that they need not come."""
        await connection.execute(
            page.update()
            .where(page.c.incident == incident, page.c.retry_s.isnot(None))
            .values(retry_s=None, outcome="overtaken")
        )
        last = await connection.scalar(
            sa.select(sa.func.max(page.c.round_no)).where(page.c.incident == incident)
        )
        people = self._people.active(to)
        if last is not None and people:
            await connection.execute(
                sa.delete(page).where(page.c.incident == incident, page.c.why == STAND_DOWN)
            )
            await self.page(
                connection, incident, state, to=people, round_no=round_no, why=STAND_DOWN
            )
