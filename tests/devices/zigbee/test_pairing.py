# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Devices that join, half join and leave: none looks well that would send no alarm."""

from devices.zigbee.inquiry.inquiry import TRIES
from rules.model.apartment import Role
from rules.model.events import DeviceHeard, DeviceSilent, HelpPressed
from showcase.virtual import zcl


async def test_a_cord_that_missed_its_enrolment_is_enrolled_again_and_calls(flat):
    cord = flat.add("cord", Role.HELP)
    cord.refuses_enrolment = 2  # the driver says it twice
    await flat.start()
    await flat.join()
    assert cord.memory.enrolled
    assert flat.source.ready() == {cord.address}
    cord.pull()
    await flat.inlet.event(HelpPressed)


async def test_a_cord_that_would_send_no_alarm_is_not_ready_however_alive_it_looks(flat):
    cord = flat.add("cord", Role.HELP)
    cord.refuses_enrolment = 2 + 1 + TRIES
    await flat.start()
    await flat.source.permit(60)
    await flat.coordinator.join_all()
    await flat.settled(lambda: flat.source._inquiry.not_enrolled)
    cord.check_in()
    assert flat.source.ready() == frozenset()
    assert cord.pull() is None
    cord.refuses_enrolment = 0
    await flat.stop()
    await flat.start()
    cord.check_in()  # asked after each start, and enrolled
    await flat.settled(lambda: cord.memory.enrolled)
    await flat.settled(lambda: flat.source.ready() == {cord.address})
    cord.pull()
    await flat.inlet.event(HelpPressed)


async def test_a_cord_that_forgot_its_control_panel_is_enrolled_when_it_comes_back(flat):
    cord = flat.add("cord", Role.HELP)
    await flat.start()
    await flat.join()
    cord.memory.enrolled.clear()
    cord.memory.cie.clear()
    cord.put(1, zcl.IAS_ZONE, 0x0000, 0)
    flat.coordinator.announce(cord)
    await flat.settled(lambda: cord.memory.enrolled)
    cord.pull()
    await flat.inlet.event(HelpPressed)


async def test_a_device_that_leaves_the_network_is_silent_at_once(flat):
    cord = flat.add("cord", Role.HELP)
    await flat.start()
    await flat.join()
    await flat.settled(lambda: not flat.source._inquiry.owes)
    await flat.idle(cord)  # an answer that arrives after it left would be a sign of life
    assert [type(one) for one in flat.availability.check()] == [DeviceHeard]
    flat.coordinator.leave(cord)
    changed = []
    await flat.settled(lambda: changed.extend(flat.availability.check()) or changed)
    assert [type(one) for one in changed] == [DeviceSilent]
