# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a hub may ask: pairing, messages, heartbeat, withdrawals, its stream. All of it signed."""

import contextlib

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ValidationError

from caregiver_api import wire
from caregiver_api.alerts.deadman import DeadMan
from caregiver_api.alerts.intake import Intake
from caregiver_api.alerts.withdrawals import ConsentWithdrawals
from caregiver_api.api.authentication import Authentication, check_version, signed
from caregiver_api.hubs.downlink import Downlink
from caregiver_api.hubs.register import HubRegister
from caregiver_api.platform.problems import Refusal, places

STREAM_HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}


def read[T: BaseModel](model: type[T], body: bytes) -> T:
    """Parse a body.

    Raises:
        Refusal: 422, it is not what was expected.
    """
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise Refusal(422, "bad-body", places(error.errors(include_url=False))) from error


def _answer(body: BaseModel, status: int = 202) -> Response:
    return Response(body.model_dump_json(), status, media_type="application/json")


def router(
    authentication: Authentication,
    hubs: HubRegister,
    intake: Intake,
    deadman: DeadMan,
    consent_withdrawals: ConsentWithdrawals,
    downlink: Downlink,
) -> APIRouter:
    """Make the routes of the wire."""
    routes = APIRouter(tags=["hub"])

    @routes.post("/v1/pairing", status_code=202)
    async def pairing(request: Request) -> Response:
        """Take a hub in, until a person has compared the six digits."""
        parsed, body = await signed(request)
        asked = read(wire.PairingRequest, body)
        check_version(asked.version)
        return _answer(await hubs.pair(asked, parsed))

    @routes.post("/v1/hubs/{hub}/messages", status_code=202)
    async def messages(request: Request, hub: str) -> Response:
        """Store messages; 202 means durable."""
        sender, body = await authentication.hub(request, hub)
        asked = read(wire.Messages, body)
        check_version(asked.version)
        stored = await intake.receive(sender, asked.messages)
        await deadman.heard(sender)
        return _answer(stored)

    @routes.post("/v1/hubs/{hub}/heartbeat", status_code=204)
    async def heartbeat(request: Request, hub: str) -> Response:
        """Note a sign of life."""
        sender, body = await authentication.hub(request, hub)
        asked = read(wire.Heartbeat, body)
        check_version(asked.version)
        await deadman.heard(sender, asked)
        return Response(status_code=204)

    @routes.post("/v1/hubs/{hub}/withdrawals", status_code=202)
    async def withdrawals(request: Request, hub: str) -> Response:
        """Carry out the withdrawal of a consent."""
        sender, body = await authentication.hub(request, hub)
        asked = read(wire.Withdrawal, body)
        check_version(asked.version)
        await consent_withdrawals.receive(sender, asked.purpose)
        return Response(status_code=202)

    @routes.get("/v1/hubs/{hub}/stream")
    async def stream(request: Request, hub: str) -> Response:
        """Open the stream of answers and commands."""
        sender, _ = await authentication.hub(request, hub)
        last = 0
        with contextlib.suppress(ValueError):
            last = int(request.headers.get("last-event-id", "0"))
        await deadman.heard(sender)
        return StreamingResponse(
            downlink.stream(sender.id, last),
            media_type="text/event-stream",
            headers=STREAM_HEADERS,
        )

    return routes
