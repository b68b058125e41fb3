# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The radios of one flat: made after the boot and kept running; each tells its loss and return."""

import asyncio
from collections.abc import Callable, Mapping

from devices.source import Actuator, DeviceError, Health, Inlet, Source
from hub.radios.wiring import Radios
from hub.runtime.clock import Clock
from hub.runtime.supervisor import Supervisor
from rules.model.identity import Seconds


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
        inlet: Inlet,
        clock: Clock,
    ) -> None:
        self._make = make
        self._inlet = inlet
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
        await self._supervisor.keep(
            source.name,
            lambda: source.run(self._inlet),
            lost=lambda fault: source.lost(_word(fault)),
        )


def _word(fault: Exception) -> str:
    return fault.fault if isinstance(fault, DeviceError) else type(fault).__name__
