# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Signs of life and the resident's own words, handed to every rule that waits."""

from dataclasses import replace

from rules.first import (
    answers,
    bathroom,
    course,
    facts,
    habits,
    help_call,
    night_light,
    not_seen,
    reminders,
    stove,
)
from rules.first.bathroom import Stay
from rules.first.falls import silence_due
from rules.first.night import OutOfBed, OutOfDoor, bed_due, door_counts, door_due
from rules.first.state import Due
from rules.first.turn import Turn
from rules.model.apartment import Device, Role
from rules.model.events import (
    FinePressed,
    HelpPressed,
    HelpTakenBack,
    ItemUsed,
    LeftHome,
    Motion,
    MotionEnded,
    Paused,
    VisitStarted,
)
from rules.model.identity import DeviceId, RoomId
from rules.model.quantities import NEVER
from rules.model.verdict import Priority, VerdictKind
from rules.situation import activity, coverage, presence
from rules.situation.activity import Sign, Strength
from rules.situation.private_time import begin

PANEL = DeviceId("panel")
"""The resident's panel where no enrolled device speaks for it."""


def motion(turn: Turn, event: Motion) -> None:
    """A motion sensor saw movement."""
    device = facts.spoke(turn, event.device)
    if device is None:
        return
    turn.coverage = coverage.moves(turn.coverage, device.id, turn.at)
    turn.moving_rows = {**turn.moving_rows, device.id: turn.seq}
    turn.dues[Due.STUCK] = min(turn.dues[Due.STUCK], turn.at + turn.limits.stuck_on.after_s)
    _sign(turn, device, Strength.MOTION)


def motion_ended(turn: Turn, event: MotionEnded) -> None:
    """A motion sensor went back to rest: somebody moved until now."""
    device = facts.spoke(turn, event.device)
    if device is None:
        return
    rests(turn, device)
    _sign(turn, device, Strength.FADING)


def rests(turn: Turn, device: Device) -> None:
    """Nothing moves under a sensor now; a stuck one is believed again."""
    if device.id in turn.coverage.moving or device.id in turn.coverage.stuck:
        if device.id in turn.coverage.stuck:
            course.clear(turn, VerdictKind.STUCK_ON, device.id)
        turn.coverage = coverage.rests(turn.coverage, device.id)


def item(turn: Turn, event: ItemUsed) -> None:
    """Something in the household was used; only its beginning surely shows a hand."""
    device = facts.spoke(turn, event.device)
    if device is None:
        return
    _sign(turn, device, Strength.TOUCH if event.active else Strength.FADING)
    reminders.used(turn, device, active=event.active)


def door(turn: Turn, name: DeviceId, *, opened: bool) -> None:
    """A door moved."""
    device = facts.spoke(turn, name)
    if device is None:
        return
    front_door = device.role is Role.FRONT_DOOR and turn.pause is None
    if front_door:
        # Before its sign: whoever comes in withdraws no page.
        turn.presence = presence.at_door(
            turn.presence, turn.at, turn.seq, opened=opened, limits=turn.limits.presence
        )
    _sign(turn, device, Strength.TOUCH)
    if front_door:
        turn.dues[Due.PRESENCE] = turn.presence.due(turn.limits.presence)
        if turn.presence.door_at is not None and door_counts(turn, turn.limits.door_at_night):
            turn.out_of_door = OutOfDoor(
                device=device.id, room=device.room, at=turn.at, row=turn.seq
            )
            turn.dues[Due.DOOR] = door_due(turn.out_of_door, turn.limits.door_at_night)


def seat(turn: Turn, name: DeviceId, *, taken: bool) -> None:
    """A bed or chair feels a person, or no longer does."""
    device = facts.spoke(turn, name)
    if device is None:
        return
    _sign(turn, device, Strength.TOUCH)
    if device.role is Role.BED:
        bed(turn, device, taken=taken)


def bed(turn: Turn, device: Device, *, taken: bool) -> None:
    """Somebody lies in a bed, or nobody any more."""
    if taken:
        turn.in_bed |= {device.id}
        turn.out_of_bed = None
        course.clear(turn, VerdictKind.BED_EXIT, device.room)
    else:
        turn.in_bed -= {device.id}
        if turn.pause is None and turn.is_night(turn.at):
            turn.out_of_bed = OutOfBed(device=device.id, room=device.room, at=turn.at, row=turn.seq)
    turn.dues[Due.BED] = bed_due(turn.out_of_bed, turn.limits.bed_exit)


def help_pressed(turn: Turn, event: HelpPressed) -> None:
    """A call for help: paged at once, whoever the device is, paused or not."""
    turn.presses, new = help_call.is_new(
        turn.presses, event.device, event.press, turn.at, turn.limits.help_call
    )
    device = facts.spoke(turn, event.device)
    if not new:
        return
    course.conclude(
        turn,
        turn.verdict(
            VerdictKind.HELP_CALL,
            Priority.URGENT,
            evidence=(turn.seq,),
            room=None if device is None else device.room,
            device=event.device,
        ),
    )
    _touched(turn, device)


def fine_pressed(turn: Turn, event: FinePressed) -> None:
    """The "I am fine" button: a sign of life and an answer."""
    device = facts.spoke(turn, event.device)
    answers.answered_fine(turn)
    _touched(turn, device)


def answered_fine(turn: Turn) -> None:
    """She says "I am fine" on the panel."""
    answers.answered_fine(turn)
    _touched(turn, None)


def help_taken_back(turn: Turn, event: HelpTakenBack) -> None:
    """She takes her call back by the separate control."""
    device = facts.spoke(turn, event.device)
    _touched(turn, device)  # she is told where she did it
    answers.taken_back(turn)


def paused(turn: Turn, event: Paused) -> None:
    """Private time begins; asking for it is an answer to every open question."""
    answers.answered_fine(turn)
    answers.reached_the_panel(turn)
    _touched(turn, None)
    pause = begin(turn.at, event.until, turn.seq, turn.limits.pause)
    if pause is None:
        return
    if turn.pause is not None:
        pause = replace(pause, since=turn.pause.since)
    turn.pause = pause
    turn.dues[Due.PAUSE] = pause.until
    turn.stay = Stay()
    turn.out_of_bed = turn.out_of_door = turn.waiting = None
    if turn.presence.door_at is not None:
        turn.presence = replace(turn.presence, door_at=None)
        turn.dues[Due.PRESENCE] = turn.presence.due(turn.limits.presence)
    for due in (Due.INACTIVITY, Due.SILENCE, Due.STAY, Due.BED, Due.DOOR, Due.NOT_SEEN):
        turn.dues[due] = NEVER
    reminders.rest(turn)


def pause_ran_out(turn: Turn) -> None:
    """Private time is over by itself: by day, a sign of life is waited for."""
    pause = turn.pause
    _pause_ended(turn)
    if pause is None or turn.is_night(turn.at):
        return
    limits = turn.limits.not_seen
    turn.waiting = not_seen.begin(
        turn, row=pause.row, gap_s=turn.at - pause.since, limits=limits, private=True
    )
    turn.dues[Due.NOT_SEEN] = not_seen.due(turn.waiting, limits)


def resumed(turn: Turn) -> None:
    """She ends private time herself, which is a sign of life."""
    _pause_ended(turn)
    _touched(turn, None)


def _pause_ended(turn: Turn) -> None:
    """Stillness counts from what was proven before, nothing in between."""
    pause = turn.pause
    if pause is None:
        return
    turn.pause = None
    turn.dues[Due.PAUSE] = NEVER
    dark_since = coverage.dark_since(turn.coverage, turn.apartment, pause)
    turn.signs = activity.unseen(turn.signs, dark_since, turn.at)
    reminders.unseen(turn, turn.at - pause.since, pause.row)
    if turn.signs.last is not None:
        turn.dues[Due.INACTIVITY] = turn.signs.still_since + turn.limits.inactivity.limit_s


def visit_started(turn: Turn, event: VisitStarted) -> None:
    """Somebody is with her."""
    until = min(event.until, turn.at + turn.limits.presence.visit_max_s)
    turn.presence = replace(turn.presence, visit_until=until)
    _touched(turn, None)
    turn.dues[Due.PRESENCE] = turn.presence.due(turn.limits.presence)


def visit_ended(turn: Turn) -> None:
    """She is alone again."""
    turn.presence = replace(turn.presence, visit_until=None)
    turn.dues[Due.PRESENCE] = turn.presence.due(turn.limits.presence)


def left_home(turn: Turn, event: LeftHome) -> None:
    """The flat is empty, as somebody says."""
    turn.presence = presence.leave(turn.presence, turn.at, event.until, turn.limits.presence)
    turn.waiting = turn.out_of_door = turn.out_of_bed = None
    turn.stay = Stay()
    for due in (Due.SILENCE, Due.STAY, Due.BED, Due.DOOR, Due.NOT_SEEN, Due.INACTIVITY):
        turn.dues[due] = NEVER
    turn.dues[Due.PRESENCE] = turn.presence.due(turn.limits.presence)


def came_home(turn: Turn) -> None:
    """She is back, as somebody says."""
    turn.presence = presence.come(turn.presence, turn.at)
    turn.dues[Due.PRESENCE] = turn.presence.due(turn.limits.presence)
    _touched(turn, None)


def _touched(turn: Turn, device: Device | None) -> None:
    """Count a button or the panel as a sign of life."""
    if device is None:
        last = turn.signs.last
        room = None if last is None else last.room
        _seen(
            turn,
            None,
            Sign(at=turn.at, seq=turn.seq, device=PANEL, room=room, strength=Strength.TOUCH),
        )
    else:
        _sign(turn, device, Strength.TOUCH, confirms=False)


def _sign(turn: Turn, device: Device, strength: Strength, *, confirms: bool = True) -> None:
    room: RoomId = device.room
    if strength is not Strength.FADING and turn.stove.meter is not None:
        _in_kitchen(turn, room)
    if turn.pause is not None:
        return
    sign = Sign(at=turn.at, seq=turn.seq, device=device.id, room=room, strength=strength)
    if not activity.counts(turn.signs, sign, pets=turn.apartment.pets):
        turn.signs = activity.wait_for_second(turn.signs, sign)
        return
    if strength is not Strength.FADING:
        reminders.seen(turn, sign)
    _seen(turn, device, sign, confirms=confirms)


def _seen(turn: Turn, device: Device | None, sign: Sign, *, confirms: bool = False) -> None:
    limits, dues = turn.limits, turn.dues
    turn.signs = activity.follow(turn.signs, sign)
    front_door = device is not None and device.role is Role.FRONT_DOOR
    if not front_door:
        before = turn.presence
        now = presence.saw(before, sign, turn.room_type(sign.room), limits.presence)
        if now is not before:
            turn.presence = now
            dues[Due.PRESENCE] = now.due(limits.presence)
    if turn.pause is not None:
        return  # private time: the panel was used, and nothing is waited for
    turn.habits = habits.follow(turn.habits, turn, sign)
    if dues[Due.INACTIVITY] == NEVER:
        dues[Due.INACTIVITY] = sign.at + min(
            limits.inactivity.limit_s, limits.inactivity.night_limit_s
        )
    last = turn.signs.last
    assert last is not None
    if sign.strength is not Strength.FADING:
        dues[Due.SILENCE] = silence_due(turn, sign, limits.possible_fall)
        stay = bathroom.follow(turn.stay, turn, sign)
        if stay is not turn.stay:
            turn.stay = stay
            dues[Due.STAY] = stay.due(limits.possible_fall)
        if turn.waiting is not None:
            turn.waiting = None
            dues[Due.NOT_SEEN] = NEVER
        if turn.out_of_door is not None and not front_door and turn.presence.door_at is None:
            turn.out_of_door = None
            dues[Due.DOOR] = NEVER
        if (device is not None and sign.strength is Strength.MOTION) or front_door:
            _light(turn)
    elif last.room == sign.room:
        dues[Due.SILENCE] = silence_due(turn, sign, limits.possible_fall)
    if confirms and turn.incidents:
        answers.moved(turn, sign, device)


def _in_kitchen(turn: Turn, room: RoomId) -> None:
    meter = None if turn.stove.meter is None else turn.device(turn.stove.meter)
    if meter is not None and meter.room == room:
        turn.stove = stove.seen(turn.stove, turn.at, turn.seq)
        turn.dues[Due.STOVE] = turn.stove.due(turn.limits.stove_unattended)


def _light(turn: Turn) -> None:
    if turn.night_light.on:
        turn.night_light = replace(turn.night_light, moved_at=turn.at)
        return
    if not turn.is_night(turn.at):
        return
    commands = night_light.switch(turn.apartment, on=True, limits=turn.limits.night_light)
    if commands:
        turn.effects.extend(commands)
        turn.night_light = night_light.NightLight(on=True, moved_at=turn.at)
        turn.dues[Due.NIGHT_LIGHT] = turn.night_light.due(turn.limits.night_light)
