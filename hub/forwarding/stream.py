# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads the service's answers and commands: each number is acted on once."""

import asyncio
from collections.abc import Callable
from typing import Final, assert_never

import httpx2
import structlog
from pydantic import ValidationError

from caregiver_api import wire
from hub.forwarding.link import Link, Refused
from hub.pipeline.inlet import Pipeline
from hub.runtime.clock import Clock
from hub.runtime.randomness import Chance
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
BACK_OFF_S: Final = 0.2
BACK_OFF_S_MAX: Final = 2.0
"""A receipt must come within 8 s; the stream is never away longer than this (real seconds)."""


class AnswerStream:
    """Holds the hub's one stream of answers.

    Args:
        confirmed: told the purpose whose withdrawal the service has carried out.

    Attributes:
        not_understood: answers of a newer service that this hub does not know, each once.
    """

    def __init__(
        self,
        link: Link,
        pipeline: Pipeline,
        journal: Journal,
        *,
        clock: Clock,
        chance: Chance,
        confirmed: Callable[[str], tuple[str, str]],
    ) -> None:
        self._link = link
        self._pipeline = pipeline
        self._journal = journal
        self._clock = clock
        self._chance = chance
        self._confirmed = confirmed
        self._number = int(journal.mark(MARK) or 0)
        self.not_understood: set[str] = set()

    async def run(self) -> None:
        """Read until cancelled, connecting again after each loss."""
        failures = 0
        while True:
            await self._link.paired()
            try:
                async with self._link.stream(wire.PATH_STREAM, str(self._number)) as lines:
                    failures = 0
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
            except Refused as refused:
                if failures == 0:
                    _LOG.warning("stream_refused", status=refused.status)
            failures += 1
            ceiling_s = min(BACK_OFF_S_MAX, BACK_OFF_S * 2.0 ** min(failures, 8))
            await asyncio.sleep(self._chance.uniform(0.05, ceiling_s))

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
            self._pipeline.append(event)
        if events:
            self._pipeline.append(events[-1], marks=marks)
        else:
            for key, value in marks:
                self._journal.set_mark(key, value)

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
                    and (purpose, Recipient.CARE_TEAM) in self._pipeline.register.given
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
