# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Set-up routes: pair with the service, let devices join, PIN, agreement, consents, test alarm."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any, Protocol, runtime_checkable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from devices.registry import Registry
from devices.source import DeviceError
from hub.api.access import Displays
from hub.api.problems import HttpProblem, read_body, word
from hub.forwarding.bootstrap import Forwarding
from hub.forwarding.pairing import PairingFailed
from hub.projections.panel_view import PanelView
from hub.radios.fleet import RadioFleet
from hub.resident.actions import Resident
from hub.resident.pin import PinMissing, PinWrong
from rules.model.apartment import Apartment
from rules.model.consent import ConsentState, Purpose

JOIN_S_MAX = 254
"""Zigbee's longest permit-joining time (255 would be for ever)."""


@runtime_checkable
class Joining(Protocol):
    """A source that can let new devices join."""

    async def permit(self, seconds: int) -> None:
        """Let devices join for so long."""

    def ready(self) -> frozenset[str]:
        """Return addresses of joined devices whose set-up is finished."""


class SetupRoutes:
    """Routes for whoever sets the hub up, on the hub itself and with the observer's token."""

    def __init__(
        self,
        *,
        forwarding: Forwarding,
        resident: Resident,
        displays: Displays,
        registry: Registry,
        apartment: Apartment,
        view: PanelView,
        radios: RadioFleet,
        name: str,
    ) -> None:
        self._forwarding = forwarding
        self._resident = resident
        self._displays = displays
        self._registry = registry
        self._apartment = apartment
        self._view = view
        self._radios = radios
        self._name = name

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/v1/setup/pairing", self.pairing, methods=["GET"]),
            Route("/v1/setup/pairing", self.pair, methods=["POST"]),
            Route("/v1/setup/join", self.join, methods=["POST"]),
            Route("/v1/setup/devices", self.devices, methods=["GET"]),
            Route("/v1/setup/pin", self.pin, methods=["POST"]),
            Route("/v1/setup/agreement", self.agreement, methods=["POST"]),
            Route("/v1/setup/consents", self.consents, methods=["POST"]),
            Route("/v1/setup/test-alarm", self.prove, methods=["POST"]),
            Route("/v1/setup/display", self.display, methods=["POST"]),
        ]

    async def pairing(self, _request: Request) -> Response:
        """Show the six digits and whether the hub is paired."""
        link = self._forwarding.view()
        hub_id = self._forwarding.hub_id
        return JSONResponse({**asdict(link), "hub_id": hub_id})

    async def pair(self, request: Request) -> Response:
        """Pair by one-time code."""
        body = await read_body(request)
        url, code = word(body, "service_url"), word(body, "code")
        try:
            hub_id, key_hash = await self._forwarding.pair(url, code, self._name)
        except PairingFailed as fault:
            status = 502 if fault.fault == "unreachable" else 422
            raise HttpProblem(status, "not-paired", fault.fault) from None
        return JSONResponse({"hub_id": hub_id, "key_hash": key_hash}, 202)

    async def join(self, request: Request) -> Response:
        """Let devices join for some seconds (0 ends it)."""
        seconds = (await read_body(request)).get("seconds")
        if not isinstance(seconds, int) or not 0 <= seconds <= JOIN_S_MAX:
            raise HttpProblem(422, "bad-body", f"seconds: 0 to {JOIN_S_MAX}")
        joining = [one for one in self._radios.sources if isinstance(one, Joining)]
        if not joining:
            raise HttpProblem(409, "no-radio", "a source that devices can join")
        try:
            for source in joining:
                await source.permit(seconds)
        except DeviceError as fault:
            raise HttpProblem(503, "radio-down", fault.fault) from None
        return JSONResponse({"seconds": seconds, "sources": [one.name for one in joining]}, 202)

    async def devices(self, _request: Request) -> Response:
        """List what is enrolled, and what was heard but is not."""
        sensors = {one.id: one for one in self._view.panel().sensors}
        joining = {
            one.name: one.ready() for one in self._radios.sources if isinstance(one, Joining)
        }
        enrolled = []
        for device in self._apartment.devices:
            sensor, known = sensors[device.id], self._registry.enrolled(device.id)
            enrolled.append(
                {
                    "id": device.id,
                    "name": device.name,
                    "role": device.role,
                    "room": device.room,
                    "source": device.source,
                    "address": known.address if known else None,
                    "heard_at": sensor.heard_at,
                    "silent": sensor.silent,
                    "charge_pct": sensor.charge_pct,
                    "ready": known is not None
                    and known.address in joining.get(device.source, frozenset()),
                }
            )
        strangers = [asdict(one) for one in self._registry.strangers()]
        return JSONResponse({"enrolled": enrolled, "not_enrolled": strangers})

    async def pin(self, request: Request) -> Response:
        """Set the resident's PIN."""
        pin = word(await read_body(request), "pin")
        if not (pin.isdecimal() and pin.isascii() and 4 <= len(pin) <= 12):
            raise HttpProblem(422, "bad-body", "pin: 4 to 12 digits")
        await self._resident.set_pin(pin)
        return Response(status_code=204)

    async def agreement(self, request: Request) -> Response:
        """Begin or end the help agreement."""
        live = (await read_body(request)).get("live")
        if not isinstance(live, bool):
            raise HttpProblem(422, "bad-body", "live: true or false")
        self._resident.agree(live=live)
        return Response(status_code=204)

    async def consents(self, request: Request) -> Response:
        """Change one consent with the resident's PIN."""
        body = await read_body(request)
        try:
            purpose, state = Purpose(word(body, "purpose")), ConsentState(word(body, "state"))
        except ValueError as fault:
            raise HttpProblem(422, "bad-body", str(fault)) from None
        await _with_pin(
            lambda: self._resident.consent(purpose, state, word(body, "pin"), by="resident")
        )
        return Response(status_code=204)

    async def prove(self, _request: Request) -> Response:
        """Send a message marked as a test the whole way."""
        self._resident.test_alarm("set-up")
        return Response(status_code=202)

    async def display(self, request: Request) -> Response:
        """Let a display on the network be paired, from now on or from the next press on."""
        body: dict[str, Any] = await read_body(request)
        by_press = body.get("by") == "press"
        seconds = self._displays.arm() if by_press else self._displays.open()
        return JSONResponse({"seconds": seconds, "by": "press" if by_press else "now"}, 202)


async def _with_pin(change: Callable[[], Awaitable[None]]) -> None:
    try:
        await change()
    except PinMissing:
        raise HttpProblem(409, "no-pin", "set a PIN first") from None
    except PinWrong as wrong:
        detail = f"again in {wrong.locked_s:.0f} s" if wrong.locked_s else ""
        raise HttpProblem(403, "pin", detail) from None
