# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where people are reached: each channel gets the addresses of its kind, and only enabled ones."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from caregiver_api.channels.channel import AddressKind, Channel, ChannelContext, ChannelDeclaration
from caregiver_api.channels.registry import CHANNELS, ChannelRegistry, OpenChannel
from caregiver_api.platform.settings_table import SettingsTable
from caregiver_api.settings import settings_with
from tests.caregiver_api.world import FakeHub, Recorder, World

PHONE = AddressKind(name="phone", pattern=r"\+\d{5,15}", example="+4940123")


class Phones:
    """A world with one more channel, which needs a telephone number."""

    def __init__(self) -> None:
        self.recorder = Recorder("phones")
        declared = ChannelDeclaration[SettingsTable](
            name="phones", address=PHONE, leads_outside=lambda _: True, make=self._make
        )
        self.world = World(channels=ChannelRegistry(*CHANNELS, declared))

    def _make(self, _settings: SettingsTable | None, _context: ChannelContext) -> Channel:
        return self.recorder

    async def set(self, name: str, *addresses: dict[str, Any]) -> int:
        person = self.world.service.people.named(name)
        assert person is not None
        path = f"/v1/lead/carers/{person.id}/addresses"
        answer = await self.world.lead.put(path, json={"addresses": list(addresses)})
        return answer.status_code


@pytest.fixture
async def phones() -> AsyncIterator[Phones]:
    made = Phones()
    await made.world.start()
    await made.world.people()
    yield made
    await made.world.stop()


@pytest.fixture
async def hub(phones: Phones) -> FakeHub:
    paired = await phones.world.hub()
    await phones.world.policy(paired, (("anna", "bo"), 60.0))
    return paired


def number(value: str, **more: Any) -> dict[str, Any]:
    return {"kind": "phone", "value": value, **more}


async def test_every_enabled_address_is_paged_and_no_other(phones: Phones, hub: FakeHub):
    assert await phones.set(
        "anna", number("+4940111"), number("+4940222"), number("+4940333", enabled=False)
    ) == 200  # fmt: skip
    await hub.send(hub.alert())
    await phones.world.settle()
    assert sorted(one.address for one in phones.recorder.pages) == ["+4940111", "+4940222"]
    assert {one.recipient for one in phones.recorder.pages} == {"Anna"}
    assert sorted(phones.world.rung()) == [("Anna", "urgent"), ("Bo", "urgent")]


async def test_a_page_that_was_taken_verifies_its_address(phones: Phones, hub: FakeHub):
    await phones.set("anna", number("+4940111"), number("+4940222", enabled=False))
    await hub.send(hub.alert())
    await phones.world.settle()
    people = (await phones.world.lead.get("/v1/lead/carers")).json()["carers"]
    (anna,) = (one for one in people if one["name"] == "anna")
    assert {one["value"]: one["verified"] for one in anna["addresses"]} == {
        "+4940111": True,
        "+4940222": False,
    }
    await phones.set("anna", number("+4940111"))
    (kept,) = phones.world.service.addresses.of(anna["id"])
    assert kept.verified, "setting the others leaves it as it is"


async def test_a_page_that_waits_for_an_address_ends_with_it(phones: Phones, hub: FakeHub):
    await phones.set("anna", number("+4940111"))
    phones.recorder.fails = True
    await hub.send(hub.alert())
    await phones.world.settle()
    await phones.set("anna")
    phones.recorder.fails = False
    phones.world.clock.go(30.0)
    phones.world.service.paged.notify()
    await phones.world.settle()
    assert phones.recorder.pages == []


@pytest.mark.parametrize(
    "wrong",
    [
        [number("040 111")],
        [{"kind": "telegraph", "value": "+4940111"}],
        [number("+4940111"), number("+4940111")],
        [number(f"+49400{place:03}") for place in range(11)],
    ],
)
async def test_what_is_no_address_is_refused_and_changes_nothing(phones: Phones, wrong: list[Any]):
    await phones.set("anna", number("+4940999"))
    assert await phones.set("anna", *wrong) == 422
    anna = phones.world.service.people.named("anna")
    assert anna is not None
    assert [one.value for one in phones.world.service.addresses.of(anna.id)] == ["+4940999"]


async def test_a_carer_changes_no_addresses(phones: Phones):
    anna = phones.world.service.people.named("anna")
    assert anna is not None
    answer = await phones.world.anna.put(
        f"/v1/lead/carers/{anna.id}/addresses", json={"addresses": []}
    )
    assert answer.status_code == 403


async def test_pages_come_in_the_language_a_carer_reads(phones: Phones, hub: FakeHub):
    await phones.set("anna", number("+4940111"))
    await phones.world.anna.get("/care/?lang=en")
    await hub.send(hub.alert())
    await phones.world.settle()
    (page,) = phones.recorder.pages
    assert page.title == "Urgent alarm"


async def test_a_lead_reads_which_channels_lead_outside(phones: Phones):
    listed = (await phones.world.lead.get("/v1/lead/channels")).json()["channels"]
    assert listed[0] == {"name": "sse", "address_kind": None, "outside": False}
    assert {one["name"]: one["outside"] for one in listed}["phones"] is True
    assert (await phones.world.anna.get("/v1/lead/channels")).status_code == 403


def test_in_a_demo_a_channel_that_leads_outside_without_any_settings_is_refused():
    declared = ChannelDeclaration[SettingsTable](
        name="modem",
        leads_outside=lambda _: True,
        make=lambda _settings, _context: Recorder("modem"),
    )
    model = settings_with(ChannelRegistry(*CHANNELS, declared))
    model.model_validate({})
    with pytest.raises(ValueError, match="modem on this machine in a demo"):
        model.model_validate({"demo": {}})


def test_one_kind_of_address_means_one_thing():
    def declared(name: str, kind: AddressKind) -> ChannelDeclaration[SettingsTable]:
        return ChannelDeclaration(
            name=name,
            address=kind,
            leads_outside=lambda _: True,
            make=lambda _settings, _context: Recorder(name),
        )

    other = AddressKind(name="phone", pattern=".*", example="anything")
    with pytest.raises(ValueError, match="'phone'"):
        ChannelRegistry(declared("one", PHONE), declared("two", other))
    assert OpenChannel(channel=Recorder()).outside is False
