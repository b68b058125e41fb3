# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The medication drawer stayed shut in her hours: a reminder. What was taken nobody knows."""

from dataclasses import dataclass

from rules.first.scene import Scene
from rules.model.apartment import Device, Role
from rules.model.identity import Seconds, Seq
from rules.model.quantities import DAY_S, HOUR_S, NEVER
from rules.model.verdict import Priority, Verdict, VerdictKind
from rules.situation.coverage import why_blind


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawerLimits:
    """Off until she chooses it: hours of her own (products: 8 to 10), passed on an hour later."""

    on: bool = False
    from_s: Seconds = 8 * HOUR_S
    to_s: Seconds = 10 * HOUR_S
    page_after_s: Seconds = 1 * HOUR_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawer:
    """Last time a medication drawer was opened."""

    at: Seconds | None = None
    row: Seq | None = None


def due(scene: Scene, limits: DrawerLimits) -> Seconds:
    """Return the next end of her hours; `NEVER` while it is off or the hour is not known."""
    if not limits.on or not _drawers(scene):
        return NEVER
    return scene.wall.next_local(scene.apartment, scene.at, limits.to_s)


def can_tell(scene: Scene) -> bool:
    """Whether a shut drawer means anything: she is in, and each drawer is heard."""
    return (
        scene.presence.home
        and scene.pause is None
        and all(why_blind(scene.coverage, one) is None for one in _drawers(scene))
    )


def judge(drawer: Drawer, scene: Scene, limits: DrawerLimits) -> Verdict | None:
    """Judge at `scene.at`, the end of her hours; None when she is out or the drawer is blind."""
    window_s = (limits.to_s - limits.from_s) % DAY_S
    opened = drawer.at is not None and drawer.at >= scene.at - window_s
    rows = scene.signs.evidence if drawer.row is None else (drawer.row,)
    if opened or not rows or not can_tell(scene):
        return None
    return scene.verdict(
        VerdictKind.MEDICATION_DRAWER,
        Priority.INFO,
        evidence=rows,
        since=scene.at - window_s,
        device=_drawers(scene)[0].id,
        detail={"window_s": window_s},
    )


def _drawers(scene: Scene) -> list[Device]:
    return [one for one in scene.apartment.devices if one.role is Role.DRAWER]
