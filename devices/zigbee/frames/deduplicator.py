# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Repeated frames: a device that missed its acknowledgement sends the same bytes again."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from rules.model.identity import Seconds

# A sender repeats within about 1.6 s (three APS tries). Beyond 3 s the same bytes are a new press:
# some buttons never count up, and the driver's own filter of 10 s would swallow their second call.
WINDOW_S: Final = 3.0
# 3 s of the busiest radar mesh we plan for (1,000 frames a second) and room to spare.
REMEMBERED: Final = 4096


class Deduplicator:
    """Remembers (address, endpoint, cluster, bytes with the sequence number) for `WINDOW_S`."""

    def __init__(self, *, monotonic: Callable[[], Seconds]) -> None:
        self._monotonic = monotonic
        self._seen: OrderedDict[tuple[str, int, int, bytes], Seconds] = OrderedDict()

    def repeated(self, address: str, endpoint: int, cluster: int, data: bytes) -> bool:
        """Say whether this very frame was heard before, and remember it."""
        now = self._monotonic()
        place = address, endpoint, cluster, data
        first = self._seen.get(place)
        if first is not None and now - first < WINDOW_S:
            return True
        self._seen.pop(place, None)
        self._seen[place] = now
        while self._seen:
            oldest = next(iter(self._seen.values()))
            if now - oldest < WINDOW_S and len(self._seen) <= REMEMBERED:
                break
            self._seen.popitem(last=False)
        return False
