# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The hub's link to the care service: send, stream, heartbeat, pairing, signing."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import httpx2

from hub.forwarding.heartbeat import Heartbeat, Withdrawals
from hub.forwarding.link import Link
from hub.forwarding.pairing import Pairing, PairingFailed
from hub.forwarding.send import Sender
from hub.forwarding.signing import HubKey, KeyFileOpen, Signer
from hub.forwarding.stream import AnswerStream
from hub.forwarding.tls import Tls
from hub.pipeline.event_stream import Stream
from hub.pipeline.inlet import Pipeline
from hub.pipeline.trace import Hops
from hub.projections.panel import LinkView
from hub.projections.view import View
from hub.runtime.clock import Clock
from hub.runtime.randomness import Chance
from hub.storage.audit import Audit
from hub.storage.journal import Journal
from hub.storage.outbox import Outbox, Parcel
from rules.model.apartment import Apartment
from rules.model.effects import Message
from rules.model.events import ClockChanged

__all__ = ["Forwarding", "KeyFileOpen", "PairingFailed"]


class Forwarding:
    """Everything that speaks with the care service, wired.

    Args:
        home: folder of the hub's key and of the pairing.
        ca_file: certificate authority of the service, None for the system's.
        transport: what carries the requests; None is the network.
        radios: name and state of every source, for the heartbeat.
    """

    def __init__(
        self,
        *,
        home: Path,
        ca_file: Path | None,
        transport: httpx2.AsyncBaseTransport | None,
        pipeline: Pipeline,
        journal: Journal,
        outbox: Outbox,
        audit: Audit,
        view: View,
        clock: Clock,
        chance: Chance,
        stream: Stream,
        apartment: Apartment,
        radios: Callable[[], dict[str, str]],
    ) -> None:
        self._pipeline = pipeline
        self._journal = journal
        self._outbox = outbox
        self._audit = audit
        self._view = view
        self._clock = clock
        self._stream = stream
        self._hops = Hops(clock)
        signer = Signer(
            HubKey.load(home / "hub.key", chance),
            clock=clock,
            chance=chance,
            trusted=self._clock_trusted,
        )
        self._pairing = Pairing(home / "pairing.json", signer)
        self._link = Link(
            self._pairing,
            signer,
            clock=clock,
            tls=Tls(ca_file) if transport is None else None,
            transport=transport,
            changed=view.touch,
        )
        self._sender = Sender(
            self._link,
            outbox,
            apartment,
            clock=clock,
            chance=chance,
            register=lambda: pipeline.register,
            forwarded=self._forwarded,
            purged=self._purged,
        )
        self._answers = AnswerStream(
            self._link, pipeline, journal, clock=clock, chance=chance, confirmed=self._confirmed
        )
        self._heartbeat = Heartbeat(self._link, outbox, view, clock=clock, radios=radios)
        self._withdrawals = Withdrawals(self._link, journal)
        self.withdrawn = self._withdrawals.happened
        """Listener of the pipeline: tells the service of withdrawn consents."""

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
        self._pipeline.commit()
        self._view.touch()
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
        self._pipeline.append(ClockChanged(at=self._clock.axis(), trusted=True))

    def _forwarded(self, parcel: Parcel) -> None:
        if self._stream.watched:
            message = parcel.message
            self._stream.publish(
                self._hops.make(
                    "forwarded",
                    seq=parcel.seq,
                    at=self._clock.axis(),
                    incident=message.incident,
                    message=message.id,
                    kind=message.kind,
                    room=message.room,
                    device=message.device,
                )
            )

    def _purged(self, message: Message) -> None:
        self._audit.note(
            self._clock.axis(),
            self._clock.utc(),
            actor="hub",
            action="purged",
            subject=message.id,
        )

    def _confirmed(self, purpose: str) -> tuple[str, str]:
        """Note a withdrawal that was carried out; return the mark that keeps it."""
        self._audit.note(
            self._clock.axis(),
            self._clock.utc(),
            actor="service",
            action="withdrawal_confirmed",
            subject=purpose,
        )
        return "withdrawals_confirmed", " ".join(sorted(self._view.confirmed(purpose)))
