# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Falls: what a radar or pendant says; silence or a long stay where nobody rests."""

from dataclasses import dataclass, replace
from typing import Final

from rules.detectors.detector import (
    Asking,
    Declaration,
    Detector,
    Family,
    Movement,
    Outcome,
    consent,
)
from rules.first import bathroom, falls
from rules.first.bathroom import Stay
from rules.first.falls import RISKY, FallSensorLimits, PossibleFallLimits
from rules.first.response import FALLS, Page
from rules.model import events as ev
from rules.model.apartment import Role
from rules.model.consent import Purpose
from rules.model.effects import IncidentPhase
from rules.model.identity import Seconds
from rules.situation.occurrences import (
    Faded,
    HubWasOff,
    Seen,
    SensorStuck,
    Unseen,
    WatchStopped,
)
from rules.model.quantities import NEVER
from rules.model.verdict import Priority, Verdict, VerdictKind
from rules.situation.situation import Situation

_NOTHING: Final = ()


def _declared(kind: VerdictKind, known: object, standard: str | None = None) -> Declaration:
    return Declaration(
        kind=kind,
        need=consent(Purpose.FALLS),
        page=Page.NO_ANSWER,
        times=lambda limits: Asking(asks=(limits.ask_s,)),
        family=Family.FALL,
        known=known,  # type: ignore[arg-type]
        ask_there=True,
        answerable=True,
        confirmed_by=Movement.ELSEWHERE,
        overtaken_by=Movement.ELSEWHERE,
        standard=standard,
    )


def _same_fall(verdict: Verdict, now: Situation) -> bool:
    """A radar only repeats the fall that is known: nobody walked elsewhere."""
    found = now.find(verdict.kind, verdict.room or "")
    if found is None or found.phase is IncidentPhase.ANSWERED:
        return False
    last = now.signs.last
    return last is None or last.at <= found.verdict.at or last.room == found.verdict.room


class FallSensed(Detector[None, FallSensorLimits]):
    name = "fall_sensor"
    limits = FallSensorLimits
    memory = type(None)
    wakes = False
    declares = (
        _declared(VerdictKind.FALL_SENSOR, _same_fall, "fall_detected"),
        _declared(VerdictKind.FALL_WEARABLE, _same_fall, "fall_detected"),
    )

    def begin(self) -> None:
        return None

    def on_sensed(
        self, memory: None, event: ev.FallSensed, now: Situation, limits: FallSensorLimits
    ) -> Outcome[None]:
        device = now.device(event.device)
        assert device is not None
        wearable = device.role is Role.WEARABLE
        return memory, (
            now.verdict(
                VerdictKind.FALL_WEARABLE if wearable else VerdictKind.FALL_SENSOR,
                Priority.URGENT,
                evidence=(now.seq,),
                room=device.room,
                device=device.id,
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """When silence is judged, and the stay in the bathroom."""

    silence_at: Seconds = NEVER
    stay: Stay = Stay()


def _known_fall(_verdict: Verdict, now: Situation) -> bool:
    """A possible fall in this stay is known already and not answered for."""
    last = now.signs.last
    return last is not None and any(
        incident.kind in FALLS
        and incident.verdict.room == last.room
        and incident.phase is not IncidentPhase.ANSWERED
        and (incident.phase is IncidentPhase.ASKED or incident.verdict.at >= last.at)
        for incident in now.open.values()
    )


class PossibleFall(Detector[Rest, PossibleFallLimits]):
    name = "possible_fall"
    limits = PossibleFallLimits
    memory = Rest
    formerly = ("SILENCE", "STAY")
    declares = (_declared(VerdictKind.POSSIBLE_FALL, _known_fall),)

    def due(self, memory: Rest, limits: PossibleFallLimits) -> Seconds:
        stay = memory.stay
        if stay.room is None:
            return memory.silence_at
        return min(memory.silence_at, stay.due(limits))

    def on_seen(
        self, memory: Rest, event: Seen, now: Situation, limits: PossibleFallLimits
    ) -> Outcome[Rest]:
        sign, stay = event.sign, memory.stay
        if now.room_type(sign.room) in RISKY:
            silence_at = sign.at + limits.silence_s
        elif memory.silence_at == NEVER and stay.room is None:
            return memory, _NOTHING
        else:
            silence_at = NEVER
        if sign.room != stay.room:
            stay = bathroom.follow(stay, now, sign)  # type: ignore[arg-type]
        return Rest(silence_at=silence_at, stay=stay), _NOTHING

    def on_faded(
        self, memory: Rest, event: Faded, now: Situation, limits: PossibleFallLimits
    ) -> Outcome[Rest]:
        """Silence counts from the falling edge of the room she is in."""
        sign, last = event.sign, now.signs.last
        if last is None or last.room != sign.room or now.room_type(sign.room) not in RISKY:
            return memory, _NOTHING
        return Rest(silence_at=sign.at + limits.silence_s, stay=memory.stay), _NOTHING

    def on_humid(
        self, memory: Rest, event: ev.HumidityMeasured, now: Situation, limits: PossibleFallLimits
    ) -> Outcome[Rest]:
        device = now.device(event.device)
        if device is None or now.pause is not None:
            return memory, _NOTHING
        stay = bathroom.humid(memory.stay, now, device.room, event.humidity_pct, limits)  # type: ignore[arg-type]
        return replace(memory, stay=stay), _NOTHING

    def on_silent_all_along(
        self, memory: Rest, event: SensorStuck, now: Situation, limits: PossibleFallLimits
    ) -> Outcome[Rest]:
        """A sensor that is not believed was no movement: judge the silence it covered, now."""
        last, device = now.signs.last, now.device(event.device)
        if event.row is None or device is None or last is None or last.room != device.room:
            return memory, _NOTHING
        if now.pause is not None or memory.silence_at < NEVER:
            return memory, _NOTHING
        if now.room_type(last.room) not in RISKY or _known_fall(None, now):  # type: ignore[arg-type]
            return memory, _NOTHING
        due = last.at + limits.silence_s + now.signs.unseen_s
        return replace(memory, silence_at=max(now.at, due)), _NOTHING

    def on_unseen(
        self, memory: Rest, event: Unseen, now: Situation, limits: PossibleFallLimits
    ) -> Outcome[Rest]:
        if memory.silence_at == NEVER:
            return memory, _NOTHING
        return replace(memory, silence_at=memory.silence_at + event.still_s), _NOTHING

    def on_hub_was_off(
        self, memory: Rest, event: HubWasOff, now: Situation, limits: PossibleFallLimits
    ) -> Outcome[Rest]:
        if memory.stay.room is None:
            return memory, _NOTHING
        stay = replace(memory.stay, since=memory.stay.since + event.gap_s)
        return replace(memory, stay=stay), _NOTHING

    def on_stopped(
        self, memory: Rest, event: WatchStopped, now: Situation, limits: PossibleFallLimits
    ) -> Outcome[Rest]:
        return Rest(), _NOTHING

    def judge(self, memory: Rest, now: Situation, limits: PossibleFallLimits) -> Outcome[Rest]:
        if memory.silence_at <= now.at:
            verdict = falls.judge_silence(now, limits)  # type: ignore[arg-type]
            memory = replace(memory, silence_at=NEVER)
        else:
            stay, verdict = bathroom.judge(memory.stay, now)  # type: ignore[arg-type]
            memory = replace(memory, stay=stay)
        return memory, () if verdict is None else (verdict,)
