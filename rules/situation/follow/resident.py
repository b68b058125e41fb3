# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the resident says: help, "I am fine", private time, visitors, leaving and coming home."""

from dataclasses import replace

from rules.model.events import (
    AnsweredFine,
    CameHome,
    FallSensed,
    FinePressed,
    HelpPressed,
    HelpTakenBack,
    LeftHome,
    Paused,
    Resumed,
    ScreenChanged,
    VisitEnded,
    VisitStarted,
)
from rules.model.shared_limits import HelpLimits
from rules.situation import presence
from rules.situation.follow.activity import Followed, heard, touched
from rules.situation.follow.unseen import private_time_ended
from rules.situation.occurrences import WatchStopped
from rules.situation.presence import PresenceLimits
from rules.situation.presses import is_new
from rules.situation.private_time import PauseLimits, begin
from rules.situation.situation import Situation


def help_pressed(now: Situation, event: HelpPressed) -> Followed:
    """Follow a call for help; a frame heard twice is one press, nothing hears of the second."""
    same_press_s = now.limits[HelpLimits].same_press_s
    presses, new = is_new(now.presses, event.device, event.press, now.at, same_press_s)
    now, device, back = heard(now._replace(presses=presses), event.device)
    if not new:
        return now, back
    now, said = touched(now, device)
    return now, (*back, event, *said)


def fall_sensed(now: Situation, event: FallSensed) -> Followed:
    """Follow a radar or pendant; in private time it is not believed."""
    now, device, back = heard(now, event.device)
    if device is None or now.pause is not None:
        return now, back
    same_press_s = now.limits[HelpLimits].same_press_s
    presses, new = is_new(now.presses, device.id, event.press, now.at, same_press_s)
    now = now._replace(presses=presses)
    return now, (*back, event) if new else back


def button(now: Situation, event: FinePressed | HelpTakenBack) -> Followed:
    """Follow a button of hers: she was there, and said something."""
    now, device, back = heard(now, event.device)
    now, said = touched(now, device)
    return now, (*back, event, *said)


def panel(now: Situation, event: AnsweredFine) -> Followed:
    """Follow "I am fine" on the panel."""
    now, said = touched(now, None)
    return now, (event, *said)


def paused(now: Situation, event: Paused) -> Followed:
    """Begin private time, or set its end anew."""
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


def resumed(now: Situation, _event: Resumed) -> Followed:
    """End private time by herself, which is a sign of life."""
    now, over = private_time_ended(now, by_itself=False)
    now, said = touched(now, None)
    return now, (*over, *said)


def visit_started(now: Situation, event: VisitStarted) -> Followed:
    """Follow that somebody is with her."""
    until = min(event.until, now.at + now.limits[PresenceLimits].visit_max_s)
    return touched(now._replace(presence=replace(now.presence, visit_until=until)), None)


def visit_ended(now: Situation, _event: VisitEnded) -> Followed:
    """Follow that she is alone again."""
    return now._replace(presence=replace(now.presence, visit_until=None)), ()


def left_home(now: Situation, event: LeftHome) -> Followed:
    """Follow that the flat is said to be empty."""
    gone = presence.leave(now.presence, now.at, event.until, now.limits[PresenceLimits])
    return now._replace(presence=gone, quiet_at=None), (WatchStopped(private=False),)


def came_home(now: Situation, _event: CameHome) -> Followed:
    """Follow that she is said to be back."""
    return touched(now._replace(presence=presence.come(now.presence, now.at)), None)


def screen_changed(now: Situation, event: ScreenChanged) -> Followed:
    """Follow that a panel is paired, or is no more."""
    return now._replace(screen=event.live), ()
