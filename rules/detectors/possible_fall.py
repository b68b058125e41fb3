# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Possible fall: silence, or a long stay, in a room nobody rests in."""

from dataclasses import dataclass, field, replace
from typing import override

from rules.detectors import bathroom_stay
from rules.detectors.bathroom_stay import BathroomStay
from rules.detectors.detector import Detector, Outcome, kept
from rules.detectors.falls import FALLS, POSSIBLE_FALL, RISKY, declared
from rules.detectors.leaving import leaving_is_seen
from rules.model.effects import IncidentPhase
from rules.model.events import HumidityMeasured
from rules.model.identity import Seconds
from rules.model.quantities import MINUTE_S, NEVER
from rules.model.verdict import Priority, Verdict
from rules.situation.occurrences import Faded, HubWasOff, Seen, SensorStuck, Unseen, WatchStopped
from rules.situation.situation import Situation


@dataclass(frozen=True, slots=True, kw_only=True)
class PossibleFallLimits:
    """Silence and long stays in rooms nobody rests in.

    Source: CONTRACTS, table: 20 min of silence at any hour; a stay with movement 30 min by night,
    45 by day, 60 with a shower (humidity rising); then 60 s to answer. 10 points of humidity: a
    shower raises a bathroom by 20 to 40 points, weather by less than 5 in an hour.
    """

    silence_s: Seconds = 20 * MINUTE_S
    stay_night_s: Seconds = 30 * MINUTE_S
    stay_day_s: Seconds = 45 * MINUTE_S
    stay_shower_s: Seconds = 60 * MINUTE_S
    shower_pct: float = 10.0
    ask_s: Seconds = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """When silence is judged, and the stay in the bathroom."""

    silence_at: Seconds = NEVER
    stay: BathroomStay = field(default_factory=BathroomStay)


class PossibleFall(Detector[Rest, PossibleFallLimits]):
    """Concludes a possible fall after silence in bath, toilet or hall, or a long stay in a bath.

    Only where leaving the room would have been seen. A motion sensor that still says "on" is not
    silence: its falling edge starts the time anew; a stuck one is blind, and the silence it covered
    is judged at once.
    """

    name = "possible_fall"
    memory = Rest
    limits = PossibleFallLimits
    declares = (declared(POSSIBLE_FALL),)
    formerly = ("SILENCE", "STAY")

    @override
    def due(self, memory: Rest, limits: PossibleFallLimits) -> Seconds:
        return min(memory.silence_at, _stay_due(memory.stay, limits))

    def on_seen(
        self, memory: Rest, event: Seen, now: Situation, limits: PossibleFallLimits
    ) -> Outcome[Rest]:
        """Count silence from a sign of life in a risky room; elsewhere nothing is waited for."""
        sign, stay = event.sign, memory.stay
        if now.room_type(sign.room) in RISKY:
            silence_at = sign.at + limits.silence_s
        elif memory.silence_at == NEVER and stay.room is None:
            return memory, ()
        else:
            silence_at = NEVER
        if sign.room != stay.room:
            stay = bathroom_stay.follow(stay, now, sign)
        if silence_at == memory.silence_at and stay is memory.stay:
            return memory, ()
        return Rest(silence_at=silence_at, stay=stay), ()

    def on_faded(
        self, memory: Rest, event: Faded, now: Situation, limits: PossibleFallLimits
    ) -> Outcome[Rest]:
        """Count silence from the falling edge of the room she is in."""
        sign, last = event.sign, now.signs.last
        if last is None or last.room != sign.room or now.room_type(sign.room) not in RISKY:
            return memory, ()
        return kept(memory, replace(memory, silence_at=sign.at + limits.silence_s)), ()

    def on_humid(
        self, memory: Rest, event: HumidityMeasured, now: Situation, limits: PossibleFallLimits
    ) -> Outcome[Rest]:
        """Tell a shower from a stay by the humidity of the bath."""
        device = now.device(event.device)
        if device is None or now.pause is not None:
            return memory, ()
        pct, shower_pct = event.humidity_pct, limits.shower_pct
        stay = bathroom_stay.humid(memory.stay, now, device.room, pct, shower_pct)
        return (memory if stay is memory.stay else replace(memory, stay=stay)), ()

    def on_sensor_stuck(
        self, memory: Rest, event: SensorStuck, now: Situation, limits: PossibleFallLimits
    ) -> Outcome[Rest]:
        """Judge now the silence a stuck sensor covered: what it said was no movement."""
        last, device = now.signs.last, now.device(event.device)
        if event.row is None or device is None or last is None or last.room != device.room:
            return memory, ()
        if now.pause is not None or memory.silence_at < NEVER:
            return memory, ()
        if now.room_type(last.room) not in RISKY or _fall_is_open(now):
            return memory, ()
        due = last.at + limits.silence_s + now.signs.unseen_s
        return replace(memory, silence_at=max(now.at, due)), ()

    def on_unseen(
        self, memory: Rest, event: Unseen, now: Situation, limits: PossibleFallLimits
    ) -> Outcome[Rest]:
        """Move silence on by the time that proves nothing."""
        if memory.silence_at == NEVER:
            return memory, ()
        return kept(memory, replace(memory, silence_at=memory.silence_at + event.still_s)), ()

    def on_hub_was_off(
        self, memory: Rest, event: HubWasOff, now: Situation, limits: PossibleFallLimits
    ) -> Outcome[Rest]:
        """Move the stay on by the gap."""
        if memory.stay.room is None:
            return memory, ()
        stay = replace(memory.stay, since=memory.stay.since + event.gap_s)
        return kept(memory, replace(memory, stay=stay)), ()

    def on_watch_stopped(
        self, memory: Rest, event: WatchStopped, now: Situation, limits: PossibleFallLimits
    ) -> Outcome[Rest]:
        """Wait for nothing in private time or in an empty flat."""
        return kept(memory, Rest()), ()

    @override
    def judge(self, memory: Rest, now: Situation, limits: PossibleFallLimits) -> Outcome[Rest]:
        if memory.silence_at <= now.at:
            verdict = _silence(now, limits)
            memory = replace(memory, silence_at=NEVER)
        else:
            verdict = _long_stay(memory.stay, now)
            memory = replace(memory, stay=replace(memory.stay, told=True))
        return memory, () if verdict is None else (verdict,)

    @override
    def known(self, verdict: Verdict, now: Situation) -> bool:
        return _fall_is_open(now)


def _fall_is_open(now: Situation) -> bool:
    """Say whether a fall in this stay is open and not answered for."""
    last = now.signs.last
    return last is not None and any(
        incident.kind in FALLS
        and incident.verdict.room == last.room
        and incident.phase is not IncidentPhase.ANSWERED
        and (incident.phase is IncidentPhase.ASKED or incident.verdict.at >= last.at)
        for incident in now.open.values()
    )


def _stay_due(stay: BathroomStay, limits: PossibleFallLimits) -> Seconds:
    if stay.room is None or stay.told:
        return NEVER
    if stay.shower:
        return stay.since + limits.stay_shower_s
    return stay.since + (limits.stay_night_s if stay.night else limits.stay_day_s)


def _silence(now: Situation, limits: PossibleFallLimits) -> Verdict | None:
    """Judge silence after the last sign; None when it says nothing."""
    last = now.signs.last
    assert last is not None, "silence after nothing"
    room = last.room
    if room is None or room not in now.apartment.rooms_by_id or not _is_in(now):
        return None
    for device in now.coverage.moving:
        placed = now.device(device)
        if placed is not None and placed.room == room and device not in now.coverage.stuck:
            return None
    if not leaving_is_seen(now, room):
        return None
    return now.verdict(
        POSSIBLE_FALL,
        Priority.URGENT,
        evidence=now.signs.evidence,
        since=last.at,
        room=room,
        detail={"reason": "silence", "still_s": limits.silence_s},
    )


def _long_stay(stay: BathroomStay, now: Situation) -> Verdict | None:
    """Judge a stay that is too long; None when it says nothing."""
    assert stay.room is not None
    assert stay.entered is not None
    if stay.room not in now.apartment.rooms_by_id or not _is_in(now):
        return None
    if not leaving_is_seen(now, stay.room):
        return None
    return now.verdict(
        POSSIBLE_FALL,
        Priority.URGENT,
        evidence=tuple(sorted({stay.entered, *now.signs.evidence[-1:]})),
        since=stay.since,
        room=stay.room,
        detail={"reason": "stay", "stay_s": now.at - stay.since},
    )


def _is_in(now: Situation) -> bool:
    return now.presence.home and now.presence.door_at is None
