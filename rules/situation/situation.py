# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The situation: what is believed at one moment, frozen. Detectors read it, nobody writes it."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from rules.model.apartment import Apartment, Device, Role, RoomType
from rules.model.flat import Flat
from rules.model.identity import DeviceId, IncidentId, RoomId, Seconds, Seq
from rules.model.incident import Incident
from rules.model.limits import Limits
from rules.model.quantities import NEVER
from rules.model.verdict import Kind, Priority, Verdict
from rules.situation import presence
from rules.situation.activity import Activity
from rules.situation.coverage import Coverage, blind, dead
from rules.situation.presence import Presence, PresenceLimits, Whereabouts
from rules.situation.presses import Presses
from rules.situation.private_time import Pause
from rules.situation.wall_clock import WallClock

_new = tuple.__new__


class Situation(NamedTuple):
    """One moment; a tuple for its price: one is made for each fact.

    Attributes:
        at: axis time that is judged: the event's, or a deadline's own.
        seq: journal row of the event; 0 before the first.
        late: a deadline is noticed after its time.
        apartment: rooms and devices of the flat.
        limits: limits that hold there.
        wall: the wall clock.
        pause: private time that is running.
        presence: who is in.
        signs: activity: the last signs of life.
        coverage: what can be seen.
        moving_rows: latest "on" of each motion sensor, as a journal row.
        stuck_look: when to look for a motion sensor that is stuck; may be early.
        presses: presses of the last seconds.
        in_bed: beds somebody lies in.
        screen: a panel is paired on which she can read and answer.
        booted: a hub start was seen (the first one proves no gap).
        open: open incidents, to read.
        quiet_at: latest sign or falling edge in the room of the last sign, moved on by what was not
            seen; None where nothing is waited for.
    """

    at: Seconds
    seq: Seq
    late: bool
    apartment: Apartment
    limits: Limits
    wall: WallClock
    pause: Pause | None
    presence: Presence
    signs: Activity
    coverage: Coverage
    moving_rows: dict[DeviceId, Seq]
    stuck_look: Seconds
    presses: Presses
    in_bed: frozenset[DeviceId]
    screen: bool
    booted: bool
    open: Mapping[IncidentId, Incident]
    quiet_at: Seconds | None = None

    def at_fact(self, at: Seconds, seq: Seq, flat: Flat) -> "Situation":
        """Return the same beliefs at the time and in the flat of the next fact."""
        made: Situation = _new(Situation, (at, seq, False, flat.apartment, flat.limits, *self[5:]))
        return made

    def with_sign(
        self,
        present: Presence,
        signs: Activity,
        coverage: Coverage,
        rows: dict[DeviceId, Seq],
        look: Seconds,
        quiet_at: Seconds | None,
    ) -> "Situation":
        """Return the situation after a sign of life; written out: it runs for each frame."""
        made: Situation = _new(
            Situation,
            (*self[:7], present, signs, coverage, rows, look, *self[12:17], quiet_at),
        )
        return made

    def with_open(self, incidents: Mapping[IncidentId, Incident]) -> "Situation":
        """Return the situation with these incidents open."""
        if incidents is self.open:
            return self
        made: Situation = _new(Situation, (*self[:16], incidents, *self[17:]))
        return made

    def room_type(self, room: RoomId | None) -> RoomType | None:
        """Return the kind of a room, None for no room."""
        known = None if room is None else self.apartment.rooms_by_id.get(room)
        return None if known is None else known.type

    def is_night(self, at: Seconds) -> bool:
        """Say whether it is surely night at this axis time."""
        return self.wall.is_night(self.apartment, at)

    def device(self, name: DeviceId | None) -> Device | None:
        """Return an enrolled device, None for a stranger."""
        return None if name is None else self.apartment.devices_by_id.get(name)

    def first(self, role: Role) -> Device | None:
        """Return the first device of a role that is not known to be dead."""
        for device in self.apartment.devices:
            if device.role is role and not dead(self.coverage, device):
                return device
        return None

    def find(self, kind: str, place: str) -> Incident | None:
        """Return the newest open incident of this kind about this place."""
        found = None
        for incident in self.open.values():
            if incident.kind == kind and incident.place == place:
                found = incident
        return found

    def any_open(self, kinds: Collection[str]) -> bool:
        """Say whether an incident of one of these kinds is open."""
        return any(incident.kind in kinds for incident in self.open.values())

    def can_ask(self, room: RoomId | None) -> bool:
        """Say whether a question can be perceived and answered in this room.

        It takes a lamp, a sounder, and a button or a live panel to answer (CONTRACTS: otherwise the
        page does not wait).
        """
        if room is None or self.presence.state is Whereabouts.AWAY:
            return False
        roles = {
            device.role
            for device in self.apartment.devices
            if device.room == room and not dead(self.coverage, device)
        }
        answer = self.screen or Role.FINE in roles or Role.HELP in roles
        return Role.LAMP in roles and Role.SOUNDER in roles and answer

    def whereabouts(self) -> Whereabouts:
        """Say in one word where the resident is."""
        return presence.whereabouts(
            self.presence,
            self.signs.last,
            self.at,
            self.apartment,
            self.wall,
            self.limits[PresenceLimits],
            self.in_bed,
        )

    def verdict(
        self,
        kind: Kind,
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


def before_the_first_fact(flat: Flat) -> Situation:
    """Return what is believed of a flat nothing was heard of: blind, nobody known to be in."""
    return Situation(
        at=0.0,
        seq=Seq(0),
        late=False,
        apartment=flat.apartment,
        limits=flat.limits,
        wall=WallClock(),
        pause=None,
        presence=Presence(),
        signs=Activity(),
        coverage=Coverage(),
        moving_rows={},
        stuck_look=NEVER,
        presses=Presses(),
        in_bed=frozenset(),
        screen=False,
        booted=False,
        open={},
    )
