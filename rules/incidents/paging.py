# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Question and page: the resident is asked first where she can be; the consent gate stands here."""

from dataclasses import replace
from typing import assert_never

from rules.incidents.messages import give, tell, where_to_ask
from rules.incidents.owner import Effects, Owner
from rules.model.declaration import Page
from rules.model.effects import Ask, IncidentPhase, Withheld
from rules.model.identity import Seconds
from rules.model.incident import Incident, Wait
from rules.model.quantities import DAY_S, NEVER
from rules.model.shared_limits import TechnicalLimits
from rules.model.verdict import Priority
from rules.situation.situation import Situation


def start(incident: Incident, owner: Owner, now: Situation) -> tuple[Incident, Effects]:
    """Begin with what its kind declares: a page, a question, a note."""
    times = owner.times
    match pages(incident, owner):
        case Page.AT_ONCE:
            return page(incident, owner, now)
        case Page.NO_ANSWER:
            return ask_or_page(incident, owner, now, times.asks[0])
        case Page.BY_DAY:
            said_at_s = now.limits[TechnicalLimits].bundle_at_s
            due = min(now.wall.next_local(now.apartment, now.at, said_at_s), now.at + DAY_S)
            return replace(incident, wait=Wait.PAGE, due=due), ()
        case Page.IF_CHOSEN:
            due = owner.detector.passed_on_at(times, now)
            if due > now.at:
                return replace(incident, wait=Wait.PAGE, due=due), ()
            return page_if_chosen(incident, owner, now)
        case Page.NEVER:
            return replace(incident, wait=Wait.END, due=now.at + times.shown_s), ()
        case never:
            assert_never(never)


def pages(incident: Incident, owner: Owner) -> Page:
    """Return when it is paged; a technical note above information is paged at once."""
    declared = owner.declared.page
    if declared is Page.BY_DAY and incident.verdict.priority is not Priority.INFO:
        return Page.AT_ONCE
    return declared


def ask_or_page(
    incident: Incident, owner: Owner, now: Situation, ask_s: Seconds
) -> tuple[Incident, Effects]:
    """Ask the resident; page at once in a room in which no question can be answered."""
    room = where_to_ask(incident, owner, now)
    until = now.at + ask_s
    if not now.can_ask(room):
        unasked = replace(incident, unasked=True)
        if owner.detector.remedy(owner.memory, unasked, now, owner.limits) is not None:
            return replace(unasked, wait=Wait.CUT, due=until), ()
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


def page(incident: Incident, owner: Owner, now: Situation) -> tuple[Incident, Effects]:
    """Page if a live basis lets the message leave; otherwise say that it was withheld."""
    if not owner.may_leave(incident):
        return _withheld(incident, owner, now)
    wait, due = urgent_later(incident, owner, now)
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


def _withheld(incident: Incident, owner: Owner, now: Situation) -> tuple[Incident, Effects]:
    held = replace(incident, phase=IncidentPhase.NOTED, wait=Wait.NOTHING, due=NEVER, withheld=True)
    effects: Effects = (Withheld(incident=incident.id, need=incident.need),)
    if incident.priority is Priority.URGENT:
        effects = (*effects, tell(held, owner, now, "not_connected"))
    return held, effects


def urgent_later(incident: Incident, owner: Owner, now: Situation) -> tuple[Wait, Seconds]:
    """Return what a page waits for: a page nobody accepts may become urgent."""
    if incident.priority is Priority.URGENT or incident.accepted:
        return Wait.NOTHING, NEVER
    after_s = owner.detector.urgent_after_s(owner.limits)
    return (Wait.NOTHING, NEVER) if after_s is None else (Wait.URGENT, now.at + after_s)


def page_if_chosen(incident: Incident, owner: Owner, now: Situation) -> tuple[Incident, Effects]:
    """Pass a reminder on where she chose it and it still holds; else it stays a word at home."""
    holds = owner.detector.holds(owner.memory, incident, now, owner.limits)
    if owner.may_leave(incident) and holds:
        return page(incident, owner, now)
    return replace(incident, wait=Wait.NOTHING, due=NEVER), ()
