# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""A row that stops the hub is followed with the next good start, and put aside the third time."""

import asyncio
from collections.abc import Iterable
from pathlib import Path

import pytest

from devices.source import Sighting
from hub.bootstrap import Hub
from hub.projections.incidents import IncidentProjection
from hub.storage.crash_records import CRASHES_MAX
from hub.storage.journal import Statement
from rules.engine.state import State, Step
from rules.model.effects import Effect
from rules.model.events import DeviceHeard, Fact, HelpPressed, RowQuarantined
from tests.hub.breaking import (
    Healthy,
    a_press,
    assert_replay_is_bit_equal,
    calls,
    ends,
    press,
    starts,
)
from tests.hub.flat import Flat, outbox, rows, virtual


class Hit(Healthy):
    """Rules that a cosmic ray hits while they follow one kind of event, so often."""

    def __init__(self, kind: type, times: int) -> None:
        super().__init__()
        self._kind, self._left = kind, times

    def advance(self, memory: State, fact: Fact) -> Step:
        if self._left and isinstance(fact.event, self._kind):
            self._left -= 1
            raise AssertionError("bit flipped")
        return super().advance(memory, fact)


async def presses_in_vain(hub: Hub) -> None:
    with pytest.raises(AssertionError, match="flipped"):
        hub.inlet.put(Sighting(event=a_press(hub, 1), frame="zigbee:1"))


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("kind", [HelpPressed, DeviceHeard])
def test_a_press_that_stopped_the_hub_is_out_with_the_next_good_start(
    tmp_path: Path, kind: type, times: int
):
    async def story() -> None:
        flat = Flat(tmp_path)
        async with flat.hub():
            pass
        flat.rules = Hit(kind, times)
        await ends(flat, presses_in_vain, by=AssertionError)
        for _ in range(times - 1):
            with pytest.raises(AssertionError, match="flipped"):
                await starts(flat)
        async with flat.hub() as hub:
            assert outbox(hub) == [("help_call", 1)]
            assert rows(hub).count("HelpPressed") == 1
            (card,) = [one for one in hub.view.panel().incidents if one.kind == "help_call"]
            assert card.count == 1
            await asyncio.sleep(1000)
            assert_replay_is_bit_equal(hub, Healthy())
        async with flat.hub() as hub:
            assert outbox(hub) == [("help_call", 1)]

    virtual(story())


def test_a_call_for_help_that_had_to_be_quarantined_is_urgent(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)
        flat.rules = Hit(HelpPressed, CRASHES_MAX)
        await ends(flat, presses_in_vain, by=AssertionError)
        for _ in range(CRASHES_MAX - 1):
            with pytest.raises(AssertionError, match="flipped"):
                await starts(flat)
        async with flat.hub() as hub:
            (report,) = [
                one.event for one in hub.journal.facts() if isinstance(one.event, RowQuarantined)
            ]
            assert report.kind == "HelpPressed"
            (body,) = hub.journal.read("SELECT json_extract(body, '$.priority') FROM outbox")
            assert body == ("urgent",)
            press(flat, hub, 2)
            assert calls(hub) == 1

    virtual(story())


class Blunt:
    """A panel with a bug: it cannot bear what `kind` of event leads to, so often."""

    def __init__(self, hub: Hub, kind: type, times: int) -> None:
        self._fold, self._kind, self._left = hub.incidents.fold, kind, times
        hub.incidents.fold = self.fold  # type: ignore[method-assign] # the planted bug

    def fold(self, fact: Fact, effects: tuple[Effect, ...]) -> Iterable[Statement]:
        if self._left and isinstance(fact.event, self._kind):
            self._left -= 1
            raise AssertionError("planted bug")
        return self._fold(fact, effects)


@pytest.mark.parametrize("kind", [HelpPressed, DeviceHeard])
def test_a_panel_that_cannot_show_a_row_holds_no_press_up(tmp_path: Path, kind: type):
    async def story() -> None:
        flat = Flat(tmp_path)

        async def presses(hub: Hub) -> None:
            Blunt(hub, kind, 1)
            with pytest.raises(AssertionError, match="planted"):
                press(flat, hub, 1)
            assert outbox(hub) == [("help_call", 1)]
            assert_replay_is_bit_equal(hub, Healthy())

        await ends(flat, presses, by=AssertionError)
        async with flat.hub() as hub:
            assert outbox(hub) == [("help_call", 1)]
            (card,) = [one for one in hub.view.panel().incidents if one.kind == "help_call"]
            assert card.count == 1
            assert "RowQuarantined" not in rows(hub)

    virtual(story())


class Dazed(IncidentProjection):
    """A panel that can never show a help call."""

    def fold(self, fact: Fact, effects: tuple[Effect, ...]) -> Iterable[Statement]:
        assert not isinstance(fact.event, HelpPressed | RowQuarantined), "planted bug"
        return super().fold(fact, effects)


def test_a_panel_that_never_shows_a_row_is_reported_and_every_press_gets_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("hub.bootstrap.IncidentProjection", Dazed)

    async def story() -> None:
        flat = Flat(tmp_path)

        async def presses(hub: Hub) -> None:
            before = calls(hub)
            with pytest.raises(AssertionError, match="planted"):
                press(flat, hub, before + 1)
            assert calls(hub) == before + 1

        for number in (1, 2):
            await ends(flat, presses, by=AssertionError)
            async with flat.hub() as hub:
                assert calls(hub) == number
                assert rows(hub).count("RowQuarantined") == number

    virtual(story())


def test_what_stands_behind_a_listener_that_breaks_is_followed_at_the_next_start(tmp_path: Path):
    async def story() -> None:
        flat = Flat(tmp_path)

        async def presses(hub: Hub) -> None:
            def breaks(fact: Fact, _: tuple[Effect, ...]) -> None:
                assert not isinstance(fact.event, DeviceHeard), "planted bug"

            hub.commits.subscribe(breaks)
            with pytest.raises(AssertionError, match="planted"):
                press(flat, hub, 1)  # a device that is heard for the first time
            assert outbox(hub) == []

        await ends(flat, presses, by=AssertionError)
        async with flat.hub() as hub:
            assert outbox(hub) == [("help_call", 1)]

    virtual(story())
