# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Found by the simulation: with a power cut every few hours an empty battery was never noticed."""

import sqlite3

from hub.pipeline.device_health import quiet_s
from hub.storage.journal import Journal
from rules.model.events import BatteryMeasured, Booted, DeviceSilent, Fact, Motion
from rules.model.identity import DeviceId, Seq
from tests.hub.flat import SeededRandomness

PIR, CORD = DeviceId("motion-hall"), DeviceId("cord-bath")


def test_silence_goes_on_counting_over_a_restart_but_not_while_the_hub_was_off():
    journal = Journal(
        sqlite3.connect(":memory:", isolation_level=None), randomness=SeededRandomness()
    )
    assert quiet_s(journal) == {}
    for number, event in enumerate(
        (
            Booted(at=0.0, gap_s=0.0, clock_trusted=True),
            Motion(device=PIR, at=10.0),
            Booted(at=1100.0, gap_s=1000.0, clock_trusted=True),
            Booted(at=1200.0, gap_s=None, clock_trusted=False),
            BatteryMeasured(device=CORD, at=1300.0, charge_pct=80.0),
            DeviceSilent(device=PIR, at=1400.0),
        ),
        start=1,
    ):
        journal.add(Fact(seq=Seq(number), utc_s=None, event=event))
    journal.commit()
    assert quiet_s(journal) == {PIR: 390.0, CORD: 100.0}
