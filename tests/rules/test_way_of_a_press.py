# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""A press from event to message: the files a reader opens, and how many functions are entered."""

import sys
from types import FrameType

from rules.model import events as ev
from rules.model.effects import Send
from rules.model.events import Fact
from rules.model.identity import DeviceId, Seq
from tests.rules.home import MIDNIGHT_UTC_S, ROOT, Home

WAY = (
    "rules/engine/engine.py",
    "rules/situation/follow/events.py",
    "rules/situation/follow/resident.py",
    "rules/situation/presses.py",
    "rules/engine/dispatch.py",
    "rules/detectors/help_call.py",
    "rules/incidents/opening.py",
    "rules/incidents/paging.py",
    "rules/model/consent.py",
    "rules/incidents/messages.py",
)
"""What a reader opens to follow a press, each once, in this order."""


def entered(home: Home, fact: Fact) -> list[tuple[str, str]]:
    """Return file and name of each function of the rules, in the order they are first entered."""
    found: dict[tuple[str, str], None] = {}

    def called(frame: FrameType, what: str, _: object) -> None:
        code = frame.f_code
        if what == "call" and code.co_filename.startswith(str(ROOT / "rules")):
            found[code.co_filename[len(str(ROOT)) + 1 :], code.co_qualname] = None

    sys.setprofile(called)
    try:
        step = home.engine.advance(home.state, fact)
    finally:
        sys.setprofile(None)
    assert [one.message.kind for one in step.effects if isinstance(one, Send)] == ["help_call"]
    # What runs inside a function's own brackets is no function to go to.
    return [one for one in found if "<" not in one[1]]


def a_press() -> list[tuple[str, str]]:
    home = Home()
    home.motion("living")
    press = ev.HelpPressed(device=DeviceId("cord-bath"), at=home.at + 5, press="1")
    fact = Fact(seq=Seq(home.seq + 1), utc_s=MIDNIGHT_UTC_S + press.at, event=press)
    return entered(home, fact)


def test_the_files_of_the_way_are_entered_in_their_order():
    files = list(dict.fromkeys(file for file, _ in a_press()))
    assert [file for file in files if file in WAY] == list(WAY)
    assert len(WAY) <= 10


def test_a_press_enters_few_functions():
    assert len({name for _, name in a_press()}) <= 62


def test_detectors_that_do_not_listen_are_not_entered():
    entered_files = {file for file, _ in a_press()}
    for silent in ("leak", "heat", "cold", "battery_low", "radio_down"):
        assert f"rules/detectors/{silent}.py" not in entered_files
