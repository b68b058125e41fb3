# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where randomness comes in: session ids, pairing codes, names of people and hubs."""

import base64
import os
from typing import Protocol


class RandomBytes(Protocol):
    """A source of unguessable bytes."""

    def token(self, count: int) -> bytes:
        """Return `count` random bytes."""
        ...


class SystemRandomBytes:
    """The operating system's random source."""

    def token(self, count: int) -> bytes:
        """Return `count` random bytes."""
        return os.urandom(count)


def new_id(randomness: RandomBytes) -> str:
    """Return a name of 32 hexadecimal digits."""
    return randomness.token(16).hex()


def new_code(randomness: RandomBytes) -> str:
    """Return a one-time code of 8 base32 characters (40 bits)."""
    return base64.b32encode(randomness.token(5)).decode()
