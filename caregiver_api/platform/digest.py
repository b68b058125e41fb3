# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""When info is told: gathered for a while by day, never at night."""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestHours:
    """Local hours in which info may be told.

    Attributes:
        tz: the people's time zone.
        starts_h: first hour.
        ends_h: hour after the last one.
        gather_s: how long info gathers by day.
    """

    tz: tzinfo
    starts_h: int
    ends_h: int
    gather_s: float

    def next_digest(self, utc_s: float) -> float:
        """Return when info that came at `utc_s` is told (unix seconds)."""
        local = datetime.fromtimestamp(utc_s + self.gather_s, self.tz)
        if self.starts_h <= local.hour < self.ends_h:
            return utc_s + self.gather_s
        day = local if local.hour < self.starts_h else local + timedelta(days=1)
        return day.replace(hour=self.starts_h, minute=0, second=0, microsecond=0).timestamp()
