# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Replay protection: each counter of an authenticated device is taken once, over restarts."""

from typing import Final

import structlog

from devices.ble.counter_reset import CounterReset
from devices.ble.counters import Counters
from devices.ble.decoder import UnreadableError
from devices.registry import Enrolled

# A device starts to count anew after a battery change; a lower counter than this says so (as
# bthome-ble does it). Anything else that is lower was recorded and is played back.
RESTART_BELOW: Final = 100
EPOCH: Final = 1 << 32
"""Added with each battery change, so that counts only rise; no counter of a format is longer."""

log = structlog.get_logger(__name__)


class ReplayedError(UnreadableError):
    """A packet whose counter was taken already.

    Attributes:
        is_last: it is the packet taken last, which BlueZ tells again after a restart of the hub.
    """

    def __init__(self, *, is_last: bool) -> None:
        super().__init__("replayed")
        self.is_last = is_last


def count_after(last: int | None, counter: int) -> int | None:
    """Return the count of a packet, None when its counter was taken already.

    Args:
        last: count of the last packet taken from this device, None for the first.
        counter: as the packet carries it.
    """
    if last is None:
        return counter
    epoch, before = divmod(last, EPOCH)
    if counter > before:
        return epoch * EPOCH + counter
    if counter < min(RESTART_BELOW, before):
        return (epoch + 1) * EPOCH + counter
    return None


class ReplayGuard:
    """Knows the last count of each device."""

    def __init__(self, counters: Counters) -> None:
        self._counters = counters
        self._reset = CounterReset()
        self._last: dict[str, int | None] = {}

    def take(self, sender: Enrolled, counter: int) -> int:
        """Take a packet; return its count, which rises over battery changes.

        Raises:
            ReplayedError: its counter was taken already.
        """
        address = sender.address
        if address not in self._last:
            self._last[address] = self._counters.load(address)
        last = self._last[address]
        count = count_after(last, counter)
        if count is None:
            assert last is not None, "the first packet of a device is never refused"
            is_last = counter == last % EPOCH
            if is_last or not self._reset.goes_on(address, counter):
                raise ReplayedError(is_last=is_last)
            log.warning("counter_reset_accepted", device=sender.device.id)
            count = (last // EPOCH + 1) * EPOCH + counter
        self._reset.forget(address)
        self._last[address] = count
        return count

    def keep(self, address: str, count: int, *, at_once: bool) -> None:
        """Keep a count over restarts; called when the events of its packet are durable."""
        self._counters.save(address, count, at_once=at_once)

    def flush(self) -> None:
        """Keep all of them: the process ends in order."""
        self._counters.flush()
