# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Waits between tries: longer after each failure, short again after a success."""

from rules.model.identity import Seconds


def doubling(first_s: Seconds, longest_s: Seconds) -> tuple[Seconds, ...]:
    """Return waits that double from `first_s` and end at `longest_s`."""
    waits_s = [first_s]
    while waits_s[-1] < longest_s:
        waits_s.append(min(waits_s[-1] * 2.0, longest_s))
    return tuple(waits_s)


class BackOff:
    """Counts failures and says how long to wait before the next try.

    Args:
        waits_s: real seconds after the first, second ... failure; the last one repeats.

    Attributes:
        failures: tries that failed since the last success.
    """

    def __init__(self, waits_s: tuple[Seconds, ...]) -> None:
        self._waits_s = waits_s
        self.failures = 0

    def failed(self) -> Seconds:
        """Count a failure; return the wait before the next try."""
        wait_s = self._waits_s[min(self.failures, len(self._waits_s) - 1)]
        self.failures += 1
        return wait_s

    def reset(self) -> None:
        """Begin again with the shortest wait."""
        self.failures = 0
