# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""An incident from question to end. The only module that opens, changes and closes one.

Each step is a function of one incident: (incident, ...) -> (incident or None, effects).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from rules.detectors.detector import Detector
from rules.first.state import LEDGER_KEPT, TAPS_KEPT
from rules.model import events as ev
from rules.model.conclusions import Clear
from rules.model.consent import Basis, ConsentState, Need, Register, decide
from rules.model.declaration import Asking, Declaration, Movement, Page, Stays
from rules.model.effects import (
    Ask,
    AskEnded,
    AskOutcome,
    Concluded,
    Effect,
    IncidentClosed,
    IncidentPhase,
    Message,
    Purge,
    Send,
    Tell,
    Withheld,
)
from rules.model.events import CarerStep, CloseReason, ConsentChanged
from rules.model.identity import (
    IncidentId,
    JournalId,
    MessageId,
    RoomId,
    Seconds,
    incident_id,
    message_id,
)
from rules.model.incident import Incident, IncidentLimits, Wait
from rules.model.occurrences import Seen
from rules.model.quantities import DAY_S, NEVER
from rules.model.shared_limits import TechnicalLimits
from rules.model.verdict import Priority, Verdict
from rules.situation.activity import Sign, Strength
from rules.situation.situation import Situation

type Effects = tuple[Effect, ...]
type Moved = tuple[Incident | None, Effects]
_NONE: Effects = ()


class Incidents(NamedTuple):
    """The open incidents and what is allowed; `due` is when the next of them waits no longer."""

    journal: JournalId
    open: Mapping[IncidentId, Incident] = {}
    register: Register = Register()
    ledger: tuple[ConsentChanged, ...] = ()
    due: Seconds = NEVER

    def put(self, name: IncidentId, incident: Incident | None) -> "Incidents":
        if incident is None:
            open_ = {key: one for key, one in self.open.items() if key != name}
        else:
            open_ = {**self.open, name: incident}
        due = min((one.due for one in open_.values()), default=NEVER)
        return self._replace(open=open_, due=due)


class Owner(NamedTuple):
    """The detector an incident belongs to, with its memory: the lifecycle asks, it changes nothing."""

    declared: Declaration
    times: Asking
    detector: Detector[Any, Any]
    memory: Any
    limits: Any
    register: Register

    def may_leave(self, incident: Incident) -> bool:
        return decide(self.register, incident.need)


type Owners = Callable[[str, Register], Owner]


# --- one incident


def where_to_ask(incident: Incident, owner: Owner, now: Situation) -> RoomId | None:
    if owner.declared.ask_there:
        return incident.verdict.room
    last = now.signs.last
    return last.room if last is not None and last.room is not None else incident.verdict.room


def tell(incident: Incident, owner: Owner, now: Situation, key: str, **detail: str | float) -> Tell:
    room = owner.detector.room_told(incident, now)
    if room is None:
        room = where_to_ask(incident, owner, now)
    return Tell(
        key=key, room=room, incident=incident.id, detail={**incident.verdict.detail, **detail}
    )


def give(incident: Incident, owner: Owner, now: Situation, *, reason: str = "") -> Moved:
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


def page(incident: Incident, owner: Owner, now: Situation) -> Moved:
    """Page if a live basis lets the message leave; otherwise say that it was withheld."""
    if not owner.may_leave(incident):
        held = replace(
            incident, phase=IncidentPhase.NOTED, wait=Wait.NOTHING, due=NEVER, withheld=True
        )
        effects: Effects = (Withheld(incident=incident.id, need=incident.need),)
        if incident.priority is Priority.URGENT:
            effects = (*effects, tell(held, owner, now, "not_connected"))
        return held, effects
    wait, due = Wait.NOTHING, NEVER
    urgent_after_s = owner.detector.urgent_after_s(owner.limits)
    urgent = incident.priority is Priority.URGENT
    if urgent_after_s is not None and not urgent and not incident.accepted:
        wait, due = Wait.URGENT, now.at + urgent_after_s
    paged = replace(
        incident,
        phase=IncidentPhase.ACCEPTED if incident.accepted else IncidentPhase.PAGED,
        wait=wait,
        due=due,
        called=incident.revision + 1,
        withheld=False,
        paged_at=now.at if incident.paged_at is None else incident.paged_at,
        late=incident.late or now.late,
    )
    return give(paged, owner, now)


def ask_or_page(incident: Incident, owner: Owner, now: Situation, ask_s: Seconds) -> Moved:
    room = where_to_ask(incident, owner, now)
    until = now.at + ask_s
    if not now.can_ask(room):
        unasked = replace(incident, unasked=True)
        if owner.detector.remedy(owner.memory, unasked, now, owner.limits) is not None:
            return replace(unasked, wait=Wait.CUT, due=until), _NONE
        return page(unasked, owner, now)
    asked = replace(
        incident,
        phase=IncidentPhase.ASKED,
        asked=incident.asked + 1,
        wait=Wait.ANSWER,
        due=until,
        unasked=False,
    )
    question = Ask(
        incident=asked.id, kind=asked.kind, room=room, answer_by=until, attempt=asked.asked
    )
    return asked, (question,)


def _page_if_chosen(incident: Incident, owner: Owner, now: Situation) -> Moved:
    """Pass a reminder on where she chose it and it still holds; else it stays a word at home."""
    holds = owner.detector.holds(owner.memory, incident, now, owner.limits)
    if owner.may_leave(incident) and holds:
        return page(incident, owner, now)
    return replace(incident, wait=Wait.NOTHING, due=NEVER), _NONE


def _pages(incident: Incident, owner: Owner) -> Page:
    """A technical note that is not only information is paged at once."""
    declared = owner.declared.page
    if declared is Page.BY_DAY and incident.verdict.priority is not Priority.INFO:
        return Page.AT_ONCE
    return declared


def start(incident: Incident, owner: Owner, now: Situation) -> Moved:
    times = owner.times
    match _pages(incident, owner):
        case Page.AT_ONCE:
            return page(incident, owner, now)
        case Page.NO_ANSWER:
            return ask_or_page(incident, owner, now, times.asks[0])
        case Page.BY_DAY:
            said_at = now.limits[TechnicalLimits].bundle_at_s
            due = min(now.wall.next_local(now.apartment, now.at, said_at), now.at + DAY_S)
            return replace(incident, wait=Wait.PAGE, due=due), _NONE
        case Page.IF_CHOSEN:
            due = owner.detector.passed_on_at(times, now)
            if due > now.at:
                return replace(incident, wait=Wait.PAGE, due=due), _NONE
            return _page_if_chosen(incident, owner, now)
        case Page.NEVER:
            return replace(incident, wait=Wait.END, due=now.at + times.shown_s), _NONE


def opened(name: IncidentId, place: str, verdict: Verdict, owner: Owner, now: Situation) -> Moved:
    need = owner.declared.need
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
        test=owner.detector.is_test(verdict),
    )
    effects: Effects = (Concluded(incident=name, verdict=verdict),)
    if owner.declared.told:
        effects = (*effects, tell(incident, owner, now, str(verdict.kind.value)))
    incident_, more = start(incident, owner, now)
    return incident_, (*effects, *more)


def again(incident: Incident, verdict: Verdict, owner: Owner, now: Situation) -> Moved:
    """Count it up."""
    incident = replace(
        incident,
        verdict=verdict,
        count=incident.count + 1,
        late=verdict.late,
        moved_by=None,
        over=False,
    )
    said: Effects = (Concluded(incident=incident.id, verdict=verdict),)
    match _pages(incident, owner):
        case Page.AT_ONCE:
            moved, more = page(incident, owner, now)
        case Page.NO_ANSWER if incident.phase is not IncidentPhase.ASKED:
            moved, more = start(replace(incident, asked=0, asked_again=False), owner, now)
        case _:
            moved, more = incident, _NONE
    return moved, (*said, *more)


def close(
    incident: Incident, owner: Owner, now: Situation, reason: CloseReason, *, say: bool = True
) -> Moved:
    effects: Effects = ()
    if incident.phase is IncidentPhase.ASKED:
        effects = (AskEnded(incident=incident.id, outcome=AskOutcome.OVERTAKEN),)
    if say and incident.revision > 0 and owner.may_leave(incident):
        closing = replace(incident, phase=IncidentPhase.CLOSED)
        effects = (*effects, *give(closing, owner, now, reason=reason.value)[1])
    return None, (*effects, IncidentClosed(incident=incident.id, reason=reason.value))


def expire(
    incident: Incident, owner: Owner, now: Situation
) -> tuple[Incident | None, Effects, Any]:
    """Apply its deadline; the third part is the owner's memory after a remedy."""
    memory = owner.memory
    match incident.wait:
        case Wait.ANSWER:
            ended: Effects = (AskEnded(incident=incident.id, outcome=AskOutcome.TIMED_OUT),)
            moved, more, memory = _unanswered(
                replace(incident, phase=IncidentPhase.NOTED), owner, now
            )
            return moved, (*ended, *more), memory
        case Wait.CUT:
            return _unanswered(incident, owner, now)
        case Wait.MOVEMENT if incident.asked_again:
            moved, more = page(incident, owner, now)
        case Wait.MOVEMENT:
            again_s = now.limits[IncidentLimits].again_ask_s
            moved, more = ask_or_page(replace(incident, asked_again=True), owner, now, again_s)
        case Wait.PAGE if owner.declared.page is Page.IF_CHOSEN:
            moved, more = _page_if_chosen(incident, owner, now)
        case Wait.PAGE:
            moved, more = page(incident, owner, now)
            if owner.detector.over_when_told(incident):
                assert moved is not None
                # It is over already: said once, the next one is a matter of its own.
                moved, last = close(moved, owner, now, CloseReason.CLEARED, say=False)
                more = (*more, *last)
        case Wait.URGENT:
            moved, more = page(replace(incident, priority=Priority.URGENT), owner, now)
        case Wait.HOT if owner.detector.holds(memory, incident, now, owner.limits):
            moved, more = page(incident, owner, now)
        case Wait.HOT | Wait.END:
            moved, more = close(incident, owner, now, CloseReason.CLEARED)
        case Wait.NOTHING:
            raise AssertionError("an incident that waits for nothing has no deadline")
    return moved, more, memory


def _unanswered(
    incident: Incident, owner: Owner, now: Situation
) -> tuple[Incident | None, Effects, Any]:
    helped = owner.detector.remedy(owner.memory, incident, now, owner.limits)
    if helped is not None:
        told = tell(incident, owner, now, helped.told)
        due = now.at + helped.check_s
        return replace(incident, wait=Wait.HOT, due=due), (*helped.commands, told), helped.memory
    asks = owner.times.asks
    if not incident.asked_again and incident.asked < len(asks):
        moved, more = ask_or_page(incident, owner, now, asks[incident.asked])
    else:
        moved, more = page(incident, owner, now)
    return moved, more, owner.memory


# --- what a detector concluded


def conclude(
    incidents: Incidents,
    verdict: Verdict,
    owner: Owner,
    now: Situation,
    taken: Iterable[IncidentId],
) -> tuple[Incidents, Effects]:
    """Open an incident for a verdict, or count up the open one it belongs to."""
    declared = owner.declared
    if verdict.kind in now.limits.off or owner.detector.known(verdict, now):
        return incidents, _NONE
    place = declared.place(verdict)
    found, effects = now.find(verdict.kind, place), _NONE
    if found is not None and verdict.at - found.verdict.at > owner.detector.card_s(owner.limits):
        if found.withheld:
            gone, effects = close(found, owner, now, CloseReason.CLEARED)
            incidents = incidents.put(found.id, gone)
        found = None
    if found is not None:
        moved, more = again(found, verdict, owner, now)
        return incidents.put(found.id, moved), (*effects, *more)
    name = _new_id(incidents, verdict.kind.value, place, now, set(taken))
    moved, more = opened(name, place, verdict, owner, now)
    return incidents.put(name, moved), (*effects, *more)


def _new_id(
    incidents: Incidents, kind: str, place: str, now: Situation, taken: set[IncidentId]
) -> IncidentId:
    name = incident_id(incidents.journal, now.seq, kind, place)
    second = 1
    while name in taken or name in incidents.open:
        # One row (a late wake-up) opened, closed and opened the same matter again.
        second += 1
        name = incident_id(incidents.journal, now.seq, kind, f"{place}#{second}")
    return name


def clear(
    incidents: Incidents, matter: Clear, owner: Owner, now: Situation
) -> tuple[Incidents, Effects]:
    """The world is right again: end the matter, or leave it to whoever was called for it."""
    found = now.find(matter.kind, matter.place)
    if found is None:
        return incidents, _NONE
    stays = owner.declared.stays
    if (stays is not Stays.NEVER and found.accepted) or (
        stays is Stays.CALLED and found.revision > 0
    ):
        return incidents.put(found.id, replace(found, over=True)), _NONE
    moved, effects = close(found, owner, now, CloseReason.CLEARED)
    return incidents.put(found.id, moved), effects


# --- what people and service say; movement

type Heard = tuple[Incidents, Effects]


def _each(incidents: Incidents, step: Callable[[Incident], Moved | None]) -> Heard:
    effects: list[Effect] = []
    for incident in tuple(incidents.open.values()):
        moved = step(incident)
        if moved is not None:
            incidents = incidents.put(incident.id, moved[0])
            effects += moved[1]
    return incidents, tuple(effects)


def answered_fine(incidents: Incidents, _event: object, owners: Owners, now: Situation) -> Heard:
    """What "I am fine" answers stays open until she moves."""

    def answer(incident: Incident) -> Moved | None:
        owner = owners(incident.kind, incidents.register)
        if not owner.declared.answerable or incident.phase is IncidentPhase.ANSWERED:
            return None
        effects: Effects = ()
        if incident.phase is IncidentPhase.ASKED:
            effects = (AskEnded(incident=incident.id, outcome=AskOutcome.ANSWERED),)
        lasts = owner.declared.confirmed_by is Movement.NONE
        moved: Incident | None = replace(
            incident,
            phase=IncidentPhase.ANSWERED,
            answered_at=now.at,
            wait=Wait.NOTHING if lasts else Wait.MOVEMENT,
            due=NEVER if lasts else now.at + now.limits[IncidentLimits].movement_s,
        )
        assert moved is not None
        if incident.revision > 0 and owner.may_leave(incident):
            moved, more = give(moved, owner, now)
            effects = (*effects, *more)
        if owner.detector.settled(owner.memory):
            assert moved is not None
            moved, more = close(moved, owner, now, CloseReason.RESIDENT_FINE)
            effects = (*effects, *more)
        return moved, effects

    return _each(incidents, answer)


def paused(incidents: Incidents, event: object, owners: Owners, now: Situation) -> Heard:
    """She works the panel herself: an answer, and the movement it waits for."""
    incidents, effects = answered_fine(incidents, event, owners, now)

    def confirm(incident: Incident) -> Moved | None:
        owner = owners(incident.kind, incidents.register)
        if incident.phase is not IncidentPhase.ANSWERED:
            return None
        if owner.declared.confirmed_by is Movement.NONE:
            return None
        return close(incident, owner, now, CloseReason.RESIDENT_FINE)

    incidents, more = _each(incidents, confirm)
    return incidents, (*effects, *more)


def moved(incidents: Incidents, event: Seen, owners: Owners, now: Situation) -> Heard:
    """Let movement overtake questions, confirm "I am fine", withdraw pages of stillness."""
    if not incidents.open or not event.confirms:
        return incidents, _NONE

    def move(incident: Incident) -> Moved | None:
        owner = owners(incident.kind, incidents.register)
        if incident.phase is IncidentPhase.ANSWERED:
            if _fits(incident, event.sign, owner, now):
                return close(incident, owner, now, CloseReason.RESIDENT_FINE)
        elif (
            incident.phase is IncidentPhase.ASKED
            or incident.withheld
            or incident.wait in {Wait.CUT, Wait.HOT}
        ):
            if _overtakes(incident, event, owner, now):
                return close(incident, owner, now, CloseReason.CLEARED)
        elif incident.phase is IncidentPhase.PAGED and owner.declared.withdrawn_by_movement:
            return _moved_after_page(incident, event.sign, owner, now)
        return None

    return _each(incidents, move)


def _fits(incident: Incident, sign: Sign, owner: Owner, now: Situation) -> bool:
    assert incident.answered_at is not None
    if not owner.declared.answerable or sign.at < incident.answered_at:
        return False
    if now.apartment.pets and sign.strength is not Strength.TOUCH:
        return False
    return _is_where(owner.declared.confirmed_by, incident, sign)


def _is_where(which: Movement, incident: Incident, sign: Sign) -> bool:
    match which:
        case Movement.NONE:
            return False
        case Movement.ANY | Movement.INDOORS:
            return True
        case Movement.THERE:
            return sign.room == incident.verdict.room
        case Movement.ELSEWHERE:
            return sign.room != incident.verdict.room


def _overtakes(incident: Incident, event: Seen, owner: Owner, now: Situation) -> bool:
    which = owner.declared.overtaken_by
    if which is Movement.ELSEWHERE:
        # Only she can be it when nobody else is or came in.
        came_in = (now.presence.door_seen or -1.0) >= incident.verdict.at
        others = now.apartment.pets or now.presence.visit_until is not None or came_in
        if others or event.front_door:
            return False
    if which is Movement.ANY and now.apartment.pets and event.sign.strength is not Strength.TOUCH:
        return False
    if which is Movement.INDOORS and event.front_door:
        return False
    return _is_where(which, incident, event.sign)


def _moved_after_page(incident: Incident, sign: Sign, owner: Owner, now: Situation) -> Moved | None:
    """Withdraw a page of stillness when two sensors saw movement and nobody can have come in."""
    assert incident.paged_at is not None
    came_in = (now.presence.door_seen or -1.0) >= incident.paged_at
    if came_in or now.apartment.pets or now.presence.visit_until is not None:
        return None
    if incident.moved_by is None:
        return replace(incident, moved_by=sign.device), _NONE
    if incident.moved_by != sign.device:
        return close(incident, owner, now, CloseReason.CLEARED)
    return None


def taken_back(incidents: Incidents, _event: object, owners: Owners, now: Situation) -> Heard:
    def back(incident: Incident) -> Moved | None:
        owner = owners(incident.kind, incidents.register)
        if not owner.detector.ended_by_take_back(incident):
            return None
        told = tell(incident, owner, now, "taken_back")
        gone, effects = close(incident, owner, now, CloseReason.TAKEN_BACK)
        return gone, (told, *effects)

    return _each(incidents, back)


def shared(incidents: Incidents, event: ev.SharedByTap, owners: Owners, now: Situation) -> Heard:
    """She shares a note with her carers: this one, once, and no other."""
    incident = incidents.open.get(event.incident)
    if incident is None or incident.need.basis is not Basis.SINGLE_TAP or incident.revision > 0:
        return incidents, _NONE
    taps = (*incidents.register.taps, incident.id)[-TAPS_KEPT:]
    incidents = incidents._replace(register=replace(incidents.register, taps=taps))
    told, effects = page(incident, owners(incident.kind, incidents.register), now)
    assert told is not None
    # It still ends by itself.
    return incidents.put(told.id, replace(told, wait=incident.wait, due=incident.due)), effects


def carer_answered(
    incidents: Incidents, event: ev.CarerAnswered, owners: Owners, now: Situation
) -> Heard:
    incident = incidents.open.get(event.incident)
    if incident is None:
        return incidents, _NONE
    owner = owners(incident.kind, incidents.register)
    if event.step is CarerStep.DECLINED:
        return incidents.put(incident.id, _given_back(incident, owner, now)), _NONE
    effects: Effects = ()
    if incident.phase is IncidentPhase.ASKED:
        # A carer who comes needs no answer to a lamp.
        effects = (AskEnded(incident=incident.id, outcome=AskOutcome.OVERTAKEN),)
    taken = replace(
        incident,
        accepted=True,
        phase=IncidentPhase.ACCEPTED,
        wait=Wait.NOTHING,
        due=NEVER,
        unreached=False,
    )
    minutes = {} if event.minutes is None else {"minutes": float(event.minutes)}
    told = tell(taken, owner, now, f"carer_{event.step.value}", carer=event.carer, **minutes)
    return incidents.put(incident.id, taken), (*effects, told)


def _given_back(incident: Incident, owner: Owner, now: Situation) -> Incident:
    if not incident.accepted:
        return incident
    free = replace(incident, accepted=False)
    if incident.phase is IncidentPhase.ACCEPTED:
        free = replace(free, phase=IncidentPhase.PAGED)
        urgent_after_s = owner.detector.urgent_after_s(owner.limits)
        if urgent_after_s is not None and incident.priority is not Priority.URGENT:
            free = replace(free, wait=Wait.URGENT, due=now.at + urgent_after_s)
    return free


def carer_closed(
    incidents: Incidents, event: ev.CarerClosed, owners: Owners, now: Situation
) -> Heard:
    incident = incidents.open.get(event.incident)
    if incident is None:
        return incidents, _NONE
    owner = owners(incident.kind, incidents.register)
    if event.message is not None and owner.may_leave(incident):
        known = _revision_of(incident, event.message)
        if known is not None and incident.called > known:
            return incidents.put(incident.id, _given_back(incident, owner, now)), _NONE
    told = tell(incident, owner, now, "carer_closed", carer=event.carer, reason=event.reason.value)
    gone, effects = close(incident, owner, now, event.reason, say=False)
    return incidents.put(incident.id, gone), (told, *effects)


def running(
    incidents: Incidents, event: ev.EscalationRunning, owners: Owners, now: Situation
) -> Heard:
    for incident in incidents.open.values():
        if _revision_of(incident, event.message) is not None:
            if incident.priority is Priority.INFO:
                return incidents, _NONE
            owner = owners(incident.kind, incidents.register)
            return incidents, (tell(incident, owner, now, "help_is_called"),)
    return incidents, _NONE


def _revision_of(incident: Incident, message: MessageId) -> int | None:
    for revision in range(incident.revision, 0, -1):
        if message_id(incident.id, revision) == message:
            return revision
    return None


def nobody_reached(
    incidents: Incidents, event: ev.NobodyReached, owners: Owners, now: Situation
) -> Heard:
    incident = incidents.open.get(event.incident)
    if incident is None or incident.accepted or incident.unreached:
        return incidents, _NONE
    unreached = replace(incident, unreached=True)
    owner = owners(incident.kind, incidents.register)
    return incidents.put(incident.id, unreached), (tell(unreached, owner, now, "nobody_reached"),)


def somebody_reached(
    incidents: Incidents, event: ev.SomebodyReached, owners: Owners, now: Situation
) -> Heard:
    incident = incidents.open.get(event.incident)
    if incident is None or not incident.unreached:
        return incidents, _NONE
    reached = replace(incident, unreached=False)
    owner = owners(incident.kind, incidents.register)
    return incidents.put(incident.id, reached), (tell(reached, owner, now, "help_is_called"),)


def laid_to_rest(
    incidents: Incidents, event: ev.IncidentLaidToRest, owners: Owners, now: Situation
) -> Heard:
    incident = incidents.open.get(event.incident)
    if incident is None:
        return incidents, _NONE
    owner = owners(incident.kind, incidents.register)
    gone, effects = close(incident, owner, now, CloseReason.CLEARED, say=False)
    return incidents.put(incident.id, gone), effects


def consent(incidents: Incidents, event: ConsentChanged, _owners: Owners, _now: Situation) -> Heard:
    ledger = (*incidents.ledger, event)[-LEDGER_KEPT:]
    pair, given = (event.purpose, event.recipient), incidents.register.given
    if event.state is ConsentState.GIVEN:
        register = replace(incidents.register, given=given | {pair})
        return incidents._replace(ledger=ledger, register=register), _NONE
    register = replace(incidents.register, given=given - {pair})
    need = Need(basis=Basis.CONSENT, purpose=event.purpose, recipient=event.recipient)
    effects: Effects = (Purge(need=need),) if pair in given else ()
    return incidents._replace(ledger=ledger, register=register), effects


def agreement(
    incidents: Incidents, event: ev.AgreementChanged, _owners: Owners, _now: Situation
) -> Heard:
    ended = incidents.register.help_agreement and not event.live
    register = replace(incidents.register, help_agreement=event.live)
    effects: Effects = ()
    if ended:
        bases = (Basis.HELP_AGREEMENT, Basis.HAZARD_RELAY)
        effects = tuple(Purge(need=Need(basis=basis)) for basis in bases)
    return incidents._replace(register=register), effects


HEARS: Mapping[type, Callable[..., Heard]] = {
    Seen: moved,
    ev.FinePressed: answered_fine,
    ev.AnsweredFine: answered_fine,
    ev.Paused: paused,
    ev.HelpTakenBack: taken_back,
    ev.SharedByTap: shared,
    ev.CarerAnswered: carer_answered,
    ev.CarerClosed: carer_closed,
    ev.EscalationRunning: running,
    ev.NobodyReached: nobody_reached,
    ev.SomebodyReached: somebody_reached,
    ev.IncidentLaidToRest: laid_to_rest,
    ev.ConsentChanged: consent,
    ev.AgreementChanged: agreement,
}
