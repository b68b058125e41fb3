# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What was found changed after nobody listened: states as they are now, never signs of life."""

from rules.first import facts, life, not_seen, reminders
from rules.first.state import Due
from rules.first.turn import Turn
from rules.model.apartment import Role
from rules.model.events import StateFound
from rules.situation import presence


def state(turn: Turn, event: StateFound) -> None:
    """Take a state over; whoever moved it may have done so hours ago."""
    device = facts.spoke(turn, event.device)
    if device is None:
        return
    match device.role:
        case Role.MOTION if not event.active:
            life.rests(turn, device)
        case Role.BED:
            life.bed(turn, device, taken=event.active)
        case Role.TAP:
            reminders.used(turn, device, active=event.active)
        case Role.FRONT_DOOR if turn.pause is None:
            _front_door(turn)
        case _:
            pass


def _front_door(turn: Turn) -> None:
    """The door moved unseen: who came in and fell since would not be missed by anything else."""
    was_home = turn.presence.home
    turn.presence = presence.door_found(turn.presence, turn.at, turn.seq, turn.limits.presence)
    turn.dues[Due.PRESENCE] = turn.presence.due(turn.limits.presence)
    if was_home or turn.waiting is not None:
        return
    limits = turn.limits.not_seen
    turn.waiting = not_seen.begin(turn, row=turn.seq, gap_s=None, limits=limits)
    turn.dues[Due.NOT_SEEN] = not_seen.due(turn.waiting, limits)
