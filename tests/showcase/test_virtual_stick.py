# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The virtual stick: MT bytes, memory over restarts, and an air that loses and repeats."""

import asyncio
import stat
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest

import showcase
from rules.model.apartment import Role
from rules.model.identity import DeviceId
from showcase.virtual import mt, zigbee_flat
from showcase.virtual.coordinator import VirtualCoordinator
from showcase.virtual.zigbee_buttons import PullCord
from showcase.virtual.zigbee_radars import HeimanFallRadar
from showcase.virtual.zigbee_sensors import MotionSensor

PING = mt.frame(mt.SREQ | mt.SYS, 0x01)
CORD = "00:12:4b:00:aa:00:00:01"


@pytest.fixture
async def stick(tmp_path):
    made = VirtualCoordinator(state_file=tmp_path / "stick.json", seed=1)
    await made.start()
    yield made
    await made.close()


async def line(stick):
    host, port = stick.path.removeprefix("socket://").split(":")
    return await asyncio.open_connection(host, int(port))


def test_garbage_between_frames_loses_no_frame():
    deframer = mt.Deframer()
    good = mt.frame(0x41, 0x80, b"abc")
    broken = good[:-1] + bytes((good[-1] ^ 1,))
    found = list(deframer.feed(b"\x00\xff" + broken + good[:3]))
    found += list(deframer.feed(good[3:] + good))
    assert found == [(0x41, 0x80, b"abc")] * 2


async def test_it_answers_a_ping_over_tcp(stick):
    reader, writer = await line(stick)
    writer.write(PING)
    answer = await asyncio.wait_for(reader.readexactly(7), 30)
    assert answer[2] == mt.SRSP | mt.SYS
    writer.close()


async def test_a_pulled_stick_breaks_the_line_and_comes_back_under_the_same_path(stick):
    path = stick.path
    reader, writer = await line(stick)
    writer.write(PING)
    await asyncio.wait_for(reader.readexactly(7), 30)
    stick.unplug()
    assert await asyncio.wait_for(reader.read(), 30) == b""
    await stick.plug()
    assert stick.path == path
    writer.close()


async def test_nobody_joins_without_permission_and_who_joined_stays_over_a_restart(tmp_path):
    kept = tmp_path / "stick.json"
    stick = VirtualCoordinator(state_file=kept, seed=1)
    await stick.start()
    cord = PullCord(CORD)
    assert not stick.join(cord)
    stick.permit(60)
    assert stick.join(cord)
    cord.memory.enrolled[1] = 0
    await stick.close()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    again = VirtualCoordinator(state_file=kept, seed=2)
    cord2 = PullCord(CORD)
    assert again.add(cord2)
    assert (cord2.nwk, cord2.memory.enrolled) == (cord.nwk, {1: 0})
    assert again.nvram.items == stick.nvram.items
    other = PullCord("00:12:4b:00:aa:00:00:02")
    assert not again.add(other)
    again.permit(60)
    again.join(other)
    assert other.nwk != cord.nwk


async def test_the_air_loses_and_repeats_as_told(stick):
    told = []
    stick.stack.incoming = lambda *frame: told.append(frame)
    stick._client = SimpleNamespace(is_closing=lambda: False, write=lambda _: None)
    cord = PullCord(CORD)
    stick.permit(60)
    stick.join(cord)
    cord.memory.enrolled[1] = 0
    stick.loss = 1.0
    assert cord.pull().arrived is False
    assert told == []
    stick.loss, stick.repeats = 0.0, 1.0
    assert cord.pull().arrived
    assert len(told) == 2
    assert told[0] == told[1]
    stick.hang()
    assert cord.pull().arrived is False
    cord.mute = True
    stick.recover()
    assert cord.pull().arrived is False
    stick._client = None


async def test_a_motion_sensor_rests_by_itself_and_repeats_nothing(stick):
    pir = MotionSensor("00:12:4b:00:aa:00:00:09")
    pir.memory.bindings.add((1, 0x0406))
    pir.memory.reporting.add((1, 0x0406, 0))
    pir.clears_after_s = 0.01
    assert pir.motion() is not None
    assert pir.motion() is None
    async with asyncio.timeout(30):
        while pir.occupied:
            await asyncio.sleep(0.005)
    assert len(pir.sent) == 2


def test_every_zigbee_device_of_the_model_flat_has_a_virtual_twin():
    table = tomllib.loads((Path(showcase.__file__).parent / "apartment.toml").read_text())
    rows = [one for one in table["devices"] if one.get("source", "zigbee") == "zigbee"]
    known = {
        DeviceId(one["id"]): SimpleNamespace(id=one["id"], role=Role(one["role"]), source="zigbee")
        for one in rows
    }
    nodes = zigbee_flat.nodes(table, SimpleNamespace(devices_by_id=known))
    assert set(nodes) == set(known)
    radar = [{"id": "radar-bath", "address": "00:12:4b:00:aa:00:00:08", "virtual": "heiman-radar"}]
    (other,) = zigbee_flat.nodes({"devices": radar}, SimpleNamespace(devices_by_id=known)).values()
    assert isinstance(other, HeimanFallRadar)
