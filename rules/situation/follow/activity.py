# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""A device is heard, a movement becomes a sign of life: what most events have in common."""

from rules.model.apartment import Device, Role
from rules.model.identity import DeviceId, Seconds, Seq
from rules.situation import activity, presence
from rules.situation import coverage as cov
from rules.situation.activity import Sign, Strength
from rules.situation.coverage import Coverage, ReceptionState
from rules.situation.occurrences import CoverageBack, Faded, Seen, Stirred
from rules.situation.presence import PresenceLimits, Whereabouts
from rules.situation.situation import Situation

PANEL = DeviceId("panel")
"""The resident's panel where no enrolled device speaks for it."""

_new = tuple.__new__

type Followed = tuple[Situation, tuple[object, ...]]
"""The situation after an event, and what occurred, in order."""


def heard(now: Situation, name: DeviceId) -> tuple[Situation, Device | None, tuple[object, ...]]:
    """Note that a device spoke; the device is None when it is not enrolled."""
    device = now.apartment.devices_by_id.get(name)
    if device is None:
        return now, None, ()
    seen = now.coverage.devices.get(name)
    if seen is not None and seen.reception is ReceptionState.LIVE:
        return now, device, ()
    now = now._replace(coverage=cov.heard(now.coverage, name, now.at))
    return now, device, (CoverageBack(device),)


def signed(
    now: Situation, device: Device, strength: Strength, *, confirms: bool = True
) -> Followed:
    """Take a device's movement as a sign of life, if it is one."""
    rows, look = now.moving_rows, now.stuck_look
    return signed_with(now, now.coverage, rows, look, device, strength, confirms=confirms)


def signed_with(
    now: Situation,
    coverage: Coverage,
    rows: dict[DeviceId, Seq],
    look: Seconds,
    device: Device,
    strength: Strength,
    *,
    confirms: bool = True,
) -> Followed:
    """Take a movement as a sign of life and a new coverage over, in one new situation.

    Nine of ten events of a flat pass here: it makes no record it does not need.

    Args:
        now: the situation before.
        coverage: what is heard after the event.
        rows: latest "on" of each motion sensor after the event.
        look: when to look for a stuck sensor after the event.
        device: the device that saw the movement.
        strength: how surely it shows a person.
        confirms: whether it can confirm or overtake a question.
    """
    sign: Sign = _new(Sign, (now[0], now[1], device.id, device.room, strength))
    present, signs, quiet_at = now.presence, now.signs, now.quiet_at
    front_door = device.role is Role.FRONT_DOOR
    fading = strength is Strength.FADING
    said: tuple[object, ...]
    if now.pause is not None:
        said = () if fading else (Stirred(sign, device, front_door, confirms),)
    elif now.apartment.pets and not activity.counts(signs, sign, pets=True):
        signs = activity.wait_for_second(signs, sign)
        said = () if fading else (Stirred(sign, device, front_door, confirms),)
    else:
        last = signs.last
        if not fading or last is None or last.room == sign.room:
            quiet_at = sign.at
        if not front_door and not (present.state is Whereabouts.HOME and present.door_at is None):
            room = now.room_type(sign.room)
            present = presence.saw(present, sign, room, now.limits[PresenceLimits])
        signs = activity.follow(signs, sign)
        said = (Faded(sign),) if fading else (Seen(sign, device, front_door, confirms),)
    return now.with_sign(present, signs, coverage, rows, look, quiet_at), said


def touched(now: Situation, device: Device | None) -> Followed:
    """Follow a hand on a button, or on the panel where `device` is None."""
    if device is not None:
        return signed(now, device, Strength.TOUCH, confirms=False)
    last = now.signs.last
    room = None if last is None else last.room
    sign = Sign(at=now.at, seq=now.seq, device=PANEL, room=room, strength=Strength.TOUCH)
    present = presence.saw(now.presence, sign, now.room_type(room), now.limits[PresenceLimits])
    now = now._replace(presence=present, signs=activity.follow(now.signs, sign))
    if now.pause is not None:
        return now, ()  # private time: the panel was used, and nothing is waited for
    seen = Seen(sign, None, front_door=False, confirms=False)
    return now._replace(quiet_at=sign.at), (seen,)
