# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
import asyncio

from caregiver_api.audit import trail
from tests.caregiver_api.world import FakeHub, World


async def act(client, alert, verb, **body):
    return await client.post(f"/v1/alerts/{alert.incident_id}/{verb}", json=body)


async def test_anna_comes_in_eight_minutes_and_the_flat_hears_each_step(world: World, hub: FakeHub):
    async with hub.stream() as down, world.watch(world.bo) as stream:
        alert = hub.alert()
        await hub.send(alert)
        await down.down("escalation_running")
        accepted = await act(world.anna, alert, "accept", minutes=8)
        assert accepted.status_code == 200
        assert accepted.json()["owner"] == {
            "name": "Anna", "me": True, "minutes": 8, "until_s": accepted.json()["owner"]["until_s"],
        }  # fmt: skip
        answer = await down.down("carer_answered")
        assert (answer["step"], answer["carer"], answer["minutes"]) == ("accepted", "Anna", 8)
        await act(world.anna, alert, "on-the-way", minutes=5)
        assert (await down.down("carer_answered"))["step"] == "on_the_way"
        await act(world.anna, alert, "arrived")
        assert (await down.down("carer_answered"))["step"] == "arrived"
        await act(world.anna, alert, "close", reason="real")
        closed = await down.down("carer_closed")
        assert (closed["incident_id"], closed["reason"]) == (alert.incident_id, "real")
        steps = [(await stream.next("progress"))[1] for _ in range(5)]
    assert [one["step"] for one in steps] == [
        "paged", "accepted", "on_the_way", "arrived", "closed",
    ]  # fmt: skip
    assert {one["who"] for one in steps[1:]} == {"Anna"}
    board = await world.overview(world.bo)
    assert board["alerts"] == []
    assert board["recent"][0]["reason"] == "real"


async def test_the_next_rung_is_called_when_nobody_accepts(world: World, hub: FakeHub):
    await hub.send(hub.alert())
    await world.settle()
    await world.pass_time(59.0)
    assert world.rung() == [("Anna", "urgent")]
    (card,) = (await world.overview(world.anna))["alerts"]
    assert card["next"]["names"] == ["Bo"]
    await world.pass_time(1.5)
    assert world.rung() == [("Anna", "urgent"), ("Bo", "urgent")]


async def test_two_who_accept_in_the_same_moment_are_one_owner_and_one_who_knows(
    world: World, hub: FakeHub
):
    alert = hub.alert()
    await hub.send(alert)
    await world.settle()
    answers = await asyncio.gather(act(world.anna, alert, "accept"), act(world.bo, alert, "accept"))
    assert sorted(one.status_code for one in answers) == [200, 409]
    refused = next(one for one in answers if one.status_code == 409).json()
    assert refused["type"] == "/problems/taken"
    assert refused["detail"] in {"Anna", "Bo"}


async def test_a_second_tap_changes_nothing(world: World, hub: FakeHub):
    alert = hub.alert()
    await hub.send(alert)
    await world.settle()
    for _ in range(2):
        assert (await act(world.anna, alert, "accept", minutes=8)).status_code == 200
    (card,) = (await world.overview(world.anna))["alerts"]
    assert [one["step"] for one in card["tried"]] == ["paged", "accepted"]


async def test_an_owner_who_does_not_arrive_is_replaced_and_the_flat_is_told(
    world: World, hub: FakeHub
):
    alert = hub.alert()
    async with hub.stream() as down:
        await hub.send(alert)
        await world.settle()
        await act(world.anna, alert, "accept", minutes=2)
        await down.down("carer_answered")
        await world.pass_time(2 * 60 + 121)
        told = await down.down("carer_answered")
    assert (told["step"], told["carer"]) == ("declined", "Anna")
    rung = [name for name, priority in world.rung() if priority == "urgent"]
    assert rung == ["Anna", "Bo", "Anna"]


async def test_closing_needs_a_reason_and_minutes_must_make_sense(world: World, hub: FakeHub):
    alert = hub.alert()
    await hub.send(alert)
    assert (await act(world.anna, alert, "close")).status_code == 422
    assert (await act(world.anna, alert, "accept", minutes=0)).status_code == 422
    assert (await act(world.anna, alert, "accept", minutes=121)).status_code == 422
    assert (await act(world.anna, alert, "dance")).status_code == 422


async def test_a_card_is_not_closed_over_a_call_its_carer_has_not_seen(world: World, hub: FakeHub):
    await hub.send(hub.alert())
    await world.settle()
    path = f"/v1/alerts/{hub.alert().incident_id}"
    await world.anna.post(f"{path}/accept", json={"minutes": 8})
    await hub.send(hub.alert(1, 2))
    form = {"reason": "false_alarm", "seen": "1"}
    pressed = await world.anna.post(
        f"/care/alerts/{hub.alert().incident_id}/close",
        data=form,
        headers={"origin": "http://service.test"},
    )
    assert pressed.headers["location"] == "/care/?said=newer"
    german = {"accept-language": "de"}
    said = (await world.anna.get("/care/?said=newer", headers=german)).text
    assert "In der Wohnung wurde inzwischen noch einmal gerufen. Der Alarm bleibt offen" in said
    answer = await world.anna.post(f"{path}/close", json={"reason": "false_alarm", "seen": 1})
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/newer")
    (card,) = (await world.overview(world.anna))["alerts"]
    assert card["standing"] == "accepted"
    page = await world.anna.get("/care/")
    answer = await world.anna.post(f"{path}/close", json={"reason": "false_alarm", "seen": 2})
    assert answer.status_code == 200
    assert page.status_code == 200


async def test_who_cannot_come_sees_who_is_called_instead_and_when(world: World, hub: FakeHub):
    await world.policy(hub, (("anna", "bo"), 60.0), (("lead",), 60.0))
    alert = hub.alert()
    await hub.send(alert)
    await world.settle()
    german = {"accept-language": "de"}

    async def page() -> str:
        return (await world.anna.get("/care/", headers=german)).text

    assert "Sie können nicht kommen" not in await page()
    card = (await act(world.anna, alert, "decline")).json()
    assert (card["declined"], card["called"], card["rings"]) == (True, ["Bo"], False)
    assert "decline" not in card["verbs"]
    shown = await page()
    assert "Sie können nicht kommen. Jetzt klingelt es bei Bo." in shown
    assert "geht es weiter an lead." in shown
    assert "Ich kann nicht" not in shown
    await act(world.bo, alert, "decline")
    await world.settle()
    assert "Sie können nicht kommen. Jetzt klingelt es bei lead." in await page()
    await act(world.lead, alert, "decline")
    shown = await page()
    assert "Im Moment klingelt es bei niemand anderem." in shown
    assert "klingeln alle noch einmal." in shown
    await world.pass_time(61.0)
    assert (await world.overview(world.lead))["alerts"][0]["rings"]


async def test_a_carer_sees_only_flats_she_is_called_for(world: World, hub: FakeHub):
    alert = hub.alert()
    await world.policy(hub, (("anna",), 60.0))
    await hub.send(alert)
    await world.settle()
    assert (await world.overview(world.bo))["alerts"] == []
    assert (await world.overview(world.bo))["flats"] == []
    assert (await act(world.bo, alert, "accept")).status_code == 404
    assert len((await world.overview(world.lead))["alerts"]) == 1


async def test_a_flat_without_a_chosen_chain_calls_all_carers_and_then_the_leads(world: World):
    hub = await world.hub()
    await hub.send(hub.alert())
    await world.settle()
    assert {name for name, _ in world.rung()} == {"Anna", "Bo"}
    await world.pass_time(61.0)
    assert world.rung()[-1] == ("lead", "urgent")


async def test_who_takes_over_silences_the_other_phones(world: World, hub: FakeHub):
    alert = hub.alert()
    await hub.send(alert)
    await world.settle()
    await world.pass_time(61.0)
    await act(world.bo, alert, "accept")
    await world.settle()
    last = world.recorder.pages[-1]
    assert (last.ring, last.title) == (False, "Niemand muss kommen")
    assert last.recipient == "Anna"
    assert last.tag == alert.incident_id


async def test_a_person_who_left_is_not_called_and_the_leads_are_instead(
    world: World, hub: FakeHub
):
    await world.policy(hub, (("anna",), 60.0), (("bo",), 60.0))
    await hub.send(hub.alert())
    await world.settle()
    bo = world.service.people.named("bo")
    assert bo is not None
    assert (await world.lead.delete(f"/v1/lead/carers/{bo.id}")).status_code == 200
    assert (await world.bo.get("/v1/alerts")).status_code == 401
    await world.pass_time(61.0)
    assert world.rung()[-1] == ("lead", "urgent")


async def test_every_deed_stands_in_an_unbroken_chain_of_hashes(world: World, hub: FakeHub):
    alert = hub.alert()
    await hub.send(alert)
    await act(world.anna, alert, "accept", minutes=8)
    await act(world.anna, alert, "close", reason="real")
    rows = await world.service.store.read(trail.read)
    assert [deed.what for deed, _ in rows][-2:] == ["accept", "close"]
    assert trail.verify(rows) is None
    for place in range(len(rows)):
        gone = rows[:place] + rows[place + 1 :]
        if place < len(rows) - 1:
            assert trail.verify(gone) == place


async def test_a_withdrawn_consent_erases_what_is_closed_and_confirms_it(
    world: World, hub: FakeHub
):
    fall = hub.alert(1, kind="possible_fall", basis="consent", purpose="falls")
    help_call, lying = hub.alert(2), hub.alert(3, basis="consent", purpose="falls")
    await hub.send(fall, help_call, lying)
    for alert in (fall, help_call):
        await act(world.anna, alert, "close", reason="real")
    async with hub.stream() as down:
        body = b'{"version":1,"purpose":"falls"}'
        assert (await hub.post(f"/v1/hubs/{hub.id}/withdrawals", body)).status_code == 202
        assert (await down.down("withdrawal_confirmed"))["purpose"] == "falls"
    board = await world.overview(world.anna)
    shown = {one["incident_id"]: one for one in (*board["recent"], *board["alerts"])}
    erased = shown[fall.incident_id]
    assert (erased["kind"], erased["room"], erased["evidence"]) == ("erased", None, [])
    assert shown[help_call.incident_id]["kind"] == "help_call"
    # Somebody may still lie there: what is open stays until it is closed.
    assert shown[lying.incident_id]["room"] == "bath"
    await act(world.anna, lying, "close", reason="real")
    board = await world.overview(world.anna)
    assert [one["room"] for one in board["recent"] if one["purpose"] == "falls"] == [None, None]
