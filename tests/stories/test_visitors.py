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
from showcase.stories.scene import Ending, Mode
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
        scene = house.scene
        assert await stage.news.until(lambda: scene.service_on and scene.hub_on, 10.0), scene
        # The button at her wrist says now and then that it is there.
        assert await stage.news.until(lambda: "living" not in scene.blind, 30.0), scene.blind
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
        rested = await stage.news.until(
            lambda: (
                house.scene.mode is Mode.IDLE
                and house.scene.gate_open
                and not stage.wishes.paused
                and house.scene.card is None
            ),
            90.0,
        )
        assert rested, house.scene
        assert not running.done()
        assert stage.wishes.given >= set(PURPOSES)
    finally:
        await closed(house, running, stage)


async def test_a_second_story_ends_the_first(theatre):
    stage = theatre.stage
    house, running = await opened(stage)
    try:
        await house.story("no-first-movement")
        await stage.news.until(lambda: house.scene.mode is Mode.STORY, 20.0)
        await house.story("pull-cord")
        assert await stage.news.until(
            lambda: house.scene.ending is not None and house.scene.story.id == "pull-cord", 30.0
        )
        assert house.scene.ending is Ending.HEARD
        assert house.scene.card.who == "Anna"
    finally:
        await closed(house, running, stage)


async def test_a_gate_that_a_visitor_shuts_stops_the_alert_and_opens_again(theatre):
    stage = theatre.stage
    house, running = await opened(stage, start_after_s=2.0)
    try:
        await house.gate(is_open=False)
        house.stay()
        await house.story("fall-bath-night")
        assert await stage.news.until(lambda: house.scene.ending is not None, 40.0)
        assert house.scene.ending is Ending.WITHHELD
        assert house.scene.card is None
        assert house.scene.left == 0
        assert await stage.news.until(
            lambda: house.scene.mode is Mode.IDLE and house.scene.gate_open, 40.0
        )
    finally:
        await closed(house, running, stage)


async def test_a_consent_withdrawn_on_her_own_panel_holds_until_the_start_page(theatre):
    stage = theatre.stage
    house, running = await opened(stage, start_after_s=2.0)
    try:
        assert await stage.news.until(lambda: house.scene.mode is Mode.IDLE, 20.0)
        await stage.hub.consent(stage.kept.pin, "falls", given=False)
        house.stay()
        await house.story("fall-bath-night")
        assert await stage.news.until(lambda: house.scene.ending is not None, 40.0)
        assert house.scene.ending is Ending.WITHHELD
        assert house.scene.withdrawn == {"falls"}
        assert await stage.news.until(lambda: house.scene.gate_open, 40.0)
    finally:
        await closed(house, running, stage)


async def test_who_switches_sensing_off_is_told_that_nothing_was_noticed(theatre):
    stage = theatre.stage
    house, running = await opened(stage)
    try:
        await house.off()
        await house.story("fall-bath-night")
        assert await stage.news.until(lambda: house.scene.ending is not None, 40.0)
        assert house.scene.ending is Ending.PAUSED
        await house.story("pull-cord")
        assert await stage.news.until(lambda: house.scene.ending is Ending.HEARD, 40.0)
        assert house.scene.paused
    finally:
        await house.on()
        await closed(house, running, stage)


async def test_a_visitor_who_presses_the_fine_button_answers_for_her(theatre):
    stage = theatre.stage
    house, running = await opened(stage)
    try:
        await house.touch("radar-bath")
        assert await stage.news.until(
            lambda: house.scene.trace is not None and house.scene.trace.has("asked"), 20.0
        ), house.scene
        await house.touch("fine-bath")
        assert await stage.news.until(lambda: house.scene.ending is not None, 20.0)
        assert house.scene.ending is Ending.ANSWERED
        assert house.scene.card is None
    finally:
        await closed(house, running, stage)


async def test_the_button_at_her_wrist_calls_over_bluetooth(theatre):
    stage = theatre.stage
    assert stage.bluetooth is not None, "dbus-daemon is part of the test's packages"
    house, running = await opened(stage)
    try:
        await house.touch("button-ble")
        assert await stage.news.until(lambda: house.scene.ending is not None, 30.0)
        assert house.scene.ending is Ending.HEARD, house.scene.shortfall
        frame = house.scene.trace.get("frame")
        assert frame.ids["frame"].startswith("ble:c0:ff:ee:00:00:01:")
    finally:
        await closed(house, running, stage)
