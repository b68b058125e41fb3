# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is said about an incident: to the resident in a room, to the care service in a message."""

from dataclasses import replace

from rules.incidents.owner import Effects, Moved, Owner
from rules.model.effects import (
    AskEnded,
    AskOutcome,
    IncidentClosed,
    IncidentPhase,
    Message,
    Send,
    Tell,
)
from rules.model.events import CloseReason
from rules.model.identity import MessageId, RoomId, message_id
from rules.model.incident import Incident
from rules.situation.situation import Situation


def where_to_ask(incident: Incident, owner: Owner, now: Situation) -> RoomId | None:
    """Return the room to ask in: where the matter is, otherwise where she was seen last."""
    if owner.declared.ask_there:
        return incident.verdict.room
    last = now.signs.last
    return last.room if last is not None and last.room is not None else incident.verdict.room


def tell(incident: Incident, owner: Owner, now: Situation, key: str, **detail: str | float) -> Tell:
    """Say something to the resident: in the room of the matter, or where she was seen last."""
    room = owner.detector.room_told(incident, now)
    if room is None:
        room = where_to_ask(incident, owner, now)
    words = {**incident.verdict.detail, **detail}
    return Tell(key=key, room=room, incident=incident.id, detail=words)


def give(
    incident: Incident, owner: Owner, now: Situation, *, reason: str = ""
) -> tuple[Incident, Effects]:
    """Give the next revision to the outbox; only with a live basis."""
    assert owner.may_leave(incident), "nothing leaves without a live basis"
    incident = replace(incident, revision=incident.revision + 1)
    verdict = incident.verdict
    detail = dict(verdict.detail)
    if incident.unasked:
        detail["asked"] = "no"
    if incident.answered_at is not None:
        detail["answered"] = "fine"
    if reason:
        detail["closed"] = reason
    detail.update(owner.detector.says(owner.memory, incident))
    message = Message(
        id=message_id(incident.id, incident.revision),
        incident=incident.id,
        revision=incident.revision,
        kind=incident.kind,
        priority=incident.priority,
        phase=incident.phase,
        at=verdict.at,
        utc_s=now.wall.utc_s(verdict.at),
        need=incident.need,
        room=verdict.room,
        device=verdict.device,
        evidence=verdict.evidence,
        blind=verdict.blind,
        detail=detail,
        count=incident.count,
        late=incident.late,
        test=incident.test,
    )
    return incident, (Send(message=message),)


def close(
    incident: Incident, owner: Owner, now: Situation, reason: CloseReason, *, say: bool = True
) -> Moved:
    """End an incident; the care service hears of it when it heard of the incident.

    Args:
        incident: an open one.
        owner: of its kind.
        now: the situation.
        reason: why it is over.
        say: give a closing revision to the outbox (not when the service itself closed it).
    """
    effects: Effects = ()
    if incident.phase is IncidentPhase.ASKED:
        effects = (AskEnded(incident=incident.id, outcome=AskOutcome.OVERTAKEN),)
    if say and incident.revision > 0 and owner.may_leave(incident):
        closing = replace(incident, phase=IncidentPhase.CLOSED)
        effects = (*effects, *give(closing, owner, now, reason=reason.value)[1])
    return None, (*effects, IncidentClosed(incident=incident.id, reason=reason.value))


def revision_of(incident: Incident, message: MessageId) -> int | None:
    """Return which revision of an incident a message is, None when it is of another."""
    for revision in range(incident.revision, 0, -1):
        if message_id(incident.id, revision) == message:
            return revision
    return None
