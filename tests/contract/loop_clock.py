# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The care service's clocks on the virtual time of the running loop."""

import asyncio

from tests.hub.flat import EPOCH_S


class LoopClock:
    """The service's clocks on virtual time."""

    def utc(self) -> float:
        return EPOCH_S + asyncio.get_running_loop().time()

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()

    def go(self, _seconds: float) -> None:
        """Virtual time goes by itself."""
