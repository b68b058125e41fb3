# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Nothing used in the kitchen for long: a reminder to eat and drink. Nobody sees what she eats."""

from dataclasses import dataclass

from rules.first.scene import Scene
from rules.model.apartment import Apartment, RoomType
from rules.model.identity import RoomId, Seconds, Seq
from rules.model.quantities import HOUR_S, NEVER
from rules.model.verdict import Priority, Verdict, VerdictKind
from rules.situation.coverage import sees


@dataclass(frozen=True, slots=True, kw_only=True)
class KitchenLimits:
    """A reminder after 6 waking hours without the kitchen, passed on after 12 where she chose it.

    Source: docs/rules.md, sources: 12 waking hours are worth a question; the tip comes at half of
    them. Hours of the night do not count, and who has not moved for an hour is not reminded.
    """

    remind_s: Seconds = 6 * HOUR_S
    page_s: Seconds = 12 * HOUR_S
    up_s: Seconds = 1 * HOUR_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Kitchen:
    """Memory of the kitchen.

    Attributes:
        at: last use, or the time from which its absence counts anew (back home, seen again).
        row: journal row of that.
        told: she was reminded since.
    """

    at: Seconds | None = None
    row: Seq | None = None
    told: bool = False


def rooms(apartment: Apartment) -> tuple[RoomId, ...]:
    """Return the rooms in which one eats and drinks."""
    return tuple(room.id for room in apartment.rooms if room.type is RoomType.KITCHEN)


def due(kitchen: Kitchen, scene: Scene, limits: KitchenLimits) -> Seconds:
    """Return when the reminder is due; `NEVER` while the hour is not known."""
    if kitchen.at is None:
        return NEVER
    return scene.wall.waking_after(scene.apartment, kitchen.at, limits.remind_s)


def can_tell(scene: Scene) -> bool:
    """Whether the kitchen's silence means anything: she is in, and each kitchen is seen."""
    if not scene.presence.home or scene.pause is not None:
        return False
    return all(sees(scene.coverage, scene.apartment, room) for room in rooms(scene.apartment))


def judge(kitchen: Kitchen, scene: Scene, limits: KitchenLimits) -> Verdict | None:
    """Judge at `scene.at`; None when she is out or at rest, or the kitchen cannot be seen."""
    last = scene.signs.last
    if kitchen.row is None or kitchen.told or not can_tell(scene):
        return None
    if last is None or scene.at - last.at > limits.up_s:
        return None
    return scene.verdict(
        VerdictKind.KITCHEN_UNUSED,
        Priority.SOON,
        evidence=(kitchen.row,),
        since=kitchen.at,
        detail={"awake_s": limits.remind_s},
    )
