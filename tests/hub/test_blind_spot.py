# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Found by the simulation: every heartbeat of a flat with a blind spot was written and shown as news."""

from hub.forwarding.alert import blind_spot
from hub.runtime.clock import Clock
from rules.model.identity import DeviceId, RoomId
from rules.model.verdict import Blind
from tests.hub.flat import FLAT


def test_a_blind_spot_reads_alike_in_every_heartbeat():
    real = 0.0
    clock = Clock(
        monotonic=lambda: real, wall_clock=lambda: 1_774_686_000.1 + real, synchronised=lambda: True
    )
    clock.start(None, None)
    blind = Blind(
        room=RoomId("living"), since=172.456, why="silent", device=DeviceId("fine-living")
    )
    said = set()
    for beat in range(1000):
        real = beat * 30.0007
        said.add(blind_spot(blind, clock, FLAT.apartment))
    assert len(said) == 1
