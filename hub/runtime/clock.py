# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The hub's three times: the axis, the wall clock while it is trusted, and real time."""

import ctypes
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from hub.runtime.subscribers import Subscribers
from rules.model.identity import Seconds

# A gap longer than this is more likely a wrong clock than a power cut: it is not added to the axis.
GAP_MAX_S: Final = 30 * 86400.0
DAY_S: Final = 86400.0
# adjtimex(2): the kernel's own word that no time server has set the clock.
_TIME_ERROR: Final = 5
_TIMEX_BYTES: Final = 512  # struct timex is 208 bytes on the longest ABI; spare room costs nothing


def kernel_synchronised() -> bool:
    """Say whether a time server disciplines this machine's clock (adjtimex, else False)."""
    try:
        adjtimex = ctypes.CDLL(None).adjtimex
    except (AttributeError, OSError):
        return False
    state: int = adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES))
    return 0 <= state < _TIME_ERROR


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockStart:
    """What is known about the time between the last journal row and now."""

    at: Seconds
    gap_s: Seconds | None
    trusted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryTime:
    """What the director says: the story's wall time, and story seconds a real second."""

    utc_s: Seconds
    speed: float


class Clock:
    """Axis, wall and real time of one hub process.

    Once trusted, wall time is carried on by the monotonic clock: a jump of the machine's clock
    moves nothing.

    Args:
        monotonic: real seconds that never go back.
        wall_clock: the machine's idea of seconds since 1970; may be wrong by decades.
        synchronised: says whether the wall clock can be trusted now.
    """

    def __init__(
        self,
        *,
        monotonic: Callable[[], Seconds] = time.monotonic,
        wall_clock: Callable[[], Seconds] = time.time,
        synchronised: Callable[[], bool] = kernel_synchronised,
    ) -> None:
        self.real = monotonic
        self._wall_clock = wall_clock
        self._synchronised = synchronised
        self._axis0 = 0.0
        self._real0 = monotonic()
        self._speed = 1.0
        self._utc_less_real: float | None = None
        self._service_less_real: float | None = None
        self._story_utc_less_axis: float | None = None
        self.moved = Subscribers[()]()
        """Told after the axis jumped or changed its speed."""

    def start(
        self,
        last_at: Seconds | None,
        last_utc_s: Seconds | None,
        story: StoryTime | None = None,
    ) -> ClockStart:
        """Take the axis up where the journal left it, plus a gap that a trusted clock measured.

        Args:
            last_at: axis of the last journal row, None for a new journal.
            last_utc_s: its wall time, None if it was untrusted.
            story: when the showcase leads the clock.
        """
        gap_s: Seconds | None = 0.0 if last_at is None else None
        trusted = story is not None or self._synchronised()
        now_s = self._wall_clock() if story is None else story.utc_s
        if trusted and last_at is not None and last_utc_s is not None:
            gap_s = now_s - last_utc_s
            if not 0.0 <= gap_s <= GAP_MAX_S:
                gap_s = None
        self._axis0 = (last_at or 0.0) + (gap_s or 0.0)
        self._real0 = self.real()
        if story is not None:
            self._story_utc_less_axis = story.utc_s - self._axis0
            self._speed = story.speed
        elif trusted:
            self._utc_less_real = now_s - self._real0
        return ClockStart(at=self._axis0, gap_s=gap_s, trusted=trusted)

    def axis(self) -> Seconds:
        """Return axis time now, to the millisecond."""
        return round(self._axis0 + (self.real() - self._real0) * self._speed, 3)

    def utc(self) -> Seconds | None:
        """Return wall time in seconds since 1970, None while no clock is trusted."""
        if self._story_utc_less_axis is not None:
            return round(self.axis() + self._story_utc_less_axis, 3)
        if self._utc_less_real is None:
            return None
        return round(self.real() + self._utc_less_real, 3)

    def utc_of(self, at: Seconds) -> Seconds | None:
        """Return the wall time of a moment of this run's axis, None while no clock is trusted."""
        now = self.utc()
        return None if now is None else now - (self.axis() - at)

    @property
    def trusted(self) -> bool:
        """Say whether wall time is trusted now."""
        return self._utc_less_real is not None or self._story_utc_less_axis is not None

    @property
    def machine_agrees(self) -> bool:
        """Say whether the machine's own clock, which OpenSSL asks, is right to a day."""
        if self._utc_less_real is None:
            return False
        return abs(self._wall_clock() - self.real() - self._utc_less_real) < DAY_S

    def wall_ms(self) -> int:
        """Return real wall milliseconds, for comparing traces of processes; never for decisions."""
        return int(self._wall_clock() * 1000)

    def check(self) -> bool:
        """Look whether a time server has set the clock meanwhile; True when trust is new."""
        new = not self.trusted
        if self._story_utc_less_axis is None and self._synchronised():
            self._utc_less_real = self._wall_clock() - self.real()
        return new and self.trusted

    # --- service time: signatures, and a second opinion on the wall clock

    def signing_s(self) -> int:
        """Return `created` for a signature: service time as far as known, else the best guess."""
        if self._service_less_real is not None:
            return max(0, int(self.real() + self._service_less_real))
        if self._utc_less_real is not None:
            return max(0, int(self.real() + self._utc_less_real))
        return max(0, int(self._wall_clock()))

    def signed_time(self, service_s: Seconds) -> bool:
        """Take over time signed by the service; True when the wall clock became trusted by it."""
        self._service_less_real = service_s - self.real()
        return self._trust(self._service_less_real)

    def accepted(self) -> bool:
        """Note that the service took a signature; True when that made the wall clock trusted."""
        if self._service_less_real is not None:
            return self._trust(self._service_less_real)
        return self._trust(self._wall_clock() - self.real())

    def _trust(self, utc_less_real: float) -> bool:
        if self.trusted:
            return False
        self._utc_less_real = utc_less_real
        return True

    # --- story time: only the story clock client calls these

    @property
    def speed(self) -> float:
        """Axis seconds a real second."""
        return self._speed

    def run_at(self, speed: float) -> None:
        """Let the axis run faster or slower from now on."""
        assert self._story_utc_less_axis is not None, "only story time has a speed"
        assert speed >= 0
        self._axis0, self._real0 = self.axis(), self.real()
        self._speed = speed
        self.moved.tell()

    def jump(self, to_utc_s: Seconds) -> None:
        """Move the axis forward to a moment of the story; a moment that is over changes nothing."""
        assert self._story_utc_less_axis is not None, "only story time jumps"
        self._axis0 = max(self.axis(), to_utc_s - self._story_utc_less_axis)
        self._real0 = self.real()
        self.moved.tell()

    def axis_of(self, utc_s: Seconds) -> Seconds | None:
        """Return the axis of a wall moment, None while no clock is trusted."""
        now = self.utc()
        return None if now is None else self.axis() + (utc_s - now)

    def real_until(self, at: Seconds) -> Seconds:
        """Return real seconds until the axis reaches `at`; a day while the axis stands."""
        if self._speed == 0:
            return 86400.0
        return max(0.0, (at - self.axis()) / self._speed)
