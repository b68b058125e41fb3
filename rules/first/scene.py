# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a rule may look at while it judges: the flat, the hour, who is in, what is blind."""

from rules.model.apartment import Apartment, RoomType
from rules.model.identity import DeviceId, RoomId, Seconds, Seq
from rules.model.verdict import Priority, Verdict, VerdictKind
from rules.situation.activity import Signs
from rules.situation.coverage import Coverage, blind
from rules.situation.presence import Presence
from rules.situation.private_time import Pause
from rules.situation.wall_clock import Wall


class Scene:
    """The view of one moment; the engine moves `at` on, rules only read.

    Attributes:
        at: axis time that is judged: the event's, or a deadline's own.
        late: the deadline is noticed after its time.
    """

    __slots__ = ("apartment", "at", "coverage", "late", "pause", "presence", "signs", "wall")

    def __init__(
        self,
        *,
        apartment: Apartment,
        at: Seconds,
        coverage: Coverage,
        pause: Pause | None,
        presence: Presence,
        signs: Signs,
        wall: Wall,
    ) -> None:
        self.apartment = apartment
        self.at = at
        self.late = False
        self.coverage = coverage
        self.pause = pause
        self.presence = presence
        self.signs = signs
        self.wall = wall

    def room_type(self, room: RoomId | None) -> RoomType | None:
        """Return the kind of a room, None for no room."""
        known = None if room is None else self.apartment.rooms_by_id.get(room)
        return None if known is None else known.type

    def is_night(self, at: Seconds) -> bool:
        """Say whether it is surely night at this axis time."""
        return self.wall.is_night(self.apartment, at)

    def verdict(
        self,
        kind: VerdictKind,
        priority: Priority,
        *,
        evidence: tuple[Seq, ...],
        since: Seconds | None = None,
        room: RoomId | None = None,
        device: DeviceId | None = None,
        detail: dict[str, str | float] | None = None,
    ) -> Verdict:
        """Conclude at this moment, naming what was blind.

        Args:
            kind: what is concluded.
            priority: how it would be paged.
            evidence: journal rows, oldest first; never empty.
            since: beginning of the time that is judged; a gap of the hub after it is named.
            room: where.
            device: what it rests on.
            detail: numbers for the sentence.
        """
        assert evidence, "a verdict without evidence"
        return Verdict(
            kind=kind,
            priority=priority,
            at=self.at,
            room=room,
            device=device,
            evidence=evidence,
            blind=blind(self, self.apartment, since=since),
            detail={} if detail is None else detail,
            late=self.late,
        )
