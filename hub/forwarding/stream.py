# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads the service's answers and commands: each number is acted on once."""

import asyncio
from typing import Final, assert_never

import httpx2
import structlog
from pydantic import ValidationError

from caregiver_api import wire
from devices.backoff import BackOff, doubling
from hub.forwarding.link import Link, RequestRefused
from hub.pipeline.inlet import EventInlet
from hub.pipeline.rule_memory import RuleMemory
from hub.projections.consents import ConsentProjection
from hub.runtime.clock import Clock
from hub.runtime.randomness import Randomness
from hub.storage.audit import Audit
from hub.storage.journal import Journal
from rules.model.consent import ConsentState, Purpose, Recipient
from rules.model.events import (
    CarerAnswered,
    CarerClosed,
    CarerStep,
    CloseReason,
    ConsentChanged,
    EscalationRunning,
    Event,
    LeftHome,
    NobodyReached,
    SomebodyReached,
    TestAlarmAsked,
)
from rules.model.identity import IncidentId, MessageId

_LOG = structlog.get_logger()
MARK: Final = "stream_number"
WAITS_S: Final = doubling(0.4, 2.0)
"""A receipt must come within 8 s; the stream is never away longer than this (real seconds)."""


class AnswerStream:
    """Holds the hub's one stream of answers.

    Args:
        link: the signed connection.
        inlet: takes each answer as an event.
        memory: what is given now.
        journal: keeps the number of the last answer.
        clock: time.
        randomness: spreads the tries.
        audit: notes withdrawals that were carried out.
        consents: shows them.

    Attributes:
        not_understood: answers of a newer service that this hub does not know, each once.
    """

    def __init__(
        self,
        link: Link,
        inlet: EventInlet,
        memory: RuleMemory,
        journal: Journal,
        *,
        clock: Clock,
        randomness: Randomness,
        audit: Audit,
        consents: ConsentProjection,
    ) -> None:
        self._link = link
        self._inlet = inlet
        self._memory = memory
        self._journal = journal
        self._clock = clock
        self._randomness = randomness
        self._audit = audit
        self._consents = consents
        self._number = int(journal.mark(MARK) or 0)
        self.not_understood: set[str] = set()

    async def run(self) -> None:
        """Read until cancelled, connecting again after each loss."""
        back_off = BackOff(WAITS_S)
        while True:
            await self._link.paired()
            try:
                async with self._link.stream(wire.PATH_STREAM, str(self._number)) as lines:
                    back_off.reset()
                    data: list[str] = []
                    async for line in lines:
                        self._link.heard()
                        if line.startswith("data:"):
                            data.append(line[5:].strip())
                        elif not line and data:
                            self.take("\n".join(data))
                            data = []
            except httpx2.TransportError:
                pass
            except RequestRefused as refused:
                if back_off.failures == 0:
                    _LOG.warning("stream_refused", status=refused.status)
            await asyncio.sleep(self._randomness.uniform(0.05, back_off.failed()))

    def take(self, data: str) -> None:
        """Act on one answer, unless its number was acted on before."""
        try:
            down = wire.Down.model_validate_json(data)
        except ValidationError as fault:
            # A newer service says something this hub does not know: named once, never acted on.
            if data not in self.not_understood:
                self.not_understood.add(data)
                _LOG.warning("answer_not_understood", faults=fault.error_count())
            return
        if down.number <= self._number:
            return
        marks: tuple[tuple[str, str], ...] = ((MARK, str(down.number)),)
        events = self.events(down)
        if down.kind is wire.DownKind.WITHDRAWAL_CONFIRMED and down.purpose:
            marks = (*marks, self._confirmed(down.purpose))
        self._number = down.number
        for event in events[:-1]:
            self._inlet.append(event)
        if events:
            self._inlet.append(events[-1], marks=marks)
        else:
            for key, value in marks:
                self._journal.set_mark(key, value)

    def _confirmed(self, purpose: str) -> tuple[str, str]:
        """Note a withdrawal that was carried out; return the mark that keeps it."""
        self._audit.note(
            self._clock.axis(),
            self._clock.utc(),
            actor="service",
            action="withdrawal_confirmed",
            subject=purpose,
        )
        return "withdrawals_confirmed", " ".join(sorted(self._consents.confirm(purpose)))

    def events(self, down: wire.Down) -> list[Event]:
        """Return what happened, as events; nothing for what only the link needs to know."""
        at = self._clock.axis()
        match down.kind:
            case wire.DownKind.ESCALATION_RUNNING if down.message_id:
                return [EscalationRunning(at=at, message=MessageId(down.message_id))]
            case wire.DownKind.NOBODY_REACHED if down.incident_id and down.message_id:
                return [
                    NobodyReached(
                        at=at,
                        incident=IncidentId(down.incident_id),
                        message=MessageId(down.message_id),
                    )
                ]
            case wire.DownKind.SOMEBODY_REACHED if down.incident_id:
                return [SomebodyReached(at=at, incident=IncidentId(down.incident_id))]
            case wire.DownKind.CARER_ANSWERED if down.incident_id and down.step:
                return [
                    CarerAnswered(
                        at=at,
                        incident=IncidentId(down.incident_id),
                        step=CarerStep(down.step),
                        carer=down.carer or "",
                        minutes=down.minutes,
                    )
                ]
            case wire.DownKind.CARER_CLOSED if down.incident_id:
                reasons = {str(one): one for one in CloseReason}
                return [
                    CarerClosed(
                        at=at,
                        incident=IncidentId(down.incident_id),
                        reason=reasons.get(down.reason or "", CloseReason.REAL),
                        carer=down.carer or "",
                        message=MessageId(down.message_id) if down.message_id else None,
                    )
                ]
            case wire.DownKind.TEST_ALARM:
                return [TestAlarmAsked(at=at, by=down.carer or "service")]
            case wire.DownKind.ABSENCE:
                until = None if down.until_s is None else self._clock.axis_of(down.until_s)
                return [LeftHome(at=at, until=until)]
            case wire.DownKind.MONITORING_OFF:
                # OFF only, never ON: what she gave can be taken away from outside, never given.
                return [
                    ConsentChanged(
                        at=at,
                        purpose=purpose,
                        recipient=Recipient.CARE_TEAM,
                        state=ConsentState.WITHDRAWN,
                        by="service",
                    )
                    for purpose in Purpose
                    if down.purpose in {None, purpose}
                    and (purpose, Recipient.CARE_TEAM) in self._memory.register.given
                ]
            case wire.DownKind.WITHDRAWAL_CONFIRMED:
                return []
            case (
                wire.DownKind.ESCALATION_RUNNING
                | wire.DownKind.NOBODY_REACHED
                | wire.DownKind.SOMEBODY_REACHED
                | wire.DownKind.CARER_ANSWERED
                | wire.DownKind.CARER_CLOSED
            ):
                _LOG.warning("answer_incomplete", number=down.number, kind=down.kind)
                return []
            case _:
                assert_never(down.kind)
