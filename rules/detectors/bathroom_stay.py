# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The stay in a bathroom: since when, at what hour, with or without a shower."""

from dataclasses import dataclass, replace

from rules.detectors.falls import BATHS
from rules.model.identity import RoomId, Seconds, Seq
from rules.situation.activity import Sign, Strength
from rules.situation.situation import Situation


@dataclass(frozen=True, slots=True, kw_only=True)
class BathroomStay:
    """Memory of the bathroom.

    Attributes:
        room: where she is, None outside bathrooms.
        since: entering, moved on by what was not seen.
        entered: journal row of the first sign there.
        night: whether it was night when she came in.
        dry_pct: humidity when she came in, by the last reading before or the first one after.
        shower: humidity rose as by a shower.
        told: this stay was judged already.
    """

    room: RoomId | None = None
    since: Seconds = 0.0
    entered: Seq | None = None
    night: bool = False
    dry_pct: float | None = None
    shower: bool = False
    told: bool = False


def follow(stay: BathroomStay, now: Situation, sign: Sign) -> BathroomStay:
    """Follow one sign of life: she comes, stays, or is elsewhere."""
    if sign.room == stay.room or sign.strength is Strength.FADING:
        return stay
    if now.room_type(sign.room) in BATHS:
        return BathroomStay(
            room=sign.room,
            since=sign.at,
            entered=sign.seq,
            night=now.is_night(sign.at),
            dry_pct=stay.dry_pct if stay.room is None else None,
        )
    if stay.room is None:
        return stay
    return BathroomStay()


def humid(
    stay: BathroomStay, now: Situation, room: RoomId, pct: float, shower_pct: float
) -> BathroomStay:
    """Follow the humidity of a room.

    Args:
        stay: the stay so far.
        now: the situation.
        room: where it was measured.
        pct: relative humidity, 0 to 100.
        shower_pct: points above the dry room that mean a shower.
    """
    if now.room_type(room) not in BATHS or (stay.room is not None and stay.room != room):
        return stay
    if stay.room is None or stay.dry_pct is None:
        return stay if pct == stay.dry_pct else replace(stay, dry_pct=pct)
    if stay.shower or pct - stay.dry_pct < shower_pct:
        return stay
    return replace(stay, shower=True)
