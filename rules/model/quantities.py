# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Lengths of time the rules speak in, and the time that never comes."""

from typing import Final

from rules.model.identity import Seconds

MINUTE_S: Final = 60.0
HOUR_S: Final = 3600.0
DAY_S: Final = 86400.0
NEVER: Final[Seconds] = 1e18
"""A due time that is never reached (JSON knows no infinity)."""
LATE_S: Final[Seconds] = 5.0
"""A deadline noticed later than this is marked late (CONTRACTS, time)."""
