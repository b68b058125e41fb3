# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""How an event changes what is believed: the new situation, and what happened, in order.

The only place that writes activity, presence, coverage, private time and wall clock.
"""

from collections.abc import Callable
from dataclasses import replace

from rules.first import help_call
from rules.model import events as ev
from rules.model.apartment import Device, Role
from rules.model.identity import DeviceId, Seconds, Seq
from rules.model.occurrences import (
    CameInUnseen,
    Faded,
    HourSet,
    HubWasOff,
    PresenceChanged,
    PrivateTimeEnded,
    Restarted,
    Seen,
    SensorBelieved,
    SensorStuck,
    SightBack,
    SightLost,
    Stirred,
    Unseen,
    WatchStopped,
)
from rules.model.quantities import NEVER
from rules.model.shared_limits import HelpLimits, NotSeenLimits
from rules.situation import activity, presence
from rules.situation import coverage as cov
from rules.situation.activity import Sign, Strength
from rules.situation.coverage import Sight
from rules.situation.presence import Whereabouts
from rules.situation.private_time import PauseLimits, begin
from rules.situation.situation import Situation
from rules.situation.wall_clock import Wall

PANEL = DeviceId("panel")
type Followed = tuple[Situation, tuple[object, ...]]
_NOTHING: tuple[object, ...] = ()
_new = tuple.__new__


def heard(now: Situation, name: DeviceId) -> tuple[Situation, Device | None, tuple[object, ...]]:
    """Note that a device spoke; None when it is not enrolled."""
    device = now.apartment.devices_by_id.get(name)
    if device is None:
        return now, None, _NOTHING
    seen = now.coverage.devices.get(name)
    if seen is not None and seen.sight is Sight.LIVE:
        return now, device, _NOTHING
    now = now._replace(coverage=cov.heard(now.coverage, name, now.at))
    return now, device, (SightBack(device),)


def signed(
    now: Situation, device: Device, strength: Strength, *, confirms: bool = True
) -> Followed:
    """Take a device's movement as a sign of life, if it is one."""
    return _signed(now, now.coverage, now.moving_rows, now.stuck_look, device, strength, confirms)


def _signed(
    now: Situation,
    coverage: cov.Coverage,
    rows: dict[DeviceId, Seq],
    look: Seconds,
    device: Device,
    strength: Strength,
    confirms: bool,
) -> Followed:
    """Make the new situation once: this runs for each frame of a flat's life."""
    sign = Sign(at=now.at, seq=now.seq, device=device.id, room=device.room, strength=strength)
    present, followed, quiet_at = now.presence, now.signs, now.quiet_at
    front_door = device.role is Role.FRONT_DOOR
    fading = strength is Strength.FADING
    said: tuple[object, ...]
    if now.pause is not None:
        said = _NOTHING if fading else (Stirred(sign, device, front_door, confirms),)
    elif now.apartment.pets and not activity.counts(followed, sign, pets=True):
        followed = activity.wait_for_second(followed, sign)
        said = _NOTHING if fading else (Stirred(sign, device, front_door, confirms),)
    else:
        last = followed.last
        if not fading or last is None or last.room == sign.room:
            quiet_at = sign.at
        if not front_door and not (present.state is Whereabouts.HOME and present.door_at is None):
            room = now.room_type(sign.room)
            present = presence.saw(present, sign, room, now.limits[presence.PresenceLimits])
        followed = activity.follow(followed, sign)
        said = (Faded(sign),) if fading else (Seen(sign, device, front_door, confirms),)
    now = _new(
        Situation,
        (*now[:7], present, followed, coverage, rows, look, *now[12:17], quiet_at),
    )
    return now, said


def touched(now: Situation, device: Device | None) -> Followed:
    """A button or the panel was used."""
    if device is not None:
        return signed(now, device, Strength.TOUCH, confirms=False)
    last = now.signs.last
    room = None if last is None else last.room
    sign = Sign(at=now.at, seq=now.seq, device=PANEL, room=room, strength=Strength.TOUCH)
    present = presence.saw(now.presence, sign, now.room_type(room), now.limits[presence.PresenceLimits])
    now = now._replace(presence=present, signs=activity.follow(now.signs, sign))
    if now.pause is not None:
        return now, _NOTHING  # private time: the panel was used, and nothing is waited for
    return now._replace(quiet_at=sign.at), (Seen(sign, None, False, False),)


# --- events


def motion(now: Situation, event: ev.Motion) -> Followed:
    """Written out: nine of ten events of a flat pass here."""
    device = now.apartment.devices_by_id.get(event.device)
    if device is None:
        return now, _NOTHING
    at, name = now.at, device.id
    coverage = now.coverage
    seen = coverage.devices.get(name)
    back = _NOTHING
    if seen is None or seen.sight is not Sight.LIVE:
        coverage, back = cov.heard(coverage, name, at), (SightBack(device),)
    look = at + now.limits[cov.StuckLimits].after_s
    now, said = _signed(
        now,
        cov.moves(coverage, name, at),
        {**now.moving_rows, name: now.seq},
        look if look < now.stuck_look else now.stuck_look,
        device,
        Strength.MOTION,
        True,
    )
    return now, (*back, *said) if back else said


def motion_ended(now: Situation, event: ev.MotionEnded) -> Followed:
    device = now.apartment.devices_by_id.get(event.device)
    if device is None:
        return now, _NOTHING
    name, coverage = device.id, now.coverage
    seen = coverage.devices.get(name)
    before = _NOTHING
    if seen is None or seen.sight is not Sight.LIVE:
        coverage, before = cov.heard(coverage, name, now.at), (SightBack(device),)
    if name in coverage.stuck:
        before = (*before, SensorBelieved(name))
    if name in coverage.moving or name in coverage.stuck:
        coverage = cov.rests(coverage, name)
    now, said = _signed(
        now, coverage, now.moving_rows, now.stuck_look, device, Strength.FADING, True
    )
    return now, (*before, *said) if before else said


def at_rest(now: Situation, device: Device) -> Followed:
    name, coverage = device.id, now.coverage
    believed = (SensorBelieved(name),) if name in coverage.stuck else _NOTHING
    if believed or name in coverage.moving:
        now = _new(Situation, (*now[:9], cov.rests(coverage, name), *now[10:]))
    return now, believed


def used(now: Situation, event: ev.ItemUsed) -> Followed:
    now, device, back = heard(now, event.device)
    if device is None:
        return now, _NOTHING
    now, said = signed(now, device, Strength.TOUCH if event.active else Strength.FADING)
    return now, (*back, *said, event)


def door(now: Situation, event: ev.DoorOpened | ev.DoorClosed) -> Followed:
    now, device, back = heard(now, event.device)
    if device is None:
        return now, _NOTHING
    if device.role is Role.FRONT_DOOR and now.pause is None:
        opened = type(event) is ev.DoorOpened
        now = now._replace(
            presence=presence.at_door(
                now.presence, now.at, now.seq, opened=opened, limits=now.limits[presence.PresenceLimits]
            )
        )
    now, said = signed(now, device, Strength.TOUCH)
    return now, (*back, *said, event)


def seat(now: Situation, event: ev.SeatTaken | ev.SeatLeft) -> Followed:
    now, device, back = heard(now, event.device)
    if device is None:
        return now, _NOTHING
    now, said = signed(now, device, Strength.TOUCH)
    if device.role is Role.BED:
        now = bed(now, device, taken=type(event) is ev.SeatTaken)
    return now, (*back, *said, event)


def bed(now: Situation, device: Device, *, taken: bool) -> Situation:
    name = {device.id}
    return now._replace(in_bed=now.in_bed | name if taken else now.in_bed - name)


def found(now: Situation, event: ev.StateFound) -> Followed:
    """A state as it is now, never a sign of life."""
    now, device, back = heard(now, event.device)
    if device is None:
        return now, _NOTHING
    match device.role:
        case Role.MOTION if not event.active:
            now, believed = at_rest(now, device)
            back = (*back, *believed)
        case Role.BED:
            now = bed(now, device, taken=event.active)
        case Role.FRONT_DOOR if now.pause is None:
            was_home = now.presence.home
            now = now._replace(
                presence=presence.door_found(now.presence, now.at, now.seq, now.limits[presence.PresenceLimits])
            )
            if not was_home:
                back = (*back, CameInUnseen())
    return now, (*back, event)


def help_pressed(now: Situation, event: ev.HelpPressed) -> Followed:
    """A frame heard twice is one press: nothing hears of the second."""
    presses, new = help_call.is_new(
        now.presses, event.device, event.press, now.at, now.limits[HelpLimits]
    )
    now, device, back = heard(now._replace(presses=presses), event.device)
    if not new:
        return now, back
    now, said = touched(now, device)
    return now, (*back, event, *said)


def fall(now: Situation, event: ev.FallSensed) -> Followed:
    now, device, back = heard(now, event.device)
    if device is None or now.pause is not None:
        return now, back
    presses, new = help_call.is_new(
        now.presses, device.id, event.press, now.at, now.limits[HelpLimits]
    )
    now = now._replace(presses=presses)
    return now, (*back, event) if new else back


def button(now: Situation, event: ev.FinePressed | ev.HelpTakenBack) -> Followed:
    now, device, back = heard(now, event.device)
    now, said = touched(now, device)
    return now, (*back, event, *said)


def panel(now: Situation, event: ev.AnsweredFine) -> Followed:
    now, said = touched(now, None)
    return now, (event, *said)


def measured(now: Situation, event: object) -> Followed:
    now, device, back = heard(now, event.device)  # type: ignore[attr-defined]
    return (now, _NOTHING) if device is None else (now, (*back, event))


def device_heard(now: Situation, event: ev.DeviceHeard) -> Followed:
    now, _, back = heard(now, event.device)
    return now, back


def device_silent(now: Situation, event: ev.DeviceSilent) -> Followed:
    device = now.device(event.device)
    if device is None:
        return now, _NOTHING
    seen = now.coverage.devices.get(device.id)
    if seen is not None and seen.sight is Sight.SILENT:
        return now, _NOTHING
    now = now._replace(coverage=cov.silent(now.coverage, device.id, now.at))
    return now, (SightLost(device),)


def radio_down(now: Situation, event: ev.RadioDown) -> Followed:
    if event.source in now.coverage.radios:
        return now, _NOTHING
    radios = {**now.coverage.radios, event.source: now.at}
    return now._replace(coverage=replace(now.coverage, radios=radios)), (event,)


def radio_up(now: Situation, event: ev.RadioUp) -> Followed:
    down_since = now.coverage.radios.get(event.source)
    seeing, unseen = cov.hears_sensors(now.apartment, event.source), _NOTHING
    if down_since is not None and seeing and now.signs.last is not None:
        now, still_s = _unseen(now, down_since)
        if now.pause is None:
            unseen = (Unseen(still_s, now.at - down_since, now.seq),)
    radios = {key: at for key, at in now.coverage.radios.items() if key != event.source}
    now = now._replace(coverage=replace(now.coverage, radios=radios))
    return now, (*unseen, event)


def _unseen(now: Situation, since: Seconds) -> tuple[Situation, Seconds]:
    """Count what could not be seen until now; the second part is how far stillness moves on."""
    since = min(since, cov.dark_since(now.coverage, now.apartment, now.pause))
    signs = activity.unseen(now.signs, since, now.at)
    still_s = signs.unseen_s - now.signs.unseen_s
    quiet_at = None if now.quiet_at is None else now.quiet_at + still_s
    return now._replace(signs=signs, quiet_at=quiet_at), still_s


def paused(now: Situation, event: ev.Paused) -> Followed:
    now, said = touched(now, None)
    pause = begin(now.at, event.until, now.seq, now.limits[PauseLimits])
    if pause is None:
        return now, (event, *said)
    if now.pause is not None:
        pause = replace(pause, since=now.pause.since)
    present = now.presence
    if present.door_at is not None:
        present = replace(present, door_at=None)
    now = now._replace(pause=pause, presence=present, quiet_at=None)
    return now, (event, *said, WatchStopped(private=True))


def pause_over(now: Situation, *, by_itself: bool) -> Followed:
    pause = now.pause
    if pause is None:
        return now, _NOTHING
    now, _ = _unseen(now, pause.since)
    # Silence rested in it: there is none to move on.
    said = (Unseen(0.0, now.at - pause.since, pause.row), PrivateTimeEnded(pause, by_itself))
    return now._replace(pause=None), said


def resumed(now: Situation, _event: ev.Resumed) -> Followed:
    now, over = pause_over(now, by_itself=False)
    now, said = touched(now, None)
    return now, (*over, *said)


def visit_started(now: Situation, event: ev.VisitStarted) -> Followed:
    until = min(event.until, now.at + now.limits[presence.PresenceLimits].visit_max_s)
    return touched(now._replace(presence=replace(now.presence, visit_until=until)), None)


def visit_ended(now: Situation, _event: ev.VisitEnded) -> Followed:
    return now._replace(presence=replace(now.presence, visit_until=None)), _NOTHING


def left(now: Situation, event: ev.LeftHome) -> Followed:
    gone = presence.leave(now.presence, now.at, event.until, now.limits[presence.PresenceLimits])
    return now._replace(presence=gone, quiet_at=None), (WatchStopped(private=False),)


def came(now: Situation, _event: ev.CameHome) -> Followed:
    return touched(now._replace(presence=presence.come(now.presence, now.at)), None)


def screen(now: Situation, event: ev.ScreenChanged) -> Followed:
    return now._replace(screen=event.live), _NOTHING


def booted(now: Situation, event: ev.Booted) -> Followed:
    back = (Restarted(event.gap_s),) if now.booted else _NOTHING
    return now._replace(booted=True), (*back, event)


def passed_on(now: Situation, event: object) -> Followed:
    """An event that changes no belief; whoever listens hears it."""
    return now, (event,)


FOLLOW: dict[type, Callable[..., Followed]] = {
    ev.Motion: motion,
    ev.MotionEnded: motion_ended,
    ev.ItemUsed: used,
    ev.DoorOpened: door,
    ev.DoorClosed: door,
    ev.SeatTaken: seat,
    ev.SeatLeft: seat,
    ev.StateFound: found,
    ev.HelpPressed: help_pressed,
    ev.FallSensed: fall,
    ev.FinePressed: button,
    ev.HelpTakenBack: button,
    ev.AnsweredFine: panel,
    ev.PowerMeasured: measured,
    ev.TemperatureMeasured: measured,
    ev.HumidityMeasured: measured,
    ev.SwitchSensed: measured,
    ev.HazardSensed: measured,
    ev.HazardEnded: measured,
    ev.BatteryMeasured: measured,
    ev.DeviceHeard: device_heard,
    ev.DeviceSilent: device_silent,
    ev.RadioDown: radio_down,
    ev.RadioUp: radio_up,
    ev.Paused: paused,
    ev.Resumed: resumed,
    ev.VisitStarted: visit_started,
    ev.VisitEnded: visit_ended,
    ev.LeftHome: left,
    ev.CameHome: came,
    ev.ScreenChanged: screen,
    ev.Booted: booted,
}


def follow(now: Situation, event: object) -> Followed:
    before = now.presence
    now, said = FOLLOW.get(type(event), passed_on)(now, event)
    if now.presence is not before:
        said = (*said, PresenceChanged(before, now.seq))
    return now, said


# --- the clock and the gap, before the event itself

_SLEW_S = 1.0


def hour(now: Situation, utc_s: Seconds | None) -> Followed:
    known = now.wall.offset_s
    if utc_s is None:
        if known is None:
            return now, _NOTHING
        return now._replace(wall=Wall()), (HourSet(known=False),)
    offset = utc_s - now.at
    if known is not None and abs(offset - known) <= _SLEW_S:
        return now, _NOTHING
    return now._replace(wall=Wall(offset_s=offset)), (HourSet(known=True),)


def hub_was_off(now: Situation, event: ev.Booted, alive_until: Seconds) -> Followed:
    """Move every stillness on by the gap; deadlines have not fired yet."""
    if not now.booted:
        return now, _NOTHING
    if event.gap_s is not None:
        alive_until = min(max(alive_until, event.at - event.gap_s), event.at)
    gap_s = event.at - alive_until
    long = event.gap_s is None or event.gap_s > now.limits[NotSeenLimits].gap_s
    present = now.presence
    if present.door_at is not None:
        present = replace(present, door_at=present.door_at + gap_s)
    moving = {key: at + gap_s for key, at in now.coverage.moving.items()}
    now, still_s = _unseen(now, alive_until)
    now = now._replace(
        presses=help_call.hub_was_off(now.presses, gap_s),
        presence=present,
        coverage=cov.hub_was_off(
            replace(now.coverage, moving=moving), since=alive_until, at=event.at, long=long
        ),
        stuck_look=now.stuck_look if now.stuck_look == NEVER else now.stuck_look + gap_s,
    )
    dark_s = None if event.gap_s is None else gap_s
    return now, (Unseen(still_s, dark_s, now.seq), HubWasOff(gap_s, long))


# --- what changes by itself: three deadlines of the situation, in this order


def dues(now: Situation) -> tuple[Seconds, Seconds, Seconds]:
    return (
        NEVER if now.pause is None else now.pause.until,
        now.presence.due(now.limits[presence.PresenceLimits]),
        now.stuck_look,
    )


def private_time_due(now: Situation) -> Followed:
    return pause_over(now, by_itself=True)


def presence_due(now: Situation) -> Followed:
    last, before = now.signs.last, now.presence
    present = before
    if (
        last is not None
        and cov.front_door_is_seen(now.coverage, now.apartment)
        and presence.stayed(present, now.at, last)
    ):
        present = presence.come(present, last.at)
    present = presence.pass_time(present, now.at, now.limits[presence.PresenceLimits])
    if present is before:
        return now, _NOTHING
    row = now.seq if last is None else last.seq
    return now._replace(presence=present), (PresenceChanged(before, row),)


def stuck_due(now: Situation) -> Followed:
    """One sensor at a time: each verdict names what was blind then."""
    limits, coverage = now.limits[cov.StuckLimits], now.coverage
    said: tuple[object, ...] = _NOTHING
    for name in cov.newly_stuck(coverage, now.at, limits)[:1]:
        since = coverage.moving[name]
        coverage = replace(coverage, stuck={**coverage.stuck, name: since})
        said = (SensorStuck(name, since, now.moving_rows.get(name)),)
    look = cov.stuck_due(coverage, limits)
    return now._replace(coverage=coverage, stuck_look=look), said


BY_ITSELF = (private_time_due, presence_due, stuck_due)
NAMES = ("private_time", "presence", "stuck")
