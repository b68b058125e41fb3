# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Falls: what a radar or pendant says, and silence after movement in bath or hall."""

from dataclasses import dataclass
from typing import Final

from rules.first.scene import Scene
from rules.model.apartment import Role, RoomType
from rules.model.identity import RoomId, Seconds
from rules.model.quantities import MINUTE_S, NEVER
from rules.model.verdict import Priority, Verdict, VerdictKind
from rules.situation.activity import Sign
from rules.situation.coverage import front_door_is_seen, sees

RISKY: Final = frozenset({RoomType.BATHROOM, RoomType.TOILET, RoomType.HALL})
"""Rooms nobody rests in: silence there says something (docs/rules.md, sources)."""
BATHS: Final = frozenset({RoomType.BATHROOM, RoomType.TOILET})
STAYING: Final = frozenset({Role.MOTION, Role.BED, Role.CHAIR})
"""Roles that notice a person who came into a room (a cupboard does not)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FallSensorLimits:
    """How long the resident has to answer a radar's or pendant's fall: 45 s (CONTRACTS, table)."""

    ask_s: Seconds = 45.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PossibleFallLimits:
    """Silence and long stays in rooms nobody rests in.

    Source: CONTRACTS, table: 20 min of silence at any hour; a stay with movement 30 min by night,
    45 by day, 60 with a shower (humidity rising); then 60 s to answer. 10 points of humidity: a
    shower raises a bathroom by 20 to 40 points, weather by less than 5 in an hour.
    """

    silence_s: Seconds = 20 * MINUTE_S
    stay_night_s: Seconds = 30 * MINUTE_S
    stay_day_s: Seconds = 45 * MINUTE_S
    stay_shower_s: Seconds = 60 * MINUTE_S
    shower_pct: float = 10.0
    ask_s: Seconds = 60.0


def leaving_is_seen(scene: Scene, room: RoomId) -> bool:
    """Whether somebody who left this room would have been seen elsewhere.

    Without it, silence after a bath says nothing: she may sit in a room without a sensor. A bath
    opens into the hall: a live motion sensor there is enough. Where the hall is blind, every room
    beyond it and the front door must notice her; nobody rests in a hall. A hall opens into every
    room: each needs a sensor that notices her.
    """
    apartment = scene.apartment
    others = [
        other
        for other in apartment.rooms
        if other.id != room and other.type is not RoomType.OUTSIDE
    ]
    if apartment.rooms_by_id[room].type in BATHS:
        motion = frozenset({Role.MOTION})
        for other in others:
            if other.type is RoomType.HALL and sees(scene.coverage, apartment, other.id, motion):
                return True
        beyond = [other for other in others if other.type is not RoomType.HALL]
        if len(beyond) < len(others) and front_door_is_seen(scene.coverage, apartment):
            others = beyond
    return bool(others) and all(
        sees(scene.coverage, apartment, other.id, STAYING) for other in others
    )


def silence_due(scene: Scene, sign: Sign, limits: PossibleFallLimits) -> Seconds:
    """Return when silence after this sign is a possible fall; `NEVER` elsewhere."""
    if scene.room_type(sign.room) in RISKY:
        return sign.at + limits.silence_s
    return NEVER


def judge_silence(scene: Scene, limits: PossibleFallLimits) -> Verdict | None:
    """Judge silence after the last sign at `scene.at`; None when it says nothing.

    A motion sensor that still says "on" is not silence: its falling edge starts the time anew, and
    a stuck one is blind.
    """
    last = scene.signs.last
    assert last is not None, "silence after nothing"
    room = last.room
    if (
        room is None
        or room not in scene.apartment.rooms_by_id
        or not scene.presence.home
        or scene.presence.door_at is not None
    ):
        return None
    for device in scene.coverage.moving:
        placed = scene.apartment.devices_by_id.get(device)
        if placed is not None and placed.room == room and device not in scene.coverage.stuck:
            return None
    if not leaving_is_seen(scene, room):
        return None
    return scene.verdict(
        VerdictKind.POSSIBLE_FALL,
        Priority.URGENT,
        evidence=scene.signs.evidence,
        since=last.at,
        room=room,
        detail={"reason": "silence", "still_s": limits.silence_s},
    )
