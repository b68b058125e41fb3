# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Heartbeats in real time, and withdrawn consents told until the service has taken them."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Final

import httpx2
import structlog

from caregiver_api import wire
from hub.forwarding.alert import blind_spot
from hub.forwarding.link import Link, RequestRefused
from hub.pipeline.commits import Commits
from hub.projections.presence import PresenceProjection
from hub.runtime.clock import Clock
from hub.storage.journal import Journal
from hub.storage.outbox import Outbox
from rules.model.apartment import Apartment
from rules.model.consent import ConsentState
from rules.model.effects import Effect
from rules.model.events import ConsentChanged, Fact
from rules.model.verdict import Blind

_LOG = structlog.get_logger()
RETRY_S: Final = 5.0


class HeartbeatSender:
    """Says every 30 real seconds that the hub lives, and what it cannot see.

    Args:
        link: the signed connection.
        outbox: how much waits.
        blind: what cannot be seen now.
        presence: whether private time is on.
        apartment: names of rooms.
        clock: whether it is trusted.
        radios: name and state of every source.
    """

    def __init__(
        self,
        link: Link,
        outbox: Outbox,
        blind: Callable[[], tuple[Blind, ...]],
        *,
        presence: PresenceProjection,
        apartment: Apartment,
        clock: Clock,
        radios: Callable[[], dict[str, str]],
    ) -> None:
        self._link = link
        self._outbox = outbox
        self._blind = blind
        self._presence = presence
        self._apartment = apartment
        self._clock = clock
        self._radios = radios

    async def run(self) -> None:
        """Beat until cancelled; a lost beat is not repeated, the next one comes in time."""
        await self._link.paired()
        while True:
            body = wire.Heartbeat(
                outbox=len(self._outbox),
                blind=tuple(blind_spot(one, self._clock, self._apartment) for one in self._blind()),
                radios=self._radios(),
                clock_trusted=self._clock.trusted,
                paused=self._presence.paused_until is not None,
            )
            # Lost: the panel shows it, and the service has its dead-man's switch.
            with contextlib.suppress(httpx2.TransportError, RequestRefused):
                await self._link.post(
                    wire.PATH_HEARTBEAT, body.model_dump_json(exclude_none=True).encode()
                )
            await asyncio.sleep(wire.HEARTBEAT_S)


class WithdrawalSender:
    """Tells the service of each withdrawn consent; what is owed is read from the journal itself.

    Args:
        link: the signed connection.
        journal: consents, and what was told.
        commits: says when another one changed.
    """

    def __init__(self, link: Link, journal: Journal, commits: Commits) -> None:
        self._link = link
        self._journal = journal
        self._owed: dict[str, int] = {}
        self._wake = asyncio.Event()
        for fact in journal.facts(held_only=True):
            self._note(fact)
        for purpose, seq in list(self._owed.items()):
            if int(journal.mark(self._mark(purpose)) or 0) >= seq:
                del self._owed[purpose]
        commits.subscribe(self.happened, during_start=True)

    @staticmethod
    def _mark(purpose: str) -> str:
        return f"withdrawal_told_{purpose}"

    def happened(self, fact: Fact, effects: tuple[Effect, ...]) -> None:  # noqa: ARG002 # a listener
        """Note a consent that ended, or was given again."""
        self._note(fact)

    def _note(self, fact: Fact) -> None:
        if not isinstance(fact.event, ConsentChanged):
            return
        if fact.event.state is ConsentState.WITHDRAWN:
            self._owed[fact.event.purpose] = fact.seq
            self._wake.set()
        else:
            self._owed.pop(fact.event.purpose, None)

    async def run(self) -> None:
        """Tell until cancelled."""
        await self._link.paired()
        while True:
            self._wake.clear()
            failed = False
            for purpose, seq in list(self._owed.items()):
                failed = not await self._tell(purpose, seq) or failed
            if failed:
                await asyncio.sleep(RETRY_S)
            elif not self._owed:
                await self._wake.wait()

    async def _tell(self, purpose: str, seq: int) -> bool:
        body = wire.Withdrawal(purpose=purpose).model_dump_json().encode()
        try:
            await self._link.post(wire.PATH_WITHDRAWALS, body)
        except (httpx2.TransportError, RequestRefused):
            return False
        if self._owed.get(purpose) == seq:
            del self._owed[purpose]
        self._journal.set_mark(self._mark(purpose), str(seq))
        return True
