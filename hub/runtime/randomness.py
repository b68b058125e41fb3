# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Randomness as a port: keys, nonces and the jitter of a retry."""

import secrets
from typing import Protocol


class Randomness(Protocol):
    """A source of randomness; the simulation passes a seeded one."""

    def draw(self, count: int) -> bytes:
        """Return `count` bytes nobody can foretell."""

    def uniform(self, low: float, high: float) -> float:
        """Return a number between the two, evenly spread."""


class SystemRandomness:
    """Randomness of the operating system."""

    def draw(self, count: int) -> bytes:
        """Return `count` bytes nobody can foretell."""
        return secrets.token_bytes(count)

    def uniform(self, low: float, high: float) -> float:
        """Return a number between the two, evenly spread."""
        return low + (high - low) * secrets.randbelow(1 << 32) / (1 << 32)
