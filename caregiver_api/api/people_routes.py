# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a logged-in person may ask as JSON: log in and out, see alerts, act on them."""

import contextlib
from typing import Annotated, Any

from fastapi import APIRouter, Body, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from caregiver_api.alerts.incident_actions import MINUTES_MAX, IncidentActions
from caregiver_api.alerts.overview import Overviews
from caregiver_api.api.authentication import Authentication, let_out, token_of
from caregiver_api.api.streams import PeopleStream, incident_json, overview_json
from caregiver_api.api.wire_routes import STREAM_HEADERS
from caregiver_api.escalation.permissions import CarerAction


class LogIn(BaseModel):
    """Name and password."""

    model_config = ConfigDict(extra="forbid")
    name: Annotated[str, Field(max_length=80)]
    password: Annotated[str, Field(max_length=200)]


class ActionDetails(BaseModel):
    """What goes with an action; close needs a reason."""

    model_config = ConfigDict(extra="forbid")
    minutes: Annotated[int, Field(ge=1, le=MINUTES_MAX)] | None = None
    reason: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    seen: Annotated[int, Field(ge=1)] | None = None
    """Count of calls that was shown; a newer call refuses it (409 `newer`)."""


def router(
    authentication: Authentication,
    overviews: Overviews,
    incident_actions: IncidentActions,
    stream_of: PeopleStream,
) -> APIRouter:
    """Make the routes for carers and leads."""
    routes = APIRouter(tags=["carer"])

    @routes.post("/v1/session")
    async def log_in(request: Request, asked: LogIn) -> Response:
        """Log in; sets the cookie `tohuus_care`."""
        token, person = await authentication.log_in(request, asked.name, asked.password)
        answer = JSONResponse({"id": person.id, "name": person.display_name, "role": person.role})
        return authentication.let_in(answer, token)

    @routes.delete("/v1/session", status_code=204)
    async def log_out(request: Request) -> Response:
        """Log out."""
        await authentication.log_out(request)
        return let_out(Response(status_code=204))

    @routes.get("/v1/alerts")
    async def alerts(request: Request) -> dict[str, Any]:
        """Return what this person sees now."""
        person = await authentication.person(request)
        return overview_json(await overviews.of(person))

    @routes.get("/v1/alerts/stream")
    async def stream(request: Request) -> Response:
        """Open the stream: `snapshot`, then `alert` and `progress`."""
        person = await authentication.person(request)
        last = None
        with contextlib.suppress(ValueError):
            last = (
                int(request.headers["last-event-id"])
                if "last-event-id" in request.headers
                else None
            )
        return StreamingResponse(
            stream_of.events(person, token_of(request), last),
            media_type="text/event-stream",
            headers=STREAM_HEADERS,
        )

    @routes.post("/v1/alerts/{incident}/{verb}")
    async def act(
        request: Request,
        incident: str,
        verb: CarerAction,
        details: Annotated[ActionDetails | None, Body()] = None,
    ) -> dict[str, Any]:
        """Accept, set out, arrive, decline or close; return the incident as it stands then."""
        person = await authentication.person(request)
        said = details or ActionDetails()
        await incident_actions.act(
            person,
            incident,
            verb,
            minutes=said.minutes,
            reason=said.reason,
            seen=said.seen,
        )
        shown = await overviews.incident(person, incident)
        assert shown is not None, "who acted may see it"
        return incident_json(shown)

    return routes
