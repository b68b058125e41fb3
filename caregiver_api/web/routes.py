# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pages of the carers: log-in, open alarms, flats, history, the stream that keeps them current."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from caregiver_api.alerts.views import Overview
from caregiver_api.escalation.permissions import CarerAction
from caregiver_api.people.caregivers import AccountRole, Person
from caregiver_api.people.sessions import COOKIE
from caregiver_api.platform.live import (
    AlertStored,
    Closing,
    LiveEvent,
    LiveListener,
    ProgressMade,
    TooSlow,
)
from caregiver_api.platform.problems import Refusal
from caregiver_api.web import cards
from caregiver_api.web.lead import LeadPages
from caregiver_api.web.visitor import PageAccess, PageParts, face
from design import forms
from design.language import Words
from design.live import LiveStream
from design.wording import Wording

CARER_ACTIONS: Final[tuple[CarerAction, ...]] = (
    "accept",
    "on-the-way",
    "arrived",
    "decline",
    "close",
)
# Ages ("for 3 min") and silent flats are drawn anew this often; unchanged pieces are not sent.
REDRAW_S: Final = 15.0
# Events that come together are drawn together; nobody sees a thirtieth of a second.
TOGETHER_S: Final = 0.03


class CarePages:
    """The phone's pages.

    Args:
        parts: of the service, which they use.
        wording: words of verdicts and things; None: those that are shipped.
    """

    def __init__(self, parts: PageParts, wording: Wording | None = None) -> None:
        self._parts = parts
        self._face = face(wording)
        self._door = PageAccess(parts, self._face)

    def routes(self) -> list[BaseRoute]:
        """Return the routes of the carers' face, the lead's pages included."""
        carer = self._door.carer
        return [
            self._face.static.route(),
            Route("/", self._start),
            Route("/login", self._login, methods=["GET", "POST"]),
            Route("/logout", self._logout, methods=["POST"]),
            Route("/care/", carer(self._alarms)),
            Route("/care/flats", carer(self._flats)),
            Route("/care/history", carer(self._history)),
            Route("/care/more", carer(self._more)),
            Route("/care/events", carer(self._events)),
            Route("/care/alerts/{incident}/{verb}", carer(self._act), methods=["POST"]),
            Route("/care/offline", self._offline),
            Route("/care/sw.js", self._worker),
            Route("/care/manifest.webmanifest", self._manifest),
            *LeadPages(self._parts, self._face, self._door, self._frame).routes(),
        ]

    # --- getting in and out

    async def _start(self, _request: Request) -> Response:
        return RedirectResponse("/care/", 303)

    async def _login(self, request: Request) -> Response:
        if request.method == "GET":
            if await self._door.person(request) is not None:
                return RedirectResponse("/care/", 303)
            return self._face.page(request, "login.html", problem=None, name="")
        try:
            form = await forms.read(request)
        except forms.BadForm as error:
            return self._door.problem(request, error.status)
        address = request.client.host if request.client else ""
        try:
            token, _person = await self._parts.sessions.log_in(
                form.one("name"), form.one("password"), address
            )
        except Refusal as refusal:
            _ = self._face.words_for(request).gettext
            said = (
                _("Too many attempts. Wait a few minutes.")
                if refusal.problem.status == 429
                else _("Name or password is wrong.")
            )
            return self._face.page(
                request,
                "login.html",
                status=refusal.problem.status,
                problem=said,
                name=form.one("name"),
            )
        answer = RedirectResponse("/care/", 303)
        answer.set_cookie(
            COOKIE, token, path="/", httponly=True, samesite="lax", secure=self._parts.https
        )
        return answer

    async def _logout(self, request: Request) -> Response:
        try:
            await forms.read(request)
        except forms.BadForm as error:
            return self._door.problem(request, error.status)
        await self._parts.sessions.log_out(request.cookies.get(COOKIE))
        answer = RedirectResponse("/login", 303)
        answer.delete_cookie(COOKIE, path="/")
        return answer

    # --- pages

    async def _frame(self, request: Request, who: Person, here: str) -> dict[str, Any]:
        """Return what every page needs besides its own content."""
        words = self._face.words_for(request)
        seen = await self._parts.overviews.of(who)
        return {
            "here": here,
            "me": who.display_name,
            "lead": who.role is AccountRole.LEAD,
            "seen": seen,
            "screen": cards.screen(seen, words, self._parts.tz),
            "said": None,
        }

    async def _alarms(self, request: Request, who: Person) -> Response:
        context = await self._frame(request, who, "alarms")
        context["said"] = self._said(request.query_params.get("said"), request)
        return self._face.page(request, "alarms.html", **context)

    async def _flats(self, request: Request, who: Person) -> Response:
        context = await self._frame(request, who, "flats")
        words = self._face.words_for(request)
        lines = cards.flats(context["seen"], words, self._parts.tz)
        return self._face.page(request, "flats.html", flats=lines, **context)

    async def _history(self, request: Request, who: Person) -> Response:
        context = await self._frame(request, who, "history")
        words = self._face.words_for(request)
        seen: Overview = context["seen"]
        title, text = cards.summary(seen.recent, words)
        days = cards.history(seen, words, self._parts.tz)
        summary = {"title": title, "text": text}
        return self._face.page(request, "history.html", summary=summary, days=days, **context)

    async def _more(self, request: Request, who: Person) -> Response:
        context = await self._frame(request, who, "more")
        return self._face.page(request, "more.html", **context)

    # --- what a carer does

    async def _act(self, request: Request, who: Person) -> Response:
        form = await forms.read(request)
        action = next((one for one in CARER_ACTIONS if one == request.path_params["verb"]), None)
        if action is None:
            return self._door.problem(request, 404)
        said = None
        try:
            await self._parts.incident_actions.act(
                who,
                request.path_params["incident"],
                action,
                minutes=form.number("minutes", 1, 120),
                reason=form.one("reason") or None,
                seen=form.number("seen", 1, 1_000_000_000),
            )
        except Refusal as refusal:
            said = refusal.problem.type.rpartition("/")[2]
        if form.quick:
            words = self._face.words_for(request)
            overview = await self._parts.overviews.of(who)
            return JSONResponse(self._fragments(overview, words, who, self._said(said, request)))
        return RedirectResponse(f"/care/?said={said}" if said else "/care/", 303)

    def _said(self, name: str | None, request: Request) -> str | None:
        _ = self._face.words_for(request).gettext
        known = {
            "taken": _("Somebody else has taken this alarm."),
            "closed": _("This alarm is closed already."),
            "not-found": _("This alarm is not there any more."),
            "bad-body": _("That did not work. Try again."),
            "newer": _(
                "There was a new call from the flat in the meantime. The alarm stays open:"
                " look at it again before you close it."
            ),
        }
        return known.get(name) if name else None

    # --- what keeps the pages current

    async def _events(self, request: Request, who: Person) -> Response:
        return LiveStream(self._changes(request, who, self._face.words_for(request)))

    async def _changes(
        self, request: Request, who: Person, words: Words
    ) -> AsyncIterator[Mapping[str, str]]:
        sent: dict[str, str] = {}
        with self._parts.live.listen(who.id) as listener:
            while True:
                now = self._fragments(await self._parts.overviews.of(who), words, who)
                fresh = {name: html for name, html in now.items() if sent.get(name) != html}
                if fresh:
                    yield fresh
                sent = now
                try:
                    await self._worth_drawing(listener, who)
                except (TooSlow, Closing):
                    return
                if await self._door.person(request) is None:
                    yield {}
                    return

    async def _worth_drawing(self, listener: LiveListener, who: Person) -> None:
        """Return when something this person may see has changed, or after `REDRAW_S`."""
        while True:
            event = await listener.next(REDRAW_S)
            if event is None:
                return
            if _concerns(event, who):
                break
        await asyncio.sleep(TOGETHER_S)
        while await listener.next(0.0) is not None:
            continue

    def _fragments(
        self, seen: Overview, words: Words, who: Person, said: str | None = None
    ) -> dict[str, str]:
        tz = self._parts.tz
        common = {"screen": cards.screen(seen, words, tz), "me": who.display_name, "said": said}
        lines = cards.flats(seen, words, tz)
        return {
            "ring": self._face.render("_ring.html", words, **common),
            "board": self._face.render("_board.html", words, **common),
            "flats": self._face.render("_flats.html", words, flats=lines),
        }

    # --- what makes it an app on the phone; none of it holds data of a flat

    async def _offline(self, request: Request) -> Response:
        return self._face.page(request, "offline.html")

    async def _worker(self, request: Request) -> Response:
        words = self._face.words_for(request)
        shell = [
            "/care/offline",
            *(path for path in self._face.static.paths if "/img/" not in path),
        ]
        key = f"{self._face.static.hash}-{words.language.code}"
        script = self._face.render("sw.js", words, shell=shell, key=key)
        headers = {"cache-control": "no-cache", "service-worker-allowed": "/care/"}
        return Response(script, media_type="text/javascript", headers=headers)

    async def _manifest(self, request: Request) -> Response:
        words = self._face.words_for(request)
        image = f"{self._face.static.prefix}/design/img"
        return JSONResponse(
            {
                "id": "/care/",
                "name": str(words.gettext("Tohuus for carers")),
                "short_name": "Tohuus",
                "lang": words.language.html,
                "start_url": "/care/",
                "scope": "/care/",
                "display": "standalone",
                "background_color": "#f5f1e8",
                "theme_color": "#f5f1e8",
                "icons": [
                    {"src": f"{image}/icon.svg", "type": "image/svg+xml", "sizes": "any"},
                    {"src": f"{image}/icon-192.png", "type": "image/png", "sizes": "192x192"},
                    {
                        "src": f"{image}/icon-512.png",
                        "type": "image/png",
                        "sizes": "512x512",
                        "purpose": "maskable",
                    },
                ],
            },
            media_type="application/manifest+json",
        )


def _concerns(event: LiveEvent, who: Person) -> bool:
    match event:
        case AlertStored(audience=audience) | ProgressMade(audience=audience):
            return who.role is AccountRole.LEAD or who.id in audience
        case _:
            return True
