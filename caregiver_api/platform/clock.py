# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Service time: an axis that never goes back, and the escalation clock that a story may move."""

import time
from typing import Final, Protocol

from caregiver_api.platform.live import Signal

HOUR_S: Final = 3600.0


class MachineClocks(Protocol):
    """The machine's two clocks."""

    def utc(self) -> float:
        """Return wall time in unix seconds; it may jump."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never go back and count the time the machine sleeps."""
        ...


class SystemClocks:
    """The real clocks of this machine."""

    def utc(self) -> float:
        """Return wall time in unix seconds."""
        return time.time()

    def monotonic(self) -> float:
        """Return seconds since boot, with time asleep where the system counts it."""
        boottime = getattr(time, "CLOCK_BOOTTIME", None)
        return time.monotonic() if boottime is None else time.clock_gettime(boottime)


class Axis:
    """Service time in unix seconds: anchored to the wall clock, carried by the monotonic one.

    Signatures, sessions, heartbeats and the dead-man's switch live on it. A wall clock that is put
    back, also while the service was down, never moves it back.
    """

    def __init__(self, clock: MachineClocks) -> None:
        self._clock = clock
        self._offset_s = clock.utc() - clock.monotonic()
        self.started_s = self.now()

    def now(self) -> float:
        """Return service time in unix seconds."""
        return self._clock.monotonic() + self._offset_s

    def never_before(self, utc_s: float) -> None:
        """Step forward to the latest time that an earlier run has seen."""
        self._offset_s += max(0.0, utc_s - self.now())
        self.started_s = max(self.started_s, self.now())


class EscalationTime:
    """Time of escalation chains: service time, or the story's when the showcase moves it.

    Attributes:
        moved: rises whenever a jump or another speed makes sleepers recount.
    """

    def __init__(self, axis: Axis) -> None:
        self._axis = axis
        self._anchor: tuple[float, float] | None = None
        self._speed = 1.0
        self.moved = Signal()

    def now(self) -> float:
        """Return escalation time in unix seconds; never goes back."""
        if self._anchor is None:
            return self._axis.now()
        axis_s, story_s = self._anchor
        return story_s + (self._axis.now() - axis_s) * self._speed

    @property
    def in_story(self) -> bool:
        """Say whether a director moves this clock."""
        return self._anchor is not None

    @property
    def speed(self) -> float:
        """Return escalation seconds per real second."""
        return self._speed

    def real_s(self, seconds: float) -> float:
        """Return how long to sleep for that many seconds of escalation time, at most an hour."""
        if self._speed == 0.0:
            return HOUR_S
        return min(HOUR_S, max(0.0, seconds) / self._speed)

    def tell(self, *, utc_s: float | None = None, speed: float | None = None) -> None:
        """Be at `utc_s` of the story (a time in the past is ignored), run `speed` times as fast."""
        here = self.now()
        told = utc_s is not None and (self._anchor is None or utc_s > here)
        self._anchor = (self._axis.now(), utc_s if told and utc_s is not None else here)
        if speed is not None:
            assert speed >= 0.0, "time never goes back"
            self._speed = speed
        self.moved.notify()
