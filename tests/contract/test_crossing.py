# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a carer does and what happens in the flat cross on the line, and nobody is left alone by it."""

import asyncio
from pathlib import Path

import httpx2

from hub.bootstrap import Hub
from rules.model.effects import IncidentPhase
from rules.model.events import AnsweredFine, FallSensed
from rules.model.identity import DeviceId
from tests.caregiver_api.world import World
from tests.contract.test_line_trouble import between
from tests.contract.test_link import Network, alerts, paired, press
from tests.hub.flat import Flat


async def does(world: World, incident: str, verb: str, **body: object) -> None:
    answer = await world.anna.post(f"/v1/alerts/{incident}/{verb}", json=body)
    assert answer.is_success, answer.text


def held(network: Network) -> asyncio.Event:
    """Keep messages of the flat in the line until the event is set."""
    go_on = asyncio.Event()

    async def wait(_body: bytes) -> httpx2.Response | None:
        await go_on.wait()
        return None

    between(network, "/messages", wait)
    return go_on


def said(hub: Hub) -> list[str]:
    return [one.key for one in reversed(hub.view.panel().told)]


def test_a_press_that_crosses_the_closing_of_the_call_before_is_heard_to_the_end(tmp_path: Path):
    async def story(world: World, flat: Flat, hub: Hub, network: Network) -> None:
        incident = press(flat, hub)
        await asyncio.sleep(1)
        await does(world, incident, "accept", minutes=8)
        await asyncio.sleep(1)
        go_on = held(network)
        press(flat, hub, "2")
        await asyncio.sleep(1)
        await does(world, incident, "close", reason="false_alarm")
        await asyncio.sleep(1)
        (card,) = hub.view.panel().incidents
        assert (card.phase, card.carer, card.count) == (IncidentPhase.PAGED, None, 2)
        assert "carer_closed" not in said(hub)
        go_on.set()
        await asyncio.sleep(1)
        assert [(one["count"], one["standing"]) for one in await alerts(world)] == [(2, "running")]
        await does(world, incident, "accept", minutes=5)
        await asyncio.sleep(2)
        (card,) = hub.view.panel().coming
        assert (card.carer, card.minutes) == ("Anna", 5)
        assert said(hub)[-2:] == ["help_is_called", "carer_accepted"]
        await does(world, incident, "close", reason="real")
        await asyncio.sleep(1)
        assert hub.view.panel().incidents == ()

    paired(tmp_path, story)


def test_a_press_after_the_closing_arrived_is_a_call_of_its_own(tmp_path: Path):
    async def story(world: World, flat: Flat, hub: Hub, network: Network) -> None:
        first = press(flat, hub)
        await asyncio.sleep(1)
        await does(world, first, "close", reason="false_alarm")
        await asyncio.sleep(1)
        assert hub.view.panel().incidents == ()
        second = press(flat, hub, "2")
        await asyncio.sleep(1)
        assert second != first
        assert [one["incident_id"] for one in await alerts(world)] == [second]
        await does(world, second, "accept", minutes=5)
        await asyncio.sleep(2)
        assert hub.view.panel().coming[0].id == second

    paired(tmp_path, story)


def test_an_answer_that_crosses_the_closing_keeps_nothing_open(tmp_path: Path):
    async def story(world: World, flat: Flat, hub: Hub, network: Network) -> None:
        flat.radio.say(FallSensed(device=DeviceId("radar-bath"), at=hub.clock.axis(), press="1"))
        await asyncio.sleep(60)
        (card,) = hub.view.panel().incidents
        go_on = held(network)
        hub.inlet.append(AnsweredFine(at=hub.clock.axis()))
        await asyncio.sleep(1)
        await does(world, card.id, "close", reason="resident_fine")
        await asyncio.sleep(1)
        assert hub.view.panel().incidents == ()
        go_on.set()
        await asyncio.sleep(1)
        assert await alerts(world) == []

    paired(tmp_path, story)
