# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The hub's one web application: door, public stream, set-up, and the panel's routes behind it."""

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from hub.api.access import COOKIE, AccessGuard, Displays, Observer
from hub.api.problems import HttpProblem, answer_problem

YEAR_S = 365 * 86400


def create_app(
    routes: Sequence[BaseRoute],
    *,
    observer: Observer,
    displays: Displays,
    inner: Sequence[Middleware] = (),
) -> Starlette:
    """Build the application.

    Args:
        routes: public, set-up and panel routes.
        observer: token of watchers.
        displays: displays paired by hand.
        inner: middleware behind the door (the faces' security headers).
    """

    async def display(_request: Request) -> Response:
        """Pair the display that opens this page, while the window is open."""
        cookie = displays.pair()
        if cookie is None:
            raise HttpProblem(403, "not-paired", "press the button at the hub first")
        answer = RedirectResponse("/", 303)
        answer.set_cookie(COOKIE, cookie, max_age=YEAR_S, httponly=True, samesite="strict")
        return answer

    return Starlette(
        routes=[*routes, Route("/display", display, methods=["GET"])],
        middleware=[Middleware(AccessGuard, observer=observer, displays=displays), *inner],
        exception_handlers={HttpProblem: answer_problem},
    )
