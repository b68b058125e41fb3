# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""A line, a proxy or a service that behaves badly holds up no help, and nothing leaves without a basis."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx2
import pytest

from hub.bootstrap import Hub
from hub.forwarding.link import RequestRefused
from rules.model.consent import ConsentState, Purpose, Recipient
from rules.model.events import ConsentChanged, FallSensed
from rules.model.identity import DeviceId
from tests.caregiver_api.world import World
from tests.contract.test_link import Network, alerts, paired, press
from tests.hub.flat import Flat


class Spoiled(httpx2.AsyncByteStream):
    """Bytes that are not what their header says."""

    async def __aiter__(self):
        yield b"no gzip at all"


def spoiled(status: int) -> httpx2.Response:
    return httpx2.Response(status, headers={"content-encoding": "gzip"}, stream=Spoiled())


def between(
    network: Network, path: str, answer: Callable[[bytes], Awaitable[httpx2.Response | None]]
) -> Callable[[], None]:
    """Let something stand in the line that answers one path; return what takes it away."""
    real = network.handle_async_request

    async def handle(request: httpx2.Request) -> httpx2.Response:
        if request.url.path.endswith(path):
            said = await answer(await request.aread())
            if said is not None:
                return said
        return await real(request)

    network.handle_async_request = handle  # type: ignore[method-assign]  # the line under trial is bent for one test
    return lambda: setattr(network, "handle_async_request", real)


def fall(flat: Flat, hub: Hub) -> None:
    flat.radio.say(FallSensed(device=DeviceId("radar-bath"), at=hub.clock.axis(), press="1"))


def withdraw_falls(hub: Hub) -> None:
    hub.inlet.append(
        ConsentChanged(
            at=hub.clock.axis(),
            purpose=Purpose.FALLS,
            recipient=Recipient.CARE_TEAM,
            state=ConsentState.WITHDRAWN,
        )
    )


def test_a_message_nobody_understands_holds_up_no_later_call(tmp_path: Path):
    async def story(world: World, flat: Flat, hub: Hub, network: Network) -> None:
        network.refuse_with = b'"fall_sensor"'
        fall(flat, hub)
        await asyncio.sleep(60)
        press(flat, hub)
        await asyncio.sleep(1)
        assert [one["kind"] for one in await alerts(world)] == ["help_call"]
        network.refuse_with = None
        await asyncio.sleep(65)
        assert len(hub.outbox) == 0

    paired(tmp_path, story)


def test_a_proxy_that_asks_for_an_hour_of_patience_gets_seconds(tmp_path: Path):
    async def story(world: World, flat: Flat, hub: Hub, network: Network) -> None:
        async def busy(_: bytes) -> httpx2.Response:
            return httpx2.Response(503, headers={"retry-after": "3600"})

        away = between(network, "/messages", busy)
        press(flat, hub)
        await asyncio.sleep(5)
        away()
        await asyncio.sleep(3)
        assert len(await alerts(world)) == 1

    paired(tmp_path, story)


@pytest.mark.parametrize("path", ["/messages", "/stream", "/heartbeat"])
def test_an_answer_that_cannot_be_unpacked_is_a_lost_answer(tmp_path: Path, path: str):
    async def story(world: World, flat: Flat, hub: Hub, network: Network) -> None:
        async def garbage(_: bytes) -> httpx2.Response:
            return spoiled(200 if path == "/stream" else 502)

        away = between(network, path, garbage)
        assert hub.forwarding.hub_id is not None
        world.service.downlink.cut(hub.forwarding.hub_id)
        press(flat, hub)
        await asyncio.sleep(40)
        away()
        await asyncio.sleep(5)
        assert len(await alerts(world)) == 1
        assert hub.view.panel().incidents[0].running

    paired(tmp_path, story)


def test_a_basis_that_ends_while_another_message_is_on_its_way_keeps_the_next_one_in(
    tmp_path: Path,
):
    async def story(_world: World, flat: Flat, hub: Hub, network: Network) -> None:
        network.cut = True
        press(flat, hub)
        fall(flat, hub)
        await asyncio.sleep(60)
        left: list[tuple[bool, bool]] = []

        async def picky(body: bytes) -> httpx2.Response | None:
            left.append((b'"help_call"' in body, b'"fall_sensor"' in body))
            if left[-1] == (True, True):
                return httpx2.Response(422, json={"type": "/problems/bad-body"})
            await asyncio.sleep(2)
            return None

        between(network, "/messages", picky)
        network.cut = False
        while (True, False) not in left:
            await asyncio.sleep(0.05)
        withdraw_falls(hub)
        await asyncio.sleep(10)
        assert left == [(True, True), (True, False)]
        assert len(hub.outbox) == 0

    paired(tmp_path, story)


def test_a_basis_that_ends_during_a_question_of_the_clock_lets_nothing_out_twice(tmp_path: Path):
    async def story(world: World, flat: Flat, hub: Hub, network: Network) -> None:
        bodies: list[bytes] = []

        async def slow(body: bytes) -> httpx2.Response | None:
            bodies.append(body)
            await asyncio.sleep(1)
            return None

        between(network, "/messages", slow)
        hub.clock.signed_time(world.clock.utc() + 7200.0)
        basis = [True]
        link = hub.forwarding._link
        sending = asyncio.create_task(
            link.post("/v1/hubs/{hub}/messages", b"{}", still=lambda: basis[0])
        )
        await asyncio.sleep(0.5)
        basis[0] = False
        with pytest.raises(RequestRefused):
            await sending
        assert bodies == [b"{}"]

    paired(tmp_path, story)
