# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from caregiver_api import wire
from tests.caregiver_api.world import FakeHub, World


async def code(world: World) -> str:
    answer = await world.lead.post("/v1/lead/pairing-codes")
    assert answer.status_code == 201
    made: str = answer.json()["code"]
    assert len(made) == 8
    return made


async def stored(world: World) -> int:
    return len((await world.overview(world.lead))["alerts"])


async def test_a_hub_is_paired_by_code_and_active_after_the_digits_were_compared(world: World):
    hub = FakeHub(world)
    answer = await hub.pair(await code(world))
    assert answer.status_code == 202
    paired = wire.PairingAnswer.model_validate_json(answer.content)
    assert paired.key_hash == wire.key_hash(hub.public)
    refused = await hub.beat()
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/not-confirmed")
    (waiting,) = (await world.lead.get("/v1/lead/hubs")).json()["hubs"]
    assert (waiting["state"], waiting["key_hash"]) == ("pending", paired.key_hash)
    path = f"/v1/lead/hubs/{hub.id}/confirm"
    digits = f"{paired.key_hash[:3]} {paired.key_hash[3:]}"
    assert (await world.lead.post(path, json={"key_hash": digits})).status_code == 200
    assert (await hub.beat()).status_code == 204


async def test_a_code_works_once_and_a_lost_answer_can_be_asked_for_again(world: World):
    once = await code(world)
    hub = FakeHub(world)
    first = await hub.pair(once)
    again = await hub.pair(f"{once[:4].lower()}-{once[4:]}")
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json() == again.json()
    other = await FakeHub(world, 9).pair(once)
    assert (other.status_code, other.json()["type"]) == (403, "/problems/code")


async def test_five_wrong_codes_make_every_open_code_void(world: World):
    good = await code(world)
    for _ in range(5):
        assert (await FakeHub(world).pair("AAAAAAAA")).status_code == 403
    assert (await FakeHub(world).pair(good)).status_code == 403


async def test_a_code_is_void_after_ten_minutes(world: World):
    good = await code(world)
    world.clock.go(601.0)
    assert (await FakeHub(world).pair(good)).status_code == 403


async def test_wrong_digits_three_times_revoke_the_waiting_hub(world: World):
    hub = FakeHub(world)
    await hub.pair(await code(world))
    wrong = {"key_hash": f"{(int(wire.key_hash(hub.public)) + 1) % 1_000_000:06d}"}
    path = f"/v1/lead/hubs/{hub.id}/confirm"
    answers = [(await world.lead.post(path, json=wrong)).status_code for _ in range(4)]
    assert answers == [409, 409, 409, 403]
    assert (await hub.beat()).json()["type"] == "/problems/revoked"


async def test_a_revoked_hub_is_refused_and_its_stream_ends(world: World, hub: FakeHub):
    async with hub.stream() as down:
        await world.settle()
        assert (await world.lead.post(f"/v1/lead/hubs/{hub.id}/revoke")).status_code == 200
        with pytest.raises(AssertionError, match="ended"):
            await down.next("down")
    answer = await hub.send(hub.alert())
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/revoked")


async def test_unsigned_foreign_replayed_and_changed_requests_leave_nothing(
    world: World, hub: FakeHub
):
    path = wire.PATH_MESSAGES.format(hub=hub.id)
    body = wire.Messages(messages=(hub.alert(),)).model_dump_json().encode()

    async def refused(headers: dict[str, str], sent: bytes = body, to: str = path) -> str:
        answer = await world.http.post(to, content=sent, headers=headers)
        assert answer.status_code in {401, 403}
        assert answer.headers["content-type"] == "application/problem+json"
        name: str = answer.json()["type"]
        return name

    good = hub.headers("POST", path, body)
    assert await refused({}) == "/problems/signature"
    assert await refused(good, body + b" ") == "/problems/signature"
    assert await refused({**good, "content-digest": wire.content_digest(b"")}) == (
        "/problems/signature"
    )
    for header in good:
        assert await refused({**good, header: ""}) == "/problems/signature"
    assert await refused(hub.headers("PUT", path, body)) == "/problems/signature"
    assert await refused(hub.headers("POST", path + "x", body)) == "/problems/signature"
    stranger = FakeHub(world, 99)
    assert await refused(stranger.headers("POST", path, body)) == "/problems/unknown-hub"
    assert await refused(stranger.headers("POST", path, body, key_id=hub.id)) == (
        "/problems/signature"
    )
    other = await world.hub(9, "Wohnung 8")
    assert await refused(other.headers("POST", path, body)) == "/problems/foreign"
    assert await stored(world) == 0
    assert (await world.http.post(path, content=body, headers=good)).status_code == 202
    assert await refused(good) == "/problems/replayed"
    assert await stored(world) == 1


@pytest.mark.parametrize("offset_s", [-1.7e9, 3 * 86400.0, 10 * 365 * 86400.0, -400.0])
async def test_a_wrong_clock_gets_signed_service_time_and_the_alarm_is_accepted_at_once(
    world: World, hub: FakeHub, offset_s: float
):
    hub.offset_s = offset_s
    answer = await hub.send(hub.alert(), nonce="nonce-of-this-request")
    assert answer.status_code == 401
    skew = wire.Problem.model_validate_json(answer.content)
    assert (skew.type, skew.nonce) == ("/problems/clock-skew", "nonce-of-this-request")
    service = Ed25519PublicKey.from_public_bytes(base64.b64decode(world.service.key.public))
    assert skew.signature is not None
    said = f"{skew.server_time}|{skew.nonce}".encode()
    service.verify(base64.b64decode(skew.signature), said)
    assert skew.server_time is not None
    hub.offset_s += skew.server_time - hub.now()
    assert (await hub.send(hub.alert())).status_code == 202


async def test_a_request_from_before_a_restart_cannot_be_replayed_after_it(
    world: World, hub: FakeHub
):
    path = wire.PATH_MESSAGES.format(hub=hub.id)
    body = wire.Messages(messages=(hub.alert(),)).model_dump_json().encode()
    headers = hub.headers("POST", path, body)
    assert (await world.http.post(path, content=body, headers=headers)).status_code == 202
    # What a restart does: nonces are gone, the axis notes when it began.
    world.service.hubs.freshness._seen.clear()
    world.service.axis.started_s = world.service.axis.now()
    answer = await world.http.post(path, content=body, headers=headers)
    assert answer.json()["type"] == "/problems/clock-skew"


async def test_a_hub_gets_what_it_missed_and_only_that(world: World, hub: FakeHub):
    for number in (1, 2, 3):
        await hub.send(hub.alert(number))
    await world.settle()
    async with hub.stream() as down:
        numbers = [(await down.next("down"))[2] or 0 for _ in range(3)]
    assert numbers == sorted(set(numbers))
    async with hub.stream(last=numbers[1]) as down:
        name, data, number = await down.next("down")
        assert (name, number, data["number"]) == ("down", numbers[2], numbers[2])


async def test_numbers_to_a_hub_rise_even_over_a_lost_database(world: World, hub: FakeHub):
    await hub.send(hub.alert())
    await world.settle()
    async with hub.stream() as down:
        _, _, before = await down.next("down")
    fresh = World()
    await fresh.start()
    await fresh.people()
    fresh.clock.go(60.0)
    again = await fresh.hub()
    assert again.id == hub.id
    await again.send(again.alert())
    await fresh.settle()
    async with again.stream(last=before) as down:
        assert (await down.down("escalation_running"))["message_id"] == hub.alert().message_id
    await fresh.stop()


async def test_a_newer_stream_of_a_hub_ends_the_older(world: World, hub: FakeHub):
    async with hub.stream() as older:
        async with hub.stream() as newer:
            await world.settle()
            await hub.send(hub.alert())
            await newer.down("escalation_running")
        with pytest.raises(AssertionError, match="ended"):
            await older.down("escalation_running")


async def test_a_leads_commands_reach_the_flat_and_nothing_switches_monitoring_on(
    world: World, hub: FakeHub
):
    lead, base = world.lead, f"/v1/lead/hubs/{hub.id}"
    async with hub.stream() as down:
        assert (await lead.post(f"{base}/test-alarm")).status_code == 202
        await down.down("test_alarm")
        assert (await lead.post(f"{base}/absence", json={"until_s": 1.8e9})).status_code == 202
        assert (await down.down("absence"))["until_s"] == 1.8e9
        assert (await lead.post(f"{base}/monitoring-off", json={})).status_code == 202
        await down.down("monitoring_off")
    assert not [kind for kind in wire.DownKind if kind.endswith("_on")]


async def test_a_chain_names_people_who_exist(world: World, hub: FakeHub):
    path = f"/v1/lead/hubs/{hub.id}/chain"
    for rungs in (
        [],
        [{"carers": [], "wait_s": 60}],
        [{"carers": ["nobody"], "wait_s": 60}],
        [{"carers": ["anna"], "wait_s": 0}],
    ):
        answer = await world.lead.put(path, json={"rungs": rungs})
        assert answer.status_code == 422, rungs
