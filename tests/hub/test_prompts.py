# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
import asyncio
from pathlib import Path

from hub.bootstrap import Hub
from rules.model.events import (
    CarerAnswered,
    CarerClosed,
    CarerStep,
    CloseReason,
    FallSensed,
    FinePressed,
    HazardSensed,
    HelpPressed,
    Motion,
    PowerMeasured,
)
from rules.model.identity import DeviceId
from tests.hub.flat import Flat, rows, virtual

RADAR = DeviceId("radar-bath")
FINE = DeviceId("fine-bath")


async def fall(flat: Flat, hub: Hub) -> None:
    """A fall in the bath, with an answer button within reach that is heard."""
    flat.radio.say(FinePressed(device=FINE, at=hub.clock.axis(), press="once"))
    flat.radio.say(FallSensed(device=RADAR, at=hub.clock.axis(), press="1"))
    await asyncio.sleep(1)


def test_the_question_is_seen_and_heard_in_the_room_of_the_fall(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        async with flat.hub() as hub:
            await fall(flat, hub)
            assert hub.view.panel().question is not None
            assert ("lamp-bath", True, 1.0) in flat.radio.switched
            assert ("sounder-bath", True, None) in flat.radio.switched
            assert {device for device, _, _ in flat.radio.switched} == {"lamp-bath", "sounder-bath"}
            await asyncio.sleep(2)
            assert ("lamp-bath", True, 0.3) in flat.radio.switched
            assert ("sounder-bath", False, None) in flat.radio.switched

    virtual(story())


def test_the_answer_brings_lamp_and_sounder_to_rest(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        async with flat.hub() as hub:
            await fall(flat, hub)
            flat.radio.say(FinePressed(device=FINE, at=hub.clock.axis(), press="2"))
            await asyncio.sleep(1)
            last = {device: on for device, on, _ in flat.radio.switched}
            assert last == {"lamp-bath": False, "sounder-bath": False}
            assert hub.view.panel().question is None
            await asyncio.sleep(20)
            assert {device: on for device, on, _ in flat.radio.switched} == last

    virtual(story())


def test_a_lamp_that_refuses_is_a_fact_and_the_sounder_still_asks(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        flat.radio.dead = {"lamp-bath"}
        async with flat.hub() as hub:
            await fall(flat, hub)
            await asyncio.sleep(5)
            assert ("sounder-bath", True, None) in flat.radio.switched
            silent = [one.id for one in hub.view.panel().sensors if one.silent]
            assert silent == ["lamp-bath"]

    virtual(story())


def test_a_room_without_a_working_signal_is_asked_from_the_next(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        flat.radio.dead = {"lamp-bath", "sounder-bath", "sounder-bedroom"}
        async with flat.hub() as hub:
            await fall(flat, hub)
            await asyncio.sleep(6)
            assert next(one for one in flat.radio.switched if one[1]) == (
                "sounder-living",
                True,
                None,
            )

    virtual(story())


def test_while_the_radio_starts_nothing_is_held_against_a_lamp_and_the_question_comes_late(
    tmp_path: Path,
):
    async def story() -> None:
        flat = Flat(tmp_path)
        flat.radio.up = False
        async with flat.hub() as hub:
            await fall(flat, hub)
            await asyncio.sleep(8)
            assert not flat.radio.switched
            assert "DeviceSilent" not in rows(hub)
            flat.radio.up = True
            await asyncio.sleep(8)
            assert ("sounder-bath", True, None) in flat.radio.switched
            assert hub.view.panel().question is not None

    virtual(story())


def test_a_device_that_answers_again_is_told_too(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        flat.radio.dead = {"lamp-bath"}
        async with flat.hub() as hub:
            await fall(flat, hub)
            await asyncio.sleep(10)
            flat.radio.dead = set()
            assert await hub.actuators.switch(DeviceId("lamp-bath"), on=True, why="test")
            assert [one.id for one in hub.view.panel().sensors if one.silent] == []
            assert rows(hub).count("DeviceSilent") == 1

    virtual(story())


def test_a_question_goes_on_after_a_power_cut(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        async with flat.hub(power_cut=True) as hub:
            await fall(flat, hub)
        flat.radio.switched.clear()
        await asyncio.sleep(5)
        async with flat.hub() as hub:
            await asyncio.sleep(1)
            assert hub.view.panel().question is not None
            assert ("lamp-bath", True, 1.0) in flat.radio.switched

    virtual(story())


def test_without_an_answer_help_is_called_at_forty_five_seconds(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        async with flat.hub() as hub:
            await fall(flat, hub)
            await asyncio.sleep(43)
            assert len(hub.outbox) == 0
            await asyncio.sleep(2)
            assert len(hub.outbox) == 1
            assert hub.view.panel().question is None

    virtual(story())


def test_water_goes_on_asking_after_it_was_told(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        async with flat.hub() as hub:
            flat.radio.say(FinePressed(device=FINE, at=hub.clock.axis(), press="once"))
            flat.radio.say(HazardSensed(device=DeviceId("leak-bath"), at=hub.clock.axis()))
            await asyncio.sleep(30)
            assert hub.view.panel().question is not None
            assert flat.radio.switched.count(("sounder-bath", True, None)) > 5

    virtual(story())


def test_a_question_that_ran_out_during_a_power_cut_falls_silent(tmp_path: Path):
    """Found by the simulation: the sounder sounded on for good."""

    async def story() -> None:
        flat = Flat(tmp_path)
        async with flat.hub(power_cut=True) as hub:
            await fall(flat, hub)
        assert last_of(flat)["sounder-bath"]
        await asyncio.sleep(300)
        flat.radio.dead = {"sounder-bath"}  # its radio comes back a little later than the hub
        async with flat.hub() as hub:
            await asyncio.sleep(8)
            assert hub.view.panel().question is None
            flat.radio.dead = set()
            await asyncio.sleep(30)
            assert not last_of(flat)["sounder-bath"]
            assert not last_of(flat)["lamp-bath"]

    virtual(story())


def test_two_power_cuts_in_a_row_leave_no_sounder_on(tmp_path: Path):
    """Found by the simulation: the second cut came before the sounder had heard of the end."""

    async def story() -> None:
        flat = Flat(tmp_path)
        async with flat.hub(power_cut=True) as hub:
            await fall(flat, hub)
        await asyncio.sleep(300)
        flat.radio.dead = {"sounder-bath"}
        async with flat.hub(power_cut=True):
            await asyncio.sleep(1)
        flat.radio.dead = set()
        async with flat.hub():
            await asyncio.sleep(5)
            assert not last_of(flat)["sounder-bath"]

    virtual(story())


def test_a_stove_that_was_cut_stays_off_over_a_power_cut(tmp_path: Path):
    """Found by the simulation: what the start itself led to was carried out by nobody."""
    cutoff, meter = DeviceId("stove-cutoff"), DeviceId("stove-kitchen")

    async def story() -> None:
        flat = Flat(tmp_path)
        async with flat.hub(power_cut=True) as hub:
            flat.radio.say(Motion(device=DeviceId("motion-kitchen"), at=hub.clock.axis()))
            flat.radio.say(PowerMeasured(device=meter, at=hub.clock.axis(), power_w=1500.0))
            await asyncio.sleep(1000)
            assert (cutoff, False, None) in flat.radio.switched
        flat.radio.switched.clear()
        async with flat.hub():
            await asyncio.sleep(1)
            assert (cutoff, False, None) in flat.radio.switched

    virtual(story())


def test_after_a_power_cut_she_is_asked_again_where_she_was_asked_before(tmp_path: Path):
    """Found by the simulation: the stove's question went on in the kitchen, she sat elsewhere."""
    meter = DeviceId("stove-kitchen")

    async def story() -> None:
        flat = Flat(tmp_path)
        async with flat.hub(power_cut=True) as hub:
            flat.radio.say(FinePressed(device=FINE, at=hub.clock.axis(), press="once"))
            flat.radio.say(PowerMeasured(device=meter, at=hub.clock.axis(), power_w=1500.0))
            await asyncio.sleep(1)
            flat.radio.say(Motion(device=DeviceId("motion-living"), at=hub.clock.axis()))
            await asyncio.sleep(650)
            assert last_of(flat).keys() >= {"sounder-living"}
        flat.radio.switched.clear()
        async with flat.hub():
            await asyncio.sleep(1)
            assert last_of(flat)["sounder-living"]

    virtual(story())


def test_a_lamp_shines_on_while_somebody_comes_for_another_matter(tmp_path: Path):
    """Found by the simulation: closing one incident darkened the room of the other."""

    async def story() -> None:
        flat = Flat(tmp_path)
        async with flat.hub() as hub:
            await fall(flat, hub)
            flat.radio.say(
                HelpPressed(device=DeviceId("cord-bath"), at=hub.clock.axis(), press="9")
            )
            fallen, calls = sorted(hub.view.panel().incidents, key=lambda one: one.opened)
            for card in (fallen, calls):
                accepted = CarerStep.ACCEPTED
                hub.inlet.append(
                    CarerAnswered(
                        at=hub.clock.axis(), incident=card.id, step=accepted, carer="Anna"
                    )
                )
            await asyncio.sleep(5)
            assert last_of(flat) == {"lamp-bath": True, "sounder-bath": False}
            hub.inlet.append(
                CarerClosed(
                    at=hub.clock.axis(), incident=calls.id, reason=CloseReason.REAL, carer="Anna"
                )
            )
            await asyncio.sleep(5)
            assert last_of(flat)["lamp-bath"]
            hub.inlet.append(
                CarerClosed(
                    at=hub.clock.axis(), incident=fallen.id, reason=CloseReason.REAL, carer="Anna"
                )
            )
            await asyncio.sleep(5)
            assert not last_of(flat)["lamp-bath"]

    virtual(story())


def last_of(flat: Flat) -> dict[str, bool]:
    return {device: on for device, on, _ in flat.radio.switched}
