# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The resident's panel: one live screen, a few pages around it, every action a real form."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from design import forms
from design.face import Face
from design.language import Words
from design.live import LiveStream
from design.plan import Plan
from design.wording import Wording
from hub.projections.incidents import IncidentProjection
from hub.projections.panel import OpenQuestion
from hub.projections.panel_view import PanelView
from hub.resident.actions import Resident
from hub.resident.open_screens import OpenScreens
from hub.runtime.clock import Clock
from hub.web.pages import PanelPages
from hub.web.screen import PanelScreen, screen, speaking
from rules.model.identity import IncidentId

# A trembling hand taps twice: what comes again within a second is the same tap.
REPEAT_S: Final = 1.0
# Clock, "last noticed" and the state of the line are drawn anew this often, real seconds.
REDRAW_S: Final = 5.0
STORY_REDRAW_S: Final = 1.0
TOGETHER_S: Final = 0.03
MINUTES_MAX: Final = 24 * 60


class PanelRoutes:
    """The resident's face.

    Args:
        view: what happened, folded.
        incidents: rows a conclusion rests on.
        resident: what she can say.
        screens: counts open panels, because a question that nobody sees is no question.
        clock: real time against double taps, story speed for the drawing.
        drawing: floor plan, where the apartment file holds shapes.
        wording: words of verdicts and things; None: those that are shipped.
    """

    def __init__(
        self,
        *,
        view: PanelView,
        incidents: IncidentProjection,
        resident: Resident,
        screens: OpenScreens,
        clock: Clock,
        drawing: Plan | None = None,
        wording: Wording | None = None,
    ) -> None:
        self._view = view
        self._resident = resident
        self._screens = screens
        self._clock = clock
        self._face = Face("resident", Path(__file__).parent, wording=wording)
        self._pages = PanelPages(self._face, view, incidents, resident, drawing)
        self._drawing = drawing
        self._tapped: dict[str, float] = {}
        self._rings: dict[tuple[str, int], float] = {}

    def routes(self) -> list[BaseRoute]:
        """Return the routes, static files included."""
        resident = self._resident
        return [
            self._face.static.route(),
            Route("/", self._home),
            Route("/events", self._events),
            Route("/help", self._action("help", resident.help), methods=["POST"]),
            Route("/fine", self._action("fine", resident.fine), methods=["POST"]),
            Route("/take-back", self._action("take-back", resident.take_back), methods=["POST"]),
            Route("/resume", self._action("resume", resident.resume), methods=["POST"]),
            Route("/leave", self._action("leave", resident.leave), methods=["POST"]),
            Route("/home", self._action("home", resident.home), methods=["POST"]),
            Route("/pause", self._pause, methods=["POST"]),
            Route("/visit", self._visit, methods=["POST"]),
            Route("/share/{incident}", self._share, methods=["POST"]),
            *self._pages.routes(),
        ]

    # --- the one live screen

    async def _home(self, request: Request) -> Response:
        words = self._face.words_for(request)
        shown = self._screen(words)
        return self._face.page(request, "panel.html", s=shown, theme=self._theme())

    def _screen(self, words: Words) -> PanelScreen:
        panel = speaking(self._view.panel(), self._drawing, words)
        ring_s = self._ring_s(panel.question) if panel.question else 0.0
        return screen(panel, words, ring_s)

    def _ring_s(self, asked: OpenQuestion) -> float:
        """Remember how long a question had when it was first shown: then the ring is full."""
        key = (str(asked.incident), asked.attempt)
        if key not in self._rings:
            self._rings = {key: asked.left_s}
        return self._rings[key]

    def _theme(self) -> str | None:
        return "night" if self._view.panel().night else None

    async def _events(self, request: Request) -> Response:
        return LiveStream(self._changes(self._face.words_for(request)))

    async def _changes(self, words: Words) -> AsyncIterator[Mapping[str, str]]:
        with self._screens.shown():
            last: PanelScreen | None = None
            time: Markup | None = None
            mode = ""
            while True:
                version = self._view.version
                shown = self._screen(words)
                fresh: dict[str, str] = {}
                if _still(shown) != last:
                    fresh["panel"] = self._face.render("_panel.html", words, s=shown)
                elif shown.time != time:
                    fresh["clock"] = self._face.render("_clock.html", words, s=shown)
                now = self._face.render("_mode.html", words, mode=shown.mode, theme=self._theme())
                if now != mode:
                    fresh["mode"] = mode = now
                if fresh:
                    yield fresh
                last, time = _still(shown), shown.time
                wait_s = REDRAW_S if self._clock.speed <= 1.0 else STORY_REDRAW_S
                with suppress(TimeoutError):
                    async with asyncio.timeout(wait_s):
                        if await self._view.changed(version) is None:
                            return
                        await asyncio.sleep(TOGETHER_S)

    # --- what she says

    def _repeated(self, name: str) -> bool:
        now = self._clock.real()
        before = self._tapped.get(name)
        self._tapped[name] = now
        return before is not None and now - before < REPEAT_S

    def _action(self, name: str, action: Callable[[], None]) -> Callable[[Request], object]:
        async def handler(request: Request) -> Response:
            try:
                form = await forms.read(request)
            except forms.BadForm as error:
                return Response(status_code=error.status)
            if not self._repeated(name):
                action()
            return self._done(form)

        return handler

    async def _pause(self, request: Request) -> Response:
        return await self._for_minutes(request, self._resident.pause, least=1)

    async def _visit(self, request: Request) -> Response:
        return await self._for_minutes(request, self._visiting, least=0)

    async def _share(self, request: Request) -> Response:
        try:
            form = await forms.read(request)
        except forms.BadForm as error:
            return Response(status_code=error.status)
        incident = request.path_params["incident"]
        if not self._repeated(f"share {incident}"):
            self._resident.share(IncidentId(incident))
        return (
            Response(status_code=204) if form.quick else RedirectResponse(f"/why/{incident}", 303)
        )

    def _visiting(self, hours: float) -> None:
        if hours:
            self._resident.visit(hours)
        else:
            self._resident.visit_over()

    async def _for_minutes(
        self, request: Request, action: Callable[[float], None], *, least: int
    ) -> Response:
        try:
            form = await forms.read(request)
        except forms.BadForm as error:
            return Response(status_code=error.status)
        minutes = form.number("minutes", least, MINUTES_MAX)
        if minutes is None:
            return Response(status_code=422)
        action(minutes / 60.0)
        return self._done(form)

    @staticmethod
    def _done(form: forms.Form) -> Response:
        return Response(status_code=204) if form.quick else RedirectResponse("/", 303)


def _still(shown: PanelScreen) -> PanelScreen:
    """Return a screen without what moves by itself: countdown and clock are drawn apart."""
    return replace(shown, left_s=0, arc=0.0, countdown=Markup(), time=None)
