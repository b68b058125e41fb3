# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
import asyncio
from pathlib import Path

import pytest

from hub.bootstrap import Hub
from rules.engine.codec import StateError
from rules.engine.state import State
from rules.model.effects import Effect, IncidentClosed
from rules.model.events import (
    AnsweredFine,
    DeviceHeard,
    Fact,
    FallSensed,
    Motion,
    MotionEnded,
    Tick,
)
from rules.model.identity import DeviceId, JournalId
from rules.model.incident import Incident
from tests.hub.breaking import Healthy, assert_replay_is_bit_equal
from tests.hub.flat import Flat, outbox, rows, virtual

RADAR, OUTSIDE = DeviceId("radar-bath"), "lamp-outside"


class Younger(Healthy):
    """A release that cannot read the snapshots of the one before."""

    def load(self, written: bytes, journal: JournalId) -> State:
        raise StateError("written by the release before")


def falls(flat: Flat, hub: Hub, press: str) -> None:
    flat.radio.say(FallSensed(device=RADAR, at=hub.clock.axis(), press=press))


async def walks_about(flat: Flat, hub: Hub) -> None:
    for room in ("hall", "living"):
        device = DeviceId(f"motion-{room}")
        flat.radio.say(Motion(device=device, at=hub.clock.axis()))
        await asyncio.sleep(20)
        flat.radio.say(MotionEnded(device=device, at=hub.clock.axis()))


async def fell_and_walked_it_off(flat: Flat) -> None:
    """Let her fall, say that she is fine and walk off, and days later the steps be cleared."""
    async with flat.hub() as hub:
        for device in flat.flat.apartment.devices:
            flat.radio.say(DeviceHeard(device=device.id, at=hub.clock.axis()))
        flat.radio.say(Motion(device=DeviceId("motion-bath"), at=hub.clock.axis()))
        falls(flat, hub, "1")
        await asyncio.sleep(5)
        hub.inlet.append(AnsweredFine(at=hub.clock.axis()))
        flat.radio.say(MotionEnded(device=DeviceId("motion-bath"), at=hub.clock.axis()))
        await walks_about(flat, hub)
        assert remembered(hub) == []
        assert ended(hub) == ["resident_fine"]
        for _ in range(3 * 4):
            await asyncio.sleep(6 * 3600)
            await walks_about(flat, hub)


def remembered(hub: Hub) -> list[Incident]:
    memory = hub.memory._memory
    assert isinstance(memory, State)
    return [one for one in memory.incidents.open.values() if one.kind == "fall_sensor"]


def ended(hub: Hub) -> list[str | None]:
    """Return how each fall ended, oldest first, None where it goes on."""
    hub.commits.commit()
    found = hub.journal.read(
        "SELECT json_extract(card, '$.closed') FROM incident"
        " WHERE json_extract(card, '$.kind') = 'fall_sensor' ORDER BY opened"
    )
    return [closed for (closed,) in found]


def shown(hub: Hub) -> list[str | None]:
    """Return how each fall on the panel ended, those that go on first."""
    panel = hub.view.panel()
    return [one.closed for one in (*panel.incidents, *panel.past) if one.kind == "fall_sensor"]


def over(hub: Hub, incident: Incident) -> tuple[Fact, tuple[Effect, ...]]:
    """Make what closes the card alone."""
    fact = Fact(seq=hub.journal.tail().seq, utc_s=None, event=Tick(at=hub.clock.axis()))
    return fact, (IncidentClosed(incident=incident.id, reason="cleared"),)


def test_a_fall_that_was_over_stays_over_when_memory_is_made_from_a_cleared_journal(
    tmp_path: Path,
):
    async def story() -> None:
        flat = Flat(tmp_path, ordinary_days=1)
        await fell_and_walked_it_off(flat)
        flat.rules = Younger()
        async with flat.hub() as hub:
            assert remembered(hub) == []
            assert rows(hub).count("IncidentLaidToRest") == 1
            assert ended(hub) == ["resident_fine"]
            assert ("fall_sensor", 1) not in outbox(hub)
            hub.snapshots.keep()
            assert_replay_is_bit_equal(hub, Healthy())
        async with flat.hub() as hub:
            assert remembered(hub) == []
            assert rows(hub).count("IncidentLaidToRest") == 1

    virtual(story())


def test_the_next_real_fall_is_a_matter_of_its_own_after_such_a_start(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path, ordinary_days=1)
        await fell_and_walked_it_off(flat)
        flat.rules = Younger()
        async with flat.hub() as hub:
            falls(flat, hub, "2")
            await asyncio.sleep(120)
            assert ended(hub) == ["resident_fine", None]
            assert None in shown(hub)
            assert (OUTSIDE, True, None) in flat.radio.switched

    virtual(story())


@pytest.mark.parametrize("again", [False, True])
def test_a_matter_whose_card_was_closed_is_seen_again_when_it_goes_on(tmp_path: Path, again: bool):
    """However that came about: what calls for help is on the panel, and lights the lamp."""

    async def story() -> None:
        flat = Flat(tmp_path)
        async with flat.hub() as hub:
            falls(flat, hub, "1")
            (incident,) = remembered(hub)
            hub.incidents.fold(*over(hub, incident))
            assert shown(hub) == ["cleared"]
            if again:
                hub.inlet.append(AnsweredFine(at=hub.clock.axis()))
                falls(flat, hub, "2")
            await asyncio.sleep(120)
            assert shown(hub) == [None]
            assert (OUTSIDE, True, None) in flat.radio.switched
        flat.rules = Younger()
        async with flat.hub() as hub:
            assert len(remembered(hub)) == 1
            assert "IncidentLaidToRest" not in rows(hub)

    virtual(story())
