# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Times of day, days and lengths of time, as people of one language write them."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Final

from design.wording.sentence import fill

MINUTE_S: Final = 60
HOUR_MIN: Final = 60
TWO_DAYS_H: Final = 48


class Quantities:
    """Writes quantities in one language.

    Args:
        named: returns a text of `names/quantities.toml` in that language.
    """

    def __init__(self, named: Callable[[str], str]) -> None:
        self._named = named

    def time(self, at: datetime) -> str:
        """Write a time of day as it is written here: 3:07, 3.07."""
        return self._filled("time", hour=str(at.hour), minute=f"{at.minute:02d}")

    def day(self, day: date) -> str:
        """Write a date with its weekday, without the year."""
        weekday = self._named(f"weekdays.{day.weekday()}")
        month = self._named(f"months.{day.month - 1}")
        return self._filled("day", weekday=weekday, day=str(day.day), month=month)

    def span(self, seconds: float) -> str:
        """Write a length of time: "12 minutes", "1 hour 5 minutes"."""
        whole = max(0, round(seconds))
        minutes = round(seconds / MINUTE_S)
        hours, rest = divmod(minutes, HOUR_MIN)
        if whole < MINUTE_S:
            parts = [self._counted("seconds", whole)]
        elif minutes < HOUR_MIN:
            parts = [self._counted("minutes", minutes)]
        elif hours >= TWO_DAYS_H:
            parts = [self._counted("days", hours // 24)]
        else:
            parts = [self._counted("hours", hours)]
            if rest:
                parts.append(self._counted("minutes", rest))
        # A number and its unit stay on one line.
        return " ".join(part.replace(" ", "\u00a0") for part in parts)

    def ago(self, seconds: float) -> str:
        """Write for how long something has been so, short enough for a card's corner."""
        minutes = int(seconds // MINUTE_S)
        if minutes < 1:
            return self._named("ago.now")
        if minutes < HOUR_MIN:
            return self._counted("ago.minutes", minutes)
        if minutes < TWO_DAYS_H * HOUR_MIN:
            return self._counted("ago.hours", round(minutes / HOUR_MIN))
        return self._counted("ago.days", minutes // (24 * HOUR_MIN))

    def _counted(self, name: str, n: int) -> str:
        return fill(self._named(name), {"n": n}, self)

    def _filled(self, name: str, **values: str) -> str:
        return fill(self._named(name), values, self)
