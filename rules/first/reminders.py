# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a turn tells kitchen, taps, drawer and habits, and what follows when their time comes."""

from dataclasses import replace

from rules.first import course, drawer, habits, kitchen, water
from rules.first.drawer import Drawer
from rules.first.kitchen import Kitchen
from rules.first.state import Due
from rules.first.turn import Turn
from rules.first.water import Running
from rules.model.apartment import Device, Role, RoomType
from rules.model.identity import Seconds, Seq
from rules.model.quantities import NEVER
from rules.model.verdict import VerdictKind
from rules.situation.activity import Sign
from rules.situation.coverage import SEEING
from rules.situation.presence import Presence, Whereabouts


def seen(turn: Turn, sign: Sign) -> None:
    """She is in the kitchen, or she is up at all."""
    if turn.room_type(sign.room) is RoomType.KITCHEN:
        _kitchen_from(turn, turn.at, turn.seq)
    elif turn.dues[Due.KITCHEN] == NEVER and not turn.kitchen.told:
        due = kitchen.due(turn.kitchen, turn, turn.limits.kitchen_unused)
        turn.dues[Due.KITCHEN] = max(due, turn.at)


def used(turn: Turn, device: Device, *, active: bool) -> None:
    """A tap runs or stops, a drawer is opened; in private time that is nobody's business."""
    if device.role is Role.TAP:
        left = {name: tap for name, tap in turn.taps.items() if name != device.id}
        if not active:
            turn.taps = left
            course.clear(turn, VerdictKind.WATER_RUNNING, device.id)
        elif device.id not in turn.taps and turn.pause is None:
            turn.taps = {**left, device.id: Running(since=turn.at, row=turn.seq)}
        turn.dues[Due.WATER] = water.due(turn.taps, turn.limits.water_running)
    elif device.role is Role.DRAWER and active and turn.pause is None:
        turn.drawer = Drawer(at=turn.at, row=turn.seq)
        course.clear(turn, VerdictKind.MEDICATION_DRAWER, "")


def rest(turn: Turn) -> None:
    """Private time begins: nothing of this goes on, and the day will not be counted."""
    spoilt(turn)
    for device in turn.taps:
        course.clear(turn, VerdictKind.WATER_RUNNING, device)
    turn.taps = {}
    _forget(turn)
    turn.dues[Due.KITCHEN] = turn.dues[Due.WATER] = NEVER


def spoilt(turn: Turn) -> None:
    """This day was not seen whole: it will not be counted."""
    turn.habits = replace(turn.habits, began=None)


def heard_again(turn: Turn, device: Device) -> None:
    """A device that was not heard is: what its kitchen saw before counts no longer."""
    if device.role in SEEING and turn.room_type(device.room) is RoomType.KITCHEN:
        _kitchen_from(turn, turn.at, turn.seq)


def unseen(turn: Turn, seconds: Seconds | None, row: Seq) -> None:
    """So much could not be seen (None: nobody knows how much); it proves nothing."""
    if seconds is None or seconds > habits.UNSEEN_S:
        spoilt(turn)
        turn.taps = {}
        turn.dues[Due.WATER] = NEVER
        if turn.kitchen.at is not None:
            _kitchen_from(turn, turn.at, row)


def came_or_went(turn: Turn, before: Presence, row: Seq) -> None:
    """She left or came back, or it is not known any more; `row` shows it."""
    now = turn.presence
    if now.visit_until is not None and before.visit_until is None:
        spoilt(turn)
    if now.state is before.state:
        return
    turn.habits = habits.came_or_went(turn.habits, before, now.since)
    if now.state is not Whereabouts.HOME:
        _forget(turn)
        turn.dues[Due.KITCHEN] = NEVER
    elif kitchen.rooms(turn.apartment):
        # What she ate elsewhere nobody knows.
        _kitchen_from(turn, now.since, row)


def hour_changed(turn: Turn) -> None:
    """The wall clock was set: whatever waits for an hour waits anew."""
    if turn.dues[Due.KITCHEN] < NEVER or turn.presence.home:
        due = kitchen.due(turn.kitchen, turn, turn.limits.kitchen_unused)
        turn.dues[Due.KITCHEN] = NEVER if turn.kitchen.told or turn.pause is not None else due
    turn.dues[Due.DRAWER] = drawer.due(turn, turn.limits.medication_drawer)
    turn.dues[Due.DAY] = _day_due(turn)


def kitchen_unused(turn: Turn) -> None:
    """She is up and nothing was used in the kitchen for long."""
    limits = turn.limits.kitchen_unused
    turn.dues[Due.KITCHEN] = kitchen.due(turn.kitchen, turn, limits)
    if turn.dues[Due.KITCHEN] > turn.at:
        return  # part of the time was night
    turn.dues[Due.KITCHEN] = NEVER
    verdict = kitchen.judge(turn.kitchen, turn, limits)
    if verdict is not None:
        turn.kitchen = replace(turn.kitchen, told=True)
        course.conclude(turn, verdict)


def water_ran(turn: Turn) -> None:
    """A tap has run for long."""
    turn.taps, verdicts = water.judge(turn.taps, turn, turn.limits.water_running)
    turn.dues[Due.WATER] = water.due(turn.taps, turn.limits.water_running)
    for verdict in verdicts:
        course.conclude(turn, verdict)


def drawer_shut(turn: Turn) -> None:
    """Her hours are over: was the drawer opened?"""
    limits = turn.limits.medication_drawer
    turn.dues[Due.DRAWER] = drawer.due(turn, limits)
    verdict = drawer.judge(turn.drawer, turn, limits)
    if verdict is not None:
        # Yesterday's reminder is over; today's is one of its own.
        course.clear(turn, verdict.kind, course.place_of(verdict))
        course.conclude(turn, verdict)


def day_ended(turn: Turn) -> None:
    """A day is over: it is counted, and days and nights are compared."""
    turn.dues[Due.DAY] = _day_due(turn)
    turn.habits, verdicts = habits.end_day(turn.habits, turn, turn.limits.habits)
    for verdict in verdicts:
        course.conclude(turn, verdict)


def _forget(turn: Turn) -> None:
    """She is out or not to be seen: a reminder about her at home is over."""
    course.clear(turn, VerdictKind.KITCHEN_UNUSED, "")
    course.clear(turn, VerdictKind.MEDICATION_DRAWER, "")


def _day_due(turn: Turn) -> Seconds:
    if not turn.limits.habits.on:
        return NEVER
    return turn.wall.next_local(turn.apartment, turn.at, turn.limits.habits.at_s)


def _kitchen_from(turn: Turn, at: Seconds, row: Seq) -> None:
    # Cheap, because it happens with each movement there; the night is taken out when it is due.
    course.clear(turn, VerdictKind.KITCHEN_UNUSED, "")
    turn.kitchen = Kitchen(at=at, row=row)
    turn.dues[Due.KITCHEN] = at + turn.limits.kitchen_unused.remind_s
