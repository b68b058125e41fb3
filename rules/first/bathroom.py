# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Long stays in the bathroom although something still moves there."""

from dataclasses import dataclass, replace

from rules.first.falls import BATHS, PossibleFallLimits, leaving_is_seen
from rules.first.scene import Scene
from rules.model.identity import RoomId, Seconds, Seq
from rules.model.quantities import NEVER
from rules.model.verdict import Priority, Verdict, VerdictKind
from rules.situation.activity import Sign, Strength


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
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

    def due(self, limits: PossibleFallLimits) -> Seconds:
        """Axis time at which the stay is too long."""
        if self.room is None or self.told:
            return NEVER
        if self.shower:
            return self.since + limits.stay_shower_s
        return self.since + (limits.stay_night_s if self.night else limits.stay_day_s)


def follow(stay: Stay, scene: Scene, sign: Sign) -> Stay:
    """Follow one sign of life: she comes, stays, or is elsewhere."""
    if sign.room == stay.room or sign.strength is Strength.FADING:
        return stay
    if scene.room_type(sign.room) in BATHS:
        return Stay(
            room=sign.room,
            since=sign.at,
            entered=sign.seq,
            night=scene.is_night(sign.at),
            dry_pct=stay.dry_pct if stay.room is None else None,
        )
    if stay.room is None:
        return stay
    return Stay()


def humid(stay: Stay, scene: Scene, room: RoomId, pct: float, limits: PossibleFallLimits) -> Stay:
    """Follow the humidity of a room."""
    if scene.room_type(room) not in BATHS or (stay.room is not None and stay.room != room):
        return stay
    if stay.room is None or stay.dry_pct is None:
        return replace(stay, dry_pct=pct)
    if stay.shower or pct - stay.dry_pct < limits.shower_pct:
        return stay
    return replace(stay, shower=True)


def judge(stay: Stay, scene: Scene) -> tuple[Stay, Verdict | None]:
    """Judge a stay that is too long at `scene.at`."""
    assert stay.room is not None
    assert stay.entered is not None
    told = replace(stay, told=True)
    if stay.room not in scene.apartment.rooms_by_id or scene.presence.door_at is not None:
        return told, None
    if not scene.presence.home or not leaving_is_seen(scene, stay.room):
        return told, None
    return told, scene.verdict(
        VerdictKind.POSSIBLE_FALL,
        Priority.URGENT,
        evidence=tuple(sorted({stay.entered, *scene.signs.evidence[-1:]})),
        since=stay.since,
        room=stay.room,
        detail={"reason": "stay", "stay_s": scene.at - stay.since},
    )
