# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a logged-in person may ask as JSON: log in and out, see alerts, act on them."""

import contextlib
from typing import Annotated, Any

from fastapi import APIRouter, Body, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from caregiver_api.alerts.incident_actions import MINUTES_MAX
from caregiver_api.api.authentication import address_of, let_in, let_out, need_person, token_of
from caregiver_api.api.streams import board_json, card_json, people_stream
from caregiver_api.api.wire_routes import STREAM_HEADERS
from caregiver_api.escalation.permissions import Verb
from caregiver_api.service import Service


class LogIn(BaseModel):
    """Name and password."""

    model_config = ConfigDict(extra="forbid")
    name: Annotated[str, Field(max_length=80)]
    password: Annotated[str, Field(max_length=200)]


class Deed(BaseModel):
    """What goes with a verb; close needs a reason."""

    model_config = ConfigDict(extra="forbid")
    minutes: Annotated[int, Field(ge=1, le=MINUTES_MAX)] | None = None
    reason: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    seen: Annotated[int, Field(ge=1)] | None = None
    """Count of calls on the card that is closed; a newer call refuses it (409 `newer`)."""


def router(service: Service) -> APIRouter:
    """Make the routes for carers and leads."""
    routes = APIRouter(tags=["carer"])

    @routes.post("/v1/session")
    async def log_in(request: Request, asked: LogIn) -> Response:
        """Log in; sets the cookie `tohuus_care`."""
        token, person = await service.sessions.log_in(
            asked.name, asked.password, address_of(request)
        )
        answer = JSONResponse({"id": person.id, "name": person.display_name, "role": person.role})
        return let_in(service, answer, token)

    @routes.delete("/v1/session", status_code=204)
    async def log_out(request: Request) -> Response:
        """Log out."""
        await service.sessions.log_out(token_of(request))
        return let_out(Response(status_code=204))

    @routes.get("/v1/alerts")
    async def alerts(request: Request) -> dict[str, Any]:
        """Return what this person sees now."""
        person = await need_person(service, request)
        return board_json(await service.boards.board(person))

    @routes.get("/v1/alerts/stream")
    async def stream(request: Request) -> Response:
        """Open the stream: `snapshot`, then `alert` and `progress`."""
        person = await need_person(service, request)
        last = None
        with contextlib.suppress(ValueError):
            last = (
                int(request.headers["last-event-id"])
                if "last-event-id" in request.headers
                else None
            )
        return StreamingResponse(
            people_stream(service, person, token_of(request), last),
            media_type="text/event-stream",
            headers=STREAM_HEADERS,
        )

    @routes.post("/v1/alerts/{incident}/{verb}")
    async def act(
        request: Request,
        incident: str,
        verb: Verb,
        deed: Annotated[Deed | None, Body()] = None,
    ) -> dict[str, Any]:
        """Accept, set out, arrive, decline or close; return the card as it stands then."""
        person = await need_person(service, request)
        said = deed or Deed()
        card = await service.desk.act(
            person,
            incident,
            verb,
            minutes=said.minutes,
            reason=said.reason,
            seen=said.seen,
        )
        return card_json(card)

    return routes
