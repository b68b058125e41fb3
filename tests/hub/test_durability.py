# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""How soon an event is written is said by its class; who says nothing is written at once."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pytest

from hub.storage.payload import KINDS
from rules.model.durability import Journaled
from rules.model.events import Tick
from rules.model.identity import DeviceId, Seconds
from rules.situation.follow.events import FOLLOW
from tests.hub.flat import Flat, rows, virtual


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowBroken(Journaled):
    """An event of a release to come, whose author thought of nothing."""

    device: DeviceId
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class CurtainMoved(Journaled):
    """An event of a release to come that may wait."""

    ordinary: ClassVar[bool] = True

    device: DeviceId
    at: Seconds


@pytest.mark.parametrize("event", [WindowBroken, CurtainMoved])
def test_a_new_event_is_written_at_once_unless_its_class_says_that_it_may_wait(
    event, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(FOLLOW, event, FOLLOW[Tick])

    async def story() -> None:
        flat = Flat(tmp_path)
        async with flat.hub() as hub:
            flat.radio.say(event(device=DeviceId("motion-hall"), at=hub.clock.axis()))
            assert (rows(hub)[-1] == event.__name__) is not event.ordinary

    virtual(story())


def test_what_every_event_is_worth_is_said_by_its_class():
    ordinary = {name for name, kind in KINDS.items() if kind.ordinary}
    assert all(issubclass(kind, Journaled) for kind in KINDS.values())
    assert ordinary == {
        "Motion",
        "MotionEnded",
        "DoorOpened",
        "DoorClosed",
        "SeatTaken",
        "SeatLeft",
        "ItemUsed",
        "StateFound",
        "PowerMeasured",
        "SwitchSensed",
        "TemperatureMeasured",
        "HumidityMeasured",
        "BatteryMeasured",
        "Tick",
    }
