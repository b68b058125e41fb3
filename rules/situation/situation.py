# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The situation: what is believed at one moment, frozen. Handlers read it, nobody writes it."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from rules.first.help_call import Presses
from rules.model.apartment import Apartment, Device, Role, RoomType
from rules.model.identity import DeviceId, IncidentId, RoomId, Seconds, Seq
from rules.model.incident import Incident
from rules.model.limits import Limits
from rules.model.verdict import Priority, Verdict
from rules.situation.activity import Signs
from rules.situation.coverage import Coverage, blind, dead
from rules.situation.presence import Presence, Whereabouts
from rules.situation.private_time import Pause
from rules.situation.wall_clock import Wall


class Situation(NamedTuple):
    """A tuple for its price: it is made for each fact (0.3 us; a frozen dataclass costs 2)."""

    at: Seconds
    seq: Seq
    late: bool
    apartment: Apartment
    limits: Limits
    wall: Wall
    pause: Pause | None
    presence: Presence
    signs: Signs
    coverage: Coverage
    moving_rows: dict[DeviceId, Seq]
    stuck_look: Seconds
    presses: Presses
    in_bed: frozenset[DeviceId]
    screen: bool
    booted: bool
    open: Mapping[IncidentId, Incident]
    """Open incidents, to read."""
    quiet_at: Seconds | None = None
    """Latest sign or falling edge in the room of the last sign; moved on by what was not seen."""

    def room_type(self, room: RoomId | None) -> RoomType | None:
        known = None if room is None else self.apartment.rooms_by_id.get(room)
        return None if known is None else known.type

    def is_night(self, at: Seconds) -> bool:
        return self.wall.is_night(self.apartment, at)

    def device(self, name: DeviceId | None) -> Device | None:
        return None if name is None else self.apartment.devices_by_id.get(name)

    def first(self, role: Role) -> Device | None:
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
        return any(incident.kind in kinds for incident in self.open.values())

    def can_ask(self, room: RoomId | None) -> bool:
        if room is None or self.presence.state is Whereabouts.AWAY:
            return False
        roles = {
            device.role
            for device in self.apartment.devices
            if device.room == room and not dead(self.coverage, device)
        }
        answer = self.screen or Role.FINE in roles or Role.HELP in roles
        return Role.LAMP in roles and Role.SOUNDER in roles and answer

    def verdict(
        self,
        kind: str,
        priority: Priority,
        *,
        evidence: tuple[Seq, ...],
        since: Seconds | None = None,
        room: RoomId | None = None,
        device: DeviceId | None = None,
        detail: dict[str, str | float] | None = None,
    ) -> Verdict:
        assert evidence, "a verdict without evidence"
        return Verdict(
            kind=kind,  # type: ignore[arg-type]
            priority=priority,
            at=self.at,
            room=room,
            device=device,
            evidence=evidence,
            blind=blind(self, self.apartment, since=since),
            detail={} if detail is None else detail,
            late=self.late,
        )
