# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Radios are started again after a loss; a fault of ours ends the process."""

import asyncio
from typing import Final

import structlog

from devices.source import DeviceError, Health, Inlet, Source
from hub.clock import Clock
from hub.pipeline import Pipeline
from rules.events import RadioDown

_LOG = structlog.get_logger()
BACK_OFF_S: Final = (1.0, 2.0, 5.0, 10.0, 30.0)
# A source that ran this long was well; its next loss starts at the short waits again.
WELL_S: Final = 60.0


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
                group.create_task(self._keep(source, self._pipeline))

    async def _keep(self, source: Source, inlet: Inlet) -> None:
        failures = 0
        while True:
            started = self._clock.real()
            try:
                await source.run(inlet)
            except (DeviceError, OSError, EOFError) as fault:
                if self._clock.real() - started >= WELL_S:
                    failures = 0
                wait_s = BACK_OFF_S[min(failures, len(BACK_OFF_S) - 1)]
                if failures == 0:
                    _LOG.warning("source_lost", source=source.name, fault=repr(fault))
                    self._pipeline.append(RadioDown(source=source.name, at=self._clock.axis()))
                failures += 1
                await asyncio.sleep(wait_s)
            else:
                raise AssertionError(f"source {source.name} ended by itself")
