# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Stillness: the three kinds that say that she was not seen."""

from collections.abc import Callable
from typing import Any, Final

from rules.model.apartment import Role
from rules.model.consent import Purpose
from rules.model.declaration import Asking, Declaration, Movement, Page, by_flat, consent
from rules.model.identity import Seconds
from rules.model.verdict import Kind, Priority, Verdict
from rules.situation.coverage import hides_a_person
from rules.situation.situation import Situation

INACTIVITY: Final = Kind("inactivity")
NOT_SEEN: Final = Kind("not_seen")
NO_FIRST_MOVEMENT: Final = Kind("no_first_movement")
STILLNESS: Final[frozenset[str]] = frozenset({INACTIVITY, NOT_SEEN, NO_FIRST_MOVEMENT})
"""Kinds that say the same thing; one of them an unbroken stillness is enough."""


def declared(
    kind: Kind, times: Callable[[Any], Asking], standard: str | None = None
) -> Declaration:
    """Return the declaration of a kind of stillness: asked, paged, withdrawn by movement."""
    return Declaration(
        kind=kind,
        need=consent(Purpose.INACTIVITY),
        page=Page.NO_ANSWER,
        times=times,
        place=by_flat,
        answerable=True,
        overtaken_by=Movement.ANY,
        withdrawn_by_movement=True,
        standard=standard,
    )


def is_known(now: Situation) -> bool:
    """Say whether this unbroken stillness was concluded already, under whichever name."""
    last = now.signs.last
    return last is not None and any(
        incident.kind in STILLNESS and incident.verdict.at >= last.at
        for incident in now.open.values()
    )


def still(now: Situation, kind: Kind, still_s: Seconds, limit_s: Seconds) -> Verdict:
    """Conclude that nothing moved; `not_seen` where a person could live on unseen."""
    last = now.signs.last
    assert last is not None
    detail: dict[str, str | float] = {"still_s": still_s, "limit_s": limit_s}
    seen_utc_s = now.wall.utc_s(last.at)
    if seen_utc_s is not None:
        detail["seen_utc_s"] = seen_utc_s
    if all(device.role is not Role.FRONT_DOOR for device in now.apartment.devices):
        # Without a door contact nobody can tell stillness from an empty flat.
        detail["front_door"] = "no_sensor"
    if hides_a_person(now.coverage, now.apartment):
        detail["instead_of"] = str(kind)
        kind = NOT_SEEN
    return now.verdict(
        kind,
        Priority.SOON,
        evidence=now.signs.evidence,
        since=last.at,
        room=last.room,
        detail=detail,
    )
