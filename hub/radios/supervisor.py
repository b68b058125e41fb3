# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Radios are started again after a loss; a fault of ours ends the process."""

import asyncio
from typing import Final

import structlog

from devices.source import DeviceError, Health, Sighting, Source
from hub.pipeline.inlet import Pipeline
from hub.runtime.clock import Clock
from rules.model.events import RadioDown, RadioUp

_LOG = structlog.get_logger()
BACK_OFF_S: Final = (1.0, 2.0, 5.0, 10.0, 30.0)
# A source that ran this long was well; its next loss starts at the short waits again.
WELL_S: Final = 60.0


class _Ear:
    """A source's way into the pipeline; after a loss its first word says that it is back."""

    def __init__(self, source: str, pipeline: Pipeline, clock: Clock) -> None:
        self._source = source
        self._pipeline = pipeline
        self._clock = clock
        self._lost = False

    def lose(self) -> None:
        if not self._lost:
            self._lost = True
            self._pipeline.append(RadioDown(source=self._source, at=self._clock.axis()))

    def put(self, sighting: Sighting) -> None:
        if self._lost:
            self._lost = False
            self._pipeline.append(RadioUp(source=self._source, at=self._clock.axis()))
        self._pipeline.put(sighting)

    async def has_room(self) -> None:
        await self._pipeline.has_room()


class Supervisor:
    """Keeps every source running; what is no fault of the world is a bug and stops us."""

    def __init__(self, sources: tuple[Source, ...], *, pipeline: Pipeline, clock: Clock) -> None:
        self._sources = sources
        self._pipeline = pipeline
        self._clock = clock

    def health(self) -> dict[str, Health]:
        """Return each source's health by name."""
        return {one.name: one.health() for one in self._sources}

    async def run(self) -> None:
        """Run all sources until cancelled."""
        async with asyncio.TaskGroup() as group:
            for source in self._sources:
                group.create_task(self._keep(source))

    async def _keep(self, source: Source) -> None:
        ear = _Ear(source.name, self._pipeline, self._clock)
        failures = 0
        while True:
            started = self._clock.real()
            try:
                await source.run(ear)
            except (DeviceError, OSError, EOFError) as fault:
                if self._clock.real() - started >= WELL_S:
                    failures = 0
                wait_s = BACK_OFF_S[min(failures, len(BACK_OFF_S) - 1)]
                if failures == 0:
                    _LOG.warning("source_lost", source=source.name, fault=repr(fault))
                ear.lose()
                failures += 1
                await asyncio.sleep(wait_s)
            else:
                raise AssertionError(f"source {source.name} ended by itself")
