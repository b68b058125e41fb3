# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The hub's side of the wire against the real care service, in one process and on virtual time."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest

from hub.bootstrap import Hub
from hub.forwarding.pairing import PairingFailed
from hub.pipeline.event_stream import TraceStep
from rules.detectors.registry import SHIPPED
from rules.engine.engine import Engine
from rules.engine.state import State, Step
from rules.model.consent import ConsentState, Purpose, Recipient
from rules.model.effects import IncidentPhase, Purge
from rules.model.events import ConsentChanged, Fact, FallSensed, HelpPressed
from rules.model.flat import Flat as RulesFlat
from rules.model.identity import DeviceId
from tests.caregiver_api.world import World
from tests.contract.loop_clock import LoopClock
from tests.hub.flat import EPOCH_S, FLAT, Flat, rows, virtual

CORD = DeviceId("cord-bath")


class Network(httpx2.AsyncBaseTransport):
    """Between hub and service; can be cut, and can lose answers."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.cut = False
        self.lose_answers = 0
        self.refuse_with: bytes | None = None
        self.posts: list[str] = []

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.posts.append(request.url.path)
        if self.cut:
            raise httpx2.ConnectError("cut", request=request)
        if self.refuse_with is not None and self.refuse_with in await request.aread():
            return httpx2.Response(422, json={"type": "/problems/bad-body"})
        answer = await self._world.transport.handle_async_request(request)
        if self.lose_answers and request.url.path.endswith("/messages"):
            self.lose_answers -= 1
            await answer.aclose()
            raise httpx2.ReadError("lost", request=request)
        return answer


type Story = Callable[[World, Flat, Hub, Network], Awaitable[None]]


def paired(
    tmp_path: Path,
    story: Story,
    *,
    confirmed: bool = True,
    world: World | None = None,
    flat: Flat | None = None,
) -> None:
    world, flat = world or World(), flat or Flat(tmp_path)

    async def run() -> None:
        world.clock = LoopClock()  # type: ignore[assignment] # the same two methods
        await world.start()
        await asyncio.sleep(2)
        await world.people()
        network = flat.transport = Network(world)
        async with flat.hub() as hub:
            code = (await world.lead.post("/v1/lead/pairing-codes")).json()["code"]
            hub_id, digits = await hub.forwarding.pair("http://service.test", code, "Wohnung 7")
            if confirmed:
                path = f"/v1/lead/hubs/{hub_id}/confirm"
                answer = await world.lead.post(path, json={"key_hash": digits})
                assert answer.status_code == 200
            await asyncio.sleep(3)
            await story(world, flat, hub, network)
        await world.stop()

    virtual(run())


def press(flat: Flat, hub: Hub, number: str = "1") -> str:
    flat.radio.say(HelpPressed(device=CORD, at=hub.clock.axis(), press=number))
    return hub.view.panel().incidents[0].id


async def alerts(world: World) -> list[dict[str, Any]]:
    board = await world.overview(world.anna)
    return [one for one in board["alerts"] if one["kind"] != "hub_silent"]


def test_a_press_reaches_the_carers_and_the_carer_reaches_the_room(tmp_path: Path):
    async def story(world: World, flat: Flat, hub: Hub, network: Network) -> None:
        with hub.stream.subscribe() as watching:
            incident = press(flat, hub)
            await asyncio.sleep(1)
            (alert,) = await alerts(world)
            assert (alert["incident_id"], alert["kind"]) == (incident, "help_call")
            assert alert["evidence"] == [hub.journal.tail().seq - 1]
            assert hub.view.panel().incidents[0].running
            body = {"minutes": 8}
            answer = await world.anna.post(f"/v1/alerts/{incident}/accept", json=body)
            assert answer.is_success, answer.text
            await asyncio.sleep(2)
            (card,) = hub.view.panel().coming
            assert (card.carer, card.minutes) == ("Anna", 8)
            assert ("lamp-bath", True, 1.0) in flat.radio.switched
            await world.anna.post(f"/v1/alerts/{incident}/arrived", json={})
            await world.anna.post(f"/v1/alerts/{incident}/close", json={"reason": "real"})
            await asyncio.sleep(2)
            assert hub.view.panel().incidents == ()
            assert flat.radio.switched[-1] == ("lamp-bath", False, None)
            steps = await drained(watching)
        names = [one["hop"] for one in steps]
        wanted = "decoded journaled verdict decided enqueued forwarded escalation_running told"
        found = [name for name in names if name in wanted.split()]
        assert list(dict.fromkeys(found)) == wanted.split()
        told = next(one for one in steps if one["hop"] == "told")
        assert told["room"] == "bath"
        assert "closed" in names

    paired(tmp_path, story)


async def drained(watching: Any) -> list[TraceStep]:
    async for steps in watching:
        return steps
    raise AssertionError


def test_lost_answers_cost_no_message_and_make_none_twice(tmp_path: Path):
    async def story(world: World, flat: Flat, hub: Hub, network: Network) -> None:
        network.lose_answers = 3
        press(flat, hub)
        await asyncio.sleep(10)
        assert [one["count"] for one in await alerts(world)] == [1]
        assert len(hub.outbox) == 0
        assert len([one for one in network.posts if one.endswith("/messages")]) == 4

    paired(tmp_path, story)


def test_a_backlog_arrives_when_the_line_is_back_the_newest_help_first(tmp_path: Path):
    async def story(world: World, flat: Flat, hub: Hub, network: Network) -> None:
        network.cut = True
        hub.resident.test_alarm("set-up")
        press(flat, hub)
        await asyncio.sleep(600)
        assert len(hub.outbox) >= 2
        assert await alerts(world) == []
        network.cut = False
        await asyncio.sleep(5)
        assert len(hub.outbox) == 0
        assert {one["kind"] for one in await alerts(world)} >= {"help_call", "test_alarm"}

    paired(tmp_path, story)


def test_without_a_receipt_the_lamp_outside_calls_after_eight_seconds(tmp_path: Path):
    async def story(world: World, flat: Flat, hub: Hub, network: Network) -> None:
        network.cut = True
        incident = press(flat, hub)
        await asyncio.sleep(7.9)
        assert "SecondWayTaken" not in rows(hub)
        await asyncio.sleep(0.3)
        assert "SecondWayTaken" in rows(hub)
        assert ("lamp-outside", True, None) in flat.radio.switched
        network.cut = False
        await asyncio.sleep(5)
        await world.anna.post(f"/v1/alerts/{incident}/accept", json={"minutes": 5})
        await asyncio.sleep(3)
        assert ("lamp-outside", False, None) in flat.radio.switched

    paired(tmp_path, story)


def test_a_hub_that_nobody_confirmed_is_heard_by_nobody_but_its_own_lamp(tmp_path: Path):
    async def story(world: World, flat: Flat, hub: Hub, network: Network) -> None:
        press(flat, hub)
        await asyncio.sleep(20)
        assert await alerts(world) == []
        assert ("lamp-outside", True, None) in flat.radio.switched
        path = f"/v1/lead/hubs/{hub.forwarding.hub_id}/confirm"
        digits = {"key_hash": hub.forwarding.view().key_hash}
        assert (await world.lead.post(path, json=digits)).is_success
        await asyncio.sleep(5)
        assert len(await alerts(world)) == 1

    paired(tmp_path, story, confirmed=False)


def test_a_wrong_code_pairs_nothing(tmp_path: Path):
    async def story(world: World, flat: Flat, hub: Hub, network: Network) -> None:
        with pytest.raises(PairingFailed):
            await hub.forwarding.pair("http://service.test", "AAAA-AAAA", "x")
        with pytest.raises(PairingFailed):
            await hub.forwarding.pair("file:///etc/passwd", "AAAA-AAAA", "x")
        assert hub.forwarding.view().service_url == "http://service.test"

    paired(tmp_path, story)


@pytest.mark.parametrize("wrong_by_s", [-EPOCH_S, 3 * 86400.0, 10 * 365 * 86400.0])
def test_a_clock_wrong_by_years_delays_no_help(tmp_path: Path, wrong_by_s: float):
    async def run() -> None:
        world = World()
        world.clock = LoopClock()  # type: ignore[assignment] # as above
        await world.start()
        await asyncio.sleep(2)
        await world.people()
        flat = Flat(tmp_path)
        flat.wall_offset_s, flat.synchronised = wrong_by_s, False
        flat.transport = Network(world)
        async with flat.hub() as hub:
            assert not hub.clock.trusted
            press(flat, hub, "before anything is known of the time")
            code = (await world.lead.post("/v1/lead/pairing-codes")).json()["code"]
            hub_id, digits = await hub.forwarding.pair("http://service.test", code, "x")
            path = f"/v1/lead/hubs/{hub_id}/confirm"
            await world.lead.post(path, json={"key_hash": digits})
            await asyncio.sleep(5)
            assert len(await alerts(world)) == 1
            sent = hub.journal.read("SELECT json_extract(body, '$.utc_s') FROM outbox")
            assert sent[0] == (None,)
            await story_after(world, flat, hub)
        await world.stop()

    async def story_after(world: World, flat: Flat, hub: Hub) -> None:
        assert hub.clock.utc() == pytest.approx(LoopClock().utc(), abs=2)
        assert "ClockChanged" in rows(hub)
        flat.wall_offset_s -= 4e8
        press(flat, hub, "after a jump while running")
        await asyncio.sleep(1)
        assert [one["count"] for one in await alerts(world)] == [2]

    virtual(run())


def test_each_answer_is_acted_on_once_over_a_restart(tmp_path: Path):
    async def run() -> None:
        world = World()
        world.clock = LoopClock()  # type: ignore[assignment] # as above
        await world.start()
        await asyncio.sleep(2)
        await world.people()
        flat = Flat(tmp_path)
        flat.transport = Network(world)
        async with flat.hub(power_cut=True) as hub:
            code = (await world.lead.post("/v1/lead/pairing-codes")).json()["code"]
            hub_id, digits = await hub.forwarding.pair("http://service.test", code, "x")
            await world.lead.post(f"/v1/lead/hubs/{hub_id}/confirm", json={"key_hash": digits})
            await asyncio.sleep(3)
            incident = press(flat, hub)
            await asyncio.sleep(1)
            await world.anna.post(f"/v1/alerts/{incident}/accept", json={"minutes": 8})
            await asyncio.sleep(1)
        await world.anna.post(f"/v1/alerts/{incident}/arrived", json={})
        async with flat.hub() as hub:
            await asyncio.sleep(5)
            kinds = rows(hub)
            assert kinds.count("EscalationRunning") == 1
            assert kinds.count("CarerAnswered") == 2
            (card,) = hub.view.panel().coming
            assert card.step == "arrived"
            assert card.phase is IncidentPhase.ACCEPTED
        await world.stop()

    virtual(run())


def test_a_withdrawn_consent_takes_back_what_was_not_sent_and_is_confirmed(tmp_path: Path):
    async def story(world: World, flat: Flat, hub: Hub, network: Network) -> None:
        network.cut = True
        radar = DeviceId("radar-bath")
        flat.radio.say(FallSensed(device=radar, at=hub.clock.axis(), press="1"))
        await asyncio.sleep(60)
        assert [one.message.kind for one in hub.outbox.batch(["urgent"], 9)] == ["fall_sensor"]
        hub.inlet.append(
            ConsentChanged(
                at=hub.clock.axis(),
                purpose=Purpose.FALLS,
                recipient=Recipient.CARE_TEAM,
                state=ConsentState.WITHDRAWN,
            )
        )
        assert hub.outbox.batch(["urgent"], 9) == []
        network.cut = False
        await asyncio.sleep(20)
        assert [one for one in await alerts(world) if one["kind"] == "fall_sensor"] == []
        (falls,) = [one for one in hub.view.panel().consents if one.purpose is Purpose.FALLS]
        assert (falls.state, falls.confirmed) == (ConsentState.WITHDRAWN, True)

    paired(tmp_path, story)


def test_monitoring_goes_off_from_outside_and_never_on(tmp_path: Path):
    async def story(world: World, flat: Flat, hub: Hub, network: Network) -> None:
        path = f"/v1/lead/hubs/{hub.forwarding.hub_id}/monitoring-off"
        answer = await world.lead.post(path, json={})
        assert answer.is_success, answer.text
        await asyncio.sleep(3)
        assert hub.memory.register.given == frozenset()
        assert hub.memory.register.help_agreement
        press(flat, hub)
        await asyncio.sleep(1)
        assert len(await alerts(world)) == 1

    paired(tmp_path, story)


def test_absence_and_test_alarm_come_from_the_lead(tmp_path: Path):
    async def story(world: World, flat: Flat, hub: Hub, network: Network) -> None:
        base = f"/v1/lead/hubs/{hub.forwarding.hub_id}"
        assert (await world.lead.post(f"{base}/test-alarm", json={})).is_success
        until = EPOCH_S + asyncio.get_running_loop().time() + 3600
        answer = await world.lead.post(f"{base}/absence", json={"until_s": until})
        assert answer.is_success, answer.text
        await asyncio.sleep(3)
        assert [one["test"] for one in await alerts(world)] == [True]
        panel = hub.view.panel()
        assert panel.away
        assert panel.away_until == pytest.approx(panel.at + 3600, abs=10)

    paired(tmp_path, story)


def test_heartbeats_come_every_thirty_seconds(tmp_path: Path):
    async def story(world: World, flat: Flat, hub: Hub, network: Network) -> None:
        network.posts.clear()
        await asyncio.sleep(300)
        beats = [one for one in network.posts if one.endswith("/heartbeat")]
        assert len(beats) == 10
        assert hub.view.panel().link.connected

    paired(tmp_path, story)


class Forgetful(Engine):
    """Rules with a bug: they forget to take back what may no longer leave."""

    def advance(self, memory: State, fact: Fact) -> Step:
        done = super().advance(memory, fact)
        kept = tuple(one for one in done.effects if not isinstance(one, Purge))
        return done._replace(effects=kept)


def test_the_basis_is_asked_again_at_sending(tmp_path: Path):
    async def story(world: World, flat: Flat, hub: Hub, network: Network) -> None:
        network.cut = True
        flat.radio.say(FallSensed(device=DeviceId("radar-bath"), at=hub.clock.axis(), press="1"))
        await asyncio.sleep(60)
        hub.inlet.append(
            ConsentChanged(
                at=hub.clock.axis(),
                purpose=Purpose.FALLS,
                recipient=Recipient.CARE_TEAM,
                state=ConsentState.WITHDRAWN,
            )
        )
        network.cut = False
        await asyncio.sleep(20)
        assert [one for one in await alerts(world) if one["kind"] == "fall_sensor"] == []
        assert len(hub.outbox) == 0
        assert hub.journal.read("SELECT count(*) FROM audit WHERE action = 'purged'") == [(1,)]

    flat = Flat(tmp_path)
    flat.rules = Forgetful(RulesFlat(apartment=FLAT.apartment, limits=SHIPPED))
    paired(tmp_path, story, flat=flat)


def test_a_message_the_service_does_not_understand_is_sent_bare(tmp_path: Path):
    async def story(world: World, flat: Flat, hub: Hub, network: Network) -> None:
        network.refuse_with = b'"blind":[{'
        press(flat, hub)
        hub.resident.help()
        await asyncio.sleep(20)
        (card,) = [one for one in await alerts(world) if one["room"] == "bath"]
        assert card["kind"] == "help_call"
        assert card["blind"] == []
        assert len(hub.outbox) == 0

    paired(tmp_path, story)
