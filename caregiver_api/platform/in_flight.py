# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""How much is under way now: writing requests and pages; a story waits until nothing is."""

from collections.abc import Iterator
from contextlib import contextmanager


class InFlight:
    """A count of what is under way."""

    def __init__(self) -> None:
        self._count = 0

    @property
    def count(self) -> int:
        """Return how much is under way."""
        return self._count

    @contextmanager
    def of(self, count: int = 1) -> Iterator[None]:
        """Count something in while it lasts."""
        self._count += count
        try:
            yield
        finally:
            self._count -= count
