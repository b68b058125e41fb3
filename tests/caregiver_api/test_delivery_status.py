# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""When no device takes a page, the flat is told: once, and again only after somebody was there."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from caregiver_api.channels.channel import DeliveryReceipt, PageNotice
from caregiver_api.delivery.delivery_status import JUDGED_AFTER_S
from caregiver_api.platform.schema import down
from tests.caregiver_api.world import FakeHub, World


@pytest.fixture
def world(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A service whose only ways out are open pages: the two recording channels find nobody."""
    for channel in (world.recorder, world.second):
        monkeypatch.setattr(channel, "send", _nobody)
    return world


async def _nobody(_notice: PageNotice) -> DeliveryReceipt:
    return DeliveryReceipt(reached=False, detail="nobody there")


def channels_fail(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    world.recorder.fails = world.second.fails = True


@contextmanager
def open_page(world: World, name: str) -> Iterator[None]:
    person = world.service.people.named(name)
    assert person is not None
    with world.service.live.listen(person.id):
        yield


async def told(world: World) -> list[str]:
    """Return what the flat was told so far, in order."""

    async def work(connection: AsyncConnection) -> list[str]:
        rows = await connection.execute(sa.select(down.c.body).order_by(down.c.number))
        return [json.loads(row.body)["kind"] for row in rows]

    return await world.service.store.read(work)


async def steps(world: World) -> list[str]:
    (card,) = (await world.overview(world.lead))["alerts"]
    return [one["step"] for one in card["tried"]]


async def act(client: Any, hub: FakeHub, verb: str, **body: Any) -> None:
    answer = await client.post(f"/v1/alerts/{hub.alert().incident_id}/{verb}", json=body)
    assert answer.status_code == 200, answer.text


async def test_when_no_page_is_open_the_flat_is_told_at_once_and_the_receipt_stays(
    world: World, hub: FakeHub
):
    await hub.send(hub.alert())
    await world.settle()
    async with hub.stream() as down:
        assert (await down.down("escalation_running"))["message_id"] == hub.alert().message_id
        said = await down.down("nobody_reached")
    assert said["incident_id"] == hub.alert().incident_id
    assert said["message_id"] == hub.alert().message_id
    assert await steps(world) == ["paged", "nobody_reached"]


async def test_the_flat_is_told_once_however_often_nobody_is_reached(world: World, hub: FakeHub):
    await hub.send(hub.alert())
    for _ in range(4):
        await world.pass_time(61.0)
    await hub.send(hub.alert(1, 2))
    await world.pass_time(61.0)
    assert (await told(world)).count("nobody_reached") == 1


async def test_a_channel_that_fails_has_eight_seconds_to_reach_somebody(
    world: World, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
):
    channels_fail(world, monkeypatch)
    await hub.send(hub.alert())
    await world.settle()
    await world.pass_time(JUDGED_AFTER_S - 0.5)
    assert await told(world) == ["escalation_running"]
    await world.pass_time(0.6)
    assert await told(world) == ["escalation_running", "nobody_reached"]


async def test_a_channel_that_hangs_has_eight_seconds_as_well(
    world: World, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.undo()
    world.recorder.hangs = world.second.hangs = True
    await hub.send(hub.alert())
    await world.settle()
    assert await told(world) == ["escalation_running"]
    await world.pass_time(JUDGED_AFTER_S + 0.1)
    assert await told(world) == ["escalation_running", "nobody_reached"]


async def test_one_page_that_is_taken_is_enough(world: World, hub: FakeHub):
    with open_page(world, "anna"):
        await hub.send(hub.alert())
        await world.pass_time(JUDGED_AFTER_S + 1.0)
    assert await told(world) == ["escalation_running"]


async def test_a_try_that_succeeds_in_time_is_enough(
    world: World, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
):
    channels_fail(world, monkeypatch)
    await hub.send(hub.alert())
    await world.settle()
    world.recorder.fails = False
    world.clock.go(2.0)
    world.service.paged.notify()
    await world.settle()
    await world.pass_time(JUDGED_AFTER_S)
    assert await told(world) == ["escalation_running"]


async def test_a_page_that_reaches_somebody_later_takes_the_word_back_once(
    world: World, hub: FakeHub
):
    await hub.send(hub.alert())
    await world.settle()
    with open_page(world, "bo"):
        await world.pass_time(61.0)
        await world.pass_time(61.0)
    assert await told(world) == ["escalation_running", "nobody_reached", "somebody_reached"]
    await world.pass_time(61.0)
    assert (await told(world))[3:] == ["nobody_reached"]


async def test_who_accepted_before_needs_no_word(
    world: World, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
):
    channels_fail(world, monkeypatch)
    await hub.send(hub.alert())
    await world.settle()
    await act(world.anna, hub, "accept", minutes=8)
    await world.pass_time(JUDGED_AFTER_S + 1.0)
    assert await told(world) == ["escalation_running", "carer_answered"]


async def test_when_she_gives_it_back_and_nobody_is_reached_the_flat_is_told_again(
    world: World, hub: FakeHub
):
    await hub.send(hub.alert())
    await world.settle()
    await act(world.anna, hub, "accept", minutes=8)
    await act(world.anna, hub, "decline")
    await world.pass_time(0.1)
    assert await told(world) == [
        "escalation_running", "nobody_reached", "carer_answered", "carer_answered",
        "nobody_reached",
    ]  # fmt: skip


async def test_neither_a_note_nor_a_test_tells_the_flat_anything(world: World, hub: FakeHub):
    await hub.send(hub.alert(1, priority="info"), hub.alert(2, test=True))
    await world.pass_time(1000.0)
    assert "nobody_reached" not in await told(world)


async def test_a_restart_of_the_service_neither_loses_the_word_nor_says_it_twice() -> None:
    disk = Disk()
    first = World(disk=disk)
    await first.start()
    await first.people()
    hub = await first.hub()
    first.recorder.hangs = first.second.hangs = True
    await hub.send(hub.alert())
    await first.settle()
    await first.stop()
    second = World(disk=disk)
    second.clock = first.clock
    second.recorder.hangs = second.second.hangs = True
    await second.start()
    hub._world = second
    await second.settle()
    assert await told(second) == ["escalation_running"]
    await second.pass_time(JUDGED_AFTER_S)
    assert await told(second) == ["escalation_running", "nobody_reached"]
    await second.stop()
    third = World(disk=disk)
    third.clock = first.clock
    third.recorder.hangs = third.second.hangs = True
    await third.start()
    hub._world = third
    await third.pass_time(3 * JUDGED_AFTER_S)
    assert await told(third) == ["escalation_running", "nobody_reached"]
    await third.stop()


class Disk:
    """One database over several starts of the service."""

    def __init__(self) -> None:
        self._name = "file:reach?mode=memory&cache=shared"
        self._held = sqlite3.connect(self._name, uri=True)

    def connect(self, _path: str) -> sqlite3.Connection:
        return sqlite3.connect(self._name, uri=True, isolation_level=None)
