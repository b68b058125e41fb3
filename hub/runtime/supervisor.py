# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Starts a long-runner again after a fault of the world; a fault of ours ends the process."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from devices.backoff import BackOff
from devices.source import DeviceError
from hub.runtime.clock import Clock

_LOG = structlog.get_logger()
BACK_OFF_S: Final = (1.0, 2.0, 5.0, 10.0, 30.0)
# A source that ran this long was well; its next loss starts at the short waits again.
WELL_S: Final = 60.0


class Supervisor:
    """Keeps sources running; what is no fault of the world is a bug and stops us."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def keep(
        self, name: str, run: Callable[[], Awaitable[None]], *, lost: Callable[[Exception], None]
    ) -> None:
        """Run until cancelled.

        Args:
            name: for the log.
            run: the long-runner; it never returns by itself.
            lost: called with the fault after each loss, before the wait.
        """
        back_off = BackOff(BACK_OFF_S)
        while True:
            started = self._clock.real()
            try:
                await run()
            except (DeviceError, OSError, EOFError) as fault:
                if self._clock.real() - started >= WELL_S:
                    back_off.reset()
                if back_off.failures == 0:
                    _LOG.warning("source_lost", source=name, fault=repr(fault))
                lost(fault)
                await asyncio.sleep(back_off.failed())
            else:
                raise AssertionError(f"source {name} ended by itself")
