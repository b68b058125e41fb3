# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
import asyncio
from pathlib import Path

import pytest

from devices.source import HealthState
from rules.model.events import Motion, MotionEnded
from rules.model.identity import DeviceId
from tests.hub.flat import Flat, rows, virtual


def test_a_lost_radio_is_said_once_and_started_again(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        async with flat.hub() as hub:
            for starts in (2, 3, 4):
                flat.radio.pulled.set()
                await asyncio.sleep(31)
                assert flat.radio.starts == starts
            assert rows(hub).count("RadioDown") == 1
            assert {one.why for one in hub.memory.rooms()["hall"].blind} == {"radio"}
            assert flat.radio.status is not None
            flat.radio.status.up()
            flat.radio.say(Motion(device=DeviceId("motion-hall"), at=hub.clock.axis()))
            await asyncio.sleep(6)
            assert rows(hub)[-3:] == ["RadioUp", "DeviceHeard", "Motion"]
            assert rows(hub).count("RadioUp") == 1
            assert hub.memory.rooms()["hall"].live

    virtual(story())


def test_a_restart_that_fails_says_nothing_more_than_that_the_radio_is_down(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        async with flat.hub() as hub:
            flat.radio.pulled.set()
            await asyncio.sleep(2)
            assert flat.radio.status is not None
            flat.radio.status.down("still unplugged")
            await asyncio.sleep(6)
            assert [one for one in rows(hub) if one.startswith("Radio")] == ["RadioDown"]
            assert flat.radio.status.state is HealthState.DOWN

    virtual(story())


def test_a_bug_in_a_source_ends_the_process(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)

        async def buggy(_inlet: object) -> None:
            raise KeyError("a bug of ours")

        flat.radio.run = buggy  # type: ignore[method-assign] # the planted bug
        async with flat.hub():
            await asyncio.sleep(1)

    with pytest.raises(BaseExceptionGroup) as broke:
        virtual(story())
    assert broke.group_contains(KeyError)


def test_a_device_is_heard_at_its_first_word_and_silent_after_its_time(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        async with flat.hub() as hub:
            assert not hub.memory.rooms()["hall"].live
            flat.radio.say(Motion(device=DeviceId("motion-hall"), at=hub.clock.axis()))
            assert hub.memory.rooms()["hall"].live
            flat.radio.say(MotionEnded(device=DeviceId("motion-hall"), at=hub.clock.axis()))
            await asyncio.sleep(4 * 3600 + 11)
            assert not hub.memory.rooms()["hall"].live
            whys = {one.why for one in hub.memory.blind() if one.device == "motion-hall"}
            assert whys == {"silent"}
            flat.radio.say(Motion(device=DeviceId("motion-hall"), at=hub.clock.axis()))
            assert hub.memory.rooms()["hall"].live

    virtual(story())


def test_an_idle_night_leaves_a_row_every_five_minutes_and_wakes_no_rule_oftener(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        async with flat.hub(agreed=False) as hub:
            await asyncio.sleep(3600)
            assert 10 <= rows(hub).count("Tick") <= 20

    virtual(story())
