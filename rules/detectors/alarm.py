# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Alarm: what a smoke, carbon monoxide or water detector says, and whether it said so before."""

from typing import Final

from rules.model.apartment import Device, Role
from rules.model.conclusions import Clear
from rules.model.verdict import Kind, Verdict
from rules.situation.situation import Situation

SMOKE: Final = Kind("smoke")
CARBON_MONOXIDE: Final = Kind("carbon_monoxide")
LEAK: Final = Kind("leak")

KIND: Final = {
    Role.SMOKE: SMOKE,
    Role.CARBON_MONOXIDE: CARBON_MONOXIDE,
    Role.LEAK: LEAK,
}
"""What each role of detector warns of."""


def repeats(kind: str, device: Device, now: Situation) -> bool:
    """Say whether a detector repeats itself; only after it was quiet does it say something new."""
    found = now.find(kind, device.room)
    return found is not None and found.verdict.device == device.id and not found.over


def repeated(verdict: Verdict, now: Situation) -> bool:
    """Say whether a verdict says what the open incident of the same detector says already."""
    device = now.device(verdict.device)
    return device is not None and repeats(verdict.kind, device, now)


def cleared(kinds: tuple[Kind, ...], device: Device, now: Situation) -> tuple[Clear, ...]:
    """Return what is over when a detector is quiet again: the matters it raised itself."""
    over = []
    for kind in kinds:
        found = now.find(kind, device.room)
        if found is not None and found.verdict.device == device.id:
            over.append(Clear(kind, device.room))
    return tuple(over)
