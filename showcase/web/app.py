# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Routes of the visitors' page: look, touch, and nothing that could reach anybody outside."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, Final, Protocol

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from design.language import Words
from design.live import LiveStream
from design.security import SecurityHeaders, from_own_page
from showcase.processes.change_signal import ChangeSignal
from showcase.processes.hub_line import LineError
from showcase.web.view import View, changed

# Ten pictures a second are more than an eye needs; every viewer costs one rendering.
FRAME_S: Final = 0.1
# The clock on the wall moves although nothing happens.
CLOCK_S: Final = 1.0


class Visitors(Protocol):
    """What visitors may do."""

    async def story(self, name: str) -> bool:
        """Begin a story; False when there is none of that name."""

    async def touch(self, device: str) -> bool:
        """Touch a device in the plan; False when it cannot be touched."""

    async def accept(self) -> None:
        """Press "I am on it" on the phone."""

    async def gate(self, *, is_open: bool) -> None:
        """Open or shut the consent gate."""

    async def off(self) -> None:
        """Switch sensing off for a while."""

    async def on(self) -> None:
        """Switch sensing on again."""

    def stay(self) -> None:
        """Say that somebody is still there."""

    def excuse(self) -> None:
        """Say on the page that this does not work while the hub is starting or without power."""


def application(view: View, changes: ChangeSignal, visitors: Visitors) -> Starlette:
    """Make the visitors' application."""

    async def page(request: Request) -> Response:
        return view.page(request)

    async def events(request: Request) -> Response:
        return LiveStream(_fragments(view, changes, view.face.words_for(request)))

    def post(act: Callable[[Mapping[str, Any]], Awaitable[bool | None]]) -> Any:
        async def endpoint(request: Request) -> Response:
            if not from_own_page(request.headers):
                return PlainTextResponse("from another page", status_code=403)
            visitors.stay()
            known: bool | None = None
            try:
                known = await act(await request.form())
            except LineError:
                visitors.excuse()
            if known is False:
                return PlainTextResponse("no such thing", status_code=404)
            if "tohuus-quick" in request.headers:
                return Response(status_code=204)
            return RedirectResponse("/", status_code=303)

        return endpoint

    async def stay(_form: Mapping[str, Any]) -> None:
        visitors.stay()

    actions: dict[str, Callable[[Mapping[str, Any]], Awaitable[bool | None]]] = {
        "/story": lambda form: visitors.story(str(form.get("name", ""))),
        "/touch": lambda form: visitors.touch(str(form.get("device", ""))),
        "/accept": lambda _form: visitors.accept(),
        "/gate": lambda form: visitors.gate(is_open=form.get("open") == "yes"),
        "/off": lambda _form: visitors.off(),
        "/on": lambda _form: visitors.on(),
        "/stay": stay,
    }
    return Starlette(
        routes=[
            Route("/", page),
            Route("/events", events),
            Route("/healthz", lambda _request: PlainTextResponse("ok")),
            *(Route(path, post(act), methods=["POST"]) for path, act in actions.items()),
            view.face.static.route(),
        ],
        middleware=[Middleware(SecurityHeaders)],
    )


async def _fragments(
    view: View, changes: ChangeSignal, words: Words
) -> AsyncIterator[Mapping[str, str]]:
    """Yield the whole, then whatever looks different."""
    shown = view.parts(words)
    yield shown
    version = changes.version
    while True:
        try:
            async with asyncio.timeout(CLOCK_S):
                version = await changes.after(version)
        except TimeoutError:
            pass
        else:
            await asyncio.sleep(FRAME_S)
        version = changes.version
        fresh = view.parts(words)
        parts = changed(shown, fresh)
        shown = fresh
        if parts:
            yield parts
