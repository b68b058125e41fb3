# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
import asyncio
from pathlib import Path

import pytest

from rules.model.events import DoorOpened, HelpPressed, Motion, MotionEnded
from rules.model.identity import DeviceId
from tests.hub.flat import Flat, outbox, rows, virtual

CORD = DeviceId("cord-bath")
MOTION = DeviceId("motion-bath")


def test_a_press_is_in_the_outbox_when_put_returns(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        async with flat.hub() as hub:
            flat.radio.say(HelpPressed(device=CORD, at=hub.clock.axis(), press="1"))
            assert outbox(hub) == [("help_call", 1)]
            assert rows(hub)[-2:] == ["DeviceHeard", "HelpPressed"]

    virtual(story())


def test_repeated_presses_are_one_card_with_a_counter(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        async with flat.hub() as hub:
            for press in range(3):
                await asyncio.sleep(5)
                flat.radio.say(HelpPressed(device=CORD, at=hub.clock.axis(), press=str(press)))
            assert outbox(hub) == [("help_call", 1), ("help_call", 2), ("help_call", 3)]
            (card,) = hub.view.panel().incidents
            assert card.count == 3
            assert len(card.evidence) >= 1

    virtual(story())


def test_ordinary_events_wait_at_most_five_seconds(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        async with flat.hub() as hub:
            flat.radio.say(Motion(device=MOTION, at=hub.clock.axis()))
            await asyncio.sleep(10)
            flat.radio.say(MotionEnded(device=MOTION, at=hub.clock.axis()))
            assert rows(hub)[-1] == "Motion"
            await asyncio.sleep(4.9)
            assert rows(hub)[-1] == "Motion"
            await asyncio.sleep(0.2)
            assert rows(hub)[-1] == "MotionEnded"

    virtual(story())


def test_a_broker_hears_of_an_ordinary_message_only_after_its_commit(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path, unacknowledged_max=3)
        async with flat.hub() as hub:
            acknowledged: list[int] = []
            flat.radio.say(Motion(device=MOTION, at=hub.clock.axis()))
            for number in range(4):
                flat.radio.say(
                    MotionEnded(device=MOTION, at=hub.clock.axis()),
                    committed=lambda number=number: acknowledged.append(number),
                )
            assert acknowledged == [0, 1, 2]
            await asyncio.sleep(5.1)
            assert acknowledged == [0, 1, 2, 3]

    virtual(story())


def test_a_device_that_is_not_enrolled_leaves_no_row(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        async with flat.hub() as hub:
            before = rows(hub)
            flat.radio.say(HelpPressed(device=DeviceId("neighbour"), at=0.0, press="1"))
            assert rows(hub) == before
            assert outbox(hub) == []

    virtual(story())


def test_time_in_the_journal_never_goes_back(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        async with flat.hub() as hub:
            await asyncio.sleep(100)
            flat.radio.say(DoorOpened(device=DeviceId("door-front"), at=hub.clock.axis()))
            flat.radio.say(HelpPressed(device=CORD, at=3.0, press="late"))
            times = [at for (at,) in hub.journal.read("SELECT at FROM journal ORDER BY seq")]
            assert times == sorted(times)
            assert len(outbox(hub)) == 1

    virtual(story())


def test_a_fault_of_ours_ends_the_process_even_when_the_driver_swallows_it(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        async with flat.hub() as hub:
            hub.incidents.fold = None  # type: ignore[assignment, method-assign] # a bug of ours
            try:
                flat.radio.say(Motion(device=MOTION, at=hub.clock.axis()))
            except TypeError:
                pass  # as a driver's callback would
            await asyncio.sleep(1)

    with pytest.raises(BaseExceptionGroup) as broke:
        virtual(story())
    assert broke.group_contains(TypeError)
