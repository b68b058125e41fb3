# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the rules conclude: kind, priority, evidence, and what could not be seen."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType

from rules.model.identity import DeviceId, RoomId, Seconds, Seq


class Priority(StrEnum):
    """Alarm priorities after IEC 60601-1-8 (high, medium, low)."""

    URGENT = "urgent"
    SOON = "soon"
    INFO = "info"


Kind = NewType("Kind", str)
"""Name of a conclusion, owned by the detector that declares it; also its name on the wire."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blind:
    """A place that could not be seen, since when (axis) and why.

    `why` is one of `silent`, `stuck_on`, `radio`, `gap`, `paused`, `no_sensor`, `unheard`.
    """

    room: RoomId | None
    since: Seconds
    why: str
    device: DeviceId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A conclusion of one rule.

    Attributes:
        kind: what is concluded.
        priority: IEC 60601-1-8 priority it would be paged with.
        at: axis time at which it became true.
        room: where; None when it concerns the flat.
        device: the device it rests on or speaks of, if one.
        evidence: journal rows it rests on, oldest first.
        blind: what was not visible meanwhile.
        detail: numbers and words for the sentence, for example `still_s` or `limit_s`.
        late: noticed after its time (a gap or a late tick lay between).
    """

    kind: Kind
    priority: Priority
    at: Seconds
    room: RoomId | None = None
    device: DeviceId | None = None
    evidence: tuple[Seq, ...] = ()
    blind: tuple[Blind, ...] = ()
    detail: dict[str, str | float] = field(default_factory=dict)
    late: bool = False
