# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The wiring of the link to the care service."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import httpx2

from hub.forwarding.heartbeat import HeartbeatSender, WithdrawalSender
from hub.forwarding.link import Link
from hub.forwarding.pairing import Pairing
from hub.forwarding.send import Sender
from hub.forwarding.signing import HubKey, Signer
from hub.forwarding.stream import AnswerStream
from hub.forwarding.tls import Tls
from hub.pipeline.commits import Commits
from hub.pipeline.inlet import EventInlet
from hub.pipeline.rule_memory import RuleMemory
from hub.pipeline.trace import EventTrace
from hub.projections.consents import ConsentProjection
from hub.projections.panel import LinkView
from hub.projections.presence import PresenceProjection
from hub.runtime.change_signal import ChangeSignal
from hub.runtime.clock import Clock
from hub.runtime.randomness import Randomness
from hub.storage.audit import Audit
from hub.storage.journal import Journal
from hub.storage.outbox import Outbox
from rules.model.apartment import Apartment
from rules.model.events import ClockChanged


class Forwarding:
    """The link to the care service: pairing, sending, answers, heartbeats, withdrawals.

    Args:
        home: folder of the hub's key and of the pairing.
        ca_file: certificate authority of the service, None for the system's.
        transport: what carries the requests; None is the network.
        inlet: takes answers as events.
        commits: makes a pairing durable, tells of withdrawn consents.
        memory: what is allowed and what is blind.
        journal: the number of the last answer, withdrawals that were told.
        outbox: what is to be sent.
        audit: pairings and what was purged.
        presence: private time, for the heartbeat.
        consents: which withdrawals were carried out.
        changes: touched when the link comes up or is lost.
        clock: time.
        randomness: keys, nonces, jitter.
        trace: the public events.
        apartment: names of rooms.
        radios: name and state of every source, for the heartbeat.
    """

    def __init__(
        self,
        *,
        home: Path,
        ca_file: Path | None,
        transport: httpx2.AsyncBaseTransport | None,
        inlet: EventInlet,
        commits: Commits,
        memory: RuleMemory,
        journal: Journal,
        outbox: Outbox,
        audit: Audit,
        presence: PresenceProjection,
        consents: ConsentProjection,
        changes: ChangeSignal,
        clock: Clock,
        randomness: Randomness,
        trace: EventTrace,
        apartment: Apartment,
        radios: Callable[[], dict[str, str]],
    ) -> None:
        self._inlet = inlet
        self._commits = commits
        self._outbox = outbox
        self._audit = audit
        self._changes = changes
        self._clock = clock
        signer = Signer(
            HubKey.load(home / "hub.key", randomness),
            clock=clock,
            randomness=randomness,
            trusted=self._clock_trusted,
        )
        self._pairing = Pairing(home / "pairing.json", signer)
        self._link = Link(
            self._pairing,
            signer,
            clock=clock,
            tls=Tls(ca_file) if transport is None else None,
            transport=transport,
            changed=changes.touch,
        )
        self._sender = Sender(
            self._link,
            outbox,
            apartment,
            clock=clock,
            randomness=randomness,
            memory=memory,
            audit=audit,
            trace=trace,
        )
        self._answers = AnswerStream(
            self._link,
            inlet,
            memory,
            journal,
            audit=audit,
            consents=consents,
            clock=clock,
            randomness=randomness,
        )
        self._heartbeat = HeartbeatSender(
            self._link,
            outbox,
            memory.blind,
            presence=presence,
            apartment=apartment,
            clock=clock,
            radios=radios,
        )
        self._withdrawals = WithdrawalSender(self._link, journal, commits)

    @property
    def hub_id(self) -> str | None:
        """The hub's name at the service, None while it is not paired."""
        return self._pairing.paired.hub_id if self._pairing.paired else None

    @property
    def in_flight(self) -> int:
        """Requests under way."""
        return self._link.in_flight

    def view(self) -> LinkView:
        """Return what the panel shows of the link."""
        return self._link.view(len(self._outbox))

    async def pair(self, service_url: str, code: str, name: str) -> tuple[str, str]:
        """Pair by one-time code; return hub id and the six digits to compare.

        Raises:
            PairingFailed: nothing was changed.
        """
        paired = await self._pairing.pair(self._link.http, service_url, code, name)
        self._audit.note(
            self._clock.axis(),
            self._clock.utc(),
            actor="set-up",
            action="paired",
            subject=paired.hub_id,
        )
        self._commits.commit()
        self._changes.touch()
        return paired.hub_id, self._pairing.key_hash

    async def run(self) -> None:
        """Speak with the service until cancelled; waits while the hub is not paired."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._sender.run())
                group.create_task(self._answers.run())
                group.create_task(self._heartbeat.run())
                group.create_task(self._withdrawals.run())
        finally:
            await self._link.close()

    def _clock_trusted(self) -> None:
        self._inlet.append(ClockChanged(at=self._clock.axis(), trusted=True))
