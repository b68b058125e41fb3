# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What answers an incident: "I am fine", movement, a carer, taking a call back."""

from dataclasses import replace

from rules.first.course import close, give, page, tell
from rules.first.response import ANSWERABLE, FALLS, HERS, STILLNESS, response
from rules.first.state import TAPS_KEPT
from rules.first.turn import Turn
from rules.model.apartment import Device, Role
from rules.model.consent import decide
from rules.model.effects import AskEnded, AskOutcome, IncidentPhase
from rules.model.events import (
    CarerAnswered,
    CarerClosed,
    CarerStep,
    CloseReason,
    EscalationRunning,
    IncidentLaidToRest,
    NobodyReached,
    SharedByTap,
    SomebodyReached,
)
from rules.model.identity import MessageId, message_id
from rules.model.incident import Incident, Wait
from rules.model.quantities import NEVER
from rules.model.verdict import Priority, VerdictKind
from rules.situation.activity import Sign, Strength


def answered_fine(turn: Turn) -> None:
    """The resident says "I am fine": what this answers stays open until she moves."""
    for incident in tuple(turn.incidents.values()):
        if incident.kind not in ANSWERABLE or incident.phase is IncidentPhase.ANSWERED:
            continue
        if incident.phase is IncidentPhase.ASKED:
            turn.effects.append(AskEnded(incident=incident.id, outcome=AskOutcome.ANSWERED))
        told = replace(
            incident,
            phase=IncidentPhase.ANSWERED,
            answered_at=turn.at,
            wait=Wait.MOVEMENT,
            due=turn.at + turn.limits.incident.movement_s,
        )
        if incident.kind is VerdictKind.LEAK:
            told = replace(told, wait=Wait.NOTHING, due=NEVER)
        turn.keep(told)
        if incident.revision > 0 and decide(turn.register, incident.need):
            give(turn, told)
        if incident.kind is VerdictKind.STOVE_UNATTENDED and turn.stove.cut:
            close(turn, turn.incidents[incident.id], CloseReason.RESIDENT_FINE)


def reached_the_panel(turn: Turn) -> None:
    """She works the panel herself: that is the movement an answer waits for."""
    for incident in tuple(turn.incidents.values()):
        if incident.phase is IncidentPhase.ANSWERED and incident.kind is not VerdictKind.LEAK:
            close(turn, incident, CloseReason.RESIDENT_FINE)


def moved(turn: Turn, sign: Sign, device: Device | None) -> None:
    """Let movement overtake questions, confirm "I am fine", withdraw pages of stillness."""
    if sign.strength is Strength.FADING:
        return
    for incident in tuple(turn.incidents.values()):
        if incident.phase is IncidentPhase.ANSWERED:
            if _fits(turn, incident, sign):
                close(turn, incident, CloseReason.RESIDENT_FINE)
        elif (
            incident.phase is IncidentPhase.ASKED
            or incident.withheld
            or incident.wait in {Wait.CUT, Wait.HOT}
        ):
            if _overtakes(turn, incident, sign, device):
                close(turn, incident, CloseReason.CLEARED)
        elif incident.phase is IncidentPhase.PAGED and incident.kind in STILLNESS:
            _moved_after_page(turn, incident, sign)


def _fits(turn: Turn, incident: Incident, sign: Sign) -> bool:
    """Whether this movement confirms "I am fine"."""
    assert incident.answered_at is not None
    if incident.kind not in ANSWERABLE or sign.at < incident.answered_at:
        return False
    if turn.apartment.pets and sign.strength is not Strength.TOUCH:
        return False
    if incident.kind in FALLS:
        return sign.room != incident.verdict.room
    if incident.kind is VerdictKind.STOVE_UNATTENDED:
        return sign.room == incident.verdict.room
    return incident.kind is not VerdictKind.LEAK


def _overtakes(turn: Turn, incident: Incident, sign: Sign, device: Device | None) -> bool:
    """Whether this movement, without an answer, shows that the question is void."""
    front_door = device is not None and device.role is Role.FRONT_DOOR
    if incident.kind in FALLS:
        # Somebody walks elsewhere; only she can be it when nobody else is or came in.
        came_in = (turn.presence.door_seen or -1.0) >= incident.verdict.at
        others = turn.apartment.pets or turn.presence.visit_until is not None or came_in
        return not others and not front_door and sign.room != incident.verdict.room
    if incident.kind in STILLNESS:
        return not (turn.apartment.pets and sign.strength is not Strength.TOUCH)
    if incident.kind is VerdictKind.STOVE_UNATTENDED:
        return sign.room == incident.verdict.room
    if incident.kind is VerdictKind.DOOR_AT_NIGHT:
        return not front_door
    return False


def _moved_after_page(turn: Turn, incident: Incident, sign: Sign) -> None:
    """Withdraw a page of stillness when two sensors saw movement and nobody can have come in."""
    assert incident.paged_at is not None
    came_in = (turn.presence.door_seen or -1.0) >= incident.paged_at
    if came_in or turn.apartment.pets or turn.presence.visit_until is not None:
        return
    if incident.moved_by is None:
        turn.keep(replace(incident, moved_by=sign.device))
    elif incident.moved_by != sign.device:
        close(turn, incident, CloseReason.CLEARED)


def shared(turn: Turn, event: SharedByTap) -> None:
    """She shares a note with her carers: this one, once, and no other."""
    incident = turn.incidents.get(event.incident)
    if incident is None or incident.kind not in HERS or incident.revision > 0:
        return
    taps = (*turn.register.taps, incident.id)[-TAPS_KEPT:]
    turn.register = replace(turn.register, taps=taps)
    page(turn, incident)
    # It still ends by itself.
    told = turn.incidents[incident.id]
    turn.keep(replace(told, wait=incident.wait, due=incident.due))


def carer_answered(turn: Turn, event: CarerAnswered) -> None:
    """A carer took the incident or is on the way: the resident hears it where she is."""
    incident = turn.incidents.get(event.incident)
    if incident is None:
        return
    if event.step is CarerStep.DECLINED:
        _given_back(turn, incident)
        return
    if incident.phase is IncidentPhase.ASKED:
        # A carer who comes needs no answer to a lamp.
        turn.effects.append(AskEnded(incident=incident.id, outcome=AskOutcome.OVERTAKEN))
    taken = replace(
        incident,
        accepted=True,
        phase=IncidentPhase.ACCEPTED,
        wait=Wait.NOTHING,
        due=NEVER,
        unreached=False,
    )
    turn.keep(taken)
    minutes = {} if event.minutes is None else {"minutes": float(event.minutes)}
    tell(turn, f"carer_{event.step.value}", taken, carer=event.carer, **minutes)


def _given_back(turn: Turn, incident: Incident) -> None:
    """Nobody has it any more: what nobody takes becomes urgent in its time again."""
    if not incident.accepted:
        return
    free = replace(incident, accepted=False)
    if incident.phase is IncidentPhase.ACCEPTED:
        free = replace(free, phase=IncidentPhase.PAGED)
        urgent_after_s = response(incident.verdict, turn.limits).urgent_after_s
        if urgent_after_s is not None and incident.priority is not Priority.URGENT:
            free = replace(free, wait=Wait.URGENT, due=turn.at + urgent_after_s)
    turn.keep(free)


def carer_closed(turn: Turn, event: CarerClosed) -> None:
    """A carer closed the incident; the service knows already.

    What she called meanwhile the carer has not seen, and the service will call people for it.
    """
    incident = turn.incidents.get(event.incident)
    if incident is None:
        return
    if event.message is not None and decide(turn.register, incident.need):
        known = _revision_of(incident, event.message)
        if known is not None and incident.called > known:
            _given_back(turn, incident)
            return
    tell(turn, "carer_closed", incident, carer=event.carer, reason=event.reason.value)
    close(turn, incident, event.reason, say=False)


def running(turn: Turn, event: EscalationRunning) -> None:
    """People are being called: the resident hears it."""
    for incident in turn.incidents.values():
        if _revision_of(incident, event.message) is not None:
            if incident.priority is not Priority.INFO:
                tell(turn, "help_is_called", incident)
            return


def _revision_of(incident: Incident, message: MessageId) -> int | None:
    """Return which revision of an incident a message is, None when it is of another."""
    for revision in range(incident.revision, 0, -1):
        if message_id(incident.id, revision) == message:
            return revision
    return None


def nobody_reached(turn: Turn, event: NobodyReached) -> None:
    """People are called and nobody is there: she hears it once, and that the calling goes on."""
    incident = turn.incidents.get(event.incident)
    if incident is None or incident.accepted or incident.unreached:
        return
    unreached = replace(incident, unreached=True)
    turn.keep(unreached)
    tell(turn, "nobody_reached", unreached)


def somebody_reached(turn: Turn, event: SomebodyReached) -> None:
    """A phone rings after all: whose, and whether they come, nobody knows yet."""
    incident = turn.incidents.get(event.incident)
    if incident is None or not incident.unreached:
        return
    reached = replace(incident, unreached=False)
    turn.keep(reached)
    tell(turn, "help_is_called", reached)


def taken_back(turn: Turn) -> None:
    """The resident takes her help calls back by the separate control."""
    for incident in tuple(turn.incidents.values()):
        if incident.kind is VerdictKind.HELP_CALL:
            tell(turn, "taken_back", incident)
            close(turn, incident, CloseReason.TAKEN_BACK)


def laid_to_rest(turn: Turn, event: IncidentLaidToRest) -> None:
    """It was over long ago and everybody heard of that then: nobody is told anything now."""
    incident = turn.incidents.get(event.incident)
    if incident is not None:
        close(turn, incident, CloseReason.CLEARED, say=False)
