# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The wall clock as the rules know it: an offset to the axis, or nothing while it is untrusted."""

from dataclasses import dataclass
from math import floor

from rules.model.apartment import Apartment
from rules.model.identity import Seconds
from rules.model.quantities import DAY_S, NEVER


@dataclass(frozen=True, slots=True, kw_only=True)
class WallClock:
    """Distance from the axis to the wall clock; None while the wall clock is untrusted."""

    offset_s: Seconds | None = None

    def utc_s(self, at: Seconds) -> Seconds | None:
        """Turn axis time into wall seconds since 1970, or None when the hour is not known."""
        return None if self.offset_s is None else at + self.offset_s

    def is_night(self, apartment: Apartment, at: Seconds) -> bool:
        """Say whether it is surely night in the flat; an unknown hour is not night."""
        return self.offset_s is not None and apartment.is_night(at + self.offset_s)

    def next_local(self, apartment: Apartment, after: Seconds, day_s: Seconds) -> Seconds:
        """Return the axis time of the next local time of day strictly after `after`.

        Args:
            apartment: holds the flat's UTC offsets.
            after: axis time.
            day_s: local seconds of day, 0 to 86400.

        Returns:
            Axis time, `NEVER` while the hour is not known.
        """
        if self.offset_s is None:
            return NEVER
        utc_s = after + self.offset_s
        local_s = apartment.local_s(utc_s)
        target_s = floor(local_s / DAY_S) * DAY_S + day_s
        while True:
            # The offset may step (summer time) between now and then: ask again at the guess.
            guess_s = target_s - (local_s - utc_s)
            guess_s = target_s - (apartment.local_s(guess_s) - guess_s)
            if guess_s - self.offset_s > after:
                return guess_s - self.offset_s
            target_s += DAY_S

    def waking_after(self, apartment: Apartment, since: Seconds, length_s: Seconds) -> Seconds:
        """Return the axis time at which so many seconds outside the night have passed.

        Args:
            apartment: holds the hours of the night.
            since: axis time to count from.
            length_s: waking seconds.

        Returns:
            Axis time, `NEVER` while the hour is not known.
        """
        if self.offset_s is None:
            return NEVER
        night_from_s, night_to_s = apartment.night_from_s, apartment.night_to_s
        at = since
        if self.is_night(apartment, at):
            at = self.next_local(apartment, at, night_to_s)
        while True:
            evening = self.next_local(apartment, at, night_from_s)
            if at + length_s <= evening or night_from_s == night_to_s:
                return at + length_s
            length_s -= evening - at
            at = self.next_local(apartment, evening, night_to_s)
