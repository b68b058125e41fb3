# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Passwords are kept as argon2id; hashing runs in a thread behind a port, two at a time."""

import asyncio
from typing import Final, Protocol

import argon2
from argon2.exceptions import InvalidHashError, VerifyMismatchError

TOGETHER: Final = 2
"""Hashes computed at once: each takes 64 MiB, and more would starve the alarm path."""


class PasswordHasher(Protocol):
    """Makes and checks password hashes."""

    async def hash(self, password: str) -> str:
        """Return a salted hash."""
        ...

    async def verify(self, hashed: str, password: str) -> bool:
        """Say whether the password fits."""
        ...


class Argon2Passwords:
    """argon2id with the library's RFC 9106 low-memory profile, in a thread."""

    def __init__(self) -> None:
        self._argon2 = argon2.PasswordHasher()
        self._room = asyncio.Semaphore(TOGETHER)

    async def hash(self, password: str) -> str:
        """Return a salted hash."""
        async with self._room:
            return await asyncio.to_thread(self._argon2.hash, password)

    async def verify(self, hashed: str, password: str) -> bool:
        """Say whether the password fits."""
        async with self._room:
            try:
                return await asyncio.to_thread(self._argon2.verify, hashed, password)
            except (VerifyMismatchError, InvalidHashError):
                return False
