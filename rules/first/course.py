# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The course of an incident from question to end; the consent gate stands here."""

from dataclasses import replace
from typing import assert_never

from rules.first import drawer, kitchen
from rules.first.response import FALLS, Page, Response, response
from rules.first.turn import Turn
from rules.model.apartment import Role
from rules.model.consent import Basis, decide
from rules.model.effects import (
    Ask,
    AskEnded,
    AskOutcome,
    Concluded,
    IncidentClosed,
    IncidentPhase,
    Message,
    Send,
    Switch,
    Tell,
    Withheld,
)
from rules.model.events import CloseReason
from rules.model.identity import IncidentId, RoomId, Seconds, incident_id, message_id
from rules.model.incident import Incident, Wait
from rules.model.quantities import DAY_S, NEVER
from rules.model.verdict import NEED, Priority, Verdict, VerdictKind
from rules.situation.coverage import why_blind


def place_of(verdict: Verdict) -> str:
    """Return what the incident is about: two of a kind at one place are one matter."""
    match verdict.kind:
        case (
            VerdictKind.INACTIVITY
            | VerdictKind.NOT_SEEN
            | VerdictKind.NO_FIRST_MOVEMENT
            | VerdictKind.MEDICATION_DRAWER
        ):
            return ""
        case VerdictKind.RADIO_DOWN:
            return str(verdict.detail["source"])
        case VerdictKind.ROW_QUARANTINED:
            return str(verdict.evidence[-1])
        case (
            VerdictKind.SENSOR_SILENT
            | VerdictKind.STUCK_ON
            | VerdictKind.BATTERY_LOW
            | VerdictKind.HEAT
            | VerdictKind.COLD
            | VerdictKind.WATER_RUNNING
        ):
            return verdict.device or ""
        case _:
            return verdict.room or verdict.device or ""


def conclude(turn: Turn, verdict: Verdict, *, test: bool = False) -> None:
    """Open an incident for a verdict, or count up the open one it belongs to."""
    if verdict.kind in turn.limits.off:
        return
    place = place_of(verdict)
    found = turn.find(verdict.kind, place)
    card_s = turn.limits.help_call.card_s
    if (
        found is not None
        and verdict.kind is VerdictKind.HELP_CALL
        and verdict.at - found.verdict.at > card_s
    ):
        if found.withheld:
            close(turn, found, CloseReason.CLEARED)
        found = None
    follows = response(verdict, turn.limits)
    if found is not None:
        _again(turn, found, verdict, follows)
        return
    name = _new_id(turn, verdict.kind, place)
    need = NEED[verdict.kind]
    incident = Incident(
        id=name,
        kind=verdict.kind,
        place=place,
        verdict=verdict,
        opened_at=verdict.at,
        # What is hers alone leaves by a tap on this very note, and no other.
        need=replace(need, incident=name) if need.basis is Basis.SINGLE_TAP else need,
        priority=verdict.priority,
        late=verdict.late,
        test=test,
    )
    turn.keep(incident)
    turn.effects.append(Concluded(incident=incident.id, verdict=verdict))
    if follows.tell:
        tell(turn, verdict.kind.value, incident)
    _start(turn, incident, follows)


def _new_id(turn: Turn, kind: VerdictKind, place: str) -> IncidentId:
    name = incident_id(turn.journal, turn.seq, kind.value, place)
    used = {effect.incident for effect in turn.effects if isinstance(effect, Concluded)}
    second = 1
    while name in used or name in turn.incidents:
        # One row (a late wake-up) opened, closed and opened the same matter again.
        second += 1
        name = incident_id(turn.journal, turn.seq, kind.value, f"{place}#{second}")
    return name


def _again(turn: Turn, incident: Incident, verdict: Verdict, follows: Response) -> None:
    incident = replace(
        incident,
        verdict=verdict,
        count=incident.count + 1,
        late=verdict.late,
        moved_by=None,
        over=False,
    )
    turn.keep(incident)
    turn.effects.append(Concluded(incident=incident.id, verdict=verdict))
    match follows.page:
        case Page.AT_ONCE:
            page(turn, incident)
        case Page.NO_ANSWER if incident.phase is not IncidentPhase.ASKED:
            _start(turn, replace(incident, asked=0, asked_again=False), follows)
        case _:
            pass


def _start(turn: Turn, incident: Incident, follows: Response) -> None:
    match follows.page:
        case Page.AT_ONCE:
            page(turn, incident)
        case Page.NO_ANSWER:
            _ask_or_page(turn, incident, follows.asks[0])
        case Page.BY_DAY:
            limits = turn.limits.technical
            due = turn.wall.next_local(turn.apartment, turn.at, limits.bundle_at_s)
            turn.keep(replace(incident, wait=Wait.PAGE, due=min(due, turn.at + DAY_S)))
        case Page.IF_CHOSEN:
            due = turn.at + follows.page_after_s
            if follows.waking:
                due = turn.wall.waking_after(turn.apartment, turn.at, follows.page_after_s)
            if due > turn.at:
                turn.keep(replace(incident, wait=Wait.PAGE, due=due))
            else:
                _page_if_chosen(turn, incident)
        case Page.NEVER:
            turn.keep(replace(incident, wait=Wait.END, due=turn.at + follows.shown_s))
        case _:
            assert_never(follows.page)


def _page_if_chosen(turn: Turn, incident: Incident) -> None:
    """Pass a reminder on where she chose it and it still holds; else it stays a word at home."""
    if decide(turn.register, incident.need) and _holds(turn, incident):
        page(turn, incident)
    else:
        turn.keep(replace(incident, wait=Wait.NOTHING, due=NEVER))


def _holds(turn: Turn, incident: Incident) -> bool:
    """Whether what she was reminded of can still be known."""
    match incident.kind:
        case VerdictKind.KITCHEN_UNUSED:
            return kitchen.can_tell(turn)
        case VerdictKind.MEDICATION_DRAWER:
            return drawer.can_tell(turn)
        case VerdictKind.WATER_RUNNING:
            tap = None if incident.verdict.device is None else turn.device(incident.verdict.device)
            return tap is not None and why_blind(turn.coverage, tap) is None
        case _:
            return True


def where_to_ask(turn: Turn, incident: Incident) -> RoomId | None:
    """Return the room to ask in: where she may lie, otherwise where she was seen last."""
    if incident.kind in FALLS:
        return incident.verdict.room
    last = turn.signs.last
    return last.room if last is not None and last.room is not None else incident.verdict.room


def _ask_or_page(turn: Turn, incident: Incident, ask_s: Seconds) -> None:
    room = where_to_ask(turn, incident)
    if not turn.can_ask(room):
        unasked = replace(incident, unasked=True)
        if _can_cut(turn, incident):
            turn.keep(replace(unasked, wait=Wait.CUT, due=turn.at + ask_s))
        else:
            page(turn, unasked)
        return
    asked = incident.asked + 1
    until = turn.at + ask_s
    turn.keep(
        replace(
            incident,
            phase=IncidentPhase.ASKED,
            asked=asked,
            wait=Wait.ANSWER,
            due=until,
            unasked=False,
        )
    )
    turn.effects.append(
        Ask(incident=incident.id, kind=incident.kind, room=room, answer_by=until, attempt=asked)
    )


def page(turn: Turn, incident: Incident) -> None:
    """Page, if a live basis lets the message leave; otherwise say that it was withheld."""
    follows = response(incident.verdict, turn.limits)
    phase = IncidentPhase.ACCEPTED if incident.accepted else IncidentPhase.PAGED
    if not decide(turn.register, incident.need):
        turn.keep(
            replace(
                incident,
                phase=IncidentPhase.NOTED,
                wait=Wait.NOTHING,
                due=NEVER,
                withheld=True,
            )
        )
        turn.effects.append(Withheld(incident=incident.id, need=incident.need))
        if incident.priority is Priority.URGENT:
            tell(turn, "not_connected", incident)
        return
    wait, due = Wait.NOTHING, NEVER
    if (
        follows.urgent_after_s is not None
        and incident.priority is not Priority.URGENT
        and not incident.accepted
    ):
        wait, due = Wait.URGENT, turn.at + follows.urgent_after_s
    give(
        turn,
        replace(
            incident,
            phase=phase,
            wait=wait,
            due=due,
            called=incident.revision + 1,
            withheld=False,
            paged_at=turn.at if incident.paged_at is None else incident.paged_at,
            late=incident.late or turn.late,
        ),
    )


def give(turn: Turn, incident: Incident, *, reason: str = "") -> None:
    """Give the next revision to the outbox; only with a live basis."""
    assert decide(turn.register, incident.need), "nothing leaves without a live basis"
    incident = replace(incident, revision=incident.revision + 1)
    turn.keep(incident)
    verdict = incident.verdict
    detail = dict(verdict.detail)
    if incident.unasked:
        detail["asked"] = "no"
    if incident.answered_at is not None:
        detail["answered"] = "fine"
    if reason:
        detail["closed"] = reason
    if incident.kind is VerdictKind.STOVE_UNATTENDED:
        # A cut-off that did not obey has cut nothing: the meter knows.
        detail["cut"] = "yes" if turn.stove.cut and not turn.stove.draws else "no"
    turn.effects.append(
        Send(
            message=Message(
                id=message_id(incident.id, incident.revision),
                incident=incident.id,
                revision=incident.revision,
                kind=incident.kind,
                priority=incident.priority,
                phase=incident.phase,
                at=verdict.at,
                utc_s=turn.wall.utc_s(verdict.at),
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
        )
    )


def tell(turn: Turn, key: str, incident: Incident, **detail: str | float) -> None:
    """Say something to the resident: in the room of the matter, or where she was seen last."""
    room = incident.verdict.room
    if room is None or incident.kind is VerdictKind.STOVE_UNATTENDED:
        room = where_to_ask(turn, incident)
    turn.effects.append(
        Tell(
            key=key,
            room=room,
            incident=incident.id,
            detail={**incident.verdict.detail, **detail},
        )
    )


def close(turn: Turn, incident: Incident, reason: CloseReason, *, say: bool = True) -> None:
    """End an incident; the care service hears of it when it heard of the incident.

    Args:
        turn: the running turn.
        incident: an open one.
        reason: why it is over.
        say: give a closing revision to the outbox (not when the service itself closed it).
    """
    if incident.phase is IncidentPhase.ASKED:
        turn.effects.append(AskEnded(incident=incident.id, outcome=AskOutcome.OVERTAKEN))
    if say and incident.revision > 0 and decide(turn.register, incident.need):
        give(turn, replace(incident, phase=IncidentPhase.CLOSED), reason=reason.value)
    turn.drop(incident.id)
    turn.effects.append(IncidentClosed(incident=incident.id, reason=reason.value))


def clear(turn: Turn, kind: VerdictKind, place: str) -> None:
    """End the open incident of this kind and place, if there is one: the world is right again."""
    found = turn.find(kind, place)
    if found is not None:
        close(turn, found, CloseReason.CLEARED)


def expire(turn: Turn, incident: Incident) -> None:
    """Apply the deadline of an incident at `turn.at`."""
    match incident.wait:
        case Wait.ANSWER:
            turn.effects.append(AskEnded(incident=incident.id, outcome=AskOutcome.TIMED_OUT))
            _unanswered(turn, replace(incident, phase=IncidentPhase.NOTED))
        case Wait.CUT:
            _unanswered(turn, incident)
        case Wait.MOVEMENT:
            if incident.asked_again:
                page(turn, incident)
            else:
                again_s = turn.limits.incident.again_ask_s
                _ask_or_page(turn, replace(incident, asked_again=True), again_s)
        case Wait.PAGE if response(incident.verdict, turn.limits).page is Page.IF_CHOSEN:
            _page_if_chosen(turn, incident)
        case Wait.PAGE:
            page(turn, incident)
            if incident.kind is VerdictKind.POWER_WAS_OFF:
                # It is over already: said once, the next cut is a matter of its own.
                close(turn, turn.incidents[incident.id], CloseReason.CLEARED, say=False)
        case Wait.URGENT:
            page(turn, replace(incident, priority=Priority.URGENT))
        case Wait.HOT:
            if turn.stove.is_hot(turn.at):
                page(turn, incident)
            else:
                close(turn, incident, CloseReason.CLEARED)
        case Wait.END:
            close(turn, incident, CloseReason.CLEARED)
        case Wait.NOTHING:
            raise AssertionError("an incident that waits for nothing has no deadline")
        case _:
            assert_never(incident.wait)


def _can_cut(turn: Turn, incident: Incident) -> bool:
    """Whether this is a stove that we can still switch off."""
    stove = incident.kind is VerdictKind.STOVE_UNATTENDED
    return stove and not turn.stove.cut and turn.first(Role.STOVE_CUTOFF) is not None


def _unanswered(turn: Turn, incident: Incident) -> None:
    follows = response(incident.verdict, turn.limits)
    cutoff = turn.first(Role.STOVE_CUTOFF)
    if cutoff is not None and _can_cut(turn, incident):
        turn.stove = replace(turn.stove, cut=True)
        turn.effects.append(Switch(device=cutoff.id, on=False, why="stove_unattended"))
        tell(turn, "stove_cut", incident)
        due = turn.at + turn.limits.stove_unattended.check_s
        turn.keep(replace(incident, wait=Wait.HOT, due=due))
        return
    if not incident.asked_again and incident.asked < len(follows.asks):
        _ask_or_page(turn, incident, follows.asks[incident.asked])
    else:
        page(turn, incident)
