# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What goes wrong and when: drawn from the seed before the world begins, healed three hours before it ends."""

import asyncio
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Final

from rules.model.identity import DeviceId, Seconds

if TYPE_CHECKING:
    from tests.simulation.world import World

HOUR_S: Final = 3600.0
BEGIN_S: Final = 180.0
HEAL_S: Final = 21 * HOUR_S
END_S: Final = 24 * HOUR_S
LINE_LOSS: Final = 0.03
MAY_DIE: Final = tuple(
    map(DeviceId, ("motion-living", "motion-kitchen", "temp-living", "fine-living", "leak-bath"))
)
SKEWS_S: Final = (-3 * 86400.0, 3 * 86400.0, 10 * 365 * 86400.0, -7000.0)
FAULTS: Final = (
    "answer_lost",
    "clock_jump",
    "command_lost",
    "frame_duplicated",
    "frame_lost",
    "hub_power_loss",
    "hub_torn",
    "page_lost",
    "pager_down",
    "partition",
    "press_duplicated",
    "press_redelivered",
    "radio_down",
    "refused",
    "request_lost",
    "sensor_dead",
    "service_crash",
    "service_torn",
    "stream_cut",
)
"""Every fault the world counts; each strikes in the seeds that are run on each push."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """Something is broken from `at` for `lasts_s`; `inside` aims into a transaction."""

    at: Seconds
    lasts_s: Seconds
    inside: bool = False


def spells(
    chance: Random, least: int, most: int, shortest_s: Seconds, longest_s: Seconds
) -> list[Spell]:
    """Draw spells that do not overlap, short ones far more often than long ones."""
    found: list[Spell] = []
    at = BEGIN_S
    count = chance.randint(least, most)
    for at in sorted(chance.uniform(BEGIN_S, HEAL_S - 60.0) for _ in range(count)):
        lasts_s = shortest_s * (longest_s / shortest_s) ** (chance.random() ** 1.5)
        begin = max(at, found[-1].at + found[-1].lasts_s + 30.0 if found else at)
        if begin + lasts_s < HEAL_S - 5.0:
            found.append(Spell(at=begin, lasts_s=lasts_s, inside=chance.random() < 0.5))
    return found


class Faults:
    """Breaks things as the seed says, and mends everything at `HEAL_S`."""

    def __init__(self, world: "World", chance: Random, gateway: Random) -> None:
        self._world = world
        self._chance = chance
        self._gateway = gateway
        self._hub = asyncio.Lock()
        self._service = asyncio.Lock()

    async def run(self) -> None:
        """Strike until everything is to heal."""
        world, chance = self._world, self._chance
        for line in world.lines:
            line.loss = LINE_LOSS
        try:
            async with asyncio.timeout_at(HEAL_S), asyncio.TaskGroup() as group:
                group.create_task(self._hub_spells(spells(chance, 4, 8, 4.0, 45 * 60.0)))
                group.create_task(self._service_spells(spells(chance, 3, 6, 2.0, 6 * 60.0)))
                group.create_task(self._partitions(spells(chance, 4, 7, 10.0, 25 * 60.0)))
                group.create_task(self._clocks(spells(chance, 2, 4, 60.0, 2 * HOUR_S)))
                group.create_task(self._sticks(spells(chance, 1, 3, 15.0, 20 * 60.0)))
                group.create_task(self._storms(spells(chance, 1, 2, 600.0, 2 * HOUR_S)))
                group.create_task(self._gateways(spells(self._gateway, 1, 3, 60.0, 30 * 60.0)))
                group.create_task(self._cuts())
                group.create_task(self._deaths())
                group.create_task(self._hub_back())
                group.create_task(self._service_back())
                await asyncio.sleep(END_S)
        except TimeoutError:
            await self._heal()

    # --- power

    async def _hub_spells(self, planned: list[Spell]) -> None:
        for spell in planned:
            await _until(spell.at)
            await self.hub_power_loss(spell.lasts_s, inside=spell.inside)
            if self._chance.random() < 0.2:  # once is not enough
                await asyncio.sleep(self._chance.uniform(0.0, 3.0))
                await self.hub_power_loss(self._chance.uniform(2.0, 30.0), inside=True)

    async def hub_power_loss(self, lasts_s: Seconds, *, inside: bool) -> None:
        """Cut the hub's power, at once or within its next statements."""
        world = self._world
        async with self._hub:
            if inside and world.hub.on:
                world.hub.disk.strike_soon()
                await _within(90.0, world.hub.dead)
            await self._hub_off(lasts_s)

    async def _hub_off(self, lasts_s: Seconds) -> None:
        world = self._world
        if not world.hub.on:
            return
        world.counts["hub_power_loss"] += 1
        await world.hub_off()
        await asyncio.sleep(lasts_s)
        world.hub_on()

    async def _hub_back(self) -> None:
        """Switch the hub on again when the power went inside a statement after the spell for it."""
        while True:
            await self._world.hub.died()
            async with self._hub:
                if self._world.hub.dead.is_set():
                    await self._hub_off(10.0)

    async def _service_back(self) -> None:
        """Start the service again likewise."""
        while True:
            await self._world.service.died()
            async with self._service:
                if self._world.service.dead.is_set():
                    await self._service_off(5.0)

    async def _service_spells(self, planned: list[Spell]) -> None:
        for spell in planned:
            await _until(spell.at)
            await self.service_crash(spell.lasts_s, inside=spell.inside)

    async def service_crash(self, lasts_s: Seconds, *, inside: bool) -> None:
        """Kill the service, at once or within its next statements."""
        world = self._world
        async with self._service:
            if inside and world.service.on:
                world.service.disk.strike_soon()
                await _within(90.0, world.service.dead)
            await self._service_off(lasts_s)

    async def _service_off(self, lasts_s: Seconds) -> None:
        world = self._world
        if not world.service.on:
            return
        world.counts["service_crash"] += 1
        await world.service_off()
        await asyncio.sleep(lasts_s)
        await world.service_on()

    # --- lines

    async def _partitions(self, planned: list[Spell]) -> None:
        for spell in planned:
            await _until(spell.at)
            await self.partition(spell.lasts_s)

    async def partition(self, lasts_s: Seconds) -> None:
        """Part flat and service."""
        world = self._world
        if world.hub_line.parted:
            return
        world.part()
        try:
            await asyncio.sleep(lasts_s)
        finally:
            world.join()

    async def _cuts(self) -> None:
        while True:
            await asyncio.sleep(self._chance.expovariate(1 / (2.0 * HOUR_S)))
            line = self._chance.choice(self._world.lines)
            line.cut_streams()
            if line is self._world.hub_line:
                self._world.disturb()

    async def _gateways(self, planned: list[Spell]) -> None:
        for spell in planned:
            await _until(spell.at)
            self._world.pager.go_down(spell.lasts_s)

    # --- clocks, sticks, sensors

    async def _clocks(self, planned: list[Spell]) -> None:
        machine = self._world.hub
        for spell in planned:
            await _until(spell.at)
            self._world.counts["clock_jump"] += 1
            machine.ntp, machine.skew_s = False, self._chance.choice(SKEWS_S)
            if self._chance.random() < 0.3:
                machine.skew_s = -self._world.epoch_s
            if spell.inside:  # it boots with that clock
                await self.hub_power_loss(20.0, inside=False)
            await asyncio.sleep(spell.lasts_s)
            machine.ntp, machine.skew_s = True, 0.0

    async def _sticks(self, planned: list[Spell]) -> None:
        world = self._world
        for spell in planned:
            await _until(spell.at)
            name = self._chance.choice(("zigbee", "zigbee", "ble"))
            world.lose_stick(name)
            await asyncio.sleep(spell.lasts_s)
            world.mend_stick(name)

    async def _storms(self, planned: list[Spell]) -> None:
        air = self._world.air
        for spell in planned:
            await _until(spell.at)
            before, air.loss = air.loss, 0.3
            await asyncio.sleep(spell.lasts_s)
            air.loss = before

    async def _deaths(self) -> None:
        await _until(self._chance.uniform(BEGIN_S, 10 * HOUR_S))
        self._world.counts["sensor_dead"] += 1
        self._world.air.silent.add(self._chance.choice(MAY_DIE))

    # --- and then

    async def _heal(self) -> None:
        """Mend everything."""
        world = self._world
        machine = world.hub
        machine.ntp, machine.skew_s = True, 0.0
        if world.hub_line.parted:
            world.join()
        for line in world.lines:
            line.loss = 0.0
        for name in list(world.air.broken):
            world.mend_stick(name)
        world.air.silent.clear()
        world.pager.down_until = 0.0
        world.air.loss = world.air.unreliable = world.pager.failure = 0.0
        if world.hub.dead.is_set():
            await world.hub_off()
        if not world.hub.on:
            world.hub_on()
        if world.service.dead.is_set():
            await world.service_off()
        if not world.service.on:
            await world.service_on()
        world.hub.disk.calm()
        world.service.disk.calm()


async def _until(at: Seconds) -> None:
    await asyncio.sleep(max(0.0, at - asyncio.get_running_loop().time()))


async def _within(seconds: Seconds, event: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        pass
