# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The service calls and nobody is there: the flat knows it and calls outside its own door."""

import asyncio
from pathlib import Path

from caregiver_api.channels.channel import DeliveryReceipt, PageNotice
from hub.bootstrap import Hub
from tests.caregiver_api.world import World
from tests.contract.loop_clock import LoopClock
from tests.contract.test_link import Network, paired, press
from tests.hub.flat import Flat, rows, virtual


async def _nobody(_notice: PageNotice) -> DeliveryReceipt:
    return DeliveryReceipt(reached=False)


def only_open_pages(world: World) -> None:
    """Leave the service with open pages as its only way to people, and with none open."""
    for channel in (world.recorder, world.second):
        channel.send = _nobody  # type: ignore[method-assign]  # nobody at the other end


def lamp(flat: Flat) -> list[bool]:
    return [on for name, on, _ in flat.radio.switched if name == "lamp-outside"]


def test_while_nobody_is_reached_the_lamp_calls_until_somebody_accepts(tmp_path: Path):
    async def story(world: World, flat: Flat, hub: Hub, network: Network) -> None:
        only_open_pages(world)
        incident = press(flat, hub)
        await asyncio.sleep(2)
        (card,) = hub.view.panel().incidents
        assert (card.running, card.unreached, card.shines) == (True, True, True)
        assert lamp(flat) == [True]
        await asyncio.sleep(600)  # rungs are called again and again
        kinds = rows(hub)
        assert (kinds.count("NobodyReached"), kinds.count("SecondWayTaken")) == (1, 1)
        lead = world.service.people.named("lead")
        assert lead is not None
        with world.service.live.listen(lead.id):
            await asyncio.sleep(130)
            (card,) = hub.view.panel().incidents
            assert (card.unreached, card.shines) == (False, True)
            assert lamp(flat) == [True]
            await world.anna.post(f"/v1/alerts/{incident}/accept", json={"minutes": 8})
            await asyncio.sleep(2)
        assert lamp(flat) == [True, False]
        assert hub.view.panel().coming[0].carer == "Anna"

    paired(tmp_path, story)


def test_a_phone_that_rings_keeps_the_lamp_dark(tmp_path: Path):
    async def story(_world: World, flat: Flat, hub: Hub, network: Network) -> None:
        press(flat, hub)
        await asyncio.sleep(60)
        assert "NobodyReached" not in rows(hub)
        assert lamp(flat) == []

    paired(tmp_path, story)


def test_a_flat_that_had_no_power_hears_the_word_afterwards_and_once(tmp_path: Path):
    async def run() -> None:
        world = World()
        world.clock = LoopClock()  # type: ignore[assignment] # the same two methods
        await world.start()
        await asyncio.sleep(2)
        await world.people()
        flat = Flat(tmp_path)
        flat.transport = Network(world)
        # Anna's phone is slow to say that it is off: the power goes in between.
        world.recorder.hangs = world.second.hangs = True
        async with flat.hub(power_cut=True) as hub:
            code = (await world.lead.post("/v1/lead/pairing-codes")).json()["code"]
            hub_id, digits = await hub.forwarding.pair("http://service.test", code, "x")
            await world.lead.post(f"/v1/lead/hubs/{hub_id}/confirm", json={"key_hash": digits})
            await asyncio.sleep(3)
            press(flat, hub)
            await asyncio.sleep(4)
            assert hub.view.panel().incidents[0].running
        await asyncio.sleep(20)
        for _ in range(2):
            async with flat.hub(power_cut=True) as hub:
                await asyncio.sleep(5)
                kinds = rows(hub)
                assert (kinds.count("NobodyReached"), kinds.count("SecondWayTaken")) == (1, 1)
                assert set(lamp(flat)) == {True}
        await world.stop()

    virtual(run())


def test_a_hub_that_does_not_know_a_word_of_the_service_goes_on(tmp_path: Path):
    async def story(world: World, flat: Flat, hub: Hub, network: Network) -> None:
        answers = hub.forwarding._answers
        number = answers._number
        newer = (
            f'{{"number":{number + 1},"kind":"tea_is_ready"}}',
            f'{{"number":{number + 2},"kind":"carer_closed","incident_id":"x","mood":"fine"}}',
        )
        for data in (*newer, *newer):
            answers.take(data)
        assert len(answers.not_understood) == 2
        press(flat, hub)
        await asyncio.sleep(2)
        assert hub.view.panel().incidents[0].running

    paired(tmp_path, story)
