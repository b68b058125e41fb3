# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""A release with a bug that reads an old journal anew stands after three starts, and pages."""

import asyncio
from pathlib import Path

import pytest

from hub.bootstrap import Hub
from hub.storage.crash_records import CRASHES_MAX
from rules.detectors import possible_fall
from rules.engine.circuit_breaker import DeadlineBroke
from rules.engine.codec import StateError
from rules.engine.state import State
from rules.incidents import expiry
from rules.model.events import DeviceHeard, FallSensed, Tick
from rules.model.identity import DeviceId, JournalId
from rules.model.quantities import DAY_S
from tests.hub.breaking import (
    SILENCE_S,
    Broken,
    assert_replay_is_bit_equal,
    deferred,
    ends,
    she_goes_still_in_the_bath,
    starts,
)
from tests.hub.flat import Flat, outbox, virtual


class Younger(Broken):
    def load(self, written: bytes, journal: JournalId) -> State:
        raise StateError("version 0")

    def is_mended(self) -> None:
        self._plants.clear()


async def everything_is_heard(flat: Flat, hub: Hub) -> None:
    for device in flat.flat.apartment.devices:
        flat.radio.say(DeviceHeard(device=device.id, at=hub.clock.axis()))


async def wakes_late(flat: Flat, hub: Hub) -> None:
    """One row in which a silence is judged, asked about, not answered and paged."""
    await everything_is_heard(flat, hub)
    await she_goes_still_in_the_bath(flat, hub)
    hub.inlet.append(Tick(at=hub.clock.axis() + 2 * 3600))


async def stands_after_three_starts(flat: Flat) -> None:
    for _ in range(CRASHES_MAX - 1):
        with pytest.raises(DeadlineBroke):
            await starts(flat)
    await starts(flat)


@pytest.mark.parametrize("days", [5, 9])
def test_two_old_rows_that_break_days_apart_do_not_stop_it_for_ever(tmp_path: Path, days: int):
    async def story() -> None:
        flat = Flat(tmp_path)
        async with flat.hub() as hub:
            for _ in range(2):
                await she_goes_still_in_the_bath(flat, hub)
                await asyncio.sleep(days * DAY_S)
        flat.rules = Younger(possible_fall, "_silence")
        await stands_after_three_starts(flat)

    virtual(story())


def test_old_questions_whose_ends_break_do_not_each_cost_three_starts(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        async with flat.hub() as hub:
            for press in range(4):
                await asyncio.sleep(3600)
                flat.radio.say(
                    FallSensed(device=DeviceId("radar-bath"), at=hub.clock.axis(), press=str(press))
                )
            await wakes_late(flat, hub)
        flat.rules = Younger(expiry, "_unanswered")
        await stands_after_three_starts(flat)

    virtual(story())


def test_a_fall_is_paged_in_time_after_an_old_row_opened_and_ended_a_question(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        async with flat.hub() as hub:
            await wakes_late(flat, hub)
            assert ("possible_fall", 1) in outbox(hub)
        flat.rules = younger = Younger(expiry, "_unanswered")
        for _ in range(CRASHES_MAX - 1):
            with pytest.raises(DeadlineBroke):
                await starts(flat)
        async with flat.hub() as hub:
            younger.is_mended()
            flat.radio.say(
                FallSensed(device=DeviceId("radar-bath"), at=hub.clock.axis(), press="9")
            )
            await asyncio.sleep(60)
            assert outbox(hub)[-1] == ("fall_sensor", 1)

    virtual(story())


def test_a_new_silence_is_asked_about_after_an_old_one_could_not_be_ended(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        async with flat.hub() as hub:
            await wakes_late(flat, hub)
            before = len(outbox(hub))
        flat.rules = younger = Younger(expiry, "_unanswered")
        for _ in range(CRASHES_MAX - 1):
            with pytest.raises(DeadlineBroke):
                await starts(flat)
        async with flat.hub() as hub:
            younger.is_mended()
            await everything_is_heard(flat, hub)
            await she_goes_still_in_the_bath(flat, hub)
            await asyncio.sleep(SILENCE_S + 120)
            assert outbox(hub)[before:] == [("row_quarantined", 1), ("possible_fall", 1001)]

    virtual(story())


def test_a_question_opened_and_ended_in_one_row_breaks_alone_and_is_paged(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        flat.rules = broken = Broken(expiry, "_unanswered")

        async def late(hub: Hub) -> None:
            with pytest.raises(DeadlineBroke):
                await wakes_late(flat, hub)
            (first,) = deferred(hub)
            assert (first.incident, first.matter) == (None, "possible_fall bath")

        await ends(flat, late)
        for _ in range(CRASHES_MAX):
            await ends(flat, after_s=3 * 3600)
        async with flat.hub() as hub:
            await asyncio.sleep(120)
            assert ("possible_fall", 1) in outbox(hub)
            assert len({one.incident for one in deferred(hub)[1:]}) == 1
            assert [one.times for one in deferred(hub)] == [1, 1, 2, 3]
            hub.snapshots.keep()
            assert_replay_is_bit_equal(hub, broken)

    virtual(story())


def test_a_fall_is_paged_in_time_while_another_matter_rests(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        flat.rules = Broken(expiry, "_unanswered")

        async def late(hub: Hub) -> None:
            with pytest.raises(DeadlineBroke):
                await wakes_late(flat, hub)

        await ends(flat, late)
        flat.rules = None
        async with flat.hub() as hub:
            flat.radio.say(
                FallSensed(device=DeviceId("radar-bath"), at=hub.clock.axis(), press="9")
            )
            await asyncio.sleep(60)
            assert ("fall_sensor", 1) in outbox(hub)

    virtual(story())
