# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Observer list: callables that are called with the same values, in the order they subscribed."""

from collections.abc import Callable


class Subscribers[*Values]:
    """Calls every subscriber with the same values, in the order they subscribed."""

    def __init__(self) -> None:
        self._subscribers: list[Callable[[*Values], None]] = []

    def subscribe(self, subscriber: Callable[[*Values], None]) -> None:
        """Add one; it is told everything from now on."""
        self._subscribers.append(subscriber)

    def tell(self, *values: *Values) -> None:
        """Call all of them; what one raises goes to the caller."""
        for subscriber in self._subscribers:
            subscriber(*values)
