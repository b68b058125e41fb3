# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The trace of each event on the public stream: names, times and ids, no sentence."""

from dataclasses import asdict
from typing import Any, assert_never

from hub.pipeline.event_stream import EventStream, TraceStep
from hub.runtime.clock import Clock
from hub.storage.payload import plain
from rules.model.consent import Need
from rules.model.effects import (
    Ask,
    AskEnded,
    AskOutcome,
    Concluded,
    Effect,
    IncidentClosed,
    Purge,
    Send,
    Switch,
    Tell,
    Withheld,
)
from rules.model.events import (
    EscalationRunning,
    Event,
    Fact,
    NobodyReached,
    SecondWayTaken,
    SomebodyReached,
)
from rules.model.identity import Seconds, Seq


class EventTrace:
    """Makes trace steps and publishes them; costs next to nothing while nobody watches.

    Args:
        clock: every step carries row number, axis, wall and real time.
        stream: takes them.
    """

    def __init__(self, clock: Clock, stream: EventStream) -> None:
        self._clock = clock
        self._stream = stream

    @property
    def watched(self) -> bool:
        """Say whether anybody watches."""
        return self._stream.watched

    def publish(self, name: str, *, seq: Seq | None, at: Seconds, **content: Any) -> None:
        """Publish one step if anybody watches.

        Args:
            name: which step, as docs/events.md names it.
            seq: journal row it follows from.
            at: axis time.
            **content: further fields.
        """
        if self._stream.watched:
            self._stream.publish(self._make(name, seq=seq, at=at, **content))

    def decoded(self, event: Event, frame: str) -> None:
        """Publish that a frame was understood."""
        if self._stream.wants("decoded"):
            self._stream.publish(
                self._make(
                    "decoded",
                    seq=None,
                    at=event.at,
                    frame=frame,
                    event=plain(event),
                    device=getattr(event, "device", None),
                )
            )

    def followed(
        self, fact: Fact, effects: tuple[Effect, ...], frame: str | None, *, durable: bool
    ) -> None:
        """Publish a fact and its effects in order; what is still to be done has no step yet."""
        if durable and self._stream.wants("journaled"):
            self._stream.publish(
                self._make(
                    "journaled",
                    seq=fact.seq,
                    at=fact.event.at,
                    frame=frame,
                    event=plain(fact.event),
                    device=getattr(fact.event, "device", None),
                )
            )
        step = self._of_event(fact)
        if step is not None:
            self._stream.publish(step)
        for effect in effects:
            for step in self._of_effect(fact, effect):
                self._stream.publish(step)

    def _make(self, name: str, *, seq: Seq | None, at: Seconds, **content: Any) -> TraceStep:
        return {
            "hop": name,
            "seq": seq,
            "at": at,
            "utc_s": self._clock.utc_of(at),
            "wall_ms": self._clock.wall_ms(),
            **content,
        }

    def _of_event(self, fact: Fact) -> TraceStep | None:
        """Return the step an event of the link is, None for all others."""
        match fact.event:
            case EscalationRunning(message=message, at=at):
                return self._make("escalation_running", seq=fact.seq, at=at, message=message)
            case NobodyReached(incident=incident, message=message, at=at):
                return self._make(
                    "nobody_reached", seq=fact.seq, at=at, incident=incident, message=message
                )
            case SomebodyReached(incident=incident, at=at):
                return self._make("somebody_reached", seq=fact.seq, at=at, incident=incident)
            case SecondWayTaken(message=message, incident=incident, at=at):
                return self._make(
                    "second_way", seq=fact.seq, at=at, incident=incident, message=message
                )
            case _:
                return None

    def _of_effect(self, fact: Fact, effect: Effect) -> list[TraceStep]:
        """Return the steps of one effect in order."""
        seq, at = fact.seq, fact.event.at
        match effect:
            case Concluded(incident=incident, verdict=verdict):
                return [
                    self._make(
                        "verdict",
                        seq=seq,
                        at=verdict.at,
                        incident=incident,
                        kind=verdict.kind,
                        priority=verdict.priority,
                        room=verdict.room,
                        device=verdict.device,
                        evidence=list(verdict.evidence),
                        blind=[asdict(one) for one in verdict.blind],
                        detail={**verdict.detail, "late": verdict.late},
                    )
                ]
            case Ask(incident=incident, kind=kind, room=room, answer_by=answer_by):
                detail = {"answer_by": answer_by, "attempt": effect.attempt}
                return [
                    self._make(
                        "asked",
                        seq=seq,
                        at=at,
                        incident=incident,
                        kind=kind,
                        room=room,
                        detail=detail,
                    )
                ]
            case AskEnded(incident=incident, outcome=outcome):
                name = {
                    AskOutcome.ANSWERED: "answered",
                    AskOutcome.TIMED_OUT: "timed_out",
                    AskOutcome.OVERTAKEN: "overtaken",
                }[outcome]
                return [self._make(name, seq=seq, at=at, incident=incident, outcome=outcome)]
            case Send(message=message):
                said = {
                    "incident": message.incident,
                    "message": message.id,
                    "kind": message.kind,
                    "room": message.room,
                    "device": message.device,
                    **_basis(message.need),
                }
                detail = {
                    "count": message.count,
                    "revision": message.revision,
                    "test": message.test,
                }
                return [
                    self._make("decided", seq=seq, at=at, outcome="sent", **said),
                    self._make(
                        "enqueued",
                        seq=seq,
                        at=at,
                        priority=message.priority,
                        evidence=list(message.evidence),
                        detail=detail,
                        **said,
                    ),
                ]
            case Withheld(incident=incident, need=need):
                return [
                    self._make(
                        "decided",
                        seq=seq,
                        at=at,
                        incident=incident,
                        outcome="withheld",
                        **_basis(need),
                    )
                ]
            case IncidentClosed(incident=incident, reason=reason):
                return [self._make("closed", seq=seq, at=at, incident=incident, outcome=reason)]
            case Switch() | Tell() | Purge():
                return []
            case _:
                assert_never(effect)


def _basis(need: Need) -> dict[str, str | None]:
    return {"basis": need.basis, "purpose": need.purpose}
