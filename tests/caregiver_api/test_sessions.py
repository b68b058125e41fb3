# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
import pytest
from starlette.routing import BaseRoute, Mount

from caregiver_api.app import PUBLIC
from caregiver_api.platform.passwords import Argon2Passwords
from tests.caregiver_api.world import PASSWORD, FakeHub, World

# Pages and files that hold no data of any flat or person.
OPEN_PAGES = ("/static/", "/care/sw.js", "/care/manifest.webmanifest", "/care/offline", "/")


def every_route(routes: list[BaseRoute]) -> list[tuple[str, str]]:
    found = []
    for route in routes:
        if isinstance(route, Mount):
            assert route.path == "/static", "another mount would hide routes from this walk"
            continue
        inner = getattr(getattr(route, "original_router", None), "routes", None)
        if inner is not None:
            found += every_route(list(inner))
            continue
        methods = getattr(route, "methods", None) or {"GET"}
        found += [(method, route.path) for method in sorted(methods - {"HEAD"})]
    return found


async def test_nothing_is_reachable_without_log_in_or_signature(world: World, hub: FakeHub):
    await hub.send(hub.alert())
    routes = every_route(world.app.routes)
    assert len(routes) > 25
    walked = 0
    for method, path in routes:
        filled = path.replace("{hub}", hub.id).replace("{verb}", "accept")
        filled = filled.replace("{incident}", hub.alert().incident_id)
        filled = filled.replace("{person}", "0" * 32).split("{")[0]
        if filled in PUBLIC or filled.startswith("/static/") or filled in OPEN_PAGES:
            continue
        answer = await world.client().request(method, filled, json={})
        moved = answer.status_code == 303 and answer.headers["location"] == "/login"
        assert answer.status_code in {401, 403} or moved, (method, path, answer.status_code)
        assert "Wohnung" not in answer.text
        walked += 1
    assert walked > 20


async def test_a_carer_cannot_do_what_is_a_leads(world: World, hub: FakeHub):
    for method, path in every_route(world.app.routes):
        if not path.startswith(("/v1/lead/", "/lead/")):
            continue
        filled = path.replace("{hub}", hub.id).replace("{person}", "0" * 32)
        bodies = {
            "confirm": {"key_hash": "123456"},
            "chain": {"rungs": [{"carers": ["anna"], "wait_s": 60}]},
            "carers": {"name": "c", "display_name": "C", "password": PASSWORD},
        }
        body = bodies.get(filled.rpartition("/")[2], {})
        answer = await world.anna.request(method, filled, json=body)
        assert answer.status_code == 403, (method, path, answer.text)


async def test_unknown_names_and_wrong_passwords_look_the_same(world: World):
    answers = [
        await world.client().post("/v1/session", json={"name": name, "password": "x"})
        for name in ("anna", "nobody")
    ]
    assert [one.status_code for one in answers] == [401, 401]
    assert answers[0].json() == answers[1].json()


async def test_wrong_passwords_are_slowed_down_and_others_are_not(world: World):
    wrong = {"name": "anna", "password": "wrong"}
    codes = [(await world.client().post("/v1/session", json=wrong)).status_code for _ in range(10)]
    assert codes == [401] * 8 + [429] * 2
    right = {"name": "anna", "password": PASSWORD}
    answer = await world.client().post("/v1/session", json=right)
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    await world.log_in("bo")
    world.clock.go(901.0)
    await world.log_in("anna")


async def test_log_out_ends_the_session_at_the_server(world: World):
    token = world.anna.cookies["tohuus_care"]
    assert (await world.anna.delete("/v1/session")).status_code == 204
    thief = world.client()
    thief.cookies.set("tohuus_care", token)
    assert (await thief.get("/v1/alerts")).status_code == 401


async def test_a_stream_ends_with_its_session(world: World, hub: FakeHub):
    async with world.watch(world.anna) as stream:
        await stream.next("snapshot")
        await world.service.sessions.log_out(world.anna.cookies["tohuus_care"])
        await hub.send(hub.alert())
        with pytest.raises(AssertionError, match="ended"):
            await stream.next("alert")


async def test_a_session_ends_when_it_is_not_used(world: World):
    world.clock.go(12 * 3600 + 1)
    assert (await world.anna.get("/v1/alerts")).status_code == 401


async def test_the_database_holds_no_token_and_no_password(world: World):
    token = world.anna.cookies["tohuus_care"]
    async with world.service.store._writer.connect() as connection:
        raw = await connection.get_raw_connection()
        dump = "\n".join(raw.driver_connection._conn.iterdump())
    assert token not in dump
    assert PASSWORD not in dump


async def test_writing_requests_from_foreign_pages_are_refused(world: World, hub: FakeHub):
    await hub.send(hub.alert())
    path = f"/v1/alerts/{hub.alert().incident_id}/accept"
    for headers in (
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
    ):
        answer = await world.anna.post(path, json={}, headers=headers)
        assert answer.status_code == 403, headers
    own = {"origin": "http://service.test", "sec-fetch-site": "same-origin"}
    assert (await world.anna.post(path, json={}, headers=own)).status_code == 200


async def test_the_description_of_the_api_is_for_leads(world: World):
    for path in ("/openapi.json", "/docs", "/redoc"):
        assert (await world.lead.get(path)).status_code == 404
    described = (await world.lead.get("/v1/lead/openapi.json")).json()
    assert "/v1/hubs/{hub}/messages" in described["paths"]
    assert (await world.anna.get("/v1/lead/openapi.json")).status_code == 403


async def test_argon2_knows_a_password_again_and_no_other():
    hasher = Argon2Passwords()
    hashed = await hasher.hash("Förde")
    assert hashed.startswith("$argon2id$")
    assert await hasher.verify(hashed, "Förde")
    assert not await hasher.verify(hashed, "förde")
    assert not await hasher.verify("no hash", "Förde")
