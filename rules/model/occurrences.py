# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Changes of the situation: what an event made of what is believed. Detectors listen to them as to events."""

from typing import NamedTuple

from rules.model.apartment import Device
from rules.model.identity import DeviceId, Seconds, Seq
from rules.situation.activity import Sign
from rules.situation.presence import Presence
from rules.situation.private_time import Pause


class Stirred(NamedTuple):
    """Something moved that may be a person: before pets and private time are considered."""

    sign: Sign
    device: Device | None
    front_door: bool
    confirms: bool
    """It can confirm or overtake a question (a button's own press cannot)."""


class Seen(NamedTuple):
    """A sign of life that counts."""

    sign: Sign
    device: Device | None
    front_door: bool
    confirms: bool


class Faded(NamedTuple):
    """A falling edge: somebody was there until now, nobody need be there still."""

    sign: Sign


class WatchStopped(NamedTuple):
    """Private time began or the flat is said to be empty: nothing is waited for any more."""

    private: bool


class PrivateTimeEnded(NamedTuple):
    pause: Pause
    by_itself: bool


class PresenceChanged(NamedTuple):
    before: Presence
    row: Seq


class HourSet(NamedTuple):
    """The wall clock became known, moved, or was lost."""

    known: bool


class HubWasOff(NamedTuple):
    """Told before any deadline fires. Stillness moves on by `gap_s`; questions and pages run on."""

    gap_s: Seconds
    long: bool


class Restarted(NamedTuple):
    """The hub started again (never the first start); `gap_s` None when nobody knows."""

    gap_s: Seconds | None


class Unseen(NamedTuple):
    """Time that proves no stillness: hub off, private time, deaf radio."""

    still_s: Seconds
    """How far stillness moves on."""
    dark_s: Seconds | None
    """How long nothing could be seen; None when nobody knows."""
    row: Seq


class SightBack(NamedTuple):
    device: Device


class SightLost(NamedTuple):
    device: Device


class SensorStuck(NamedTuple):
    device: DeviceId
    since: Seconds
    row: Seq | None


class SensorBelieved(NamedTuple):
    """A stuck motion sensor went back to rest."""

    device: DeviceId


class CameInUnseen(NamedTuple):
    """A front door moved while nobody listened, and the flat was empty before."""
