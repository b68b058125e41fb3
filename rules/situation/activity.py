# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Activity of life: the last thing a person did, where, and how surely it was a person."""

from enum import StrEnum
from typing import Final, NamedTuple

from rules.model.identity import DeviceId, RoomId, Seconds, Seq

# A pet wanders past one sensor at a time; two rooms within five minutes are taken for a person.
# Weak on purpose: no single motion sensor counts alone (docs/rules.md, sources).
PET_WINDOW_S: Final = 300.0


_new = tuple.__new__


class Strength(StrEnum):
    """How surely a sign shows a person."""

    TOUCH = "touch"
    """A hand or a weight: item, door, bed, button."""
    MOTION = "motion"
    """A motion sensor's rising edge; a pet can do it."""
    FADING = "fading"
    """A falling edge: somebody was there until now, nobody need be there still."""


class Sign(NamedTuple):
    """One sign of life, by journal row."""

    at: Seconds
    seq: Seq
    device: DeviceId
    room: RoomId | None
    strength: Strength


class Activity(NamedTuple):
    """What was last seen of the resident.

    Attributes:
        last: latest sign that says where she is.
        faded: latest falling edge after it; it moves stillness on, but says nothing about the
            place.
        elsewhere: latest sign before `last` in another room.
        unseen_s: seconds since then in which nothing could be seen (hub off, private time, deaf
            radio), each second once.
        unseen_to: axis time up to which they are counted.
        alone: with a pet, one motion that waits for a second room to confirm it.
    """

    last: Sign | None = None
    faded: Sign | None = None
    elsewhere: Sign | None = None
    unseen_s: Seconds = 0.0
    unseen_to: Seconds = 0.0
    alone: Sign | None = None

    @property
    def still_since(self) -> Seconds:
        """Axis time from which stillness is proven; moved on by what was not seen."""
        assert self.last is not None, "nothing was ever seen"
        return (self.last if self.faded is None else self.faded).at + self.unseen_s

    @property
    def evidence(self) -> tuple[Seq, ...]:
        """Journal rows of the last sign, its falling edge, and the one before in another room."""
        rows = {sign.seq for sign in (self.elsewhere, self.last, self.faded) if sign is not None}
        return tuple(sorted(rows))


def counts(signs: Activity, sign: Sign, *, pets: bool) -> bool:
    """Say whether this sign shows a person; with a pet a single motion sensor does not."""
    if not pets or sign.strength is Strength.TOUCH:
        return True
    other = signs.alone
    return (
        sign.strength is Strength.MOTION
        and other is not None
        and other.room != sign.room
        and sign.at - other.at <= PET_WINDOW_S
    )


def follow(signs: Activity, sign: Sign) -> Activity:
    """Remember one sign that counts."""
    last = signs.last
    if last is None:
        return Activity(last=sign, alone=sign)
    if sign.strength is Strength.FADING:
        return _new(Activity, (last, sign, signs.elsewhere, 0.0, 0.0, signs.alone))
    elsewhere = signs.elsewhere if last.room == sign.room else last
    return _new(Activity, (sign, None, elsewhere, 0.0, 0.0, sign))


def wait_for_second(signs: Activity, sign: Sign) -> Activity:
    """Remember a motion that a pet could have made."""
    return signs if sign.strength is Strength.FADING else signs._replace(alone=sign)


def unseen(signs: Activity, since: Seconds, at: Seconds) -> Activity:
    """Add time in which nothing could be seen: it proves no stillness.

    What she did in it was seen, and what is counted already is not counted again: stillness never
    begins in the future.

    Args:
        signs: what was last seen of her.
        since: axis time from which nothing could be seen.
        at: axis time at which that ended.
    """
    last = signs.last if signs.faded is None else signs.faded
    if last is None:
        return signs
    since = max(since, last.at, signs.unseen_to)
    if at <= since:
        return signs
    return signs._replace(unseen_s=signs.unseen_s + at - since, unseen_to=at)
