# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What sensors say through the real driver, and what broken or foreign ones do not."""

import pytest

from rules.model.apartment import Role
from rules.model.events import (
    BatteryMeasured,
    DeviceHeard,
    DoorClosed,
    DoorOpened,
    HazardEnded,
    HazardSensed,
    HelpPressed,
    HumidityMeasured,
    ItemUsed,
    Motion,
    MotionEnded,
    PowerMeasured,
    SeatLeft,
    SeatTaken,
    SwitchSensed,
    TemperatureMeasured,
)
from showcase.virtual.zigbee_buttons import PullCord
from showcase.virtual.zigbee_device import LOW_BATTERY


async def test_a_flat_of_sensors_speaks_in_events(flat):
    pir = flat.add("pir", Role.MOTION)
    door = flat.add("door", Role.FRONT_DOOR)
    drawer = flat.add("drawer", Role.DRAWER)
    tap = flat.add("tap", Role.TAP)
    bed = flat.add("bed", Role.BED)
    leak = flat.add("leak", Role.LEAK)
    climate = flat.add("climate", Role.TEMPERATURE)
    stove = flat.add("stove", Role.STOVE)
    await flat.start()
    await flat.join()
    inlet = flat.inlet
    pir.clears_after_s = 0.05
    sent = pir.motion()
    await inlet.event(Motion, "pir")
    await inlet.event(MotionEnded, "pir")
    door.open()
    await inlet.event(DoorOpened, "door")
    door.close()
    await inlet.event(DoorClosed, "door")
    drawer.open()
    assert (await inlet.event(ItemUsed, "drawer")).active
    tap.open()
    assert (await inlet.event(ItemUsed, "tap")).active
    tap.close()
    await inlet.until(lambda: [one.active for one in inlet.of(ItemUsed, "tap")] == [True, False])
    bed.take()
    await inlet.event(SeatTaken, "bed")
    bed.leave()
    await inlet.event(SeatLeft, "bed")
    leak.wet()
    await inlet.event(HazardSensed, "leak")
    leak.dry()
    await inlet.event(HazardEnded, "leak")
    climate.temperature(19.25)
    assert (await inlet.event(TemperatureMeasured)).temperature_c == pytest.approx(19.25)
    climate.humidity(61.5)
    assert (await inlet.event(HumidityMeasured)).humidity_pct == pytest.approx(61.5)
    watts = len(inlet.of(PowerMeasured))
    stove.power(1823.4)
    assert (await inlet.event(PowerMeasured, "stove", watts + 1)).power_w == pytest.approx(1823.4)
    door.battery(42.5)
    await inlet.until(lambda: any(one.charge_pct == 42.5 for one in inlet.of(BatteryMeasured)))
    frame = next(one.frame for one in inlet.sightings if isinstance(one.event, Motion))
    assert frame.startswith(sent.name + ":")


async def test_a_repeated_status_is_no_sign_of_life_not_even_after_a_restart(flat):
    door = flat.add("door", Role.FRONT_DOOR)
    pir = flat.add("pir", Role.MOTION)
    await flat.start()
    await flat.join()
    door.open()
    await flat.inlet.event(DoorOpened)
    pir.get_stuck()
    await flat.inlet.event(Motion)
    door.supervise()
    pir.get_stuck()
    await flat.stop()
    await flat.start()
    door.supervise()
    door.close()
    await flat.inlet.event(DoorClosed)
    assert flat.inlet.of(DoorOpened) == []


async def test_a_low_battery_bit_is_said_once(flat):
    door = flat.add("door", Role.DOOR)
    await flat.start()
    await flat.join()
    flat.inlet.sightings.clear()
    door.zone_status(LOW_BATTERY)
    door.zone_status(LOW_BATTERY)
    door.open()
    await flat.inlet.event(DoorOpened)
    low = [one for one in flat.inlet.of(BatteryMeasured) if one.charge_pct == 5.0]
    assert len(low) == 1


async def test_malformed_frames_are_counted_kept_and_skipped(flat):
    cord = flat.add("cord", Role.HELP)
    radar = flat.add("radar", Role.FALL_RADAR)
    await flat.start()
    await flat.join()
    flat.inlet.sightings.clear()
    broken = [
        (cord, 0x0500, b"\x09\x01"),  # header cut off
        (cord, 0x0500, b"\x09\x02\x00\x01"),  # zone status of one byte
        (cord, 0x0001, b"\x18\x03\x0a\x21\x00\x20"),  # report without its value
        (cord, 0x0001, b"\x18\x04\x0a\x21\x00\xee\x01"),  # a type that does not exist
        (
            radar,
            0xEF00,
            b"\x09\x05\x02\x00\x01\x74\x04\x00\x09\x02",
        ),  # data point longer than it is
    ]
    for node, cluster, data in broken:
        node.send_raw(1, cluster, data)
    cord.pull()
    await flat.inlet.event(HelpPressed)
    assert flat.source.health().malformed == len(broken)
    kept = flat.recorder.misread()
    assert [one.raw for one in kept] == [data for _, _, data in broken]
    assert kept[-1].fault == "data point cut off"
    assert [type(one) for one in flat.inlet.events] == [HelpPressed]


async def test_a_device_that_is_not_enrolled_is_dropped_and_listed_until_it_leaves(flat):
    await flat.start()
    stranger = PullCord("00:12:4b:00:bb:00:00:01")
    flat.coordinator.add(stranger)
    await flat.source.permit(60)
    flat.coordinator.join(stranger)
    await flat.inlet.until(lambda: True)
    from_model = []

    def known():
        from_model[:] = flat.registry.strangers("zigbee")
        return bool(stranger.memory.enrolled) and bool(from_model)

    await flat.settled(lambda: known() and not flat.source.pairing)
    before = flat.source.health().not_enrolled
    stranger.pull()
    await flat.settled(lambda: flat.source.health().not_enrolled > before)
    (listed,) = flat.registry.strangers("zigbee")
    assert (listed.address, listed.model) == (stranger.address, "HEIMAN SOS-EM")
    assert flat.inlet.of(HelpPressed) == []
    flat.coordinator.leave(stranger)
    await flat.settled(lambda: not flat.registry.strangers("zigbee"))


async def test_every_frame_of_an_enrolled_device_is_heard(flat):
    door = flat.add("door", Role.DOOR)
    lamp = flat.add("lamp", Role.LAMP)
    await flat.start()
    await flat.join()
    await flat.stop()
    await flat.start()
    lamp.check_in()
    await flat.inlet.event(SwitchSensed, "lamp")
    assert [one.device for one in flat.availability.check()] == ["lamp"]
    door.check_in()
    await flat.inlet.event(BatteryMeasured, "door")
    assert flat.availability.check() == [DeviceHeard(device="door", at=pytest.approx(0, abs=1e12))]
