# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Smoke, carbon monoxide and water: relayed from the detector that alarms."""

from dataclasses import dataclass

from rules.first.scene import Scene
from rules.model.apartment import Device, Role
from rules.model.identity import Seconds, Seq
from rules.model.quantities import MINUTE_S
from rules.model.verdict import Priority, Verdict, VerdictKind


@dataclass(frozen=True, slots=True, kw_only=True)
class LeakLimits:
    """Water is told at once and paged after 2 min unless answered (CONTRACTS, table)."""

    ask_s: Seconds = 2 * MINUTE_S


def sensed(scene: Scene, device: Device, row: Seq) -> Verdict | None:
    """Relay a detector; None when the device is no detector.

    Only an alarm certified on its own (EN 14604, EN 50291) is relayed as certified; the page says
    which.
    """
    match device.role:
        case Role.SMOKE:
            kind, priority = VerdictKind.SMOKE, Priority.URGENT
        case Role.CARBON_MONOXIDE:
            kind, priority = VerdictKind.CARBON_MONOXIDE, Priority.URGENT
        case Role.LEAK:
            kind, priority = VerdictKind.LEAK, Priority.SOON
        case _:
            return None
    detail: dict[str, str | float] = {}
    if kind is not VerdictKind.LEAK:
        detail["certified"] = "yes" if device.certified else "no"
    return scene.verdict(
        kind, priority, evidence=(row,), room=device.room, device=device.id, detail=detail
    )
