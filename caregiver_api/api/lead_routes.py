# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a lead may ask as JSON: hubs, people, chains, commands to a flat, the API's description."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from caregiver_api.api.authentication import need_lead
from caregiver_api.escalation.policy import Rung
from caregiver_api.hubs.register import Hub
from caregiver_api.people.caregivers import Person, Role
from caregiver_api.service import Service


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Confirmed(_Asked):
    """The six digits read from the hub."""

    key_hash: Annotated[str, Field(pattern=r"^[0-9 ]{6,8}$")]


class NewPerson(_Asked):
    """Somebody who may log in."""

    name: Annotated[str, Field(min_length=1, max_length=80, pattern=r"^\S+$")]
    display_name: Annotated[str, Field(min_length=1, max_length=80)]
    password: Annotated[str, Field(min_length=10, max_length=200)]
    role: Literal["carer", "lead"] = "carer"


class AskedRung(_Asked):
    """People called together (log-in names or ids), and seconds until the next rung."""

    carers: Annotated[list[str], Field(min_length=1, max_length=50)]
    wait_s: float


class AskedChain(_Asked):
    """Who is called in which order."""

    rungs: Annotated[list[AskedRung], Field(min_length=1, max_length=8)]


class Absent(_Asked):
    """Unix seconds until when she is away; None ends it."""

    until_s: float | None = None


class Off(_Asked):
    """Purpose whose monitoring ends; None ends all."""

    purpose: Annotated[str, Field(max_length=64)] | None = None


def hub_json(service: Service, hub: Hub) -> dict[str, Any]:
    """Return a hub as JSON values."""
    name_of = service.people.display
    return {
        "id": hub.id,
        "name": hub.name,
        "site": hub.site,
        "state": hub.state,
        "key_hash": hub.key_hash,
        "heard_s": hub.heard_s,
        "stream": service.downlink.connected(hub.id),
        "absent_until_s": hub.absent_until_s,
        "chain": [
            {"carers": [name_of(one) for one in rung.carers], "wait_s": rung.wait_s}
            for rung in service.incidents.chain_of(hub.id)
        ],
    }


def person_json(person: Person) -> dict[str, Any]:
    """Return a person as JSON values, without the password."""
    return {
        "id": person.id,
        "name": person.name,
        "display_name": person.display_name,
        "role": person.role,
        "active": person.active,
    }


def router(service: Service) -> APIRouter:
    """Make the routes for leads."""
    routes = APIRouter(tags=["lead"])
    office = service.office

    @routes.post("/v1/lead/pairing-codes", status_code=201)
    async def pairing_code(request: Request) -> dict[str, Any]:
        """Make a one-time code."""
        code, until_s = await office.new_code(await need_lead(service, request))
        return {"code": code, "expires_s": until_s}

    @routes.get("/v1/lead/hubs")
    async def hubs(request: Request) -> dict[str, Any]:
        """Return all hubs; a `pending` one waits for the comparison of `key_hash`."""
        await need_lead(service, request)
        return {"hubs": [hub_json(service, one) for one in service.hubs.all()]}

    @routes.post("/v1/lead/hubs/{hub}/confirm")
    async def confirm(request: Request, hub: str, asked: Confirmed) -> dict[str, Any]:
        """Make a hub active: the digits were compared."""
        lead = await need_lead(service, request)
        return hub_json(service, await office.confirm(lead, hub, asked.key_hash))

    @routes.post("/v1/lead/hubs/{hub}/revoke")
    async def revoke(request: Request, hub: str) -> dict[str, Any]:
        """Let a hub's key count no more."""
        lead = await need_lead(service, request)
        return hub_json(service, await office.revoke(lead, hub))

    @routes.put("/v1/lead/hubs/{hub}/chain")
    async def chain(request: Request, hub: str, asked: AskedChain) -> dict[str, Any]:
        """Say who is called in which order."""
        lead = await need_lead(service, request)
        rungs = [Rung(carers=tuple(one.carers), wait_s=one.wait_s) for one in asked.rungs]
        return hub_json(service, await office.set_chain(lead, hub, rungs))

    @routes.post("/v1/lead/hubs/{hub}/test-alarm", status_code=202)
    async def test_alarm(request: Request, hub: str) -> Response:
        """Ask a flat for a test alarm."""
        await office.test_alarm(await need_lead(service, request), hub)
        return Response(status_code=202)

    @routes.post("/v1/lead/hubs/{hub}/absence", status_code=202)
    async def absence(request: Request, hub: str, asked: Absent) -> Response:
        """Tell a flat that its resident is away."""
        await office.absence(await need_lead(service, request), hub, asked.until_s)
        return Response(status_code=202)

    @routes.post("/v1/lead/hubs/{hub}/monitoring-off", status_code=202)
    async def monitoring_off(request: Request, hub: str, asked: Off) -> Response:
        """Switch monitoring off; nothing here switches it on."""
        await office.monitoring_off(await need_lead(service, request), hub, asked.purpose)
        return Response(status_code=202)

    @routes.get("/v1/lead/carers")
    async def carers(request: Request) -> dict[str, Any]:
        """Return all people."""
        await need_lead(service, request)
        return {"carers": [person_json(one) for one in service.people.all()]}

    @routes.post("/v1/lead/carers", status_code=201)
    async def add_carer(request: Request, asked: NewPerson) -> dict[str, Any]:
        """Let somebody log in."""
        lead = await need_lead(service, request)
        person = await office.add_person(
            lead,
            name=asked.name,
            display_name=asked.display_name,
            password=asked.password,
            role=Role(asked.role),
        )
        return person_json(person)

    @routes.delete("/v1/lead/carers/{person}")
    async def remove_carer(request: Request, person: str) -> dict[str, Any]:
        """Let somebody no longer log in or be paged."""
        lead = await need_lead(service, request)
        return person_json(await office.deactivate(lead, person))

    @routes.get("/v1/lead/openapi.json", include_in_schema=False)
    async def openapi(request: Request) -> dict[str, Any]:
        """Return the description of this API; leads only."""
        await need_lead(service, request)
        described: dict[str, Any] = request.app.openapi()
        return described

    return routes
