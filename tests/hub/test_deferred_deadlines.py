# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""A deadline that breaks must not stop the hub for ever, nor stand between a press and the outbox."""

import asyncio
import contextlib
import sqlite3
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from hub.bootstrap import Hub
from hub.storage.crash_records import CRASHES_MAX
from rules.detectors import possible_fall, row_quarantined
from rules.engine import dispatch
from rules.engine.circuit_breaker import REST_S, RETRY_S, DeadlineBroke
from rules.engine.codec import StateError
from rules.engine.state import State
from rules.incidents import expiry
from rules.model.events import FallSensed, Paused, Tick
from rules.model.identity import DeviceId, JournalId
from rules.situation.follow import deadlines
from tests.hub.breaking import (
    SILENCE_S,
    Broken,
    assert_replay_is_bit_equal,
    calls,
    deferred,
    ends,
    ends_thrice,
    press,
    she_goes_still_in_the_bath,
    starts,
)
from tests.hub.flat import Flat, outbox, rows, virtual


@pytest.mark.parametrize("power_cut", [False, True])
def test_a_deadline_that_breaks_rests_after_three_starts_and_no_press_is_lost(
    tmp_path: Path, *, power_cut: bool
):
    async def story() -> None:
        flat = Flat(tmp_path)
        flat.rules = broken = Broken(possible_fall, "_silence")
        presses = 0

        async def presses_meanwhile(hub: Hub) -> None:
            nonlocal presses
            presses += 1
            press(flat, hub, presses)
            assert calls(hub) == presses
            assert_replay_is_bit_equal(hub, broken)

        await ends(flat, partial(she_goes_still_in_the_bath, flat))
        for _ in range(CRASHES_MAX - 1):
            if power_cut:
                async with flat.hub(power_cut=True) as hub:
                    await presses_meanwhile(hub)
            await ends(flat, presses_meanwhile)
        async with flat.hub() as hub:
            await presses_meanwhile(hub)
            await asyncio.sleep(3 * 3600)
            assert [one.times for one in deferred(hub)] == [1, 2, 3]
            assert {one.deadline for one in deferred(hub)} == {"possible_fall"}
            assert [kind for kind, _ in outbox(hub)].count("row_quarantined") == 1
            (told,) = [one for one in hub.view.panel().incidents if one.kind == "row_quarantined"]
            assert told.detail == {"deadline": "possible_fall"}
            await presses_meanwhile(hub)

    virtual(story())


def test_a_press_that_meets_a_broken_deadline_is_out_before_the_process_ends(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        flat.rules = broken = Broken(possible_fall, "_silence")

        async def presses_late(hub: Hub) -> None:
            await she_goes_still_in_the_bath(flat, hub)
            with pytest.raises(DeadlineBroke):
                press(flat, hub, 1, later_s=2 * SILENCE_S)
            assert outbox(hub) == [("help_call", 1)]
            assert rows(hub)[-3:] == ["DeviceHeard", "DeadlinePutOff", "HelpPressed"]
            assert_replay_is_bit_equal(hub, broken)

        await ends(flat, presses_late)

    virtual(story())


def test_several_deadlines_that_break_together_are_deferred_one_by_one(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        flat.rules = Broken(dispatch, "conclude")

        async def days_pass(hub: Hub) -> None:
            await she_goes_still_in_the_bath(flat, hub)
            with pytest.raises(DeadlineBroke):
                hub.inlet.append(Tick(at=hub.clock.axis() + 40 * 3600))
            names = [one.deadline for one in deferred(hub)]
            assert len(names) == len(set(names)) >= 2
            assert rows(hub)[-1] == "Tick"

        await ends(flat, days_pass)

    virtual(story())


class Killed(Exception):
    """The process is gone; nothing more was written."""


class Mortal(sqlite3.Connection):
    """A connection whose process is killed before one of its commits."""

    left: int | None = None

    def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
        if sql == "COMMIT" and Mortal.left is not None:
            if Mortal.left == 0:
                raise Killed
            Mortal.left -= 1
        return super().execute(sql, *values)


@pytest.mark.parametrize("commits", range(4))
def test_killed_while_a_deadline_is_deferred_the_hub_finds_its_way_back(
    tmp_path: Path, commits: int
):
    def connect(path: Path) -> sqlite3.Connection:
        return sqlite3.connect(path, isolation_level=None, factory=Mortal)

    async def story() -> None:
        flat = Flat(tmp_path)
        flat.connect = connect
        flat.rules = broken = Broken(possible_fall, "_silence")
        said = False

        async def presses_and_dies(hub: Hub) -> None:
            nonlocal said
            await she_goes_still_in_the_bath(flat, hub)
            Mortal.left = commits
            with contextlib.suppress(Killed):
                try:
                    press(flat, hub, 1, later_s=2 * SILENCE_S)
                except DeadlineBroke:
                    said = True  # the process lived to the end of the call

        await ends(flat, presses_and_dies, by=(Killed, DeadlineBroke))
        Mortal.left = None

        async def presses_on(hub: Hub) -> None:
            assert_replay_is_bit_equal(hub, broken)
            before = calls(hub)
            assert before >= said
            press(flat, hub, len(rows(hub)))
            assert calls(hub) == before + 1

        async with flat.hub() as hub:
            known = len(deferred(hub))
        for _ in range(CRASHES_MAX - known):
            await ends(flat, presses_on, after_s=3 * SILENCE_S)
        async with flat.hub() as hub:
            await presses_on(hub)
            await asyncio.sleep(2 * SILENCE_S)
            assert_replay_is_bit_equal(hub, broken)

    virtual(story())


def test_a_question_whose_end_breaks_is_paged(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        flat.rules = Broken(expiry, "_unanswered")

        async def falls_down(hub: Hub) -> None:
            flat.radio.say(
                FallSensed(device=DeviceId("radar-bath"), at=hub.clock.axis(), press="1")
            )

        await ends_thrice(flat, falls_down)
        async with flat.hub() as hub:
            await asyncio.sleep(3600)
            assert ("fall_sensor", 1) in outbox(hub)
            assert hub.clock.axis() < 4000
            fallen = [one for one in hub.view.panel().incidents if one.kind == "fall_sensor"]
            assert [one.phase.value for one in fallen] == ["paged"]
            assert fallen[0].answer_by is None

    virtual(story())


def test_private_time_that_cannot_end_in_order_is_over_all_the_same(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        flat.rules = Broken(deadlines, "private_time_ended")

        async def pauses(hub: Hub) -> None:
            at = hub.clock.axis()
            hub.inlet.append(Paused(at=at, until=at + 600))

        await ends_thrice(flat, pauses)
        async with flat.hub() as hub:
            await asyncio.sleep(60)
            assert not {one.why for one in hub.memory.blind()} & {"paused"}

    virtual(story())


def test_a_deferred_deadline_is_tried_again_after_a_day(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        flat.rules = Broken(possible_fall, "_silence")

        await ends_thrice(flat, partial(she_goes_still_in_the_bath, flat))
        async with flat.hub() as hub:
            await asyncio.sleep(REST_S - 60)
            assert [one.times for one in deferred(hub)] == [1, 2, 3]
        await ends(flat, after_s=120)
        async with flat.hub() as hub:
            assert [one.times for one in deferred(hub)] == [1, 2, 3, 4]

    virtual(story())


class Younger(Broken):
    """A release with a bug that reads the whole journal anew."""

    def load(self, written: bytes, journal: JournalId) -> State:
        raise StateError("version 0")


def test_a_deadline_that_only_breaks_in_a_newer_release_does_not_stop_it_for_ever(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        async with flat.hub() as hub:
            await she_goes_still_in_the_bath(flat, hub)
            await asyncio.sleep(2 * SILENCE_S)
            before = calls(hub)
        flat.rules = Younger(possible_fall, "_silence")
        for _ in range(CRASHES_MAX - 1):
            with pytest.raises(DeadlineBroke):
                await starts(flat)
        async with flat.hub() as hub:
            press(flat, hub, 1)
            assert calls(hub) == before + 1
            assert rows(hub).count("RowQuarantined") == 1
        async with flat.hub() as hub:
            assert rows(hub).count("RowQuarantined") == 1

    virtual(story())


def test_a_deadline_whose_rest_cannot_be_told_keeps_no_press_back(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        flat.rules = Broken(possible_fall, "_silence")

        await ends(flat, partial(she_goes_still_in_the_bath, flat))
        await ends(flat, after_s=2 * RETRY_S)
        flat.rules = Broken(possible_fall, "_silence").also(row_quarantined, "_deadline")

        async def presses_late(hub: Hub) -> None:
            with pytest.raises(DeadlineBroke):
                press(flat, hub, 1, later_s=2 * RETRY_S)
            assert calls(hub) == 1
            names = [one.deadline for one in deferred(hub)[-2:]]
            assert names == ["row_quarantined.on", "possible_fall"]

        await ends(flat, presses_late)
        async with flat.hub() as hub:
            press(flat, hub, 2)
            assert calls(hub) == 2

    virtual(story())
