# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The door through which real time and chance come into the showcase."""

import secrets
import time
from typing import Protocol

from rules.model.identity import Seconds


class Clock(Protocol):
    """Real time; the story's time is `showcase.processes.story_clock`."""

    def monotonic(self) -> Seconds:
        """Return seconds that never go back, for waiting and for lengths."""

    def wall_ms(self) -> float:
        """Return Unix milliseconds, to be shown and compared with those of hub and service."""


class SystemClock:
    """The machine's clocks."""

    def monotonic(self) -> Seconds:
        """Return seconds that never go back."""
        return time.monotonic()

    def wall_ms(self) -> float:
        """Return Unix milliseconds."""
        return time.time_ns() / 1e6


def fresh_secret() -> str:
    """Return a random password or token of 128 bits, safe in addresses and environments."""
    return secrets.token_urlsafe(16)


def fresh_key() -> str:
    """Return a random key of 128 bits as hexadecimal digits."""
    return secrets.token_hex(16)


def fresh_pin() -> str:
    """Return a random PIN of four digits for the resident's panel."""
    return f"{secrets.randbelow(10_000):04d}"
