# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a lead may ask as JSON: hubs, people, chains, commands to a flat, the API's description."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from caregiver_api.api.authentication import Authentication
from caregiver_api.channels.registry import OpenChannel
from caregiver_api.escalation.policy import Rung
from caregiver_api.hubs.administration import HubAdministration
from caregiver_api.hubs.downlink import Downlink
from caregiver_api.hubs.escalation_policies import EscalationPolicies
from caregiver_api.hubs.register import HubRegister, PairedHub
from caregiver_api.people.addresses import Address, Addresses
from caregiver_api.people.administration import PeopleAdministration
from caregiver_api.people.caregivers import AccountRole, Caregivers, Person


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
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}$")] | None = None
    """In which pages to them are written; None = the first language of the faces."""


class AskedAddress(_Asked):
    """Where somebody is reached: a kind that a channel declares, and an address of it."""

    kind: Annotated[str, Field(max_length=40)]
    value: Annotated[str, Field(min_length=1, max_length=200)]
    enabled: bool = True


class AskedAddresses(_Asked):
    """All addresses of somebody."""

    addresses: Annotated[list[AskedAddress], Field(max_length=10)]


class AskedRung(_Asked):
    """People called together (log-in names or ids), and seconds until the next rung."""

    carers: Annotated[list[str], Field(min_length=1, max_length=50)]
    wait_s: float


class AskedPolicy(_Asked):
    """Who is called in which order."""

    rungs: Annotated[list[AskedRung], Field(min_length=1, max_length=8)]


class Absent(_Asked):
    """Unix seconds until when she is away; None ends it."""

    until_s: float | None = None


class Off(_Asked):
    """Purpose whose monitoring ends; None ends all."""

    purpose: Annotated[str, Field(max_length=64)] | None = None


class LeadRoutes:
    """The routes for leads."""

    def __init__(
        self,
        authentication: Authentication,
        hubs: HubRegister,
        hub_administration: HubAdministration,
        people: Caregivers,
        addresses: Addresses,
        people_administration: PeopleAdministration,
        policies: EscalationPolicies,
        downlink: Downlink,
        channels: Sequence[OpenChannel],
    ) -> None:
        self._authentication = authentication
        self._hubs = hubs
        self._hub_administration = hub_administration
        self._people = people
        self._addresses = addresses
        self._people_administration = people_administration
        self._policies = policies
        self._downlink = downlink
        self._channels = tuple(channels)

    def router(self) -> APIRouter:
        """Make the routes."""
        routes = APIRouter(tags=["lead"])
        self._about_hubs(routes)
        self._about_people(routes)
        return routes

    def hub_json(self, hub: PairedHub) -> dict[str, Any]:
        """Return a hub as JSON values."""
        name_of = self._people.display
        return {
            "id": hub.id,
            "name": hub.name,
            "site": hub.site,
            "state": hub.state,
            "key_hash": hub.key_hash,
            "heard_s": hub.heard_s,
            "stream": self._downlink.connected(hub.id),
            "absent_until_s": hub.absent_until_s,
            "chain": [
                {"carers": [name_of(one) for one in rung.carers], "wait_s": rung.wait_s}
                for rung in self._policies.of(hub.id)
            ],
        }

    def person_json(self, person: Person) -> dict[str, Any]:
        """Return a person as JSON values, without the password."""
        return {
            "id": person.id,
            "name": person.name,
            "display_name": person.display_name,
            "role": person.role,
            "active": person.active,
            "language": person.language,
            "addresses": [
                {
                    "kind": one.kind,
                    "value": one.value,
                    "enabled": one.enabled,
                    "verified": one.verified,
                }
                for one in self._addresses.of(person.id)
            ],
        }

    def _about_hubs(self, routes: APIRouter) -> None:
        administration, hub_json, lead_of = (
            self._hub_administration,
            self.hub_json,
            self._authentication.lead,
        )

        @routes.post("/v1/lead/pairing-codes", status_code=201)
        async def pairing_code(request: Request) -> dict[str, Any]:
            """Make a one-time code."""
            code, until_s = await administration.new_code(await lead_of(request))
            return {"code": code, "expires_s": until_s}

        @routes.get("/v1/lead/hubs")
        async def hubs(request: Request) -> dict[str, Any]:
            """Return all hubs; a `pending` one waits for the comparison of `key_hash`."""
            await lead_of(request)
            return {"hubs": [hub_json(one) for one in self._hubs.all()]}

        @routes.post("/v1/lead/hubs/{hub}/confirm")
        async def confirm(request: Request, hub: str, asked: Confirmed) -> dict[str, Any]:
            """Make a hub active: the digits were compared."""
            lead = await lead_of(request)
            return hub_json(await administration.confirm(lead, hub, asked.key_hash))

        @routes.post("/v1/lead/hubs/{hub}/revoke")
        async def revoke(request: Request, hub: str) -> dict[str, Any]:
            """Let a hub's key count no more."""
            lead = await lead_of(request)
            return hub_json(await administration.revoke(lead, hub))

        @routes.put("/v1/lead/hubs/{hub}/chain")
        async def set_policy(request: Request, hub: str, asked: AskedPolicy) -> dict[str, Any]:
            """Say who is called in which order."""
            lead = await lead_of(request)
            rungs = [Rung(carers=tuple(one.carers), wait_s=one.wait_s) for one in asked.rungs]
            return hub_json(await administration.set_policy(lead, hub, rungs))

        @routes.post("/v1/lead/hubs/{hub}/test-alarm", status_code=202)
        async def test_alarm(request: Request, hub: str) -> Response:
            """Ask a flat for a test alarm."""
            await administration.test_alarm(await lead_of(request), hub)
            return Response(status_code=202)

        @routes.post("/v1/lead/hubs/{hub}/absence", status_code=202)
        async def absence(request: Request, hub: str, asked: Absent) -> Response:
            """Tell a flat that its resident is away."""
            await administration.absence(await lead_of(request), hub, asked.until_s)
            return Response(status_code=202)

        @routes.post("/v1/lead/hubs/{hub}/monitoring-off", status_code=202)
        async def monitoring_off(request: Request, hub: str, asked: Off) -> Response:
            """Switch monitoring off; nothing here switches it on."""
            await administration.monitoring_off(await lead_of(request), hub, asked.purpose)
            return Response(status_code=202)

    def _about_people(self, routes: APIRouter) -> None:
        administration, person_json, lead_of = (
            self._people_administration,
            self.person_json,
            self._authentication.lead,
        )

        @routes.get("/v1/lead/carers")
        async def carers(request: Request) -> dict[str, Any]:
            """Return all people."""
            await lead_of(request)
            return {"carers": [person_json(one) for one in self._people.all()]}

        @routes.post("/v1/lead/carers", status_code=201)
        async def add_carer(request: Request, asked: NewPerson) -> dict[str, Any]:
            """Let somebody log in."""
            lead = await lead_of(request)
            person = await administration.add_person(
                lead,
                name=asked.name,
                display_name=asked.display_name,
                password=asked.password,
                role=AccountRole(asked.role),
                language=asked.language,
            )
            return person_json(person)

        @routes.delete("/v1/lead/carers/{person}")
        async def remove_carer(request: Request, person: str) -> dict[str, Any]:
            """Let somebody no longer log in or be paged."""
            lead = await lead_of(request)
            return person_json(await administration.deactivate(lead, person))

        @routes.put("/v1/lead/carers/{person}/addresses")
        async def addresses(request: Request, person: str, asked: AskedAddresses) -> dict[str, Any]:
            """Say where somebody is reached by the channels that need an address of theirs."""
            lead = await lead_of(request)
            wanted = [
                Address(person=person, kind=one.kind, value=one.value, enabled=one.enabled)
                for one in asked.addresses
            ]
            return person_json(await administration.set_addresses(lead, person, wanted))

        @routes.get("/v1/lead/channels")
        async def channels(request: Request) -> dict[str, Any]:
            """Return the channels that pages go through, and which lead out of this machine."""
            await lead_of(request)
            return {
                "channels": [
                    {
                        "name": one.name,
                        "address_kind": one.address.name if one.address else None,
                        "outside": one.outside,
                    }
                    for one in self._channels
                ]
            }

        @routes.get("/v1/lead/openapi.json", include_in_schema=False)
        async def openapi(request: Request) -> dict[str, Any]:
            """Return the description of this API; leads only."""
            await lead_of(request)
            described: dict[str, Any] = request.app.openapi()
            return described
