# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""An incident that cannot be read holds up no other, and people are called for its flat."""

import json
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from caregiver_api.alerts import incident
from caregiver_api.alerts.quarantined import UNREADABLE, alert_of
from caregiver_api.escalation.state import Phase
from caregiver_api.platform import schema
from caregiver_api.wire import Alert
from tests.caregiver_api.world import FakeHub, World

BROKEN = '{"chain": [{"carers"'


async def damage(world: World, name: str, **columns: Any) -> None:
    """Let the disk change what stands in an incident's row."""

    async def work(connection: AsyncConnection) -> None:
        table = schema.incident
        await connection.execute(table.update().where(table.c.id == name).values(**columns))

    await world.service.store.write(work)


async def states(world: World) -> dict[str, str]:
    async def work(connection: AsyncConnection) -> dict[str, str]:
        rows = await connection.execute(sa.select(schema.incident.c.id, schema.incident.c.state))
        return {row.id: row.state for row in rows}

    return await world.service.store.read(work)


async def cards(world: World) -> dict[str, dict[str, Any]]:
    board = await world.overview(world.lead)
    return {one["kind"]: one for one in board["alerts"]}


async def rings(world: World, hub: FakeHub, *, damaged: Alert, **columns: Any) -> dict[str, Any]:
    """Damage one incident, let time pass, return the card that stands for it."""
    await damage(world, damaged.incident_id, **columns)
    world.recorder.pages.clear()
    await world.pass_time(61.0)
    await world.pass_time(0.1)
    card = (await cards(world))[UNREADABLE]
    assert card["incident_id"] == alert_of(hub.id)
    return card


@pytest.mark.parametrize(
    "columns",
    [{"state": BROKEN}, {"alert": BROKEN}, {"state": "[]"}, {"alert": "{}"}, {"state": "{}"}],
)
async def test_a_damaged_incident_holds_up_no_other_and_calls_everybody(
    world: World, hub: FakeHub, columns: dict[str, str]
):
    lost, other = hub.alert(1), hub.alert(2, kind="smoke")
    await hub.send(lost, other)
    await world.settle()
    card = await rings(world, hub, damaged=lost, **columns)
    assert (card["priority"], card["standing"], card["flat"]) == ("urgent", "running", "Wohnung 7")
    called = {one.recipient for one in world.recorder.pages if one.incident == alert_of(hub.id)}
    assert called == {"Anna", "Bo", "lead"}
    assert {one.incident for one in world.recorder.pages} >= {other.incident_id}
    assert set(await cards(world)) == {UNREADABLE, "smoke"}
    said = await world.http.get("/healthz")
    assert (said.status_code, said.json()) == (503, {"ok": False, "unreadable": 1})
    await world.pass_time(61.0)
    ringing = [one for one in world.recorder.pages if one.incident == alert_of(hub.id)]
    assert len(ringing) == 6, "it is called again and again until a person acts"


async def test_an_incident_that_cannot_be_moved_on_is_quarantined_as_well(
    world: World, hub: FakeHub
):
    lost = hub.alert(1)
    await hub.send(lost)
    await world.settle()
    table = json.loads((await states(world))[lost.incident_id])
    broken = json.dumps(table | {"phase": "accepted", "owner": None})
    card = await rings(world, hub, damaged=lost, state=broken)
    assert card["count"] == 1
    assert lost.incident_id not in await states(world)


async def test_who_comes_for_it_is_told_in_the_flat_and_who_closes_it_is_believed(
    world: World, hub: FakeHub
):
    first, second = hub.alert(1), hub.alert(2)
    await hub.send(first, second)
    await world.settle()
    await damage(world, second.incident_id, state=BROKEN)
    await rings(world, hub, damaged=first, state=BROKEN)
    path = f"/v1/alerts/{alert_of(hub.id)}"
    async with hub.stream() as down:
        assert (await world.bo.post(f"{path}/accept", json={"minutes": 8})).status_code == 200
        heard = [await down.down("carer_answered") for _ in range(2)]
        assert {one["incident_id"] for one in heard} == {first.incident_id, second.incident_id}
        assert {(one["carer"], one["minutes"]) for one in heard} == {("Bo", 8)}
        assert (await world.bo.post(f"{path}/close", json={"reason": "real"})).status_code == 200
        over = [await down.down("carer_closed") for _ in range(2)]
        assert {one["incident_id"] for one in over} == {first.incident_id, second.incident_id}
    assert (await world.http.get("/healthz")).json() == {"ok": True}


async def test_the_next_word_of_the_flat_brings_a_damaged_incident_back(world: World, hub: FakeHub):
    lost = hub.alert(1)
    await hub.send(lost)
    await world.settle()
    await damage(world, lost.incident_id, alert=BROKEN)
    assert (await hub.send(hub.alert(1, 2, room="hall"))).status_code == 202
    await world.settle()
    card = (await cards(world))["help_call"]
    assert (card["room"], card["count"], card["standing"]) == ("hall", 2, "running")
    assert (await world.http.get("/healthz")).json() == {"ok": True}


async def test_after_it_was_quarantined_as_well_and_then_it_speaks_for_itself(
    world: World, hub: FakeHub
):
    lost = hub.alert(1)
    await hub.send(lost)
    await world.settle()
    await rings(world, hub, damaged=lost, state=BROKEN)
    await hub.send(hub.alert(1, 2))
    await world.settle()
    assert set(await cards(world)) == {UNREADABLE, "help_call"}
    async with hub.stream() as down:
        answer = await world.bo.post(f"/v1/alerts/{alert_of(hub.id)}/accept", json={})
        assert answer.status_code == 200
        path = f"/v1/alerts/{lost.incident_id}/accept"
        assert (await world.anna.post(path, json={})).status_code == 200
        assert (await down.down("carer_answered"))["carer"] == "Anna"


async def test_the_board_and_the_streams_show_the_others(world: World, hub: FakeHub):
    lost, other = hub.alert(1), hub.alert(2, kind="smoke")
    await hub.send(lost, other)
    await world.settle()
    async with world.watch(world.anna) as stream:
        _, _, number = await stream.next("snapshot")
    await damage(world, lost.incident_id, state=BROKEN, due_s=None)
    assert set(await cards(world)) == {"smoke"}
    answer = await world.anna.post(f"/v1/alerts/{lost.incident_id}/accept", json={})
    assert answer.status_code == 404
    async with world.watch(world.anna, last=number - 2) as stream:
        assert (await stream.next("alert"))[1]["kind"] in {"smoke", UNREADABLE}
    await world.settle()
    assert set(await cards(world)) == {"smoke", UNREADABLE}


async def test_a_damaged_incident_that_was_over_calls_nobody(world: World, hub: FakeHub):
    await hub.send(hub.alert(1))
    await world.settle()
    path = f"/v1/alerts/{hub.alert().incident_id}/close"
    await world.anna.post(path, json={"reason": "real"})
    await damage(world, hub.alert().incident_id, state=BROKEN)
    assert (await world.overview(world.anna))["recent"] == []
    await world.settle()
    assert await cards(world) == {}
    assert hub.alert().incident_id not in await states(world)


async def test_a_withdrawal_erases_what_cannot_be_read_too(world: World, hub: FakeHub):
    fall = hub.alert(1, kind="possible_fall", basis="consent", purpose="falls")
    lost = hub.alert(2, basis="consent", purpose="falls", room="bath")
    await hub.send(fall, lost)
    await world.settle()
    await world.anna.post(f"/v1/alerts/{fall.incident_id}/close", json={"reason": "real"})
    await damage(world, fall.incident_id, state=BROKEN)
    await rings(world, hub, damaged=lost, state=BROKEN)
    body = b'{"version":1,"purpose":"falls"}'
    assert (await hub.post(f"/v1/hubs/{hub.id}/withdrawals", body)).status_code == 202

    async def work(connection: AsyncConnection) -> list[str]:
        return list((await connection.execute(sa.select(schema.quarantine.c.content))).scalars())

    assert await world.service.store.read(work) == [""]
    assert fall.incident_id not in await states(world)


async def test_a_damaged_alert_about_damage_is_raised_anew(world: World, hub: FakeHub):
    lost = hub.alert(1)
    await hub.send(lost)
    await world.settle()
    await rings(world, hub, damaged=lost, state=BROKEN)
    await damage(world, alert_of(hub.id), alert=BROKEN)
    await world.pass_time(61.0)
    await world.pass_time(0.1)
    assert (await cards(world))[UNREADABLE]["standing"] == "running"


async def test_an_alert_about_damage_that_cannot_be_moved_ends_the_process(
    world: World, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
):
    lost = hub.alert(1)
    await hub.send(lost)
    await world.settle()
    await rings(world, hub, damaged=lost, state=BROKEN)
    world.clock.go(61.0)
    move = world.service.incidents.move

    async def trips(connection: Any, one: incident.CareIncident, *args: Any, **more: Any) -> Any:
        assert one.alert.kind != UNREADABLE
        return await move(connection, one, *args, **more)

    monkeypatch.setattr(world.service.incidents, "move", trips)
    with pytest.raises(AssertionError):
        await world.service.scheduler.step()
    assert Phase(json.loads((await states(world))[alert_of(hub.id)])["phase"]) is Phase.RUNNING
