# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
import asyncio
import base64

import httpx2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from caregiver_api import settings, wire
from caregiver_api.channels.channel import ChannelError, PageNotice
from caregiver_api.channels.registry import CHANNELS
from caregiver_api.channels.webhook import Webhook
from caregiver_api.hubs.signing import PARAMETERS
from caregiver_api.platform.service_key import ServiceKey
from tests.caregiver_api.world import FakeHub, World

NOTICE = PageNotice(
    id="a" * 32, recipient="Anna", address="p", incident="i" * 32, tag="i" * 32, priority="urgent",
    title="Dringend", text="Es wird Hilfe gebraucht.", ring=True, round_no=1, test=False,
)  # fmt: skip


async def test_a_dead_channel_stops_no_other_and_no_escalation(world: World, hub: FakeHub):
    world.recorder.fails = True
    await hub.send(hub.alert())
    await world.settle()
    assert [one.priority for one in world.second.pages] == ["urgent"]
    await world.pass_time(61.0)
    assert len(world.second.pages) == 2
    world.recorder.fails = False
    world.clock.go(120.0)
    world.service.paged.notify()
    await world.settle()
    assert {one.round_no for one in world.recorder.pages} == {1, 2}


async def test_a_channel_that_trips_over_its_own_fault_stops_no_other_either(
    world: World, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
):
    async def trips(_notice: PageNotice) -> None:
        raise ValueError("a fault of ours")

    monkeypatch.setattr(world.recorder, "send", trips)
    await hub.send(hub.alert())
    await world.settle()
    await world.pass_time(61.0)
    assert len(world.second.pages) == 2
    monkeypatch.undo()
    world.clock.go(120.0)
    world.service.paged.notify()
    await world.settle()
    assert {one.round_no for one in world.recorder.pages} == {1, 2}


async def test_a_hanging_channel_stops_no_other_and_no_timer(world: World, hub: FakeHub):
    world.recorder.hangs = True
    await hub.send(hub.alert())
    await world.settle()
    await world.pass_time(61.0)
    assert len(world.second.pages) == 2


async def test_an_open_page_rings_and_the_receipt_says_so(world: World, hub: FakeHub):
    anna = world.service.people.named("anna")
    assert anna is not None
    with world.service.live.listen(anna.id) as listener:
        await hub.send(hub.alert())
        await world.settle()
        heard = []
        while (one := await listener.next(0.05)) is not None:
            heard.append(one)
    rang = [one for one in heard if type(one).__name__ == "Rang"]
    assert [(one.priority, one.ring, one.text) for one in rang] == [
        ("urgent", True, "Jemand braucht jetzt Hilfe. Öffnen Sie Ihre Alarme.")
    ]


async def test_a_page_shows_neither_name_nor_flat_nor_kind(world: World, hub: FakeHub):
    await hub.send(hub.alert())
    await world.settle()
    (page,) = world.recorder.pages
    assert (page.title, page.text) == (
        "Dringender Alarm",
        "Jemand braucht jetzt Hilfe. Öffnen Sie Ihre Alarme.",
    )
    assert "help" not in repr(page)
    assert "Wohnung" not in repr(page)


async def test_info_of_one_minute_is_one_silent_notice(world: World, hub: FakeHub):
    for number in (1, 2, 3):
        await hub.send(hub.alert(number, kind="battery_low", priority="info", basis="operation"))
    await world.settle()
    assert world.recorder.pages == []
    await world.pass_time(901.0)
    (page,) = [one for one in world.recorder.pages if one.tag == "bundle"]
    assert (page.ring, page.title) == (False, "Neuer Hinweis")


async def test_the_webhook_posts_a_page_that_its_receiver_can_check():
    key = ServiceKey(bytes(range(32)))
    seen: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(204)

    client = httpx2.AsyncClient(transport=httpx2.MockTransport(answer))
    hook = Webhook(client, "http://127.0.0.1:9/ring", key, lambda: 1000.0)
    assert (await hook.send(NOTICE)).reached
    (request,) = seen
    digest = wire.content_digest(request.content)
    assert request.headers["content-digest"] == digest
    parameters = PARAMETERS.fullmatch(request.headers["signature-input"])
    assert parameters is not None
    base = wire.signature_base(method="POST", path="/ring", digest=digest, parameters=parameters[1])
    signature = base64.b64decode(request.headers["signature"][6:-1])
    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key.public))
    public.verify(signature, base)
    assert b'"person": "Anna"' in request.content


@pytest.mark.parametrize("status", [301, 400, 500])
async def test_a_webhook_that_does_not_take_the_page_is_tried_again(status: int):
    client = httpx2.AsyncClient(transport=httpx2.MockTransport(lambda _: httpx2.Response(status)))
    key = ServiceKey(bytes(32))
    hook = Webhook(client, "http://127.0.0.1:9/", key, lambda: 0.0)
    with pytest.raises(ChannelError):
        await hook.send(NOTICE)


async def test_a_webhook_that_cannot_be_reached_is_a_channel_error():
    async def refuse(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with httpx2.AsyncClient(trust_env=False) as client:
        key = ServiceKey(bytes(32))
        hook = Webhook(client, f"http://127.0.0.1:{port}/", key, lambda: 0.0)
        with pytest.raises(ChannelError):
            await hook.send(NOTICE)
    server.close()


def test_in_a_demo_no_channel_leads_outside():
    model = settings.settings_with(CHANNELS)
    for url in ("http://127.0.0.1:9/x", "http://localhost/x", "http://[::1]/x"):
        model.model_validate({"demo": {}, "webhook": {"url": url}})
    for url in ("https://example.org/x", "http://192.168.1.4/x", "http://localhost.evil.org/"):
        with pytest.raises(ValueError, match="this machine"):
            model.model_validate({"demo": {}, "webhook": {"url": url}})


async def test_without_settings_no_outside_channel_is_made(world: World):
    (sse, *recorders) = world.service.channels
    assert (sse.name, sse.outside) == ("sse", False)
    assert len(recorders) == 2
