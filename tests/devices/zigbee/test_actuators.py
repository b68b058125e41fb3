# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Lamps, relays and sounders obey, and nothing counts as done before the device said so."""

import pytest

from devices.source import RADIO_DOWN, DeviceError
from rules.model.apartment import Role
from rules.model.events import RadioDown, SwitchSensed


async def test_lamp_relay_and_sounder_obey_and_confirm(flat):
    lamp = flat.add("lamp", Role.LAMP)
    cutoff = flat.add("cutoff", Role.STOVE_CUTOFF)
    sounder = flat.add("sounder", Role.SOUNDER)
    siren = flat.add("siren", Role.SIREN)
    flat.add("pir", Role.MOTION)
    await flat.start()
    await flat.join()
    assert flat.source.drives("lamp")
    assert not flat.source.drives("pir")
    assert not flat.source.drives("nobody")
    await flat.source.switch("lamp", on=True, level=0.3)
    assert (lamp.on, lamp.level) == (True, pytest.approx(0.3, abs=0.01))
    await flat.source.switch("lamp", on=False)
    assert not lamp.on
    await flat.source.switch("lamp", on=True)
    assert (lamp.on, lamp.level) == (True, pytest.approx(0.3, abs=0.01))
    assert cutoff.on
    await flat.source.switch("cutoff", on=False)
    assert not cutoff.on
    await flat.inlet.event(SwitchSensed, "cutoff")
    await flat.source.switch("sounder", on=True)
    await flat.source.switch("siren", on=True)
    assert (sounder.sounding, sounder.strength) == (True, 0)
    assert (siren.sounding, siren.strength) == (True, 3)
    await flat.source.switch("sounder", on=False)
    await flat.source.switch("siren", on=False)
    assert not sounder.sounding
    assert not siren.sounding


async def test_a_lamp_that_does_not_confirm_is_an_error(flat):
    flat.settings = {"confirm_within_s": 30.0}
    lamp = flat.add("lamp", Role.LAMP)
    flat.add("meter", Role.LAMP, type(flat.add("stove", Role.STOVE)))
    await flat.start()
    await flat.join()
    lamp.reachable = False
    with pytest.raises(DeviceError) as gone:
        await flat.source.switch("lamp", on=True)
    assert gone.value.fault == "unreachable"  # three tries, each refused by its parent
    lamp.reachable, lamp.asleep = True, True
    flat.source._actuator._confirm_within_s = 0.1
    with pytest.raises(DeviceError) as mute:
        await flat.source.switch("lamp", on=True)
    assert mute.value.fault == "no_answer"
    flat.source._actuator._confirm_within_s = 30.0
    lamp.asleep = False
    lamp.obey = lambda _command: 0x01
    with pytest.raises(DeviceError) as refused:
        await flat.source.switch("lamp", on=True)
    assert refused.value.fault == "refused_0x01"
    with pytest.raises(DeviceError) as odd:
        await flat.source.switch("meter", on=True)
    assert odd.value.fault == "no_such_command"


async def test_a_lamp_without_radio_is_an_error_at_once(flat):
    flat.add("lamp", Role.LAMP)
    await flat.start()
    with pytest.raises(DeviceError) as never:
        await flat.source.switch("lamp", on=True)
    assert never.value.fault == "not_joined"
    flat.coordinator.unplug()
    await flat.inlet.event(RadioDown)
    with pytest.raises(DeviceError) as unsent:
        await flat.source.switch("lamp", on=True)
    assert unsent.value.fault == RADIO_DOWN
    await flat.coordinator.plug()
    await flat.up()
