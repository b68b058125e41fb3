# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Found by the simulation: a press that the broker says again after a power cut was a second press."""

from rules.model import events as ev
from rules.model.identity import DeviceId
from tests.rules.home import Home

CORD = DeviceId("cord-bath")


def test_a_press_said_again_after_a_power_cut_is_one_press():
    home = Home()
    home(ev.HelpPressed(device=CORD, at=home.at, press="broker:7"))
    after = home.at + 400.0
    home(ev.Booted(at=after, gap_s=400.0, clock_trusted=True))
    home(ev.HelpPressed(device=CORD, at=after + 2.0, press="broker:7"))
    assert [send.message.count for send in home.sent() if send.message.kind == "help_call"] == [1]
    home(ev.HelpPressed(device=CORD, at=after + 40.0, press="broker:7"))
    assert [send.message.count for send in home.sent() if send.message.kind == "help_call"] == [
        1,
        2,
    ]
