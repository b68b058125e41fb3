# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from hub.bootstrap import Hub
from rules.apartment import Device, Role
from rules.events import HelpPressed, HelpTakenBack
from rules.identity import DeviceId, RoomId
from tests.hub.flat import FLAT, Flat, rows, virtual

SIREN = Device(id=DeviceId("siren-hall"), role=Role.SIREN, room=RoomId("hall"))
CORD = DeviceId("cord-bath")


def lit(flat: Flat) -> list[tuple[str, bool]]:
    return [(name, on) for name, on, _ in flat.radio.switched if name in {"lamp-outside", SIREN.id}]


def with_siren(tmp_path: Path, *, chosen: bool) -> Flat:
    flat = Flat(tmp_path, siren=chosen)
    devices = (*FLAT.apartment.devices, SIREN)
    flat.flat = replace(FLAT, apartment=replace(FLAT.apartment, devices=devices))
    return flat


def pull(flat: Flat, hub: Hub, number: int = 1) -> None:
    flat.radio.say(HelpPressed(device=CORD, at=hub.clock.axis(), press=str(number)))


@pytest.mark.parametrize("chosen", [True, False])
def test_a_siren_inside_sounds_only_where_she_chose_it(tmp_path: Path, chosen: bool):
    async def story() -> None:
        flat = with_siren(tmp_path, chosen=chosen)
        async with flat.hub() as hub:
            pull(flat, hub)
            await asyncio.sleep(9)
            assert ("lamp-outside", True) in lit(flat)
            assert ((SIREN.id, True) in lit(flat)) is chosen

    virtual(story())


def test_an_incident_takes_the_second_way_once_however_often_she_pulls(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        async with flat.hub() as hub:
            for number in range(5):
                pull(flat, hub, number)
                await asyncio.sleep(10)
            assert rows(hub).count("SecondWayTaken") == 1

    virtual(story())


def test_the_light_goes_out_when_she_takes_the_call_back(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        async with flat.hub() as hub:
            pull(flat, hub)
            await asyncio.sleep(9)
            button = DeviceId("take-back-bedroom")
            flat.radio.say(HelpTakenBack(device=button, at=hub.clock.axis()))
            await asyncio.sleep(1)
            assert lit(flat)[-1] == ("lamp-outside", False)

    virtual(story())


def test_a_test_alarm_lights_nothing(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        async with flat.hub() as hub:
            hub.resident.test_alarm("set-up")
            await asyncio.sleep(30)
            assert lit(flat) == []

    virtual(story())


def test_a_receipt_missing_at_a_power_cut_is_missed_after_it(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        async with flat.hub(power_cut=True) as hub:
            pull(flat, hub)
            await asyncio.sleep(2)
        async with flat.hub() as hub:
            await asyncio.sleep(7)
            assert lit(flat) == []
            await asyncio.sleep(2)
            assert lit(flat) == [("lamp-outside", True)]

    virtual(story())


def test_a_lamp_outside_that_did_not_obey_is_tried_until_it_does(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        flat.radio.dead = {"lamp-outside"}
        async with flat.hub() as hub:
            flat.radio.say(HelpPressed(device=CORD, at=hub.clock.axis(), press="1"))
            await asyncio.sleep(60)
            assert lit(flat) == []
            flat.radio.dead = set()
            await asyncio.sleep(12)
            assert lit(flat) == [("lamp-outside", True)]
            await asyncio.sleep(60)
            assert lit(flat) == [("lamp-outside", True)]

    virtual(story())


def test_a_dead_lamp_outside_is_left_alone_once_the_matter_is_over(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        flat.radio.dead = {"lamp-outside"}
        async with flat.hub() as hub:
            flat.radio.say(HelpPressed(device=CORD, at=hub.clock.axis(), press="1"))
            await asyncio.sleep(30)
            taken_back = HelpTakenBack(device=DeviceId("take-back-bedroom"), at=hub.clock.axis())
            flat.radio.say(taken_back)
            flat.radio.dead = set()
            await asyncio.sleep(60)
            assert ("lamp-outside", True) not in lit(flat)

    virtual(story())
