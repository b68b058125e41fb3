# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The card of an incident: what is known of it, folded from effects and answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from rules.model.effects import (
    Ask,
    AskEnded,
    AskOutcome,
    Concluded,
    Effect,
    IncidentClosed,
    IncidentPhase,
    Send,
    Withheld,
)
from rules.model.events import (
    CarerAnswered,
    CarerClosed,
    CarerStep,
    EscalationRunning,
    Event,
    NobodyReached,
    SecondWayTaken,
    SomebodyReached,
)
from rules.model.identity import DeviceId, IncidentId, MessageId, RoomId, Seconds, Seq
from rules.model.verdict import Blind, Kind, Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentCard:
    """One incident as the panel shows it; it outlives the rules' own record, which ends with it.

    Attributes:
        opened: journal row that opened it; `at` / `utc_s` are that row's times.
        phase: how far it is.
        count: presses or repetitions it counts.
        evidence: journal rows of the newest verdict, oldest first; `blind` what was not visible.
        answer_by: axis time until which the resident is asked, None when no question is open.
        asked_in: where she was asked last: where she is, not always where the matter is.
        withheld: a page was due and no live basis let it leave.
        running: the service said that people are being called.
        unreached: people are being called, and nobody is reached.
        second_way: the local fallback was taken.
        shines: the light outside the door is on for it.
        carer, step, minutes: who comes, and how far they are.
        closed: reason once it is over.
    """

    id: IncidentId
    opened: Seq
    at: Seconds
    utc_s: Seconds | None
    kind: Kind
    priority: Priority
    room: RoomId | None
    device: DeviceId | None
    phase: IncidentPhase = IncidentPhase.NOTED
    count: int = 1
    evidence: tuple[Seq, ...] = ()
    blind: tuple[Blind, ...] = ()
    detail: dict[str, str | float] = field(default_factory=dict)
    late: bool = False
    test: bool = False
    answer_by: Seconds | None = None
    asked_in: RoomId | None = None
    attempt: int = 0
    message: MessageId | None = None
    withheld: bool = False
    running: bool = False
    unreached: bool = False
    second_way: bool = False
    shines: bool = False
    carer: str | None = None
    step: CarerStep | None = None
    minutes: int | None = None
    answered_at: Seconds | None = None
    closed: str | None = None
    closed_at: Seconds | None = None


type Cards = Mapping[IncidentId, IncidentCard]


def after_effect(
    cards: Cards, effect: Effect, *, seq: Seq, at: Seconds, utc_s: Seconds | None
) -> IncidentCard | None:
    """Return the card an effect changes, None when it changes none."""
    match effect:
        case Concluded(incident=incident, verdict=verdict):
            known = cards.get(incident)
            card = (
                _open_again(known)
                if known
                else IncidentCard(
                    id=incident,
                    opened=seq,
                    at=at,
                    utc_s=utc_s,
                    kind=verdict.kind,
                    priority=verdict.priority,
                    room=verdict.room,
                    device=verdict.device,
                    count=0,
                )
            )
            return replace(
                card,
                count=card.count + 1,
                priority=verdict.priority,
                evidence=verdict.evidence,
                blind=verdict.blind,
                detail=dict(verdict.detail),
                late=verdict.late,
            )
        case Ask(incident=incident, room=room, answer_by=answer_by, attempt=attempt):
            return _goes_on(
                cards,
                incident,
                phase=IncidentPhase.ASKED,
                answer_by=answer_by,
                asked_in=room,
                attempt=attempt,
            )
        case AskEnded(incident=incident, outcome=AskOutcome.ANSWERED):
            return _changed(cards, incident, phase=IncidentPhase.ANSWERED, answer_by=None)
        case AskEnded(incident=incident):
            return _changed(cards, incident, answer_by=None)
        case Send(message=message):
            known = cards.get(message.incident)
            coming = known is not None and known.phase is IncidentPhase.ACCEPTED
            goes_on = _changed if message.phase is IncidentPhase.CLOSED else _goes_on
            return goes_on(
                cards,
                message.incident,
                phase=IncidentPhase.ACCEPTED if coming else message.phase,
                count=message.count,
                message=message.id,
                priority=message.priority,
                test=message.test,
                withheld=False,
            )
        case Withheld(incident=incident, unsent=True):
            known = cards.get(incident)
            if known is None or known.closed is not None:
                return None
            return replace(known, phase=IncidentPhase.NOTED, withheld=True, shines=False)
        case Withheld(incident=incident):
            return _changed(cards, incident, withheld=True)
        case IncidentClosed(incident=incident, reason=reason):
            return _changed(
                cards,
                incident,
                phase=IncidentPhase.CLOSED,
                **_ended(cards.get(incident), reason, at),
                answer_by=None,
                unreached=False,
                shines=False,
            )
        case _:
            return None


def after_event(cards: Cards, event: Event) -> IncidentCard | None:
    """Return the card an answer of the service changes, None when it changes none."""
    match event:
        case CarerAnswered(incident=incident, step=CarerStep.DECLINED):
            known = cards.get(incident)
            if known is None or known.carer != event.carer:
                return None
            return replace(known, phase=IncidentPhase.PAGED, carer=None, step=None, minutes=None)
        case CarerAnswered(incident=incident):
            return _changed(
                cards,
                incident,
                phase=IncidentPhase.ACCEPTED,
                carer=event.carer,
                step=event.step,
                minutes=event.minutes,
                answered_at=event.at,
                unreached=False,
                shines=False,
            )
        case CarerClosed(incident=incident, message=message):
            # If it stays open it is for a call that nobody has taken yet.
            known = cards.get(incident)
            if known is None or known.closed is not None or message in {None, known.message}:
                return None
            return replace(known, phase=IncidentPhase.PAGED, carer=None, step=None, minutes=None)
        case EscalationRunning(message=message):
            return _by_message(cards, message, running=True)
        case NobodyReached(incident=incident):
            known = cards.get(incident)
            if known is None or known.closed is not None or known.carer is not None:
                return None
            return replace(known, unreached=True)
        case SomebodyReached(incident=incident):
            return _changed(cards, incident, unreached=False)
        case SecondWayTaken(message=message, incident=incident):
            known = _by_message(cards, message) if incident is None else cards.get(incident)
            if known is None:
                return None
            at_rest = known.closed is not None or known.carer is not None
            return replace(known, second_way=True, shines=not at_rest)
        case _:
            return None


def _open_again(card: IncidentCard) -> IncidentCard:
    """Return the card of a matter that goes on; how it ended before is no longer true."""
    if card.closed is None:
        return card
    return replace(
        card,
        phase=IncidentPhase.NOTED,
        withheld=False,
        running=False,
        second_way=False,
        carer=None,
        step=None,
        minutes=None,
        answered_at=None,
        closed=None,
        closed_at=None,
    )


def _goes_on(cards: Cards, incident: IncidentId, **changes: Any) -> IncidentCard | None:
    known = cards.get(incident)
    return None if known is None else replace(_open_again(known), **changes)


def _ended(card: IncidentCard | None, reason: str, at: Seconds) -> dict[str, Any]:
    """Return how it ended; the first end holds when memory finds out later."""
    if card is not None and card.closed is not None:
        return {}
    return {"closed": reason, "closed_at": at}


def _changed(cards: Cards, incident: IncidentId, **changes: Any) -> IncidentCard | None:
    known = cards.get(incident)
    return None if known is None else replace(known, **changes)


def _by_message(cards: Cards, message: MessageId, **changes: Any) -> IncidentCard | None:
    known = next((card for card in cards.values() if card.message == message), None)
    return None if known is None else replace(known, **changes)
