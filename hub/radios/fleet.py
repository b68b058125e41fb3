# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The radios of one flat: made after the boot, kept running, their loss and return told."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Protocol

from devices.source import Actuator, Health, Inlet, Sighting, Source
from hub.radios.wiring import Radios
from hub.runtime.clock import Clock
from hub.runtime.supervisor import Supervisor
from rules.model.events import Event, RadioDown, RadioUp
from rules.model.identity import Seconds


class RadioInlet(Inlet, Protocol):
    """Where sightings go, and what is said of the radio itself."""

    def append(self, event: Event) -> None:
        """Append an event of the hub."""


class _SupervisedInlet:
    """A source's way into the journal; after a loss its first sighting says that it is back."""

    def __init__(self, source: str, inlet: RadioInlet, clock: Clock) -> None:
        self._source = source
        self._inlet = inlet
        self._clock = clock
        self._lost = False

    def lose(self) -> None:
        if not self._lost:
            self._lost = True
            self._inlet.append(RadioDown(source=self._source, at=self._clock.axis()))

    def put(self, sighting: Sighting) -> None:
        if self._lost:
            self._lost = False
            self._inlet.append(RadioUp(source=self._source, at=self._clock.axis()))
        self._inlet.put(sighting)

    async def has_room(self) -> None:
        await self._inlet.has_room()


class RadioFleet:
    """All sources of the flat and the actuators they drive.

    Args:
        make: makes them, given how long the hub did not run (None: unknown).
        inlet: where their sightings go.
        clock: time.
    """

    def __init__(
        self,
        make: Callable[[Seconds | None], Radios],
        *,
        inlet: RadioInlet,
        clock: Clock,
    ) -> None:
        self._make = make
        self._inlet = inlet
        self._clock = clock
        self._supervisor = Supervisor(clock)
        self._radios = Radios()

    def open(self, gap_s: Seconds | None) -> None:
        """Make the sources; the hub has booted and knows how long it was off."""
        self._radios = self._make(gap_s)

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sources; none before `open`."""
        return self._radios.sources

    @property
    def actuators(self) -> tuple[Actuator, ...]:
        """What can drive something; nothing before `open`."""
        return self._radios.actuators

    def health(self) -> Mapping[str, Health]:
        """Return each source's health by name."""
        return {one.name: one.health() for one in self._radios.sources}

    def states(self) -> dict[str, str]:
        """Return each source's name and state: starting, up or down."""
        return {name: one.state for name, one in self.health().items()}

    async def run(self) -> None:
        """Run all sources until cancelled."""
        async with asyncio.TaskGroup() as group:
            for source in self._radios.sources:
                group.create_task(self._keep(source))

    async def _keep(self, source: Source) -> None:
        inlet = _SupervisedInlet(source.name, self._inlet, self._clock)
        await self._supervisor.keep(source.name, lambda: source.run(inlet), lost=inlet.lose)
