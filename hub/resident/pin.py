# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The resident's PIN: kept as argon2id, hashed in a thread, locked after wrong tries."""

import asyncio
from typing import Final, Protocol

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from hub.pipeline.commits import Commits
from hub.runtime.change_signal import ChangeSignal
from hub.runtime.clock import Clock
from hub.storage.journal import Journal
from rules.model.identity import Seconds

TRIES_MAX: Final = 5
LOCKED_S: Final = 300.0
"""After five wrong PINs consents wait this long, real seconds; help never waits."""
MARK: Final = "pin"


class PinWrong(Exception):
    """The PIN does not fit, or too many were tried.

    Attributes:
        locked_s: real seconds until the next try counts; 0 when it may be at once.
    """

    def __init__(self, locked_s: Seconds = 0.0) -> None:
        super().__init__(locked_s)
        self.locked_s = locked_s


class PinMissing(Exception):
    """No PIN was set yet: it is set at the set-up, before the first consent."""


class PinHasher(Protocol):
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


class Pin:
    """The one PIN of this flat.

    Args:
        journal: keeps its hash.
        commits: makes a new one durable.
        changes: touched when one was set.
        hasher: hashes it.
        clock: real time of the lock.
    """

    def __init__(
        self,
        journal: Journal,
        commits: Commits,
        changes: ChangeSignal,
        *,
        hasher: PinHasher,
        clock: Clock,
    ) -> None:
        self._journal = journal
        self._commits = commits
        self._changes = changes
        self._hasher = hasher
        self._clock = clock
        self._digest = journal.mark(MARK)
        self._wrong = 0
        self._locked_until = 0.0

    @property
    def is_set(self) -> bool:
        """Whether a PIN was set."""
        return self._digest is not None

    async def set(self, pin: str) -> None:
        """Set the PIN (set-up only); 4 to 12 digits."""
        assert pin.isdecimal(), "the set-up route checks this"
        self._digest = await self._hasher.hash(pin)
        self._journal.set_mark(MARK, self._digest)
        self._commits.commit()
        self._wrong = 0
        self._changes.touch()

    async def check(self, pin: str) -> None:
        """Return when the PIN fits.

        Raises:
            PinMissing: no PIN was set.
            PinWrong: it does not, or too many were tried.
        """
        if self._digest is None:
            raise PinMissing
        now = self._clock.real()
        if now < self._locked_until:
            raise PinWrong(self._locked_until - now)
        if await self._hasher.verify(self._digest, pin):
            self._wrong = 0
            return
        self._wrong += 1
        if self._wrong >= TRIES_MAX:
            self._wrong = 0
            self._locked_until = self._clock.real() + LOCKED_S
            raise PinWrong(LOCKED_S)
        raise PinWrong
