# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The last malformed frames of all radios, kept for diagnosis."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from rules.model.identity import Seconds

# A bad device repeats itself: the last ones tell as much as all of them, and cost no disk.
KEPT: Final = 64
# The beginning of a broken payload says which firmware wrote it; the rest could be anything.
BYTES_MAX: Final = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Misread:
    """One frame that was counted and skipped.

    Attributes:
        frame: its name (source, address, place, sequence).
        raw: its first `BYTES_MAX` bytes.
        fault: what was wrong, in a word or two.
    """

    at: Seconds
    frame: str
    raw: bytes
    fault: str


class Recorder:
    """A ring in memory: nothing of it is written or leaves the flat by itself."""

    def __init__(self, *, now: Callable[[], Seconds], kept: int = KEPT) -> None:
        self._now = now
        self._ring: deque[Misread] = deque(maxlen=kept)
        self.total = 0
        """All that were ever kept, also those the ring has forgotten."""

    def keep(self, frame: str, raw: bytes, fault: str) -> None:
        """Keep one malformed frame; the oldest makes room."""
        self.total += 1
        self._ring.append(Misread(at=self._now(), frame=frame, raw=raw[:BYTES_MAX], fault=fault))

    def misread(self) -> tuple[Misread, ...]:
        """Return what is kept, newest last."""
        return tuple(self._ring)
