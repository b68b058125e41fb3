# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Deadlines: fired in order, each at its own time, whenever the next fact happens to come."""

from dataclasses import replace
from typing import assert_never

from rules.first import (
    bathroom,
    climate,
    course,
    falls,
    inactivity,
    life,
    morning,
    night,
    night_light,
    not_seen,
    reminders,
    stove,
    technical,
)
from rules.first.response import FALLS, STILLNESS
from rules.first.resting import DeadlineBroke, matter_of, rests
from rules.first.state import Due
from rules.first.turn import Turn
from rules.model.effects import IncidentPhase
from rules.model.identity import RoomId, Seconds
from rules.model.incident import Incident
from rules.model.quantities import LATE_S, NEVER
from rules.model.verdict import Priority, Verdict, VerdictKind
from rules.situation import coverage, presence
from rules.situation.presence import Whereabouts


def fire(turn: Turn, until: Seconds) -> None:
    """Fire every deadline at or before `until`, earliest first, each at its own time.

    Raises:
        DeadlineBroke: one of them raised.
    """
    before = -1.0
    while True:
        due_at = min(turn.dues)
        if due_at > until:
            return
        which = Due(turn.dues.index(due_at))
        # A deadline that was set into the past fires now, never before one that fired already.
        turn.at = max(due_at, before)
        before = turn.at
        turn.late = until - due_at > LATE_S
        rests_until = turn.resting.get(which.name, 0.0)
        if rests_until > turn.at:
            turn.dues[which] = rests_until
            continue
        try:
            _fire(turn, which)
            assert turn.dues[which] > due_at or which is Due.INCIDENTS, "a deadline must move on"
        except DeadlineBroke:
            raise
        except Exception as fault:
            raise DeadlineBroke(which.name) from fault


def _fire(turn: Turn, which: Due) -> None:
    limits, dues, at = turn.limits, turn.dues, turn.at
    match which:
        case Due.PAUSE:
            life.pause_ran_out(turn)
        case Due.PRESENCE:
            _presence(turn)
            dues[which] = turn.presence.due(limits.presence)
        case Due.STUCK:
            _stuck(turn)
        case Due.MORNING:
            dues[which] = turn.wall.next_local(
                turn.apartment, at, limits.no_first_movement.latest_s
            )
            if turn.pause is None and not _said(turn):
                _conclude(turn, morning.judge(turn, limits.no_first_movement))
        case Due.NOT_SEEN:
            waiting, turn.waiting = turn.waiting, None
            dues[which] = NEVER
            if waiting is not None and turn.pause is None and not _said(turn):
                _conclude(turn, not_seen.judge(waiting, turn, limits.not_seen))
        case Due.INACTIVITY:
            _inactivity(turn)
        case Due.SILENCE:
            dues[which] = NEVER
            if not _possible_fall_open(turn):
                _conclude(turn, falls.judge_silence(turn, limits.possible_fall))
        case Due.STAY:
            turn.stay, verdict = bathroom.judge(turn.stay, turn)
            dues[which] = turn.stay.due(limits.possible_fall)
            if not _possible_fall_open(turn):
                _conclude(turn, verdict)
        case Due.BED:
            out, turn.out_of_bed = turn.out_of_bed, None
            dues[which] = NEVER
            if out is not None:
                _conclude(turn, night.judge_bed(out, turn, limits.bed_exit))
        case Due.DOOR:
            out_of_door, turn.out_of_door = turn.out_of_door, None
            dues[which] = NEVER
            if out_of_door is not None:
                _conclude(turn, night.judge_door(out_of_door, turn, limits.door_at_night))
        case Due.STOVE:
            _stove(turn)
        case Due.CLIMATE:
            turn.climate, verdicts = climate.pass_time(turn.climate, turn, limits.heat, limits.cold)
            dues[which] = turn.climate.due(limits.heat, limits.cold)
            for verdict in verdicts:
                course.conclude(turn, verdict)
        case Due.TECHNICAL:
            _technical(turn)
        case Due.INCIDENTS:
            for incident in tuple(turn.incidents.values()):
                if incident.due <= at and turn.incidents.get(incident.id) is incident:
                    _expire(turn, incident)
        case Due.NIGHT_LIGHT:
            _night_light(turn)
        case Due.KITCHEN:
            reminders.kitchen_unused(turn)
        case Due.WATER:
            reminders.water_ran(turn)
        case Due.DRAWER:
            reminders.drawer_shut(turn)
        case Due.DAY:
            reminders.day_ended(turn)
        case _:
            assert_never(which)


def _expire(turn: Turn, incident: Incident) -> None:
    lasting = incident.id in turn.known
    if not lasting and rests(turn, incident):
        return
    try:
        course.expire(turn, incident)
    except Exception as fault:
        if lasting:
            raise DeadlineBroke(Due.INCIDENTS.name, incident.id) from fault
        raise DeadlineBroke(Due.INCIDENTS.name, matter=matter_of(incident)) from fault


def _presence(turn: Turn) -> None:
    last, before = turn.signs.last, turn.presence
    if (
        last is not None
        and coverage.front_door_is_seen(turn.coverage, turn.apartment)
        and presence.stayed(turn.presence, turn.at, last)
    ):
        turn.presence = presence.come(turn.presence, last.at)
    turn.presence = presence.pass_time(turn.presence, turn.at, turn.limits.presence)
    reminders.came_or_went(turn, before, turn.seq if last is None else last.seq)


def _conclude(turn: Turn, verdict: Verdict | None) -> None:
    if verdict is not None:
        course.conclude(turn, verdict)


def _said(turn: Turn) -> bool:
    """Whether this unbroken stillness was concluded already, under whichever name."""
    last = turn.signs.last
    if last is None:
        return False
    return any(
        incident.kind in STILLNESS and incident.verdict.at >= last.at
        for incident in turn.incidents.values()
    )


def _possible_fall_open(turn: Turn) -> bool:
    """Whether a possible fall in this stay is known already and not answered for."""
    last = turn.signs.last
    return last is not None and any(
        incident.kind in FALLS
        and incident.verdict.room == last.room
        and incident.phase is not IncidentPhase.ANSWERED
        and (incident.phase is IncidentPhase.ASKED or incident.verdict.at >= last.at)
        for incident in turn.incidents.values()
    )


def _stuck(turn: Turn) -> None:
    limits = turn.limits.stuck_on
    for name in coverage.newly_stuck(turn.coverage, turn.at, limits):
        since = turn.coverage.moving[name]
        turn.coverage = replace(turn.coverage, stuck={**turn.coverage.stuck, name: since})
        device = turn.device(name)
        row = turn.moving_rows.get(name)
        if device is not None and row is not None:
            verdict = technical.stuck(turn, name, device.room, row, since)
            if turn.find(VerdictKind.STUCK_ON, name) is None:
                course.conclude(turn, verdict)
            _silent_all_along(turn, device.room)
    turn.dues[Due.STUCK] = coverage.stuck_due(turn.coverage, limits)


def _silent_all_along(turn: Turn, room: RoomId) -> None:
    """A sensor that is not believed was no movement: judge the silence it covered, now."""
    last = turn.signs.last
    if last is None or last.room != room or turn.pause is not None:
        return
    due = falls.silence_due(turn, last, turn.limits.possible_fall)
    if due < NEVER and turn.dues[Due.SILENCE] == NEVER and not _possible_fall_open(turn):
        turn.dues[Due.SILENCE] = max(turn.at, due + turn.signs.unseen_s)


def _inactivity(turn: Turn) -> None:
    turn.dues[Due.INACTIVITY] = NEVER
    if turn.signs.last is None or turn.pause is not None:
        return
    if turn.presence.state is not Whereabouts.HOME:
        return
    limits = turn.limits.inactivity
    due = inactivity.deadline(turn, limits, turn.limits.no_first_movement.latest_s)
    if due > turn.at:
        turn.dues[Due.INACTIVITY] = due
    elif not _said(turn):
        _conclude(turn, inactivity.judge(turn, limits))


def _stove(turn: Turn) -> None:
    limits = turn.limits.stove_unattended
    meter = None if turn.stove.meter is None else turn.device(turn.stove.meter)
    if meter is None:
        turn.stove = stove.Stove(cut=turn.stove.cut)
        turn.dues[Due.STOVE] = NEVER
        return
    turn.stove, verdict = stove.pass_time(turn.stove, turn, meter.room, limits)
    turn.dues[Due.STOVE] = turn.stove.due(limits)
    _conclude(turn, verdict)
    if turn.stove.on_since is None:
        found = turn.find(VerdictKind.STOVE_UNATTENDED, meter.room)
        if found is not None and found.phase is not IncidentPhase.PAGED and not turn.stove.cut:
            course.clear(turn, VerdictKind.STOVE_UNATTENDED, meter.room)


def _technical(turn: Turn) -> None:
    limits = turn.limits.technical
    memory = turn.technical
    for source, trouble in sorted(memory.radios.items()):
        if trouble.since + limits.radio_grace_s <= turn.at:
            rest = {key: one for key, one in turn.technical.radios.items() if key != source}
            turn.technical = replace(turn.technical, radios=rest)
            course.conclude(turn, technical.radio_down(turn, source, trouble))
    clock = turn.technical.clock
    if clock is not None and clock.since + limits.clock_grace_s <= turn.at:
        turn.technical = replace(turn.technical, clock=None)
        verdict = technical.about_hub(
            turn,
            VerdictKind.CLOCK_UNTRUSTED,
            clock.row,
            priority=Priority.INFO,
            detail={"for_s": turn.at - clock.since},
        )
        course.conclude(turn, verdict)
    turn.dues[Due.TECHNICAL] = turn.technical.due(limits)


def _night_light(turn: Turn) -> None:
    limits = turn.limits.night_light
    due = turn.night_light.due(limits)
    if due > turn.at:
        turn.dues[Due.NIGHT_LIGHT] = due
        return
    on_the_way = turn.dues[Due.SILENCE] < NEVER
    if on_the_way or any(incident.kind in FALLS for incident in turn.incidents.values()):
        # She sits still in bath or hall, or lies there: the light stays until that is over.
        turn.dues[Due.NIGHT_LIGHT] = turn.at + limits.off_after_s
        return
    turn.night_light = night_light.NightLight()
    turn.dues[Due.NIGHT_LIGHT] = NEVER
    turn.effects.extend(night_light.switch(turn.apartment, on=False, limits=limits))
