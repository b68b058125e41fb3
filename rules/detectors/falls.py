# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Falls: the kinds that say that she may lie there, and the rooms nobody rests in."""

from typing import Any, Final

from rules.model.apartment import RoomType
from rules.model.consent import Purpose
from rules.model.declaration import Asking, Declaration, Movement, Page, consent
from rules.model.verdict import Kind

FALL_SENSOR: Final = Kind("fall_sensor")
FALL_WEARABLE: Final = Kind("fall_wearable")
POSSIBLE_FALL: Final = Kind("possible_fall")
FALLS: Final[frozenset[str]] = frozenset({FALL_SENSOR, FALL_WEARABLE, POSSIBLE_FALL})

RISKY: Final = frozenset({RoomType.BATHROOM, RoomType.TOILET, RoomType.HALL})
"""Rooms nobody rests in: silence there says something (docs/rules.md, sources)."""
BATHS: Final = frozenset({RoomType.BATHROOM, RoomType.TOILET})


def declared(kind: Kind, standard: str | None = None) -> Declaration:
    """Return the declaration of a fall: asked where it is, once, then paged."""
    return Declaration(
        kind=kind,
        need=consent(Purpose.FALLS),
        page=Page.NO_ANSWER,
        times=_asked_once,
        ask_there=True,
        answerable=True,
        confirmed_by=Movement.ELSEWHERE,
        overtaken_by=Movement.ELSEWHERE,
        standard=standard,
    )


def _asked_once(limits: Any) -> Asking:
    return Asking(asks=(limits.ask_s,))
