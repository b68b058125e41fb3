# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The resident's PIN is kept as argon2id; hashing takes its time in a thread, behind a port."""

import asyncio
from typing import Protocol

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError


class Hasher(Protocol):
    """Makes and checks hashes of PINs; the simulation brings one without a thread."""

    async def hash(self, pin: str) -> str:
        """Return a salted hash."""

    async def verify(self, hashed: str, pin: str) -> bool:
        """Say whether the PIN fits."""


class Argon2:
    """argon2id with the library's profile; the loop goes on meanwhile."""

    def __init__(self) -> None:
        self._argon2 = PasswordHasher()

    async def hash(self, pin: str) -> str:
        """Return a salted hash."""
        return await asyncio.to_thread(self._argon2.hash, pin)

    async def verify(self, hashed: str, pin: str) -> bool:
        """Say whether the PIN fits."""
        try:
            return await asyncio.to_thread(self._argon2.verify, hashed, pin)
        except (VerifyMismatchError, InvalidHashError):
            return False
