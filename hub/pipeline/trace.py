# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Hops of the public stream, made from facts and effects: names, times, ids, no sentence."""

from dataclasses import asdict
from typing import Any, assert_never

from hub.pipeline.event_stream import Hop
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


class Hops:
    """Makes hops; every hop carries row number, axis, wall and real time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def make(self, hop: str, *, seq: Seq | None, at: Seconds, **content: Any) -> Hop:
        """Return one hop with its times."""
        return {
            "hop": hop,
            "seq": seq,
            "at": at,
            "utc_s": self._clock.utc_of(at),
            "wall_ms": self._clock.wall_ms(),
            **content,
        }

    def decoded(self, event: Event, frame: str) -> Hop:
        """A frame was understood."""
        return self.make(
            "decoded",
            seq=None,
            at=event.at,
            frame=frame,
            event=plain(event),
            device=getattr(event, "device", None),
        )

    def journaled(self, fact: Fact, frame: str | None) -> Hop:
        """The fact is durable."""
        return self.make(
            "journaled",
            seq=fact.seq,
            at=fact.event.at,
            frame=frame,
            event=plain(fact.event),
            device=getattr(fact.event, "device", None),
        )

    def of_event(self, fact: Fact) -> Hop | None:
        """Return the hop an event of the link is, None for all others."""
        match fact.event:
            case EscalationRunning(message=message, at=at):
                return self.make("escalation_running", seq=fact.seq, at=at, message=message)
            case NobodyReached(incident=incident, message=message, at=at):
                return self.make(
                    "nobody_reached", seq=fact.seq, at=at, incident=incident, message=message
                )
            case SomebodyReached(incident=incident, at=at):
                return self.make("somebody_reached", seq=fact.seq, at=at, incident=incident)
            case SecondWayTaken(message=message, incident=incident, at=at):
                return self.make(
                    "second_way", seq=fact.seq, at=at, incident=incident, message=message
                )
            case _:
                return None

    def of_effect(self, fact: Fact, effect: Effect) -> list[Hop]:
        """Return the hops of one effect in order; what is still to be done has none yet."""
        seq, at = fact.seq, fact.event.at
        match effect:
            case Concluded(incident=incident, verdict=verdict):
                return [
                    self.make(
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
                    self.make(
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
                return [self.make(name, seq=seq, at=at, incident=incident, outcome=outcome)]
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
                    self.make("decided", seq=seq, at=at, outcome="sent", **said),
                    self.make(
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
                    self.make(
                        "decided",
                        seq=seq,
                        at=at,
                        incident=incident,
                        outcome="withheld",
                        **_basis(need),
                    )
                ]
            case IncidentClosed(incident=incident, reason=reason):
                return [self.make("closed", seq=seq, at=at, incident=incident, outcome=reason)]
            case Switch() | Tell() | Purge():
                return []
            case _:
                assert_never(effect)


def _basis(need: Need) -> dict[str, str | None]:
    return {"basis": need.basis, "purpose": need.purpose}
