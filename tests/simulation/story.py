# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What people do on that day: calls, falls, consents taken back and given again, private time, a test alarm."""

import asyncio
from collections.abc import Callable, Coroutine
from random import Random
from typing import TYPE_CHECKING, Any, Final

from hub.bootstrap import Hub
from rules.model.consent import ConsentState, Purpose
from rules.model.identity import Seconds
from tests.simulation.faults import BEGIN_S, END_S, HEAL_S, HOUR_S
from tests.simulation.resident import PIN

if TYPE_CHECKING:
    from tests.simulation.world import World

GIVEN: Final = (Purpose.FALLS, Purpose.INACTIVITY, Purpose.SAFETY, Purpose.NIGHT)


class Story:
    """The day's plan, drawn from the seed.

    Args:
        luck: decides whether the carers' gateway is down just when she calls.
    """

    def __init__(self, world: "World", chance: Random, luck: Random) -> None:
        self._world = world
        self._chance = chance
        self._luck = luck

    @staticmethod
    async def consent_at_set_up(hub: Hub) -> None:
        """Set the PIN, agree to help, give what she wants to give."""
        await hub.resident.set_pin(PIN)
        hub.resident.agree(live=True)
        for purpose in GIVEN:
            await hub.resident.consent(purpose, ConsentState.GIVEN, PIN)

    async def run(self) -> None:
        """Let everything happen at its time."""
        chance = self._chance
        falls_at = chance.uniform(1.0, 5.0) * HOUR_S
        lies_at = chance.uniform(9.0, 15.0) * HOUR_S
        plan: list[tuple[Seconds, Callable[[], Coroutine[Any, Any, None]]]] = [
            (falls_at, self._fall),
            (lies_at, self._collapse),
            (chance.uniform(6.0, 8.0) * HOUR_S, self._sulk),
            (chance.uniform(15.5, 20.0) * HOUR_S, self._pause),
            (chance.uniform(0.2, 20.0) * HOUR_S, self._test_alarm),
            (chance.uniform(5.2, 5.8) * HOUR_S, self._stumble),
            (HEAL_S + 0.5 * HOUR_S, self._press),
        ]
        for _ in range(chance.randint(5, 9)):
            plan.append((chance.uniform(BEGIN_S, END_S - HOUR_S), self._press))
        for _ in range(2):
            plan.append((chance.uniform(BEGIN_S, HEAL_S), self._panel_press))
        plan.append((chance.uniform(BEGIN_S, HEAL_S), self._take_back))
        plan.append((chance.uniform(0.2, 20.5) * HOUR_S, self._change_mind))
        async with asyncio.TaskGroup() as group:
            for at, act in plan:
                group.create_task(self._at(at, act))

    async def _at(self, at: Seconds, act: Callable[[], Coroutine[Any, Any, None]]) -> None:
        await asyncio.sleep(max(0.0, at - self._world.now()))
        await act()

    async def _press(self) -> None:
        """Call, often twice; sometimes the power goes just then."""
        world, chance = self._world, self._chance
        if world.resident.lying is not None:
            return  # she cannot reach a cord
        if world.now() < HEAL_S - HOUR_S and self._luck.random() < 0.4:
            world.pager.go_down(self._luck.uniform(20.0, 900.0))
        await world.resident.press()
        if chance.random() < 0.4:
            await asyncio.sleep(chance.uniform(0.3, 20.0))
            await world.resident.press()
        if world.now() > HEAL_S - HOUR_S:
            return
        draw = chance.random()
        if draw < 0.35:
            await asyncio.sleep(chance.choice((0.0, 0.05, 1.0)) * chance.random())
            inside = chance.random() < 0.3
            await world.faults.hub_power_loss(chance.uniform(3.0, 400.0), inside=inside)
        elif draw < 0.6:
            await asyncio.sleep(chance.uniform(0.0, 30.0))
            await world.faults.service_crash(chance.uniform(2.0, 60.0), inside=False)

    async def _panel_press(self) -> None:
        if self._world.resident.lying is None:
            await self._world.resident.panel_help()

    async def _take_back(self) -> None:
        if self._world.resident.lying is None:
            self._world.resident.take_back()

    async def _fall(self) -> None:
        await self._world.resident.fall()
        await self._bad_moment(40.0)

    async def _collapse(self) -> None:
        await self._world.resident.collapse()
        await self._bad_moment(1200.0)

    async def _bad_moment(self, within_s: Seconds) -> None:
        """Troubles seldom come singly."""
        world, chance = self._world, self._chance
        await asyncio.sleep(chance.uniform(0.0, within_s))
        draw = chance.random()
        if draw < 0.4:
            longest_s = chance.choice((60.0, 700.0))
            await world.faults.hub_power_loss(chance.uniform(5.0, longest_s), inside=draw < 0.1)
        elif draw < 0.7:
            await world.faults.partition(chance.uniform(30.0, 900.0))

    async def _stumble(self) -> None:
        if self._world.resident.lying is None:
            await self._world.resident.stumble()

    async def _sulk(self) -> None:
        """Say nothing to a false alarm, then take the consent back while the line is down."""
        world, chance = self._world, self._chance
        if world.resident.lying is not None:
            return
        async with asyncio.TaskGroup() as group:
            group.create_task(world.faults.partition(chance.uniform(200.0, 900.0)))
            await asyncio.sleep(10.0)
            await world.resident.huff()
            await world.resident.consent(Purpose.FALLS, given=False)
        await asyncio.sleep(chance.uniform(300.0, 900.0))
        await world.resident.linger()
        await asyncio.sleep(chance.uniform(60.0, 1000.0))
        await world.resident.consent(Purpose.FALLS, given=True)

    async def _change_mind(self) -> None:
        """Take back what does not concern falls, and give it again hours later."""
        world, chance = self._world, self._chance
        purpose = chance.choice((Purpose.SAFETY, Purpose.NIGHT))
        await world.resident.consent(purpose, given=False)
        if chance.random() < 0.5:
            await asyncio.sleep(chance.uniform(1.0, 3.0) * HOUR_S)
            await world.resident.consent(purpose, given=True)

    async def _pause(self) -> None:
        if self._world.resident.lying is None:
            hours = self._chance.uniform(0.5, 1.5)
            await self._world.resident.at_panel(lambda hub: hub.resident.pause(hours))

    async def _test_alarm(self) -> None:
        await self._world.resident.at_panel(lambda hub: hub.resident.test_alarm("resident"))
