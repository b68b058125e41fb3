# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The care service as an ASGI application: its routes, its faces, its life."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from caregiver_api.alerts import quarantined
from caregiver_api.api import people_routes, wire_routes
from caregiver_api.api.authentication import Authentication
from caregiver_api.api.lead_routes import LeadRoutes
from caregiver_api.api.streams import PeopleStream
from caregiver_api.bootstrap import Service
from caregiver_api.platform import problems
from caregiver_api.platform.in_flight import InFlight
from caregiver_api.platform.migrations import DatabaseTooNew
from caregiver_api.platform.problems import Refusal
from caregiver_api.web.routes import CarePages
from caregiver_api.web.visitor import PageParts
from design.security import SecurityHeaders, from_own_page
from design.wording import Wording

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
LATE_S: Final = 5.0
"""A timer this late means that the escalation does not work: `/healthz` says so."""
PUBLIC: Final = frozenset({"/healthz", "/login", "/logout", "/v1/session"})
"""What is answered without log-in or signature (besides the faces' static files)."""
SIGNED: Final = ("/v1/hubs/", "/v1/pairing")
"""What hubs ask, by signature."""

type Failed = Callable[[BaseException], None]
"""Is told why the service cannot go on; the process is to end."""


class _Guard:
    """ASGI middleware: what every request must fulfil before anything of it is read.

    People's JSON needs a session (of a lead for `/v1/lead/`), writing requests come from our own
    pages. Hubs' addresses check their signature, pages lead to the log-in themselves.
    """

    def __init__(self, app: ASGIApp, authentication: Authentication, in_flight: InFlight) -> None:
        self._app = app
        self._authentication = authentication
        self._in_flight = in_flight

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
        with self._in_flight.of():
            await self._app(scope, receive, send)

    async def _check(self, request: Request) -> None:
        if request.method not in SAFE and not from_own_page(request.headers):
            raise Refusal(403, "foreign-page")
        path = request.url.path
        if path.startswith("/v1/lead"):
            await self._authentication.lead(request)
        elif path.startswith("/v1/") and path not in PUBLIC and not path.startswith(SIGNED):
            await self._authentication.person(request)


def create_app(service: Service, failed: Failed = lambda _error: None) -> FastAPI:
    """Make the application of a service.

    The lifespan opens the service and runs its loops. If a loop ends, the process is told to end:
    a service that no longer escalates must not go on answering 202.

    Args:
        service: its parts, not yet opened.
        failed: is told of an error in a loop, and of a database that is too new.
    """

    def ended(task: asyncio.Task[None]) -> None:
        """Let it crash: an error in a loop ends the process; the supervisor starts it again."""
        error = None if task.cancelled() else task.exception()
        if error is not None:
            failed(error)

    @contextlib.asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        try:
            await service.open()
        except DatabaseTooNew as error:
            failed(error)
            raise
        loops = asyncio.create_task(service.run(), name="service")
        loops.add_done_callback(ended)
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
    problems.install(app)
    authentication = Authentication(
        service.sessions,
        service.hubs,
        session_s=service.settings.session_s,
        https=service.settings.https,
    )
    for router in _routers(service, authentication):
        app.include_router(router)

    @app.get("/healthz", include_in_schema=False)
    async def healthz(_request: Request) -> Response:
        """Say whether the process answers, no timer is overdue and every alarm can be read."""
        unreadable = await service.store.read(quarantined.waiting)
        well = service.scheduler.overdue_s < LATE_S and not unreadable
        said = {"ok": well} | ({"unreadable": unreadable} if unreadable else {})
        return JSONResponse(said, status_code=200 if well else 503)

    wording = Wording(*service.settings.wording)
    app.router.routes.extend(CarePages(_page_parts(service), wording).routes())
    app.add_middleware(_Guard, authentication=authentication, in_flight=service.in_flight)
    app.add_middleware(SecurityHeaders)
    return app


def _routers(service: Service, authentication: Authentication) -> tuple[APIRouter, ...]:
    return (
        wire_routes.router(
            authentication,
            service.hubs,
            service.intake,
            service.deadman,
            service.withdrawals,
            service.downlink,
        ),
        people_routes.router(
            authentication,
            service.overviews,
            service.incident_actions,
            PeopleStream(
                service.store,
                service.live,
                service.sessions,
                service.hubs,
                service.policies,
                service.overviews,
                service.unreadable,
            ),
        ),
        LeadRoutes(
            authentication,
            service.hubs,
            service.hub_administration,
            service.people,
            service.addresses,
            service.people_administration,
            service.policies,
            service.downlink,
            service.channels,
        ).router(),
    )


def _page_parts(service: Service) -> PageParts:
    return PageParts(
        sessions=service.sessions,
        overviews=service.overviews,
        incident_actions=service.incident_actions,
        hubs=service.hubs,
        hub_administration=service.hub_administration,
        people=service.people,
        addresses=service.addresses,
        people_administration=service.people_administration,
        live=service.live,
        axis=service.axis,
        time=service.time,
        tz=ZoneInfo(service.settings.tz),
        https=service.settings.https,
    )
