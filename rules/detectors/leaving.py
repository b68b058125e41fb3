# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Leaving a room: whether somebody who left it would have been seen elsewhere."""

from typing import Final

from rules.detectors.falls import BATHS
from rules.model.apartment import Role, RoomType
from rules.model.identity import RoomId
from rules.situation.coverage import front_door_is_seen, sees
from rules.situation.situation import Situation

STAYING: Final = frozenset({Role.MOTION, Role.BED, Role.CHAIR})
"""Roles that notice a person who came into a room (a cupboard does not)."""


def leaving_is_seen(now: Situation, room: RoomId) -> bool:
    """Say whether somebody who left this room would have been seen elsewhere.

    Without it, silence after a bath says nothing: she may sit in a room without a sensor. A bath
    opens into the hall: a live motion sensor there is enough. Where the hall is blind, every room
    beyond it and the front door must notice her; nobody rests in a hall. A hall opens into every
    room: each needs a sensor that notices her.
    """
    apartment = now.apartment
    others = [
        other
        for other in apartment.rooms
        if other.id != room and other.type is not RoomType.OUTSIDE
    ]
    if apartment.rooms_by_id[room].type in BATHS:
        motion = frozenset({Role.MOTION})
        for other in others:
            if other.type is RoomType.HALL and sees(now.coverage, apartment, other.id, motion):
                return True
        beyond = [other for other in others if other.type is not RoomType.HALL]
        if len(beyond) < len(others) and front_door_is_seen(now.coverage, apartment):
            others = beyond
    return bool(others) and all(
        sees(now.coverage, apartment, other.id, STAYING) for other in others
    )
