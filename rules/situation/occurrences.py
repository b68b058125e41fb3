# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Changes of the situation: what an event made of what is believed; detectors hear them."""

from typing import NamedTuple

from rules.model.apartment import Device
from rules.model.identity import DeviceId, Seconds, Seq
from rules.situation.activity import Sign
from rules.situation.presence import Presence
from rules.situation.private_time import Pause


class Stirred(NamedTuple):
    """A movement that does not count as a sign of life: a pet may have made it, or private time.

    Attributes:
        sign: where and when.
        device: the device that saw it.
        front_door: whether that is a front door.
        confirms: as in `Seen`.
    """

    sign: Sign
    device: Device | None
    front_door: bool
    confirms: bool


class Seen(NamedTuple):
    """A sign of life that counts.

    Attributes:
        sign: where and when.
        device: the device that saw it; None for the panel.
        front_door: whether that is a front door.
        confirms: whether it can confirm or overtake a question (a button's own press cannot).
    """

    sign: Sign
    device: Device | None
    front_door: bool
    confirms: bool


class Faded(NamedTuple):
    """A falling edge: somebody was there until now, nobody need be there still."""

    sign: Sign


class WatchStopped(NamedTuple):
    """Private time began, or the flat is said to be empty: nothing is waited for any more."""

    private: bool


class PrivateTimeEnded(NamedTuple):
    """Private time is over; `by_itself` when its time ran out."""

    pause: Pause
    by_itself: bool


class PresenceChanged(NamedTuple):
    """Somebody came, left, or nobody knows any more; `row` shows it."""

    before: Presence
    row: Seq


class HourSet(NamedTuple):
    """The wall clock became known, moved, or was lost."""

    known: bool


class HubWasOff(NamedTuple):
    """The hub was off; told before any deadline fires.

    Stillness moves on by `gap_s`; questions and pages run on.
    """

    gap_s: Seconds
    long: bool


class Restarted(NamedTuple):
    """The hub started again (never the first start); `gap_s` None when nobody knows."""

    gap_s: Seconds | None


class Unseen(NamedTuple):
    """Time that proves no stillness: hub off, private time, deaf radio.

    Attributes:
        still_s: how far stillness moves on.
        dark_s: how long nothing could be seen; None when nobody knows.
        row: journal row that shows it.
    """

    still_s: Seconds
    dark_s: Seconds | None
    row: Seq


class CoverageBack(NamedTuple):
    """A device is heard for the first time, or again."""

    device: Device


class CoverageLost(NamedTuple):
    """A device was quiet for longer than it ever should be."""

    device: Device


class SensorStuck(NamedTuple):
    """A motion sensor has been "on" for too long since `since`; `row` is its last report."""

    device: DeviceId
    since: Seconds
    row: Seq | None


class SensorBelieved(NamedTuple):
    """A stuck motion sensor went back to rest."""

    device: DeviceId


class CameInUnseen(NamedTuple):
    """A front door moved while nobody listened, and the flat was empty before."""


class HandlerBroke(NamedTuple):
    """The handler of a call for help broke; the engine opened the incident in its place."""

    name: str


type Occurrence = (
    Stirred
    | Seen
    | Faded
    | WatchStopped
    | PrivateTimeEnded
    | PresenceChanged
    | HourSet
    | HubWasOff
    | Restarted
    | Unseen
    | CoverageBack
    | CoverageLost
    | SensorStuck
    | SensorBelieved
    | CameInUnseen
    | HandlerBroke
)
