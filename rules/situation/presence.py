# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who is in the flat: the resident, a visitor too, nobody, or not known."""

from dataclasses import dataclass, replace
from enum import StrEnum

from rules.model.apartment import Apartment, RoomType
from rules.model.identity import DeviceId, RoomId, Seconds, Seq
from rules.model.quantities import HOUR_S, MINUTE_S, NEVER
from rules.situation.activity import Sign, Strength
from rules.situation.wall_clock import WallClock


@dataclass(frozen=True, slots=True, kw_only=True)
class PresenceLimits:
    """When an opened front door means that she left.

    Sources: shorter than the 20 minutes of silence after which a fall is possible (CONTRACTS,
    table), so that leaving never looks like falling; 15 s settle: a hall sensor's frame may come
    after the door's.
    """

    away_after_s: Seconds = 10 * MINUTE_S
    settle_s: Seconds = 15.0
    passage_s: Seconds = 2 * MINUTE_S
    """Opening and closing by one person coming in."""
    leaving_s: Seconds = 15 * MINUTE_S
    """After "I am leaving" on the panel: time to reach the door."""
    asleep_after_s: Seconds = 20 * MINUTE_S
    visit_max_s: Seconds = 12 * HOUR_S


class Whereabouts(StrEnum):
    """What is known of the resident."""

    UNKNOWN = "unknown"
    HOME = "home"
    VISIT = "visit"
    ASLEEP = "asleep"
    AWAY = "away"


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """Memory of comings and goings.

    Attributes:
        state: UNKNOWN, HOME or AWAY; visit and sleep are read off by `whereabouts`.
        since: axis time of the last change.
        door_at: a front door edge after which nobody was seen indoors yet.
        door_seen: latest front door edge of all.
        entered_at: when somebody came into the empty flat.
        leaving_until: she said that she leaves; until then movement does not contradict it.
        away_until: end of an announced absence.
        visit_until: end of an announced visit.
    """

    state: Whereabouts = Whereabouts.UNKNOWN
    since: Seconds = 0.0
    door_at: Seconds | None = None
    door_seen: Seconds | None = None
    door_row: Seq | None = None
    entered_at: Seconds | None = None
    leaving_until: Seconds | None = None
    away_until: Seconds | None = None
    visit_until: Seconds | None = None

    @property
    def home(self) -> bool:
        """Whether somebody is known to be in."""
        return self.state is Whereabouts.HOME

    def due(self, limits: PresenceLimits) -> Seconds:
        """Axis time at which something changes by itself."""
        due = NEVER
        if self.door_at is not None and self.visit_until is None:
            due = self.door_at + limits.away_after_s
        for until in (self.visit_until, self.away_until, self.leaving_until):
            if until is not None and until < due:
                due = until
        return due


def at_door(
    presence: Presence, at: Seconds, row: Seq, *, opened: bool, limits: PresenceLimits
) -> Presence:
    """Follow the front door.

    From an empty flat an opening door is somebody coming in. From inside it may be leaving: that is
    known only when nobody is seen indoors afterwards.
    """
    presence = replace(presence, door_seen=at, door_row=row)
    if presence.state is Whereabouts.AWAY:
        if presence.leaving_until is not None and at <= presence.leaving_until:
            return replace(presence, leaving_until=at + limits.settle_s)
        return replace(
            presence,
            state=Whereabouts.HOME,
            since=at,
            entered_at=at,
            door_at=None,
            leaving_until=None,
            away_until=None,
        )
    if (
        not opened
        and presence.entered_at is not None
        and at - presence.entered_at <= limits.passage_s
    ):
        return replace(presence, entered_at=None)
    return replace(presence, door_at=at, entered_at=None)


def door_state_on_reconnect(
    presence: Presence, at: Seconds, row: Seq, limits: PresenceLimits
) -> Presence:
    """Follow a front door that was moved while nobody listened.

    Into an empty flat somebody may have come. From inside nobody is taken to have left: she may as
    well lie there.
    """
    if presence.state is Whereabouts.AWAY:
        return at_door(presence, at, row, opened=True, limits=limits)
    return replace(presence, door_seen=at, door_row=row)


def saw(presence: Presence, sign: Sign, room: RoomType | None, limits: PresenceLimits) -> Presence:
    """Follow a sign of life indoors (not of the front door)."""
    if presence.state is Whereabouts.HOME and presence.door_at is None:
        return presence
    if sign.strength is Strength.FADING:
        return presence
    if presence.state is Whereabouts.AWAY:
        if presence.leaving_until is not None and sign.at <= presence.leaving_until:
            return presence
        return replace(
            presence,
            state=Whereabouts.HOME,
            since=sign.at,
            door_at=None,
            leaving_until=None,
            away_until=None,
        )
    door_at = presence.door_at
    if door_at is not None and room is RoomType.HALL and sign.at - door_at <= limits.settle_s:
        return presence
    since = presence.since if presence.state is Whereabouts.HOME else sign.at
    return replace(presence, state=Whereabouts.HOME, since=since, door_at=None)


def leave(
    presence: Presence, at: Seconds, until: Seconds | None, limits: PresenceLimits
) -> Presence:
    """She, or her carers for her, said that the flat is empty."""
    return replace(
        presence,
        state=Whereabouts.AWAY,
        since=at,
        door_at=None,
        leaving_until=at + limits.leaving_s,
        away_until=until,
    )


def come(presence: Presence, at: Seconds) -> Presence:
    """She said that she is back."""
    return replace(
        presence,
        state=Whereabouts.HOME,
        since=at,
        door_at=None,
        leaving_until=None,
        away_until=None,
    )


def stayed(presence: Presence, at: Seconds, last: Sign | None) -> bool:
    """Say whether who announced to leave is in after all, when the time to reach the door is over.

    Holds only where the front door is watched: somebody moved since, and it was never opened.
    """
    if presence.state is not Whereabouts.AWAY or presence.leaving_until is None:
        return False
    over = presence.leaving_until <= at
    moved = last is not None and last.at > presence.since
    return over and moved and (presence.door_seen or -1.0) < presence.since


def pass_time(presence: Presence, at: Seconds, limits: PresenceLimits) -> Presence:
    """Apply what changes by itself at `at`: she left, the visit is over, the absence is over."""
    if presence.leaving_until is not None and presence.leaving_until <= at:
        presence = replace(presence, leaving_until=None)
    if presence.visit_until is not None and presence.visit_until <= at:
        presence = replace(presence, visit_until=None)
    if presence.away_until is not None and presence.away_until <= at:
        # Nobody was seen coming back: we do not know, and do not claim.
        presence = replace(
            presence, state=Whereabouts.UNKNOWN, since=at, away_until=None, leaving_until=None
        )
    door_at = presence.door_at
    if door_at is not None and presence.visit_until is None and door_at + limits.away_after_s <= at:
        presence = replace(presence, state=Whereabouts.AWAY, since=door_at, door_at=None)
    return presence


def whereabouts(
    presence: Presence,
    last: Sign | None,
    at: Seconds,
    apartment: Apartment,
    wall: WallClock,
    limits: PresenceLimits,
    in_bed: frozenset[DeviceId],
) -> Whereabouts:
    """Say in one word where the resident is, for faces and explanations."""
    if presence.state is not Whereabouts.HOME:
        return presence.state
    if presence.visit_until is not None:
        return Whereabouts.VISIT
    if wall.is_night(apartment, at):
        if in_bed:
            return Whereabouts.ASLEEP
        if last is not None and at - last.at >= limits.asleep_after_s:
            room: RoomId | None = last.room
            if room is not None and apartment.rooms_by_id[room].type is RoomType.BEDROOM:
                return Whereabouts.ASLEEP
    return Whereabouts.HOME
