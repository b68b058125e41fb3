# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Help calls and falls through the real driver: no press is ever taken for a state."""

import asyncio

import pytest

from rules.model.apartment import Role
from rules.model.events import FallSensed, FinePressed, HelpPressed, HelpTakenBack
from showcase.virtual.zigbee_buttons import AceButton, ClickButton
from showcase.virtual.zigbee_radars import HeimanFallRadar


async def test_a_second_pull_without_reset_calls_again(flat):
    cord = flat.add("cord", Role.HELP)
    await flat.start()
    await flat.join()
    sent = [cord.pull(), cord.pull(), cord.pull()]
    await flat.inlet.event(HelpPressed, "cord", count=3)
    names = [one.frame for one in flat.inlet.sightings if isinstance(one.event, HelpPressed)]
    assert [name.rsplit(":", 1)[0] for name in names] == [one.name for one in sent]
    assert len({one.press for one in flat.inlet.of(HelpPressed)}) == 3


async def test_the_first_pull_after_a_restart_calls_without_pairing_again(flat):
    cord = flat.add("cord", Role.HELP)
    await flat.start()
    await flat.join()
    cord.pull()
    await flat.inlet.event(HelpPressed)
    await flat.stop()
    await flat.start()
    cord.pull()
    assert (await flat.inlet.event(HelpPressed)).device == "cord"


async def test_a_press_from_a_new_short_address_is_heard_as_soon_as_it_is_known_whose_it_is(flat):
    button = flat.add("button", Role.HELP, AceButton)
    stranger = AceButton("00:12:4b:00:bb:00:00:01")
    await flat.start()
    await flat.join()
    flat.coordinator.add(stranger)
    flat.coordinator.join(stranger)
    await flat.settled(lambda: not flat.source.pairing)
    button.dozes = True
    await flat.stop()
    flat.coordinator.move(button)
    stranger.nwk = 0x7777  # never says who it is: nobody has this address
    flat.coordinator._joined[0x7777] = stranger
    stranger.asleep = True
    await flat.start()
    stranger.press()
    for count in (1, 2, 3):
        button.press()
        await flat.inlet.event(HelpPressed, "button", count=count)
    assert len({one.press for one in flat.inlet.of(HelpPressed)}) == 3


async def test_every_button_dialect_calls_and_only_the_role_says_what_it_means(flat):
    for dialect in (None, AceButton, ClickButton):
        kind = dialect.__name__ if dialect else "PullCord"
        flat.add(f"help-{kind}", Role.HELP, dialect)
        flat.add(f"fine-{kind}", Role.FINE, dialect)
        flat.add(f"back-{kind}", Role.TAKE_BACK, dialect)
    await flat.start()
    await flat.join()
    for node in flat.nodes.values():
        node.press()
    for kind in ("PullCord", "AceButton", "ClickButton"):
        await flat.inlet.event(HelpPressed, f"help-{kind}")
        await flat.inlet.event(FinePressed, f"fine-{kind}")
        await flat.inlet.event(HelpTakenBack, f"back-{kind}")
    flat.nodes["help-AceButton"].panic()
    await flat.inlet.event(HelpPressed, "help-AceButton", count=2)
    assert len(flat.inlet.of(HelpPressed)) == 4


async def test_a_repeated_frame_is_one_press_and_the_same_bytes_with_a_new_number_are_two(flat):
    cord = flat.add("cord", Role.HELP)
    await flat.start()
    await flat.join()
    cord.pull()
    cord.repeat()  # no acknowledgement came: the very same frame once more
    cord.pull()  # same payload, new sequence number
    await flat.inlet.event(HelpPressed, count=2)
    cord.battery(50)  # whatever came before it has been heard when this is
    await flat.inlet.until(lambda: flat.inlet.events[-1].__class__.__name__ == "BatteryMeasured")
    assert len(flat.inlet.of(HelpPressed)) == 2


async def test_a_call_of_a_device_that_is_still_being_set_up_is_heard(flat):
    button = flat.add("button", Role.HELP, AceButton)
    await flat.start()
    await flat.source.permit(60)
    button.latency_s = 0.5  # the interview takes its time
    flat.coordinator.join(button)
    await asyncio.sleep(0)
    button.press()
    await flat.inlet.event(HelpPressed)
    assert flat.source.pairing == {button.address}


@pytest.mark.parametrize("kind", [None, HeimanFallRadar])
async def test_a_radar_reports_every_fall_and_its_own_quirk_is_applied(flat, kind):
    radar = flat.add("radar", Role.FALL_RADAR, kind)
    await flat.start()
    await flat.join()
    (node,) = flat.source.nodes()
    assert node.quirk, "zha found no quirk: ours did not load"
    radar.presence(present=True)
    radar.maybe_fall()
    radar.fall()
    radar.fall()
    await flat.inlet.event(FallSensed, count=2)
    radar.clear()
    radar.fall()
    await flat.inlet.event(FallSensed, count=3)
    assert len(flat.inlet.events) == len(flat.inlet.of(FallSensed)) + 1, "presence is no movement"
