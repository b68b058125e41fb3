# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
import asyncio
from collections.abc import Mapping
from pathlib import Path
from random import Random

import pytest

from hub.bootstrap import Hub
from rules.detectors.registry import SHIPPED
from rules.engine.codec import StateError
from rules.engine.engine import Engine
from rules.engine.state import State, Step
from rules.model.events import (
    Booted,
    DoorClosed,
    DoorOpened,
    Fact,
    HelpPressed,
    Motion,
    MotionEnded,
    RowQuarantined,
    TemperatureMeasured,
)
from rules.model.flat import Flat as RulesFlat
from rules.model.identity import DeviceId, JournalId, RoomId
from rules.situation.coverage import RoomCoverage
from tests.hub.flat import FLAT, Flat, rows, virtual

MOVING = [DeviceId(f"motion-{room}") for room in ("bedroom", "bath", "hall", "living", "kitchen")]


async def live(flat: Flat, hub: Hub, randomness: Random, events: int) -> None:
    """A resident's hours, with a press now and then."""
    for number in range(events):
        await asyncio.sleep(randomness.uniform(1, 400))
        at = hub.clock.axis()
        device = randomness.choice(MOVING)
        kind = randomness.randrange(20)
        if kind < 8:
            flat.radio.say(Motion(device=device, at=at))
        elif kind < 16:
            flat.radio.say(MotionEnded(device=device, at=at))
        elif kind == 16:
            flat.radio.say(DoorOpened(device=DeviceId("door-front"), at=at))
        elif kind == 17:
            flat.radio.say(DoorClosed(device=DeviceId("door-front"), at=at))
        elif kind == 18:
            warm = TemperatureMeasured(device=DeviceId("temp-living"), at=at, temperature_c=21.3)
            flat.radio.say(warm)
        else:
            cord = DeviceId("cord-bath")
            flat.radio.say(HelpPressed(device=cord, at=at, press=str(number)))


@pytest.mark.parametrize("seed", range(4))
def test_snapshot_and_replay_are_bit_equal_to_never_having_stopped(tmp_path: Path, seed: int):
    async def story() -> None:
        flat, randomness = Flat(tmp_path), Random(seed)
        async with flat.hub() as hub:
            await live(flat, hub, randomness, 150)
            hub.commits.commit()
            lived = hub.memory.written()
            after_snapshot = hub.journal.read(
                "SELECT count(*) FROM journal WHERE seq > (SELECT max(seq) FROM snapshot)"
            )
            assert after_snapshot[0][0] > 0
            rulebook = Engine(RulesFlat(apartment=FLAT.apartment, limits=SHIPPED))
            (newest, *_) = hub.journal.snapshots()
            for start, after in (
                (rulebook.load(newest.state, hub.journal.id), newest.seq),
                (rulebook.begin(hub.journal.id), 0),
            ):
                memory = start
                for fact in hub.journal.facts(after):
                    memory = rulebook.advance(memory, fact).state
                assert rulebook.dump(memory) == lived

    virtual(story())


def test_a_power_cut_loses_the_last_ordinary_seconds_and_no_press(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        async with flat.hub(power_cut=True) as hub:
            flat.radio.say(Motion(device=MOVING[0], at=hub.clock.axis()))
            await asyncio.sleep(60)
            flat.radio.say(HelpPressed(device=DeviceId("cord-bath"), at=60.0, press="1"))
            flat.radio.say(MotionEnded(device=MOVING[0], at=hub.clock.axis()))
        async with flat.hub() as hub:
            kinds = rows(hub)
            assert kinds.count("HelpPressed") == 1
            assert "MotionEnded" not in kinds
            assert kinds.count("Booted") == 2
            assert len(hub.outbox) == 1

    virtual(story())


def test_a_gap_that_a_trusted_clock_measured_moves_the_axis(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        async with flat.hub() as hub:
            await asyncio.sleep(100)
            hub.resident.help()
        await asyncio.sleep(1200)
        async with flat.hub() as hub:
            assert [one.gap_s for one in booted(hub)] == [0.0, pytest.approx(1200, abs=1)]
            assert hub.clock.axis() == pytest.approx(1300, abs=1)

    virtual(story())


@pytest.mark.parametrize("wrong_by_s", [-1_700_000_000.0, 3 * 86400.0, 10 * 365 * 86400.0])
def test_a_wrong_clock_at_boot_moves_nothing(tmp_path: Path, wrong_by_s: float):
    async def story() -> None:
        flat = Flat(tmp_path)
        async with flat.hub() as hub:
            await asyncio.sleep(100)
            hub.resident.help()
        flat.wall_offset_s, flat.synchronised = wrong_by_s, False
        async with flat.hub() as hub:
            assert booted(hub)[-1].gap_s is None
            assert not booted(hub)[-1].clock_trusted
            assert hub.clock.axis() == pytest.approx(100, abs=1)
            assert hub.clock.utc() is None

    virtual(story())


def booted(hub: Hub) -> list[Booted]:
    return [fact.event for fact in hub.journal.facts() if isinstance(fact.event, Booted)]


class Allergic(Engine):
    """Rules with a bug: they cannot bear an open door."""

    def __init__(self) -> None:
        super().__init__(RulesFlat(apartment=FLAT.apartment, limits=SHIPPED))

    def advance(self, memory: State, fact: Fact) -> Step:
        assert not isinstance(fact.event, DoorOpened), "planted bug"
        return super().advance(memory, fact)


def test_a_row_that_stops_the_hub_three_times_is_quarantined_and_told(tmp_path: Path):
    flat = Flat(tmp_path)
    flat.rules = Allergic()

    async def opening() -> None:
        async with flat.hub() as hub:
            flat.radio.say(Motion(device=MOVING[0], at=hub.clock.axis()))
            flat.radio.say(DoorOpened(device=DeviceId("door-front"), at=hub.clock.axis()))

    async def starting() -> Hub:
        async with flat.hub() as hub:
            await asyncio.sleep(1)
            return hub

    with pytest.raises(BaseExceptionGroup) as broke:
        virtual(opening())
    assert broke.group_contains(AssertionError, match="planted")
    for _ in range(2):
        with pytest.raises(AssertionError, match="planted"):
            virtual(starting())

    async def healed() -> None:
        async with flat.hub() as hub:
            rows_ = [f.event for f in hub.journal.facts() if isinstance(f.event, RowQuarantined)]
            (quarantined,) = rows_
            assert hub.journal.event(quarantined.row)[0].device == "door-front"
            assert "Motion" in rows(hub)
        async with flat.hub() as hub:
            assert rows(hub).count("RowQuarantined") == 1

    virtual(healed())


class Younger(Engine):
    """A release that cannot read the snapshots of the one before."""

    def __init__(self) -> None:
        super().__init__(RulesFlat(apartment=FLAT.apartment, limits=SHIPPED))

    def load(self, written: bytes, journal: JournalId) -> State:
        raise StateError("version 0")

    def rooms(self, memory: State) -> Mapping[RoomId, RoomCoverage]:
        return super().rooms(memory)


def test_an_unreadable_snapshot_is_replaced_by_the_whole_journal(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        async with flat.hub() as hub:
            await live(flat, hub, Random(7), 40)
            hub.commits.commit()
            before = hub.memory.register
        flat.rules = Younger()
        async with flat.hub() as hub:
            assert hub.memory.register == before
            assert before.help_agreement

    virtual(story())


def test_a_number_that_a_lost_row_had_is_never_given_again(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        cord = DeviceId("cord-bath")
        async with flat.hub(power_cut=True) as hub:
            hub.journal.read("PRAGMA query_only = 1")  # a card that takes nothing any more
            flat.radio.say(HelpPressed(device=cord, at=hub.clock.axis(), press="1"))
            (lost,) = hub.view.panel().incidents[:1]
        async with flat.hub() as hub:
            await asyncio.sleep(3600)
            flat.radio.say(HelpPressed(device=cord, at=hub.clock.axis(), press="2"))
            (new,) = [one for one in hub.view.panel().incidents if one.kind == "help_call"]
            assert new.opened > lost.opened
            assert new.id != lost.id
            last = hub.journal.tail().seq
        async with flat.hub() as hub:
            assert hub.journal.tail().seq <= last + 5

    virtual(story())
