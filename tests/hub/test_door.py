# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from hub.bootstrap import Hub
from hub.runtime.clock import Clock
from rules.model.consent import ConsentState, Purpose
from rules.model.events import FinePressed, HelpPressed
from rules.model.identity import DeviceId
from tests.hub.flat import Flat, outbox, rows

PIN = "2468"


class RealFlat(Flat):
    """A flat on real time, for the web."""

    def clock(self) -> Clock:
        return Clock(synchronised=lambda: True)


@contextlib.asynccontextmanager
async def open_flat(tmp_path: Path) -> AsyncIterator[tuple[RealFlat, Hub, httpx2.AsyncClient]]:
    flat = RealFlat(tmp_path)
    async with flat.hub(agreed=False) as hub:
        async with client(hub) as near:
            yield flat, hub, near


def client(hub: Hub, *, peer: str = "127.0.0.1", host: str = "127.0.0.1:8440", token: bool = True):
    headers = {}
    app = hub._app()
    if token:
        secret = (hub.settings.home / "observer.token").read_text().strip()
        headers["authorization"] = f"Bearer {secret}"
    transport = httpx2.ASGITransport(app, client=(peer, 50000))
    return httpx2.AsyncClient(transport=transport, base_url=f"http://{host}", headers=headers)


async def test_set_up_needs_the_token_and_this_machine(tmp_path: Path):
    async with open_flat(tmp_path) as (_, hub, near):
        assert (await near.get("/v1/setup/pairing")).status_code == 200
        async with client(hub, token=False) as stranger:
            answer = await stranger.get("/v1/setup/pairing")
            assert answer.status_code == 401
            assert answer.headers["content-type"] == "application/problem+json"
        async with client(hub, peer="192.168.1.20") as far:
            assert (await far.get("/v1/setup/pairing")).status_code == 403
            assert (await far.get("/v1/events")).status_code == 403
        async with client(hub, host="evil.example") as rebound:
            assert (await rebound.get("/v1/setup/pairing")).status_code == 403


async def test_the_token_file_is_closed_to_others(tmp_path: Path):
    async with open_flat(tmp_path) as (_, hub, _near):
        for name in ("observer.token", "hub.key"):
            assert (hub.settings.home / name).stat().st_mode & 0o077 == 0


async def test_the_panel_answers_a_display_only_after_a_press_at_the_hub(tmp_path: Path):
    async with open_flat(tmp_path) as (flat, hub, near):
        async with client(hub, peer="192.168.1.20", host="hub.local", token=False) as display:
            assert (await display.post("/help")).status_code == 403
            assert (await display.get("/display")).status_code == 403
            assert (await near.post("/v1/setup/display", json={"by": "press"})).is_success
            assert (await display.get("/display")).status_code == 403
            at = hub.clock.axis()
            flat.radio.say(FinePressed(device=DeviceId("fine-bath"), at=at, press="1"))
            paired = await display.get("/display")
            assert paired.status_code == 303
            assert "HttpOnly" in paired.headers["set-cookie"]
            assert (await display.get("/")).status_code == 200
            async with client(hub, peer="192.168.1.21", host="hub.local", token=False) as second:
                assert (await second.get("/display")).status_code == 403


async def test_a_foreign_page_presses_no_button(tmp_path: Path):
    async with open_flat(tmp_path) as (_, hub, near):
        foreign = {"origin": "http://evil.example", "sec-fetch-site": "cross-site"}
        assert (await near.post("/help", headers=foreign)).status_code == 403
        assert "HelpPressed" not in rows(hub)
        assert (await near.post("/help")).status_code < 400
        assert "HelpPressed" in rows(hub)


async def test_help_at_the_panel_goes_out_under_the_help_agreement_alone(tmp_path: Path):
    async with open_flat(tmp_path) as (_, hub, near):
        hub.resident.help()
        assert outbox(hub) == []
        assert hub.view.panel().incidents[0].withheld
        assert (await near.post("/v1/setup/agreement", json={"live": True})).status_code == 204
        hub.resident.help()
        assert [kind for kind, _ in outbox(hub)] == ["help_call"]


async def test_consents_need_her_pin_and_five_wrong_ones_wait(tmp_path: Path):
    async with open_flat(tmp_path) as (_, hub, near):
        change = {"purpose": "falls", "state": "given"}
        assert (
            await near.post("/v1/setup/consents", json=change | {"pin": PIN})
        ).status_code == 409
        assert (await near.post("/v1/setup/pin", json={"pin": "12"})).status_code == 422
        assert (await near.post("/v1/setup/pin", json={"pin": PIN})).status_code == 204
        for _ in range(5):
            wrong = await near.post("/v1/setup/consents", json=change | {"pin": "0000"})
            assert wrong.status_code == 403
        locked = await near.post("/v1/setup/consents", json=change | {"pin": PIN})
        assert (locked.status_code, "again in" in locked.json()["detail"]) == (403, True)
        assert hub.memory.register.given == frozenset()
        hub.pin._locked_until = 0.0
        answer = await near.post("/v1/setup/consents", json=change | {"pin": PIN})
        assert answer.status_code == 204, answer.text
        (falls,) = [one for one in hub.view.panel().consents if one.purpose is Purpose.FALLS]
        assert falls.state is ConsentState.GIVEN


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("agreement", b"{}", 422),
        ("agreement", b"[]", 400),
        ("agreement", b"not json", 400),
        ("agreement", b"x" * 20_000, 413),
        ("join", b'{"seconds": 255}', 422),
        ("join", b'{"seconds": 60}', 409),
        ("pairing", b'{"service_url": "http://127.0.0.1:9"}', 422),
        ("consents", b'{"pin": "1", "purpose": "all", "state": "given"}', 422),
    ],
)
async def test_a_wrong_body_is_a_problem_with_what_was_expected(
    tmp_path: Path, path: str, body: bytes, status: int
):
    async with open_flat(tmp_path) as (_, _hub, near):
        answer = await near.post(f"/v1/setup/{path}", content=body)
        assert answer.status_code == status
        assert answer.json()["detail"]


async def test_devices_are_listed_with_what_is_not_enrolled(tmp_path: Path):
    async with open_flat(tmp_path) as (_, hub, near):
        hub.flat.registry.stranger("zigbee", "00:11", "Neighbour")
        listed = (await near.get("/v1/setup/devices")).json()
        assert {one["id"] for one in listed["enrolled"]} >= {"cord-bath", "motion-hall"}
        assert listed["not_enrolled"][-1]["model"] == "Neighbour"
        hub.flat.registry.stranger_left("zigbee", "00:11")


async def test_watchers_get_a_snapshot_and_then_every_hop(tmp_path: Path):
    flat = RealFlat(tmp_path, port=0)
    flat.web = True
    async with flat.hub() as hub:
        secret = (hub.settings.home / "observer.token").read_text().strip()
        url = f"http://127.0.0.1:{hub.port}/v1/events?hops=decoded,enqueued"
        headers = {"authorization": f"Bearer {secret}"}
        async with (
            httpx2.AsyncClient(trust_env=False) as http,
            http.stream("GET", url, headers=headers) as answer,
        ):
            lines = answer.aiter_lines()
            name, snapshot = await event(lines)
            assert name == "snapshot"
            assert snapshot["journal_id"] == hub.journal.id
            assert snapshot["coverage"]["bath"]["live"] is False
            assert snapshot["sources"]["zigbee"]["state"] == "up"
            press = HelpPressed(device=DeviceId("cord-bath"), at=hub.clock.axis(), press="1")
            frame = flat.radio.say(press)
            name, decoded = await event(lines)
            assert (name, decoded["hop"], decoded["frame"]) == ("hop", "decoded", frame)
            _, enqueued = await event(lines)
            assert enqueued["evidence"] == [enqueued["seq"]]
            assert enqueued["basis"] == "help_agreement"
        assert (await httpx_get(f"http://127.0.0.1:{hub.port}/healthz")).json()["status"] == "ok"


async def httpx_get(url: str) -> httpx2.Response:
    async with httpx2.AsyncClient(trust_env=False) as http:
        return await http.get(url)


async def event(lines: AsyncIterator[str]) -> tuple[str, dict[str, Any]]:
    async with asyncio.timeout(30):
        name = ""
        async for line in lines:
            if line.startswith("event: "):
                name = line[7:]
            elif line.startswith("data: "):
                return name, json.loads(line[6:])
    raise AssertionError("the stream ended")
