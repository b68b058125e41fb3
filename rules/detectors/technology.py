# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Technology: what the notes about sensors, radios and the hub itself have in common."""

from collections.abc import Callable

from rules.model.apartment import Device
from rules.model.declaration import OPERATION, Declaration, Page, by_room
from rules.model.verdict import Kind, Priority, Verdict
from rules.situation.coverage import HELPING
from rules.situation.situation import Situation


def declared(
    kind: Kind, place: Callable[[Verdict], str] = by_room, standard: str | None = None
) -> Declaration:
    """Return the declaration of a technical note: told, and paged by day."""
    return Declaration(
        kind=kind, need=OPERATION, page=Page.BY_DAY, told=True, place=place, standard=standard
    )


def is_open(verdict: Verdict, now: Situation) -> bool:
    """Say whether it was said already and is not over."""
    return now.find(verdict.kind, verdict.device or "") is not None


def helps(device: Device) -> bool:
    """Say whether a call for help rests on this device."""
    return device.role in HELPING


def about_device(
    now: Situation, kind: Kind, device: Device, detail: dict[str, str | float]
) -> Verdict:
    """Conclude about one device; `soon` when help rests on it, `info` otherwise."""
    return now.verdict(
        kind,
        Priority.SOON if helps(device) else Priority.INFO,
        evidence=(now.seq,),
        room=device.room,
        device=device.id,
        detail=detail,
    )
