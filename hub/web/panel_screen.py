# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""From the panel's value to one screen: home, a question, a call for help, somebody who comes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final, Literal

from markupsafe import Markup

from design.language import Words
from design.plan import Plan
from hub.projections.incident_cards import IncidentCard
from hub.projections.panel import OpenQuestion, Panel
from hub.web.kinds import ICONS, is_allowed, is_answerable, is_hers, is_noticed
from rules.detectors.help_call import HELP_CALL
from rules.detectors.test_alarm import TEST_ALARM
from rules.model.apartment import Role
from rules.model.consent import ConsentState
from rules.model.effects import IncidentPhase
from rules.model.events import CarerStep
from rules.model.identity import RoomId, Seconds
from rules.model.verdict import Blind, Priority

type Mode = Literal["home", "asked", "calling", "coming"]

CALLS: Final = (IncidentPhase.PAGED, IncidentPhase.ACCEPTED)
# The ring is full at this many seconds when it is not known how long the question was open.
RING_S: Final = 60.0
# So long what was said in the room can be read again, and what of it.
TOLD_S: Final = 600.0
REPEATED: Final = frozenset({"stove_cut", "taken_back", "carer_closed"})
# What may be shown as "last noticed": signs of life, not lamps or meters.
SENSES_LIFE: Final = frozenset(
    {
        Role.MOTION,
        Role.FRONT_DOOR,
        Role.DOOR,
        Role.BED,
        Role.CHAIR,
        Role.ITEM,
        Role.DRAWER,
        Role.TAP,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One short line on the home screen."""

    icon: str
    text: Markup
    href: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelScreen:
    """What `_panel.html` draws; fields of other modes stay empty."""

    mode: Mode
    time: Markup | None
    date: Markup | None = None
    title: Markup = field(default_factory=Markup)
    text: Markup = field(default_factory=Markup)
    note: Markup = field(default_factory=Markup)
    state: str = ""
    notices: tuple[Notice, ...] = ()
    help_note: Markup = field(default_factory=Markup)
    tile_sensed: Markup = field(default_factory=Markup)
    tile_pause: Markup = field(default_factory=Markup)
    tile_visit: Markup = field(default_factory=Markup)
    tile_consents: Markup = field(default_factory=Markup)
    left_s: int = 0
    total_s: int = 0
    arc: float = 0.0
    countdown: Markup = field(default_factory=Markup)
    can_take_back: bool = False
    can_answer: bool = False
    arrived: bool = False


def clock(panel: Panel, words: Words) -> Markup | None:
    """Say the time of day; None while the wall clock is not trusted."""
    return None if panel.local_s is None else words.time(_local(panel.local_s))


def wall(panel: Panel, at: Seconds | None, words: Words) -> Markup | None:
    """Say when something on the axis is or was, by the flat's clock; None while that is unknown."""
    if at is None or panel.local_s is None:
        return None
    return words.time(_local(panel.local_s + at - panel.at))


def _local(local_s: Seconds) -> datetime:
    return datetime.fromtimestamp(local_s, UTC)


def gaps(panel: Panel) -> tuple[Blind, ...]:
    """Return what should be seen and is not; a room that never had a sensor is no gap."""
    return tuple(one for one in panel.blind if one.why not in {"no_sensor", "paused"})


def room_name(panel: Panel, room: RoomId | None, words: Words) -> Markup:
    """Name a room as the flat's file does; the whole flat when there is none."""
    for one in panel.rooms:
        if one.id == room:
            return Markup.escape(one.name)
    return words.name("places", "whole_flat", plain=True)


def said(kind: str, words: Words, detail: Mapping[str, str | float]) -> Markup:
    """Say to the resident why she is asked, or what was concluded."""
    told = words.verdict(kind, detail, plain=True)
    if told.question:
        return told.question
    return Markup(" ").join(one for one in (told.reason, told.advice) if one) or told.title


def speaking(panel: Panel, drawing: Plan | None, words: Words) -> Panel:
    """Return the panel with rooms named in the reader's language, where the file has such names."""
    names = {one.id: one.name(words.language.code) for one in drawing.rooms} if drawing else {}
    rooms = tuple(replace(one, name=names.get(one.id, one.name)) for one in panel.rooms)
    return replace(panel, rooms=rooms)


def screen(panel: Panel, words: Words, ring_s: float = RING_S) -> PanelScreen:
    """Choose what fills the screen: an open question first, then help, then home.

    Args:
        panel: the flat now.
        words: the reader's language.
        ring_s: real seconds at which the ring of an open question is full.
    """
    if panel.question is not None:
        return _asked(panel, panel.question, words, ring_s)
    calls = [one for one in panel.incidents if _calls(one)]
    coming = next((one for one in calls if one.carer is not None), None)
    if coming is not None:
        return _coming(panel, coming, words)
    if calls:
        return _calling(panel, calls[0], words)
    return _home(panel, words)


def _calls(card: IncidentCard) -> bool:
    """Whether this incident calls people: then she must see how far it is."""
    if card.priority is Priority.INFO:
        return False
    withheld_help = card.withheld and card.kind == HELP_CALL
    return withheld_help or (card.phase in CALLS and card.kind != TEST_ALARM)


def _asked(panel: Panel, asked: OpenQuestion, words: Words, ring_s: float) -> PanelScreen:
    _ = words.gettext
    left_s = max(0, round(asked.left_s))
    total_s = max(left_s, round(ring_s), 1)
    note = (
        _("Without an answer your carers are called.")
        if is_allowed(panel, asked.kind)
        else _("You did not allow that your carers are told of this. Red calls them.")
    )
    place = room_name(panel, asked.room, words) if asked.room is not None else None
    card = panel.incident(asked.incident)
    text = said(asked.kind, words, card.detail if card else {})
    return PanelScreen(
        mode="asked",
        time=clock(panel, words),
        title=_("Are you all right?"),
        text=_("%(room)s: %(text)s", room=place, text=text) if place else text,
        note=note,
        left_s=left_s,
        total_s=total_s,
        arc=round(60 * left_s / total_s, 1),
        countdown=words.ngettext("%(n)s second left", "%(n)s seconds left", left_s),
    )


def _calling(panel: Panel, card: IncidentCard, words: Words) -> PanelScreen:
    _ = words.gettext
    note = Markup()
    if card.withheld:
        title = _("Nobody was called")
        text = _("There is no agreement for help calls yet. Please phone yourself: 112.")
    elif card.unreached:
        title = _("Nobody has been reached yet")
        text = (
            _("The lamp outside your door calls for help. If you can, phone 112.")
            if card.shines
            else _("If you can, phone 112.")
        )
        note = _("We go on calling your carers.")
    elif card.shines:
        title = _("The line to your carers is silent")
        text = _("The lamp outside your door calls for help. If you can, phone 112.")
        note = _("Your call keeps trying to get through.")
    elif card.running:
        title = _("Your carers are being called")
        text = _("Help is on its way to be found. You will see here who comes.")
    else:
        title = _("Help is being called")
        helps = card.kind == HELP_CALL
        text = _("Your call is on its way.") if helps else _("The message is on its way.")
    return PanelScreen(
        mode="calling",
        time=clock(panel, words),
        title=title,
        text=text,
        note=note or _noticed(panel, card, words),
        can_take_back=card.kind == HELP_CALL,
        can_answer=is_answerable(panel, card),
    )


def _noticed(panel: Panel, card: IncidentCard, words: Words) -> Markup:
    if card.kind == HELP_CALL:
        return Markup()
    title = words.verdict(card.kind, card.detail, plain=True).title
    if card.room is None:
        return title
    room = room_name(panel, card.room, words)
    return words.gettext("%(room)s: %(text)s", room=room, text=title)


def _coming(panel: Panel, card: IncidentCard, words: Words) -> PanelScreen:
    _ = words.gettext
    name = card.carer or ""
    arrived = card.step is CarerStep.ARRIVED
    if arrived:
        title, text = _("%(name)s is here", name=name), _("You are not alone.")
    else:
        title = _("%(name)s is coming", name=name)
        text = _("in a short while")
        if card.minutes is not None:
            left = card.minutes - int((panel.at - (card.answered_at or panel.at)) // 60)
            text = (
                words.ngettext("in about %(n)s minute", "in about %(n)s minutes", left)
                if left > 0
                else _("any moment now")
            )
    note = _("%(name)s has set out.", name=name) if card.step is CarerStep.ON_THE_WAY else Markup()
    return PanelScreen(
        mode="coming",
        time=clock(panel, words),
        title=title,
        text=text,
        note=note,
        can_take_back=card.kind == HELP_CALL,
        can_answer=is_answerable(panel, card),
        arrived=arrived,
    )


def _home(panel: Panel, words: Words) -> PanelScreen:
    _ = words.gettext
    state, title, text = _state(panel, words)
    given = sum(one.state is ConsentState.GIVEN for one in panel.consents)
    until = wall(panel, panel.paused_until, words)
    visit = wall(panel, panel.visit_until, words)
    unseen = len({one.room for one in gaps(panel)})
    if not panel.agreement:
        help_note = _("No agreement yet: nobody is called. Phone 112.")
    elif panel.link.paired and panel.link.connected:
        help_note = _("Press once. Your carers are called.")
    elif any(one.role is Role.OUTSIDE_LAMP for one in panel.sensors):
        help_note = _("Press once. The lamp outside your door calls.")
    else:
        help_note = _("Your carers are not connected. Phone 112.")
    return PanelScreen(
        mode="home",
        time=clock(panel, words),
        date=None if panel.local_s is None else words.day(_local(panel.local_s).date()),
        title=title,
        text=text,
        state=state,
        notices=_notices(panel, words),
        help_note=help_note,
        tile_sensed=words.ngettext("%(n)s place unseen", "%(n)s places unseen", unseen)
        if unseen
        else _("movement, doors, stove"),
        tile_pause=_("until %(time)s", time=until) if until else _("help button stays on"),
        tile_visit=_("until %(time)s", time=visit)
        if visit
        else (_("you are out") if panel.away else _("then nobody asks")),
        tile_consents=_("%(given)s of %(all)s allowed", given=given, all=len(panel.consents)),
    )


def _state(panel: Panel, words: Words) -> tuple[str, Markup, Markup]:
    """Say how it stands. "All quiet" only when everything that should be seen is seen."""
    _ = words.gettext
    unseen = gaps(panel)
    if panel.paused_until is not None:
        until = wall(panel, panel.paused_until, words)
        text = _("until %(time)s. The help button works.", time=until) if until else Markup()
        return "paused", _("Sensing is paused"), text or _("The help button works.")
    if panel.link.paired and not panel.link.connected:
        text = _("If you need help, press red: the lamp outside your door calls too.")
        return "trouble", _("No line to your carers"), text
    if panel.away:
        return "away", _("You are out"), _("Nobody asks until you are back.")
    if unseen:
        rooms = list(dict.fromkeys(room_name(panel, one.room, words) for one in unseen))
        since = wall(panel, min(one.since for one in unseen), words)
        where = Markup(", ").join(rooms[:3])
        if since:
            return (
                "blind",
                _("Not everything is seen"),
                _("%(rooms)s: since %(time)s", rooms=where, time=since),
            )
        return "blind", _("Not everything is seen"), where
    if panel.visit_until is not None:
        return "visit", _("You have a visitor"), _("Nobody asks meanwhile.")
    return "calm", _("All quiet"), _last_noticed(panel, words)


def _last_noticed(panel: Panel, words: Words) -> Markup:
    heard = [one for one in panel.sensors if one.role in SENSES_LIFE and one.heard_at is not None]
    if not heard:
        return words.gettext("Nothing noticed yet")
    last = max(heard, key=lambda one: one.heard_at or 0.0)
    room = room_name(panel, last.room, words)
    at = wall(panel, last.heard_at, words)
    if at is None:
        return words.gettext("Last noticed: %(room)s", room=room)
    return words.gettext("Last noticed: %(room)s, %(time)s", room=room, time=at)


def _notices(panel: Panel, words: Words) -> tuple[Notice, ...]:
    found: list[Notice] = []
    for one in panel.incidents:
        if one.kind == TEST_ALARM:
            found.append(Notice(icon="test", text=words.gettext("A test alarm is running.")))
        elif is_noticed(panel, one) and one.closed is None:
            icon = ICONS.get(one.kind, "info")
            href = f"/why/{one.id}" if is_hers(panel, one) else None
            found.append(Notice(icon=icon, text=_noticed(panel, one, words), href=href))
    for told in panel.told:
        if told.key in REPEATED and panel.at - told.at < TOLD_S:
            carer = str(told.detail.get("carer", ""))
            text = words.name("told", told.key, plain=True, carer=carer)
            found.append(Notice(icon="info", text=text))
    if not panel.link.paired:
        found.append(Notice(icon="link", text=words.gettext("No care service is connected yet.")))
    unique = {str(one.text): one for one in found}
    return tuple(unique.values())[:2]
