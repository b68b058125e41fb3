# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Messages and blind spots written for the wire; the only place that makes an alert."""

from caregiver_api import wire
from hub.runtime.clock import Clock
from rules.model.apartment import Apartment
from rules.model.effects import Message
from rules.model.verdict import Blind


def alert(message: Message, clock: Clock, apartment: Apartment, *, bare: bool) -> wire.Alert:
    """Write a message for the wire.

    Args:
        message: as it was enqueued.
        clock: how long ago that was.
        apartment: names of rooms.
        bare: only who calls, whence, and why: the service did not understand the rest.
    """
    room = apartment.rooms_by_id.get(message.room) if message.room else None
    return wire.Alert(
        message_id=message.id,
        incident_id=message.incident,
        revision=message.revision,
        kind=message.kind,
        priority=message.priority.value,
        phase=message.phase,
        room=message.room,
        room_name=room.name[:80] if room else None,
        device=message.device,
        utc_s=message.utc_s,
        age_s=max(0.0, clock.axis() - message.at),
        evidence=tuple(message.evidence),
        blind=() if bare else tuple(blind_spot(one, clock, apartment) for one in message.blind),
        detail={} if bare else dict(message.detail),
        count=message.count,
        late=message.late,
        test=message.test,
        basis=message.need.basis,
        purpose=message.need.purpose,
    )


def blind_spot(blind: Blind, clock: Clock, apartment: Apartment) -> wire.BlindSpot:
    """Write a blind place for the wire; its axis time becomes wall time while that is trusted.

    Whole seconds: a heartbeat that differs by a rounding would be news every half minute.
    """
    since_s = clock.utc_of(blind.since)
    room = apartment.rooms_by_id.get(blind.room) if blind.room else None
    return wire.BlindSpot(
        room=blind.room,
        room_name=room.name if room else None,
        device=blind.device,
        why=blind.why,
        since_utc_s=None if since_s is None else float(round(since_s)),
    )
