# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Visitors touch whatever they like; the house comes to rest on its start page."""

import asyncio
import random

import pytest

from showcase.apartment.flat import TOUCH
from showcase.apartment.set_up import PURPOSES
from showcase.stage.director import Pace
from showcase.stage.house import House
from showcase.stories.picture import Ending, Mode
from tests.stories.conftest import STORIES

pytestmark = pytest.mark.asyncio(loop_scope="session")
BRISK = Pace(read_s=0.05, visitor_s=0.2, still_s=0.5)
TOUCHES = 60
SEED = 4


async def opened(stage, start_after_s=60.0):
    house = House(stage, STORIES, pace=BRISK, start_after_s=start_after_s)
    return house, asyncio.create_task(house.run())


async def closed(house, running, stage):
    running.cancel()
    await asyncio.wait({running})
    house.close()
    await stage.story_clock.set_speed(1.0)
    await stage.decisions.allow_all(given=True)


def touch_something(chance, stage):
    devices = [
        one.id
        for one in stage.flat.apartment.devices
        if one.role in TOUCH and one.id in stage.flat.nodes
    ]
    return chance.choice(
        (
            lambda house: house.story(chance.choice(tuple(STORIES))),
            lambda house: house.touch(chance.choice(devices)),
            lambda house: house.touch(chance.choice(devices)),
            lambda house: house.accept(),
            lambda house: house.gate(is_open=chance.random() < 0.5),
            lambda house: house.off() if chance.random() < 0.3 else house.on(),
        )
    )


async def test_a_house_that_opens_late_knows_that_hub_and_service_are_there(theatre):
    stage = theatre.stage
    house, running = await opened(stage)
    try:
        picture = house.picture
        assert await stage.changes.until(lambda: picture.service_on and picture.hub_on, 30.0), (
            picture
        )
        # The button at her wrist says now and then that it is there.
        assert await stage.changes.until(lambda: "living" not in picture.blind, 30.0), picture.blind
    finally:
        await closed(house, running, stage)


async def test_minutes_of_random_touching_end_at_the_start_page(theatre):
    stage, chance = theatre.stage, random.Random(SEED)
    house, running = await opened(stage, start_after_s=2.0)
    try:
        for _ in range(TOUCHES):
            house.stay()
            await touch_something(chance, stage)(house)
            await asyncio.sleep(chance.random() * 0.15)
            assert not running.done()
        rested = await stage.changes.until(
            lambda: (
                house.picture.mode is Mode.IDLE
                and house.picture.gate_open
                and not stage.mirror.paused
                and house.picture.card is None
            ),
            90.0,
        )
        assert rested, house.picture
        assert not running.done()
        assert stage.mirror.given >= set(PURPOSES)
    finally:
        await closed(house, running, stage)


async def test_a_second_story_ends_the_first(theatre):
    stage = theatre.stage
    house, running = await opened(stage)
    try:
        await house.story("no-first-movement")
        await stage.changes.until(lambda: house.picture.mode is Mode.STORY, 40.0)
        await house.story("pull-cord")
        assert await stage.changes.until(
            lambda: house.picture.ending is not None and house.picture.story.id == "pull-cord", 30.0
        )
        assert house.picture.ending is Ending.HEARD
        assert house.picture.card.who == "Anna"
    finally:
        await closed(house, running, stage)


async def test_a_gate_that_a_visitor_shuts_stops_the_alert_and_opens_again(theatre):
    stage = theatre.stage
    house, running = await opened(stage, start_after_s=2.0)
    try:
        await house.gate(is_open=False)
        house.stay()
        await house.story("fall-bath-night")
        assert await stage.changes.until(lambda: house.picture.ending is not None, 40.0)
        assert house.picture.ending is Ending.WITHHELD
        assert house.picture.card is None
        assert house.picture.left == 0
        assert await stage.changes.until(
            lambda: house.picture.mode is Mode.IDLE and house.picture.gate_open, 40.0
        )
    finally:
        await closed(house, running, stage)


async def test_a_consent_withdrawn_on_her_own_panel_holds_until_the_start_page(theatre):
    stage = theatre.stage
    house, running = await opened(stage, start_after_s=2.0)
    try:
        assert await stage.changes.until(lambda: house.picture.mode is Mode.IDLE, 40.0)
        await stage.hub.consent(stage.kept.pin, "falls", given=False)
        house.stay()
        await house.story("fall-bath-night")
        assert await stage.changes.until(lambda: house.picture.ending is not None, 40.0)
        assert house.picture.ending is Ending.WITHHELD
        assert house.picture.withdrawn == {"falls"}
        assert await stage.changes.until(lambda: house.picture.gate_open, 40.0)
    finally:
        await closed(house, running, stage)


async def test_who_switches_sensing_off_is_told_that_nothing_was_noticed(theatre):
    stage = theatre.stage
    house, running = await opened(stage)
    try:
        await house.off()
        await house.story("fall-bath-night")
        assert await stage.changes.until(lambda: house.picture.ending is not None, 40.0)
        assert house.picture.ending is Ending.PAUSED
        await house.story("pull-cord")
        assert await stage.changes.until(lambda: house.picture.ending is Ending.HEARD, 40.0)
        assert house.picture.paused
    finally:
        await house.on()
        await closed(house, running, stage)


async def test_a_visitor_who_presses_the_fine_button_answers_for_her(theatre):
    stage = theatre.stage
    house, running = await opened(stage)
    try:
        await house.touch("radar-bath")
        assert await stage.changes.until(
            lambda: house.picture.trace is not None and house.picture.trace.has("asked"), 40.0
        ), house.picture
        await house.touch("fine-bath")
        assert await stage.changes.until(lambda: house.picture.ending is not None, 40.0)
        assert house.picture.ending is Ending.ANSWERED
        assert house.picture.card is None
    finally:
        await closed(house, running, stage)


async def test_the_button_at_her_wrist_calls_over_bluetooth(theatre):
    stage = theatre.stage
    assert stage.bluetooth is not None, "dbus-daemon is part of the test's packages"
    house, running = await opened(stage)
    try:
        await house.touch("button-ble")
        assert await stage.changes.until(lambda: house.picture.ending is not None, 30.0)
        assert house.picture.ending is Ending.HEARD, house.picture.failure
        frame = house.picture.trace.get("frame")
        assert frame.ids["frame"].startswith("ble:c0:ff:ee:00:00:01:")
    finally:
        await closed(house, running, stage)
