# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
from caregiver_api.alerts.deadman import HEARD_S
from tests.caregiver_api.world import FakeHub, World


async def silent(world: World) -> list[dict[str, object]]:
    board = await world.overview(world.lead)
    return [one for one in board["alerts"] if one["kind"] == "hub_silent"]


async def test_three_missed_heartbeats_and_ten_seconds_are_a_silent_hub(world: World, hub: FakeHub):
    assert HEARD_S == 100.0
    await hub.beat()
    await world.pass_time(99.0)
    assert await silent(world) == []
    await world.pass_time(2.0)
    (card,) = await silent(world)
    assert (card["priority"], card["detail"]["flats"]) == ("soon", "Wohnung 7")
    assert world.rung() == [("Anna", "soon")]
    await world.pass_time(30.0)
    assert len(await silent(world)) == 1


async def test_a_hub_that_was_never_heard_is_not_watched_yet(world: World, hub: FakeHub):
    await world.pass_time(1000.0)
    assert await silent(world) == []


async def test_a_hub_that_is_heard_again_settles_its_card(world: World, hub: FakeHub):
    await hub.beat()
    await world.pass_time(101.0)
    await hub.beat()
    (card,) = await silent(world)
    assert card["standing"] == "settled"
    rung = len(world.rung())
    await world.pass_time(61.0)
    assert len(world.rung()) == rung


async def test_a_hub_that_falls_silent_again_is_a_new_card(world: World, hub: FakeHub):
    for _ in range(2):
        await hub.beat()
        await world.pass_time(101.0)
    assert len(await silent(world)) == 2


async def test_an_outage_of_the_service_itself_gives_every_hub_a_grace(world: World, hub: FakeHub):
    await hub.beat()
    world.clock.go(5000.0)  # as if the service had been down
    world.service.deadman._grace_s = world.service.axis.now() + HEARD_S
    await world.pass_time(1.0)
    assert await silent(world) == []
    await world.pass_time(100.0)
    assert len(await silent(world)) == 1


async def test_the_hubs_of_one_site_share_one_card(world: World):
    hubs = [await world.hub(seed, f"Wohnung {seed}") for seed in (3, 4, 5)]
    other = await world.hub(6, "Wohnung 6")
    for one in hubs:
        renamed = world.service.hub_administration.rename
        lead = world.service.people.named("lead")
        assert lead is not None
        await renamed(lead, one.id, site="Haus am Hafen")
    for one in (*hubs, other):
        await one.beat()
    await world.pass_time(101.0)
    cards = await silent(world)
    assert sorted(one["count"] for one in cards) == [1, 3]
    together = next(one for one in cards if one["count"] == 3)
    assert together["detail"]["flats"] == "Wohnung 3, Wohnung 4, Wohnung 5"
    await hubs[0].beat()
    standing = {one["count"]: one["standing"] for one in await silent(world)}
    assert standing[3] == "running"
    for one in hubs[1:]:
        await one.beat()
    standing = {one["count"]: one["standing"] for one in await silent(world)}
    assert standing[3] == "settled"


async def test_no_data_is_never_counted_as_quiet(world: World, hub: FakeHub):
    def counts(board):
        return board["quiet"], board["unseen"]

    assert counts(await world.overview(world.anna)) == (0, 1)
    await hub.beat()
    assert counts(await world.overview(world.anna)) == (1, 0)
    await hub.beat(blind=({"room": "bath", "why": "silent"},))
    assert counts(await world.overview(world.anna)) == (0, 1)
    await hub.beat(paused=True)
    assert counts(await world.overview(world.anna)) == (0, 1)
    await hub.beat()
    world.clock.go(101.0)
    assert counts(await world.overview(world.anna)) == (0, 1)
