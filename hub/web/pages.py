# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pages one step away from home: what is sensed, pause, visitors, consents, why."""

from typing import Any, Final

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from design import forms
from design.face import Face
from design.language import Words
from design.plan import Plan
from hub.projections.incident_cards import IncidentCard
from hub.projections.incidents import IncidentProjection
from hub.projections.panel import ConsentView, Panel, RoomView, SensorView
from hub.projections.panel_view import PanelView
from hub.resident.actions import Resident
from hub.resident.pin import PinMissing, PinWrong
from hub.web.kinds import is_hers
from hub.web.panel_screen import SENSES_LIFE, room_name, said, screen, speaking, wall
from rules.model.apartment import Role, RoomType
from rules.model.consent import ConsentState, Purpose
from rules.model.effects import IncidentPhase

PAUSE_MIN: Final = (30, 60, 120, 240, 480)
VISIT_MIN: Final = (60, 180, 360)
PAST_SHOWN: Final = 8
SENSING: Final = SENSES_LIFE | {
    Role.FALL_RADAR,
    Role.HELP,
    Role.STOVE,
    Role.LEAK,
    Role.SMOKE,
    Role.CARBON_MONOXIDE,
    Role.TEMPERATURE,
}
"""Roles that notice something; lamps, sounders and answer buttons do not."""


class PanelPages:
    """The sheets around the live screen."""

    def __init__(
        self,
        face: Face,
        view: PanelView,
        incidents: IncidentProjection,
        resident: Resident,
        drawing: Plan | None,
    ) -> None:
        self._face = face
        self._view = view
        self._incidents = incidents
        self._resident = resident
        self._drawing = drawing

    def routes(self) -> list[BaseRoute]:
        """Return the routes."""
        return [
            Route("/sensed", self._sensed),
            Route("/lately", self._lately),
            Route("/pause", self._pause, methods=["GET"]),
            Route("/visit", self._visit, methods=["GET"]),
            Route("/consents", self._consents),
            Route("/consents/{purpose}", self._consent, methods=["GET", "POST"]),
            Route("/why/{incident}", self._why),
        ]

    def _panel(self, words: Words) -> Panel:
        return speaking(self._view.panel(), self._drawing, words)

    def _page(self, request: Request, template: str, *, status: int = 200, **more: Any) -> Response:
        panel = self._view.panel()
        mode = screen(panel, self._face.words_for(request)).mode
        theme = "night" if panel.night else None
        return self._face.page(request, template, status=status, theme=theme, mode=mode, **more)

    # --- what is sensed

    async def _sensed(self, request: Request) -> Response:
        words = self._face.words_for(request)
        panel = self._panel(words)
        rooms = [
            _room(one, panel, words) for one in panel.rooms if one.type is not RoomType.OUTSIDE
        ]
        blind = {str(one.room) for one in panel.blind if one.why != "no_sensor"}
        states = {
            str(one.id): "blind" if one.silent else "on"
            for one in panel.sensors
            if one.silent or one.on
        }
        summary = ", ".join(f"{one['name']}: {one['text']}" for one in rooms)
        return self._page(
            request,
            "sensed.html",
            drawing=self._drawing,
            summary=summary,
            code=words.language.code,
            states=states,
            veils=dict.fromkeys(blind, "paused" if panel.paused_until else "blind"),
            shown=[str(one.id) for one in panel.sensors if one.role in SENSING],
            rooms=rooms,
        )

    async def _lately(self, request: Request) -> Response:
        words = self._face.words_for(request)
        panel = self._panel(words)
        past = [
            {
                "id": one.id,
                "title": words.verdict(one.kind, one.detail, plain=True).title,
                "text": _when_and_where(one, panel, words),
            }
            for one in (*panel.incidents, *panel.past)[:PAST_SHOWN]
        ]
        return self._page(request, "lately.html", past=past)

    # --- pause and visitors

    async def _pause(self, request: Request) -> Response:
        words = self._face.words_for(request)
        panel = self._panel(words)
        until = wall(panel, panel.paused_until, words)
        if panel.paused_until is not None and until is None:
            until = words.gettext("the time is up")
        choices = _lengths(PAUSE_MIN, panel, words)
        return self._page(request, "pause.html", until=until, choices=choices)

    async def _visit(self, request: Request) -> Response:
        words = self._face.words_for(request)
        panel = self._panel(words)
        until = wall(panel, panel.visit_until, words)
        if panel.visit_until is not None and until is None:
            until = words.gettext("the time is up")
        choices = _lengths(VISIT_MIN, panel, words)
        return self._page(
            request, "visit.html", visit_until=until, choices=choices, away=panel.away
        )

    # --- who may see what

    async def _consents(self, request: Request) -> Response:
        words = self._face.words_for(request)
        panel = self._panel(words)
        purposes = [
            {
                "id": one.purpose.value,
                "name": words.name("purposes", one.purpose),
                "short": words.name("purposes", f"{one.purpose}.when", plain=True),
                "given": one.state is ConsentState.GIVEN,
            }
            for one in panel.consents
        ]
        _ = words.gettext
        agreement = (
            _("Your help button always calls your carers, also when all answers are No.")
            if panel.agreement
            else _("There is no agreement for help calls yet. It is made at the set-up.")
        )
        return self._page(
            request,
            "consents.html",
            purposes=purposes,
            agreement=agreement,
            last=_last_told(panel, words),
        )

    async def _consent(self, request: Request) -> Response:
        words = self._face.words_for(request)
        name = request.path_params["purpose"]
        known = next((one for one in self._view.panel().consents if one.purpose == name), None)
        if known is None:
            return RedirectResponse("/consents", 303)
        if request.method == "GET":
            return self._consent_page(request, known, words)
        try:
            form = await forms.read(request)
        except forms.BadForm as error:
            return Response(status_code=error.status)
        given = known.state is ConsentState.GIVEN
        if form.one("state") == "given":
            state = ConsentState.GIVEN
        else:
            state = ConsentState.WITHDRAWN if given else ConsentState.REFUSED
        _ = words.gettext
        try:
            await self._resident.consent(Purpose(name), state, form.one("pin"))
        except PinMissing:
            problem = _("No digits were chosen yet. They are chosen at the set-up.")
            return self._consent_page(request, known, words, problem, 409)
        except PinWrong as wrong:
            problem = (
                _("Too many tries. Again in %(span)s.", span=words.span(wrong.locked_s))
                if wrong.locked_s
                else _("These are not your digits. Try again.")
            )
            return self._consent_page(request, known, words, problem, 403)
        return RedirectResponse("/consents", 303)

    def _consent_page(
        self,
        request: Request,
        known: ConsentView,
        words: Words,
        problem: Markup | None = None,
        status: int = 200,
    ) -> Response:
        _ = words.gettext
        given = known.state is ConsentState.GIVEN
        since = Markup()
        if known.state is ConsentState.WITHDRAWN:
            since = (
                _("Your carers' service has confirmed that.")
                if known.confirmed
                else _("Your carers' service has not confirmed that yet.")
            )
        shown = {
            "id": known.purpose.value,
            "name": words.name("purposes", known.purpose),
            "text": words.name("purposes", f"{known.purpose}.whole", plain=True),
            "told": _("They learn what happened, where and when. Nothing else leaves your flat."),
            "now": _("Now: Yes, they may be told.") if given else _("Now: No, it stays here."),
            "since": since,
        }
        return self._page(request, "consent.html", status=status, p=shown, problem=problem)

    # --- why

    async def _why(self, request: Request) -> Response:
        words = self._face.words_for(request)
        panel = self._panel(words)
        card = panel.incident(request.path_params["incident"])
        if card is None:
            return RedirectResponse("/sensed", 303)
        names = {one.id: one.name for one in panel.sensors}
        evidence = []
        for row in self._incidents.why(card.id):
            what = words.name("journal_rows", row.kind, plain=True)
            device = names.get(row.device) if row.device else None
            text = Markup("{}: {}").format(device, what) if device else what
            evidence.append({"seq": row.seq, "time": wall(panel, row.at, words), "text": text})
        unseen = [
            {
                "time": wall(panel, one.since, words) or "",
                "text": Markup("{}: {}").format(
                    room_name(panel, one.room, words), words.name("blind", one.why, plain=True)
                ),
            }
            for one in card.blind
        ]
        return self._page(
            request,
            "why.html",
            title=words.verdict(card.kind, card.detail, plain=True).title,
            sentence=said(card.kind, words, card.detail),
            outcome=_outcome(card, words),
            hers=_sharing(panel, card),
            incident=card.id,
            evidence=evidence,
            blind=unseen,
        )


def _outcome(card: IncidentCard, words: Words) -> Markup:
    """Say how an incident went on or ended."""
    if card.closed is not None:
        return words.name("endings", card.closed, plain=True)
    _ = words.gettext
    match card.phase:
        case IncidentPhase.ASKED:
            return _("You are being asked right now.")
        case IncidentPhase.ANSWERED:
            return _("You said that you are fine.")
        case IncidentPhase.PAGED:
            return _("Your carers are being called.")
        case IncidentPhase.ACCEPTED:
            return _("Somebody is coming.")
        case _:
            return _("Nobody was called.")


def _sharing(panel: Panel, card: IncidentCard) -> str | None:
    """Say whether a note is hers alone: `open` to be shared, `shared`, or None."""
    if not is_hers(panel, card):
        return None
    if card.message is not None:
        return "shared"
    return "open" if card.closed is None else None


def _room(room: RoomView, panel: Panel, words: Words) -> dict[str, Any]:
    _ = words.gettext
    here = [one for one in panel.sensors if one.room == room.id and one.role in SENSING]
    senses = (words.name("senses", one.role, plain=True) for one in here)
    what = Markup(", ").join(dict.fromkeys(senses))
    unseen = [one for one in room.blind if one.why != "no_sensor"]
    if not here:
        return {"name": room.name, "mark": "blind", "text": _("Nothing is sensed here.")}
    if panel.paused_until is not None:
        return {"name": room.name, "mark": "info", "text": _("Paused: %(what)s", what=what)}
    if unseen:
        since = wall(panel, min(one.since for one in unseen), words)
        why = words.name("blind", unseen[0].why, plain=True)
        if room.live:
            text = (
                _("Partly unseen since %(time)s: %(why)s", time=since, why=why)
                if since
                else _("Partly unseen: %(why)s", why=why)
            )
        elif since:
            text = _("Not seen since %(time)s: %(why)s", time=since, why=why)
        else:
            text = _("Not seen: %(why)s", why=why)
        return {"name": room.name, "mark": "blind", "text": text}
    low = [one for one in here if _nearly_empty(one)]
    if low:
        text = _("%(what)s. Battery nearly empty: %(name)s", what=what, name=low[0].name)
        return {"name": room.name, "mark": "info", "text": text}
    return {"name": room.name, "mark": "ok", "text": what}


def _when_and_where(card: IncidentCard, panel: Panel, words: Words) -> Markup:
    at = wall(panel, card.at, words)
    parts = [room_name(panel, card.room, words)] if card.room else []
    if at:
        parts.append(words.gettext("at %(time)s", time=at))
    return Markup(", ").join(parts)


def _nearly_empty(sensor: SensorView) -> bool:
    return sensor.charge_pct is not None and sensor.charge_pct <= 15.0


def _lengths(minutes: tuple[int, ...], panel: Panel, words: Words) -> list[dict[str, Any]]:
    return [
        {
            "minutes": one,
            "span": words.span(one * 60.0),
            "until": wall(panel, panel.at + one * 60.0, words),
        }
        for one in minutes
    ]


def _last_told(panel: Panel, words: Words) -> Markup | None:
    """Say when something last left the flat, so that she need not guess."""
    last = next((one for one in panel.accesses if one.action.startswith("sent_")), None)
    at = wall(panel, last.at, words) if last else None
    if at is None:
        return words.gettext("Nothing has been passed on lately.")
    return words.gettext("Last passed on to your carers at %(time)s.", time=at)
