# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The care service as an ASGI application: its routes, its faces, its life."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Final
from zoneinfo import ZoneInfo

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from caregiver_api.alerts import quarantined
from caregiver_api.api import lead_routes, people_routes, wire_routes
from caregiver_api.api.authentication import need_lead, need_person
from caregiver_api.platform import problems
from caregiver_api.platform.problems import Refusal
from caregiver_api.platform.schema import DatabaseTooNew
from caregiver_api.service import Deps, Service
from caregiver_api.web.routes import CarePages
from caregiver_api.web.visitor import Rooms
from design.security import SecurityHeaders, from_own_page
from design.wording import Wording

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
LATE_S: Final = 5.0
"""A timer this late means that the escalation does not work: `/healthz` says so."""
PUBLIC: Final = frozenset({"/healthz", "/login", "/logout", "/v1/session"})
"""What is answered without log-in or signature (besides the faces' static files)."""


SIGNED: Final = ("/v1/hubs/", "/v1/pairing")
"""What hubs ask, by signature."""


class _Guard:
    """ASGI middleware: what every request must fulfil before anything of it is read.

    People's JSON needs a session (of a lead for `/v1/lead/`), writing requests come from our own
    pages. Hubs' addresses check their signature, pages lead to the log-in themselves.
    """

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self._app = app
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            await self._check(Request(scope))
        except Refusal as refusal:
            await refusal.response()(scope, receive, send)
            return
        if scope["method"] in SAFE:
            await self._app(scope, receive, send)
            return
        self._service.requests += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._service.requests -= 1

    async def _check(self, request: Request) -> None:
        if request.method not in SAFE and not from_own_page(request.headers):
            raise Refusal(403, "foreign-page")
        path = request.url.path
        if path.startswith("/v1/lead"):
            await need_lead(self._service, request)
        elif path.startswith("/v1/") and path not in PUBLIC and not path.startswith(SIGNED):
            await need_person(self._service, request)


def create_app(deps: Deps) -> FastAPI:
    """Make the application; `app.state.service` is the `Service` behind it.

    The lifespan opens the service and runs its loops. If a loop ends, the process is told to end:
    a service that no longer escalates must not go on answering 202.
    """
    service = Service(deps)

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        try:
            await service.open()
        except DatabaseTooNew as error:
            app.state.too_new = error
            raise
        loops = asyncio.create_task(service.run(), name="service")
        loops.add_done_callback(lambda task: _ended(app, task))
        try:
            yield
        finally:
            loops.cancel()
            await asyncio.gather(loops, return_exceptions=True)
            await service.close()

    app = FastAPI(
        title="Tohuus care service",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        swagger_ui_oauth2_redirect_url=None,
    )
    app.state.service = service
    app.state.on_crash = None
    app.state.too_new = None
    problems.install(app)
    app.include_router(wire_routes.router(service))
    app.include_router(people_routes.router(service))
    app.include_router(lead_routes.router(service))

    @app.get("/healthz", include_in_schema=False)
    async def healthz(_request: Request) -> Response:
        """Say whether the process answers, no timer is overdue and every alarm can be read."""
        unreadable = await service.deps.store.read(quarantined.waiting)
        well = service.rounds.overdue_s < LATE_S and not unreadable
        said = {"ok": well} | ({"unreadable": unreadable} if unreadable else {})
        return JSONResponse(said, status_code=200 if well else 503)

    wording = Wording(*service.deps.settings.wording)
    app.router.routes.extend(CarePages(_rooms(service), wording).routes())
    app.add_middleware(_Guard, service=service)
    app.add_middleware(SecurityHeaders)
    return app


def _rooms(service: Service) -> Rooms:
    settings = service.deps.settings
    return Rooms(
        sessions=service.sessions,
        boards=service.boards,
        desk=service.desk,
        office=service.office,
        people=service.people,
        live=service.live,
        axis=service.axis,
        time=service.time,
        tz=ZoneInfo(settings.tz),
        https=settings.https,
    )


def _ended(app: FastAPI, task: asyncio.Task[None]) -> None:
    """Let it crash: an error in a loop ends the process; the supervisor starts it again."""
    if not task.cancelled() and task.exception() is not None and app.state.on_crash is not None:
        app.state.on_crash(task.exception())
