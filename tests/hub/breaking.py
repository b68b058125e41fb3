# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Rules with planted bugs, and a hub that is ended by them."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from typing import Any, Final, Self
from unittest.mock import patch

import pytest

from hub.bootstrap import Hub
from rules.detectors.registry import SHIPPED
from rules.engine.circuit_breaker import RETRY_S, TRIES, DeadlineBroke
from rules.engine.engine import Engine
from rules.engine.state import State, Step
from rules.model.events import DeadlinePutOff, Fact, HelpPressed, Motion, MotionEnded
from rules.model.flat import Flat as RulesFlat
from rules.model.identity import DeviceId
from tests.hub.flat import FLAT, Flat, outbox

CORD, BATH = DeviceId("cord-bath"), DeviceId("motion-bath")
SILENCE_S: Final = 20 * 60.0


class Healthy(Engine):
    def __init__(self) -> None:
        super().__init__(RulesFlat(apartment=FLAT.apartment, limits=SHIPPED))


class Broken(Healthy):
    """Rules with a bug planted wherever a test wants it."""

    def __init__(self, module: Any, name: str) -> None:
        super().__init__()
        self._plants = [(module, name)]

    def also(self, module: Any, name: str) -> Self:
        self._plants.append((module, name))
        return self

    def advance(self, state: State, fact: Fact) -> Step:
        def bug(*_: Any, **__: Any) -> None:
            raise AssertionError("planted bug")

        with contextlib.ExitStack() as planted:
            for plant in self._plants:
                planted.enter_context(patch.object(*plant, bug))
            return super().advance(state, fact)


def a_press(hub: Hub, number: int, *, later_s: float = 0.0) -> HelpPressed:
    return HelpPressed(device=CORD, at=hub.clock.axis() + later_s, press=str(number))


def press(flat: Flat, hub: Hub, number: int, *, later_s: float = 0.0) -> None:
    flat.radio.say(a_press(hub, number, later_s=later_s))


def calls(hub: Hub) -> int:
    return [kind for kind, _ in outbox(hub)].count("help_call")


def deferred(hub: Hub) -> list[DeadlinePutOff]:
    return [one.event for one in hub.journal.facts() if isinstance(one.event, DeadlinePutOff)]


def assert_replay_is_bit_equal(hub: Hub, rules: Engine) -> None:
    """The journal alone, with its newest snapshot and without any, gives the same memory."""
    hub.commits.commit()
    (newest, *_) = hub.journal.snapshots()
    for start, after in (
        (rules.load(newest.state, hub.journal.id), newest.seq),
        (rules.begin(hub.journal.id), 0),
    ):
        memory = start
        for fact in hub.journal.facts(after):
            memory = rules.advance(memory, fact).state
        assert rules.dump(memory) == hub.memory.written()


async def she_goes_still_in_the_bath(flat: Flat, hub: Hub) -> None:
    flat.radio.say(Motion(device=BATH, at=hub.clock.axis()))
    await asyncio.sleep(60)
    flat.radio.say(MotionEnded(device=BATH, at=hub.clock.axis()))
    hub.commits.commit()


async def nothing(_: Hub) -> None:
    """Only live on."""


async def ends(
    flat: Flat,
    during: Callable[[Hub], Coroutine[Any, Any, None]] = nothing,
    *,
    by: type[Exception] | tuple[type[Exception], ...] = DeadlineBroke,
    after_s: float = 2 * SILENCE_S,
) -> None:
    """Run the hub until a fault of ours ends it, after `during` was lived to its end."""
    wrong: list[AssertionError] = []

    async def live() -> None:
        async with flat.hub() as hub:
            try:
                await during(hub)
            except AssertionError as fault:
                wrong.append(fault)
            async with asyncio.timeout(after_s):
                await hub.inlet._broke.wait()

    with pytest.raises(BaseExceptionGroup) as broke:
        await live()
    assert wrong == []
    assert broke.group_contains(by)


async def starts(flat: Flat) -> None:
    async with flat.hub():
        pass


async def ends_thrice(flat: Flat, during: Callable[[Hub], Coroutine[Any, Any, None]]) -> None:
    """Let the same deadline break three times: then it rests."""
    await ends(flat, during)
    for _ in range(TRIES - 1):
        await ends(flat, after_s=2 * RETRY_S)
