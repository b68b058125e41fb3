# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Starts of the hub, gaps and the wall clock: what a time that nobody watched proves."""

from dataclasses import replace

from rules.first import course, help_call, not_seen, reminders, technical
from rules.first.facts import stay_off
from rules.first.state import Due
from rules.first.technical import Trouble
from rules.first.turn import Turn
from rules.model.events import Booted
from rules.model.identity import Seconds
from rules.model.quantities import NEVER
from rules.model.verdict import Priority, VerdictKind
from rules.situation import activity, coverage
from rules.situation.wall_clock import Wall


def first(turn: Turn) -> None:
    """Begin with the first fact of all: blind from here."""
    turn.coverage = replace(turn.coverage, began=turn.at)


_SLEW_S = 1.0  # a wall clock that is set by less than this is the same clock


def tell_wall(turn: Turn, utc_s: Seconds | None) -> None:
    """Follow the wall clock; it sets the hour of the day, never the axis."""
    known = turn.wall.offset_s
    if utc_s is None:
        if known is None:
            return
        turn.wall = Wall()
        reminders.spoilt(turn)
    else:
        offset = utc_s - turn.at
        if known is not None and abs(offset - known) <= _SLEW_S:
            return
        turn.wall = Wall(offset_s=offset)
    latest_s = turn.limits.no_first_movement.latest_s
    turn.dues[Due.MORNING] = turn.wall.next_local(turn.apartment, turn.at, latest_s)
    reminders.hour_changed(turn)


def hub_was_off(turn: Turn, event: Booted, *, alive_until: Seconds) -> None:
    """Move every stillness on by the gap: what was not watched proves nothing.

    Questions, pages, the stove and lamps run on through the gap and fire late.
    """
    if not turn.booted:
        return
    if event.gap_s is not None:
        alive_until = min(max(alive_until, event.at - event.gap_s), event.at)
    gap_s = event.at - alive_until
    long = event.gap_s is None or event.gap_s > turn.limits.not_seen.gap_s
    unseen_s = turn.signs.unseen_s
    dark_since = coverage.dark_since(turn.coverage, turn.apartment, turn.pause)
    turn.signs = activity.unseen(turn.signs, min(alive_until, dark_since), event.at)
    if turn.dues[Due.SILENCE] < NEVER:
        turn.dues[Due.SILENCE] += turn.signs.unseen_s - unseen_s
    reminders.unseen(turn, None if event.gap_s is None else gap_s, turn.seq)
    turn.presses = help_call.hub_was_off(turn.presses, gap_s)
    if turn.stay.room is not None:
        turn.stay = replace(turn.stay, since=turn.stay.since + gap_s)
    if turn.out_of_bed is not None:
        turn.out_of_bed = replace(turn.out_of_bed, at=turn.out_of_bed.at + gap_s)
    if turn.out_of_door is not None:
        turn.out_of_door = replace(turn.out_of_door, at=turn.out_of_door.at + gap_s)
    if turn.presence.door_at is not None:
        turn.presence = replace(turn.presence, door_at=turn.presence.door_at + gap_s)
    if turn.waiting is not None:
        turn.waiting = replace(turn.waiting, booted=turn.waiting.booted + gap_s)
    moving = {key: at + gap_s for key, at in turn.coverage.moving.items()}
    turn.coverage = coverage.hub_was_off(
        replace(turn.coverage, moving=moving), since=alive_until, at=event.at, long=long
    )
    shifted = (
        Due.INACTIVITY,
        Due.STAY,
        Due.BED,
        Due.DOOR,
        Due.STUCK,
        Due.NOT_SEEN,
    )
    for due in shifted:
        if turn.dues[due] < NEVER:
            turn.dues[due] += gap_s
    turn.dues[Due.PRESENCE] = turn.presence.due(turn.limits.presence)
    if long and turn.dues[Due.MORNING] <= event.at:
        # The morning fell into the gap: `not_seen` waits for her, on its own deadline.
        latest_s = turn.limits.no_first_movement.latest_s
        turn.dues[Due.MORNING] = turn.wall.next_local(turn.apartment, event.at, latest_s)


def booted(turn: Turn, event: Booted) -> None:
    """The hub started: say that it was off, and wait for a sign of life after a long gap."""
    known_gap = event.gap_s
    if turn.booted:
        if known_gap is None or known_gap > turn.limits.technical.power_gap_s:
            detail: dict[str, str | float] = {} if known_gap is None else {"gap_s": known_gap}
            kind = VerdictKind.POWER_WAS_OFF
            verdict = technical.about_hub(
                turn, kind, turn.seq, priority=Priority.INFO, detail=detail
            )
            course.conclude(turn, verdict)
        limits = turn.limits.not_seen
        waiting = not_seen.begin(turn, row=turn.seq, gap_s=known_gap, limits=limits)
        if waiting is not None and turn.pause is None:
            turn.waiting = waiting
            turn.dues[Due.NOT_SEEN] = not_seen.due(waiting, limits)
    turn.booted = True
    if turn.stove.cut:
        stay_off(turn)
    clock(turn, trusted=event.clock_trusted)


def clock(turn: Turn, *, trusted: bool) -> None:
    """The wall clock is trusted or not; only a lasting doubt is a verdict."""
    if trusted:
        turn.technical = replace(turn.technical, clock=None)
        course.clear(turn, VerdictKind.CLOCK_UNTRUSTED, "")
    elif turn.technical.clock is None and turn.find(VerdictKind.CLOCK_UNTRUSTED, "") is None:
        turn.technical = replace(turn.technical, clock=Trouble(since=turn.at, row=turn.seq))
    turn.dues[Due.TECHNICAL] = turn.technical.due(turn.limits.technical)
