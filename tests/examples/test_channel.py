# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The example of a channel, plugged into a whole care service from outside the package."""

import asyncio
import re
import sqlite3
from pathlib import Path
from urllib.parse import unquote

import pytest
from pydantic import ValidationError

from caregiver_api.channels.registry import CHANNELS, ChannelRegistry
from caregiver_api.settings import ServiceSettings, settings_with
from examples.channel import ntfy
from tests.caregiver_api.world import PASSWORD, World

FILES_MAX = 5
NO_CHANNEL = "no channel for this here"
WITH_NTFY = ChannelRegistry(*CHANNELS, ntfy.CHANNEL)
EXAMPLE = Path(ntfy.__file__).parent


class Disk:
    """A database that outlives the service."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def connect(self, name: str) -> sqlite3.Connection:
        return sqlite3.connect(self._folder / name, isolation_level=None)


class Server:
    """A loopback server that keeps what is posted to it."""

    def __init__(self) -> None:
        self.posts: asyncio.Queue[tuple[str, dict[str, str], str]] = asyncio.Queue()

    async def __aenter__(self) -> "Server":
        self._server = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
        body = await reader.readexactly(int(headers["content-length"]))
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        await writer.drain()
        writer.close()
        self.posts.put_nowait((head[0], headers, body.decode()))

    async def post(self) -> tuple[str, dict[str, str], str]:
        async with asyncio.timeout(30):
            return await self.posts.get()


def set_up() -> ServiceSettings:
    """Settings with a table for the channel; nobody listens there."""
    return settings_with(WITH_NTFY).model_validate({"ntfy": {"server": "http://127.0.0.1:9"}})


async def test_a_person_with_an_address_is_paged_by_the_new_channel_in_her_language():
    async with Server() as server:
        settings = settings_with(WITH_NTFY).model_validate(
            {"rung_wait_s": 60.0, "ntfy": {"server": server.url}}
        )
        world = World(settings=settings, channels=WITH_NTFY)
        await world.start()
        await world.people()
        mette = {
            "name": "mette", "display_name": "Mette", "password": PASSWORD, "language": "da"
        }  # fmt: skip
        added = (await world.lead.post("/v1/lead/carers", json=mette)).json()
        path = f"/v1/lead/carers/{added['id']}/addresses"
        topic = {"kind": "ntfy_topic", "value": "mette-8f3k2m"}
        answer = await world.lead.put(path, json={"addresses": [topic]})
        assert answer.status_code == 200, answer.text
        hub = await world.hub()
        await world.policy(hub, (("mette", "anna"), 60.0))
        await hub.send(hub.alert())
        line, headers, text = await server.post()
        assert line.startswith("POST /mette-8f3k2m ")
        assert (unquote(headers["title"]).lower(), headers["priority"]) == ("hastealarm", "max")
        assert text == "Nogen har brug for hjælp nu. Åbn dine alarmer."
        assert server.posts.empty(), "Anna has no address and gets none"
        people = (await world.lead.get("/v1/lead/carers")).json()["carers"]
        while not next(one for one in people if one["id"] == added["id"])["addresses"][0][
            "verified"
        ]:
            await asyncio.sleep(0)
            people = (await world.lead.get("/v1/lead/carers")).json()["carers"]
        await world.stop()


async def test_an_address_that_is_none_is_refused_with_an_example():
    world = World(settings=set_up(), channels=WITH_NTFY)
    await world.start()
    await world.people()
    anna = world.service.people.named("anna")
    assert anna is not None
    path = f"/v1/lead/carers/{anna.id}/addresses"
    for kind, value in (("ntfy_topic", "short"), ("phone", "+49 40 1")):
        asked = {"addresses": [{"kind": kind, "value": value}]}
        assert (await world.lead.put(path, json=asked)).status_code == 422
    assert world.service.addresses.of(anna.id) == ()
    await world.stop()


async def test_a_lead_adds_and_removes_an_address_on_the_page():
    world = World(settings=set_up(), channels=WITH_NTFY)
    await world.start()
    await world.people()
    anna = world.service.people.named("anna")
    assert anna is not None
    assert "ntfy_topic" in (await world.lead.get("/lead/")).text
    path, topic = f"/lead/carers/{anna.id}/addresses", "anna-8f3k2m"
    form = {"kind": "ntfy_topic", "value": topic}
    answer = await world.lead.post(path, data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/lead/?said=saved")
    assert topic in (await world.lead.get("/lead/")).text
    wrong = await world.lead.post(path, data=form | {"value": "short"})
    assert wrong.headers["location"] == "/lead/?problem=address"
    await world.lead.post(path, data=form | {"remove": "yes"})
    assert world.service.addresses.of(anna.id) == ()
    await world.stop()


async def test_a_channel_that_is_not_set_up_offers_no_kind_of_address_and_takes_none():
    world = World(settings=settings_with(WITH_NTFY)(), channels=WITH_NTFY)
    await world.start()
    await world.people()
    anna = world.service.people.named("anna")
    assert anna is not None
    assert "ntfy_topic" not in (await world.lead.get("/lead/")).text
    topic = {"kind": "ntfy_topic", "value": "anna-8f3k2m"}
    path = f"/v1/lead/carers/{anna.id}/addresses"
    assert (await world.lead.put(path, json={"addresses": [topic]})).status_code == 422
    await world.stop()


async def test_an_address_stays_when_its_channel_is_no_longer_set_up_and_the_page_says_so(
    tmp_path: Path,
):
    disk = Disk(tmp_path)
    before = World(settings=set_up(), disk=disk, channels=WITH_NTFY)
    await before.start()
    await before.people()
    anna = before.service.people.named("anna")
    assert anna is not None
    topic = {"kind": "ntfy_topic", "value": "anna-8f3k2m"}
    path = f"/v1/lead/carers/{anna.id}/addresses"
    assert (await before.lead.put(path, json={"addresses": [topic]})).status_code == 200
    assert NO_CHANNEL not in (await before.lead.get("/lead/?lang=en")).text
    await before.stop()

    after = World(settings=settings_with(WITH_NTFY)(), disk=disk, channels=WITH_NTFY)
    after.clock.go(60.0)
    await after.start()
    lead = await after.log_in("lead")
    page = (await lead.get("/lead/?lang=en")).text
    assert topic["value"] in page
    assert NO_CHANNEL in page
    assert (await lead.put(path, json={"addresses": [topic]})).status_code == 200
    other = topic | {"value": "anna-another"}
    assert (await lead.put(path, json={"addresses": [topic, other]})).status_code == 422
    await lead.post(f"/lead/carers/{anna.id}/addresses", data=topic | {"remove": "yes"})
    assert after.service.addresses.of(anna.id) == ()
    await after.stop()


def test_in_a_demo_the_new_channel_stays_on_this_machine():
    model = settings_with(WITH_NTFY)
    model.model_validate({"demo": {}, "ntfy": {"server": "http://127.0.0.1:9"}})
    with pytest.raises(ValidationError, match="ntfy on this machine"):
        model.model_validate({"demo": {}, "ntfy": {"server": "https://ntfy.example.org"}})


def test_two_channels_of_one_name_are_refused_by_name():
    with pytest.raises(ValueError, match="'ntfy'"):
        ChannelRegistry(ntfy.CHANNEL, ntfy.CHANNEL)


def test_a_channel_costs_five_files_at_most(root: Path):
    listed = re.findall(r"^\| `([\w/.<>]+)` \|", (EXAMPLE / "README.md").read_text(), re.MULTILINE)
    assert len(listed) <= FILES_MAX
    there = {path for path in listed if (root / path).is_file()}
    assert there == {one for one in listed if "<name>" not in one}, "the rest is there already"
    code = [path for path in EXAMPLE.glob("*.py") if path.name != "__init__.py"]
    assert code == [EXAMPLE / "ntfy.py"], "the example is one file"


def test_nothing_of_the_product_knows_a_channel_by_name(root: Path):
    knowing = [
        path.relative_to(root).as_posix()
        for path in sorted((root / "caregiver_api").rglob("*.py"))
        if re.search(r"channels(?:\.| import )(?:sse|webhook)|\bsse, webhook\b", path.read_text())
    ]
    assert knowing == ["caregiver_api/channels/registry.py"]
