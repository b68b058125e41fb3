# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
import asyncio

import httpx2

from tests.caregiver_api.world import FakeHub, World


async def test_a_pulled_cord_is_stored_rung_and_confirmed_to_the_flat(world: World, hub: FakeHub):
    async with hub.stream() as down, world.watch(world.anna) as stream:
        name, snapshot, _ = await stream.next()
        assert (name, snapshot["alerts"]) == ("snapshot", [])
        alert = hub.alert()
        answer = await hub.send(alert)
        assert answer.status_code == 202
        assert answer.json() == {"message_ids": [alert.message_id]}
        _, shown, number = await stream.next("alert")
        assert shown["message_id"] == alert.message_id
        assert shown["evidence"] == [41, 42]
        assert (shown["flat"], shown["room"], shown["count"]) == ("Wohnung 7", "bath", 1)
        assert number == shown["seq"]
        _, progress, _ = await stream.next("progress")
        assert (progress["step"], progress["rung"]) == ("paged", 1)
        receipt = await down.down("escalation_running")
        assert receipt["message_id"] == alert.message_id
    await world.settle()
    assert world.rung() == [("Anna", "urgent")]


async def test_a_message_sent_twice_is_stored_and_shown_once(world: World, hub: FakeHub):
    async with world.watch(world.anna) as stream:
        await stream.next("snapshot")
        alert = hub.alert()
        assert (await hub.send(alert)).status_code == 202
        assert (await hub.send(alert)).status_code == 202
        assert (await hub.send(hub.alert(2))).status_code == 202
        seen = [(await stream.next("alert"))[1]["message_id"] for _ in range(2)]
    assert seen == [alert.message_id, hub.alert(2).message_id]


async def test_each_further_press_is_one_event_on_the_stream_and_one_card_with_a_counter(
    world: World, hub: FakeHub
):
    async with world.watch(world.anna) as stream:
        await stream.next("snapshot")
        for press in range(1, 6):
            assert (await hub.send(hub.alert(1, press))).status_code == 202
        counts = [(await stream.next("alert"))[1]["count"] for _ in range(5)]
    assert counts == [1, 2, 3, 4, 5]
    board = await world.overview(world.anna)
    assert [one["count"] for one in board["alerts"]] == [5]
    assert len(world.rung()) == 1  # more would be noise


async def test_a_backlog_comes_in_one_request_and_keeps_its_order(world: World, hub: FakeHub):
    alerts = [hub.alert(number) for number in range(1, 51)]
    answer = await hub.send(*alerts)
    assert answer.json()["message_ids"] == [one.message_id for one in alerts]
    board = await world.overview(world.lead)
    assert len(board["alerts"]) == 50


async def test_what_came_while_the_line_was_broken_comes_after_it(world: World, hub: FakeHub):
    async with world.watch(world.anna) as stream:
        await stream.next("snapshot")
        await hub.send(hub.alert(1))
        _, _, number = await stream.next("alert")
    await hub.send(hub.alert(2))
    async with world.watch(world.anna, last=number) as stream:
        _, snapshot, _ = await stream.next("snapshot")
        assert len(snapshot["alerts"]) == 2
        _, missed, _ = await stream.next("alert")
        assert missed["message_id"] == hub.alert(2).message_id


async def test_many_requests_at_once_share_commits_and_none_is_lost(world: World, hub: FakeHub):
    before = world.service.store.commits
    answers = await asyncio.gather(*(hub.send(hub.alert(number)) for number in range(1, 41)))
    assert all(one.status_code == 202 for one in answers)
    assert len((await world.overview(world.lead))["alerts"]) == 40
    assert world.service.store.commits - before < 80


async def test_an_alarm_with_an_uncertain_time_is_stored_and_says_so(world: World, hub: FakeHub):
    await hub.send(hub.alert(1, utc_s=None, age_s=30.0))
    await hub.send(hub.alert(2, utc_s=86_400.0))
    await hub.send(hub.alert(3))
    cards = {one["incident_id"]: one for one in (await world.overview(world.anna))["alerts"]}
    assert [cards[hub.alert(n).incident_id]["time_uncertain"] for n in (1, 2, 3)] == [
        True,
        True,
        False,
    ]
    unsure = cards[hub.alert(1).incident_id]
    assert unsure["opened_s"] - unsure["since_s"] == 30.0


async def test_a_hub_cannot_touch_the_incident_of_another(world: World, hub: FakeHub):
    other = await world.hub(9, "Wohnung 8")
    await hub.send(hub.alert())
    stolen = hub.alert(1, 2)
    answer = await other.send(other.alert(5), stolen)
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"
    board = await world.overview(world.lead)
    assert [one["count"] for one in board["alerts"]] == [1]


async def test_an_unknown_kind_is_shown_and_rung_by_its_priority(world: World, hub: FakeHub):
    await hub.send(hub.alert(kind="meteorite", priority="soon"))
    await world.settle()
    assert world.rung() == [("Anna", "soon")]
    assert (await world.overview(world.anna))["alerts"][0]["kind"] == "meteorite"


async def test_a_wrong_body_is_named_and_leaves_nothing(world: World, hub: FakeHub):
    path = f"/v1/hubs/{hub.id}/messages"
    for body in (b"", b"[]", b'{"version":1,"messages":[]}', b'{"version":1,"messages":[{}]}'):
        answer = await hub.post(path, body)
        assert answer.status_code == 422, body
        assert answer.json()["type"] == "/problems/bad-body"
    late = b'{"version":7,"messages":[' + hub.alert().model_dump_json().encode() + b"]}"
    assert (await hub.post(path, late)).json()["type"] == "/problems/version"
    assert (await world.overview(world.lead))["alerts"] == []


async def test_a_body_that_is_too_large_is_refused(world: World, hub: FakeHub):
    answer: httpx2.Response = await hub.post(f"/v1/hubs/{hub.id}/messages", b" " * 1_000_001)
    assert answer.status_code == 413


async def test_an_old_revision_that_comes_late_does_not_turn_the_card_back(
    world: World, hub: FakeHub
):
    await hub.send(hub.alert(1, 3, room="hall"))
    await hub.send(hub.alert(1, 2, room="bath"))
    (card,) = (await world.overview(world.anna))["alerts"]
    assert (card["room"], card["count"]) == ("hall", 3)


async def test_a_press_after_somebody_accepted_rings_her_again_and_the_flats_echo_does_not(
    world: World, hub: FakeHub
):
    await hub.send(hub.alert())
    await world.settle()
    path = f"/v1/alerts/{hub.alert().incident_id}/accept"
    assert (await world.anna.post(path, json={"minutes": 8})).status_code == 200
    world.clock.go(31.0)
    await hub.send(hub.alert(1, 2, phase="accepted", count=1))
    await world.settle()
    assert len(world.rung()) == 1
    await hub.send(hub.alert(1, 3, phase="accepted", count=2))
    await world.settle()
    assert world.rung() == [("Anna", "urgent")] * 2


async def test_a_call_that_was_taken_back_rings_nobody_more_and_stays_to_be_closed(
    world: World, hub: FakeHub
):
    await hub.send(hub.alert())
    await world.settle()
    await hub.send(hub.alert(1, 2, phase="closed", count=1, detail={"closed": "taken_back"}))
    await world.pass_time(61.0)
    assert [name for name, priority in world.rung() if priority == "urgent"] == ["Anna"]
    (card,) = (await world.overview(world.anna))["alerts"]
    assert (card["standing"], card["detail"]) == ("settled", {"closed": "taken_back"})
    async with hub.stream() as down:
        confirmed = [(await down.down("escalation_running"))["message_id"] for _ in range(2)]
    assert confirmed == [hub.alert().message_id, hub.alert(1, 2).message_id]


async def test_a_fault_of_the_service_is_a_problem_document_and_nothing_is_answered_202(
    world: World, hub: FakeHub, monkeypatch
):
    async def full(_work):
        raise OSError("disk full")

    monkeypatch.setattr(world.service.store, "write", full)
    answer = await hub.send(hub.alert())
    assert answer.status_code == 500
    assert answer.json()["type"] == "/problems/internal"
    assert "disk" not in answer.text
