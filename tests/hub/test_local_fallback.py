# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from hub.bootstrap import Hub
from rules.model.apartment import Device, Role
from rules.model.consent import ConsentState, Purpose, Recipient
from rules.model.events import (
    CarerAnswered,
    CarerStep,
    ConsentChanged,
    EscalationRunning,
    FallSensed,
    HelpPressed,
    HelpTakenBack,
    NobodyReached,
    SomebodyReached,
)
from rules.model.identity import DeviceId, IncidentId, MessageId, RoomId
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


def test_an_incident_takes_the_local_fallback_once_however_often_she_pulls(tmp_path: Path):
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


def called(flat: Flat, hub: Hub) -> tuple[IncidentId, MessageId]:
    """Let her pull the cord, and the service say that people are being called."""
    pull(flat, hub)
    (card,) = hub.view.panel().incidents
    assert card.message is not None
    hub.inlet.append(EscalationRunning(at=hub.clock.axis(), message=card.message))
    return card.id, card.message


def nobody(hub: Hub, names: tuple[IncidentId, MessageId]) -> None:
    incident, message = names
    hub.inlet.append(NobodyReached(at=hub.clock.axis(), incident=incident, message=message))


def answers(hub: Hub, names: tuple[IncidentId, MessageId], step: CarerStep) -> None:
    hub.inlet.append(
        CarerAnswered(at=hub.clock.axis(), incident=names[0], step=step, carer="Anna", minutes=8)
    )


def said(hub: Hub) -> list[str]:
    return [one.key for one in reversed(hub.view.panel().told)]


def test_when_nobody_is_reached_the_light_outside_calls_and_she_is_told_once(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        async with flat.hub() as hub:
            names = called(flat, hub)
            await asyncio.sleep(20)
            assert lit(flat) == []
            for _ in range(3):
                nobody(hub, names)
                await asyncio.sleep(1)
            assert lit(flat) == [("lamp-outside", True)]
            assert rows(hub).count("SecondWayTaken") == 1
            assert said(hub) == ["help_is_called", "nobody_reached"]
            (card,) = hub.view.panel().incidents
            assert (card.unreached, card.shines) == (True, True)

    virtual(story())


def test_the_light_shines_on_when_a_phone_rings_and_goes_out_when_somebody_comes(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        async with flat.hub() as hub:
            names = called(flat, hub)
            nobody(hub, names)
            hub.inlet.append(SomebodyReached(at=hub.clock.axis(), incident=names[0]))
            await asyncio.sleep(60)
            assert lit(flat) == [("lamp-outside", True)]
            (card,) = hub.view.panel().incidents
            assert (card.unreached, card.shines) == (False, True)
            assert said(hub) == ["help_is_called", "nobody_reached", "help_is_called"]
            answers(hub, names, CarerStep.ACCEPTED)
            await asyncio.sleep(1)
            assert lit(flat)[-1] == ("lamp-outside", False)

    virtual(story())


def test_when_she_who_accepted_cannot_come_and_nobody_is_reached_it_calls_again(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        async with flat.hub() as hub:
            names = called(flat, hub)
            nobody(hub, names)
            await asyncio.sleep(1)
            answers(hub, names, CarerStep.ACCEPTED)
            await asyncio.sleep(1)
            answers(hub, names, CarerStep.DECLINED)
            await asyncio.sleep(1)
            nobody(hub, names)
            await asyncio.sleep(1)
            assert lit(flat) == [("lamp-outside", on) for on in (True, False, True)]
            assert said(hub).count("nobody_reached") == 2

    virtual(story())


def test_who_comes_is_stronger_than_a_late_word_that_nobody_was_reached(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        async with flat.hub() as hub:
            names = called(flat, hub)
            answers(hub, names, CarerStep.ACCEPTED)
            nobody(hub, names)
            nobody(hub, (IncidentId("0" * 32), names[1]))
            flat.radio.say(HelpTakenBack(device=DeviceId("take-back-bedroom"), at=hub.clock.axis()))
            nobody(hub, names)
            await asyncio.sleep(30)
            assert lit(flat) == []
            assert "nobody_reached" not in said(hub)

    virtual(story())


def test_a_power_cut_between_the_word_and_the_light_loses_neither_and_repeats_no_word(
    tmp_path: Path,
):
    async def story() -> None:
        flat = Flat(tmp_path)
        flat.radio.dead = {"lamp-outside"}
        async with flat.hub(power_cut=True) as hub:
            nobody(hub, called(flat, hub))
        flat.radio.dead = set()
        async with flat.hub(power_cut=True) as hub:
            await asyncio.sleep(1)
            assert lit(flat) == [("lamp-outside", True)]
            assert rows(hub).count("SecondWayTaken") == 1
            assert rows(hub).count("NobodyReached") == 1
        async with flat.hub() as hub:
            await asyncio.sleep(60)
            assert ("lamp-outside", False) not in lit(flat)
            flat.radio.say(HelpTakenBack(device=DeviceId("take-back-bedroom"), at=hub.clock.axis()))
            await asyncio.sleep(1)
            assert lit(flat)[-1] == ("lamp-outside", False)
        async with flat.hub() as hub:
            await asyncio.sleep(60)
            assert lit(flat)[-1] == ("lamp-outside", False)

    virtual(story())


def test_a_light_that_did_not_go_out_goes_on_at_once_for_the_next_call(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        async with flat.hub() as hub:
            pull(flat, hub)
            await asyncio.sleep(9)
            flat.radio.dead = {"lamp-outside"}
            button = DeviceId("take-back-bedroom")
            flat.radio.say(HelpTakenBack(device=button, at=hub.clock.axis()))
            await asyncio.sleep(300)
            flat.radio.dead = set()
            pull(flat, hub, 2)
            await asyncio.sleep(9)
            assert lit(flat)[-1] == ("lamp-outside", True)
            await asyncio.sleep(1200)
            assert lit(flat)[-1] == ("lamp-outside", True)

    virtual(story())


def withdraw(hub: Hub) -> None:
    hub.inlet.append(
        ConsentChanged(
            at=hub.clock.axis(),
            purpose=Purpose.FALLS,
            recipient=Recipient.CARE_TEAM,
            state=ConsentState.WITHDRAWN,
        )
    )


async def fallen(flat: Flat, hub: Hub) -> tuple[IncidentId, MessageId]:
    """Let the radar see a fall that she does not answer."""
    flat.radio.say(FallSensed(device=DeviceId("radar-bath"), at=hub.clock.axis(), press="1"))
    await asyncio.sleep(46)
    (card,) = hub.view.panel().incidents
    assert card.message is not None
    return card.id, card.message


@pytest.mark.parametrize("pulls", [False, True])
def test_what_she_took_back_lights_nothing_and_a_call_for_help_still_does(
    tmp_path: Path, pulls: bool
):
    async def story() -> None:
        flat = Flat(tmp_path)
        async with flat.hub() as hub:
            await fallen(flat, hub)
            await asyncio.sleep(5)
            withdraw(hub)
            if pulls:
                pull(flat, hub)
            await asyncio.sleep(30)
            assert lit(flat) == [("lamp-outside", True)] * pulls
            assert rows(hub).count("SecondWayTaken") == int(pulls)

    virtual(story())


def test_a_receipt_missing_at_a_power_cut_is_not_missed_once_its_basis_has_ended(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        async with flat.hub(power_cut=True) as hub:
            await fallen(flat, hub)
        async with flat.hub() as hub:
            await asyncio.sleep(1)
            withdraw(hub)
            await asyncio.sleep(30)
            assert lit(flat) == []

    virtual(story())


def test_that_nobody_is_reached_lights_nothing_once_the_basis_has_ended(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        async with flat.hub() as hub:
            names = await fallen(flat, hub)
            hub.inlet.append(EscalationRunning(at=hub.clock.axis(), message=names[1]))
            withdraw(hub)
            nobody(hub, names)
            await asyncio.sleep(30)
            assert lit(flat) == []

    virtual(story())
