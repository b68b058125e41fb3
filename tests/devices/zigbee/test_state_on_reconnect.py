# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The state of devices is read after a start or reconnect: reported once, and delaying nothing."""

import asyncio

from devices.zigbee.frames.alarm_state import AlarmState
from rules.model.apartment import Role
from rules.model.events import (
    DoorClosed,
    DoorOpened,
    FallSensed,
    FinePressed,
    HazardEnded,
    HazardSensed,
    HelpPressed,
    ItemUsed,
    Motion,
    PowerMeasured,
    RadioUp,
    StateFound,
    SwitchSensed,
)
from showcase.virtual import zcl
from showcase.virtual.zigbee_appliances import Lamp, PowerMeter
from showcase.virtual.zigbee_buttons import PullCord
from showcase.virtual.zigbee_device import Sent
from showcase.virtual.zigbee_radars import HeimanFallRadar

CALLS = (HelpPressed, FallSensed, HazardSensed, HazardEnded, FinePressed)


async def all_answered(flat):
    await flat.settled(lambda: not flat.source._inquiry.owes)


def calls(flat):
    return [one for one in flat.inlet.events if isinstance(one, CALLS)]


async def test_a_fall_and_a_fire_and_a_pulled_cord_that_nobody_heard_are_reported_once(flat):
    tuya = flat.add("radar-bath", Role.FALL_RADAR)
    heiman = flat.add("radar-hall", Role.FALL_RADAR, HeimanFallRadar)
    smoke = flat.add("smoke", Role.SMOKE)
    leak = flat.add("leak", Role.LEAK)
    cord = flat.add("cord", Role.HELP)
    await flat.start()
    await flat.join()
    cord.pull()
    cord.release()
    await flat.inlet.event(HelpPressed)
    for node in (smoke, leak, cord):
        node.dozes = True
    await flat.stop()
    assert not tuya.fall().arrived
    heiman.fall()
    smoke.smoke()
    leak.wet()
    cord.pull()

    await flat.start()
    await flat.inlet.event(FallSensed, "radar-bath")
    await flat.inlet.event(FallSensed, "radar-hall")
    asleep = {smoke.address, leak.address, cord.address}
    await flat.settled(lambda: flat.source._inquiry.owes == asleep)
    assert [type(one) for one in calls(flat)] == [FallSensed, FallSensed]
    for node in (smoke, leak, cord):
        node.check_in()  # a sleeping device can be asked when it speaks, not before
    await flat.inlet.event(HazardSensed, "smoke")
    await flat.inlet.event(HazardSensed, "leak")
    press = (await flat.inlet.event(HelpPressed, "cord")).press
    assert press.endswith(":found")
    await all_answered(flat)
    assert len(calls(flat)) == 5

    await flat.stop()
    await flat.start()
    for node in (smoke, leak, cord):
        node.check_in()
    await all_answered(flat)
    assert calls(flat) == [], "the same state twice is no second alarm"
    smoke.clear()
    cord.pull()
    tuya.fall()
    await flat.inlet.event(HazardEnded, "smoke")
    await flat.inlet.event(FallSensed, "radar-bath")
    live = await flat.inlet.event(HelpPressed, "cord")
    assert "found" not in live.press


async def test_a_cord_without_line_calls_as_soon_as_the_coordinator_is_back(flat):
    cord = flat.add("cord", Role.HELP)
    gas = flat.add("gas", Role.CARBON_MONOXIDE)
    await flat.start()
    await flat.join()
    cord.pull()
    cord.release()
    gas.smoke()
    await flat.inlet.event(HazardSensed)
    flat.coordinator.unplug()
    cord.pull()
    gas.clear()
    await flat.coordinator.plug()
    await flat.inlet.event(RadioUp, count=2)
    cord.check_in()
    gas.check_in()
    await flat.inlet.event(HelpPressed, count=2)
    await flat.inlet.event(HazardEnded)


async def test_a_button_that_never_takes_its_alarm_back_does_not_call_at_every_start(flat):
    sos = flat.add("sos", Role.HELP)
    fine = flat.add("fine", Role.FINE, PullCord)
    new = flat.add("new", Role.HELP)
    await flat.start()
    await flat.join()
    sos.pull()
    await flat.inlet.event(HelpPressed, "sos")
    await flat.stop()
    fine.pull()  # answers no question of an unknown time
    for _ in range(2):
        await flat.start()
        for node in flat.nodes.values():
            node.check_in()
        await all_answered(flat)
        assert calls(flat) == []
        await flat.stop()
    (flat.folder / "zigbee_alarms.json").unlink()
    new.pull()
    await flat.start()
    sos.check_in()
    new.check_in()
    await flat.inlet.event(HelpPressed, "new")  # the driver's own memory still knows it at rest
    await flat.settled(lambda: sos.address not in flat.source._inquiry.owes)
    sos.pull()
    assert "found" not in (await flat.inlet.event(HelpPressed, "sos")).press


async def test_a_device_that_lost_the_network_is_asked_when_it_announces_itself(flat):
    cord = flat.add("cord", Role.HELP)
    await flat.start()
    await flat.join()
    cord.pull()
    cord.release()
    cord.check_in()
    await flat.inlet.event(HelpPressed)
    cord.dozes = cord.mute = True
    cord.pull()
    cord.mute = False
    flat.coordinator.announce(cord)
    assert (await flat.inlet.event(HelpPressed, count=2)).press.endswith(":found")
    cord.pull()  # its own frame may come a moment after its answer
    again = await flat.inlet.event(HelpPressed, count=3)
    assert again.press == flat.inlet.of(HelpPressed)[1].press, "equal is the same press"


async def test_a_device_that_checks_in_is_kept_awake_while_it_still_owes_an_answer(flat):
    pir = flat.add("pir", Role.MOTION)
    await flat.start()
    await flat.join()
    pir.dozes = True
    await flat.stop()
    await flat.start()
    await flat.settled(lambda: flat.source._inquiry._inquiry._group is not None)
    told = []
    for _ in range(2):
        pir.received.clear()
        pir.send(1, zcl.POLL, 0x09, 0x00)
        await flat.settled(lambda: any(one.cluster == zcl.POLL for one in pir.received))
        told += [one.payload[0] for one in pir.received if one.cluster == zcl.POLL]
        await all_answered(flat)
        await flat.idle(pir)  # the driver also sends a default response, and that is no question
    assert told == [1, 0], "fast polling only where something is asked"


class Secretive(Lamp):
    """Obeys, but answers no read any more."""

    secretive = False

    def send(self, endpoint, cluster, control, command, payload=b"", **more):
        if self.secretive and not control & 1 and command == 0x01:
            return Sent("", 0.0, False)
        return super().send(endpoint, cluster, control, command, payload, **more)


async def test_devices_that_never_answer_delay_no_call_and_no_light(flat):
    dead = [flat.add(f"lamp-{n}", Role.LAMP) for n in range(8)]
    dead += [flat.add(f"radar-{n}", Role.FALL_RADAR, HeimanFallRadar) for n in range(4)]
    light = flat.add("light", Role.LAMP, Secretive)
    cord = flat.add("cord", Role.HELP)
    await flat.start()
    await flat.join()
    await flat.stop()
    for node in dead:
        node.asleep = True
    light.secretive = True
    await flat.start()
    outstanding = flat.source._inquiry._inquiry
    assert len(outstanding.owes) >= len(dead)

    def hanging():
        return {(one.address, one.tried) for one in outstanding._open.values() if one.asking}

    undelayed = 0
    for count in range(1, 21):
        asked = hanging()
        cord.pull()
        await flat.inlet.event(HelpPressed, count=count)
        undelayed += bool(asked) and hanging() == asked
    assert undelayed > 10, "a call waits for no question to run out"
    undelayed = 0
    for on in (True, False, True):
        asked = hanging()
        await flat.source.switch("light", on=on)
        undelayed += bool(asked) and hanging() == asked
    assert undelayed >= 2, "nor does a light"
    assert light.on
    assert len(outstanding.owes) >= len(dead), "they were asked all the while"


async def test_a_door_that_moved_meanwhile_is_reported_in_its_new_state_but_not_moving(flat):
    door = flat.add("door", Role.FRONT_DOOR)
    bed = flat.add("bed", Role.BED)
    pir = flat.add("pir", Role.MOTION)
    drawer = flat.add("drawer", Role.DRAWER)
    still = flat.add("still", Role.DOOR)
    await flat.start()
    await flat.join()
    for node in (door, bed, drawer, still):
        node.supervise()
    pir.clears_after_s = 1000.0
    pir.motion()
    await flat.inlet.event(Motion)
    for node in flat.nodes.values():
        node.dozes = True
    await flat.stop()
    door.open()
    bed.take()
    drawer.open()
    pir.put(1, zcl.OCCUPANCY, 0x0000, 0)
    await flat.start()
    for node in flat.nodes.values():
        node.check_in()
    await all_answered(flat)
    found = {(one.device, one.active) for one in flat.inlet.of(StateFound)}
    assert found == {("door", True), ("bed", True), ("pir", False)}
    assert flat.inlet.of(Motion) == flat.inlet.of(DoorOpened) == flat.inlet.of(ItemUsed) == []
    flat.inlet.sightings.clear()
    door.close()
    pir.motion()
    await flat.inlet.event(DoorClosed)
    await flat.inlet.event(Motion)
    pir.rest()
    await flat.stop()
    await flat.start()
    for node in flat.nodes.values():
        node.check_in()
    await all_answered(flat)
    assert {one.device for one in flat.inlet.of(StateFound)} <= {"pir"}


async def test_what_the_stove_and_its_cut_off_are_doing_is_asked_after_a_start(flat):
    stove = flat.add("stove", Role.STOVE, PowerMeter)
    cutoff = flat.add("cutoff", Role.STOVE_CUTOFF)
    await flat.start()
    await flat.join()
    await flat.stop()
    stove.put(1, zcl.ELECTRICAL, 0x050B, 18000)
    cutoff.put(1, zcl.ONOFF, 0x0000, 0)
    await flat.start()
    assert (await flat.inlet.event(PowerMeasured, "stove")).power_w == 1800
    assert not (await flat.inlet.event(SwitchSensed, "cutoff")).on


async def test_what_stood_is_known_after_a_power_cut_and_a_broken_file_stops_nobody(tmp_path):
    path = tmp_path / "alarms.json"
    state = AlarmState(path)
    writing = asyncio.create_task(state.run())
    durable = state.lasting("cord", 1)
    assert state.before("cord") == 1
    assert AlarmState(path).before("cord") is None, "not before the journal holds the call"
    durable()
    async with asyncio.timeout(30):
        while not path.exists():
            await asyncio.sleep(0.001)
    assert AlarmState(path).before("cord") == 1
    state.lasting("cord", 0)()
    writing.cancel()
    await asyncio.wait((writing,))
    assert AlarmState(path).before("cord") == 0
    path.write_text("{")
    assert AlarmState(path).before("cord") is None
    assert path.with_suffix(".broken").exists()
