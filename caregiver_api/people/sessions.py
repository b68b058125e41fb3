# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Log-in by password: sessions live at the server, wrong passwords are slowed down."""

import hashlib
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from caregiver_api.audit import trail
from caregiver_api.people.caregivers import Caregivers, Person
from caregiver_api.platform import schema
from caregiver_api.platform.clock import Axis
from caregiver_api.platform.passwords import PasswordHasher
from caregiver_api.platform.problems import Refusal
from caregiver_api.platform.randomness import RandomBytes
from caregiver_api.platform.store import Store

COOKIE: Final = "tohuus_care"
TOKEN_BYTES: Final = 32
FAILURES: Final = 8
"""Wrong passwords for a name from an address; four times as many from any, eight times for any."""
WINDOW_S: Final = 900.0
REMEMBERED: Final = 10_000
SEEN_EVERY_S: Final = 300.0
"""A session's last use is written at most so often."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A log-in; `hash` is the SHA-256 of what the cookie holds."""

    hash: str
    person: str
    seen_s: float
    expires_s: float


class _Slow:
    """Counts failures by key within a window; keeps a bounded number of keys."""

    def __init__(self, axis: Axis) -> None:
        self._axis = axis
        self._failures: OrderedDict[str, list[float]] = OrderedDict()

    def wait_s(self, key: str, limit: int) -> float:
        """Return how long the key must wait, 0 if not at all."""
        now = self._axis.now()
        recent = [at for at in self._failures.get(key, ()) if at > now - WINDOW_S]
        return recent[-limit] + WINDOW_S - now if len(recent) >= limit else 0.0

    def failed(self, key: str, limit: int) -> None:
        recent = self._failures.setdefault(key, [])
        recent.append(self._axis.now())
        del recent[:-limit]
        self._failures.move_to_end(key)
        while len(self._failures) > REMEMBERED:
            self._failures.popitem(last=False)

    def fits(self, key: str) -> None:
        self._failures.pop(key, None)


class Sessions:
    """All open sessions, in memory as they stand in the database.

    Args:
        idle_s: a session ends after so long without a request.
        full_s: a session ends after so long in any case.
    """

    def __init__(
        self,
        store: Store,
        axis: Axis,
        randomness: RandomBytes,
        hasher: PasswordHasher,
        people: Caregivers,
        *,
        idle_s: float,
        full_s: float,
    ) -> None:
        self._store = store
        self._axis = axis
        self._randomness = randomness
        self._hasher = hasher
        self._people = people
        self._idle_s = idle_s
        self._full_s = full_s
        self._sessions: dict[str, Session] = {}
        self._slow = _Slow(axis)
        self._nobody = ""

    async def open(self) -> None:
        """Read the sessions; hash a password nobody has, to check unknown names against."""

        async def work(connection: AsyncConnection) -> list[Session]:
            rows = await connection.execute(sa.select(schema.session))
            return [
                Session(
                    hash=row.hash, person=row.person, seen_s=row.seen_s, expires_s=row.expires_s
                )
                for row in rows
            ]

        self._sessions = {one.hash: one for one in await self._store.read(work)}
        self._nobody = await self._hasher.hash(self._randomness.token(16).hex())

    async def log_in(self, name: str, password: str, address: str) -> tuple[str, Person]:
        """Check a password; return the token for the cookie and who it is.

        Args:
            name: log-in name.
            password: what was typed.
            address: client address, for the rate limit.

        Raises:
            Refusal: 401 wrong, 429 too many attempts.
        """
        keys = (
            (f"{name} from {address}", FAILURES),
            (f"from {address}", 4 * FAILURES),
            (f"name {name}", 8 * FAILURES),
        )
        wait_s = max(self._slow.wait_s(key, limit) for key, limit in keys)
        if wait_s > 0:
            raise Refusal(429, "too-many", headers={"retry-after": str(int(wait_s) + 1)})
        # Counted before the slow check, so that many attempts at once do not slip through.
        for key, limit in keys:
            self._slow.failed(key, limit)
        person = self._people.named(name)
        fits = await self._hasher.verify(person.password if person else self._nobody, password)
        if person is None or not fits:
            raise Refusal(401, "login")
        for key, _ in keys:
            self._slow.fits(key)
        token = self._randomness.token(TOKEN_BYTES).hex()
        now = self._axis.now()
        session = Session(
            hash=_hash(token), person=person.id, seen_s=now, expires_s=now + self._full_s
        )

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(
                schema.session.insert().values(
                    hash=session.hash, person=person.id, seen_s=now, expires_s=session.expires_s
                )
            )
            deed = trail.Deed(at_s=now, who=person.id, what="logged_in", detail={})
            await trail.write(connection, deed)

        await self._store.write(work)
        self._sessions[session.hash] = session
        return token, person

    async def who(self, token: str | None) -> Person | None:
        """Return whose session a token opens, None if it opens none."""
        if not token:
            return None
        session = self._sessions.get(_hash(token))
        now = self._axis.now()
        if session is None:
            return None
        person = self._people.find(session.person)
        over = now > min(session.expires_s, session.seen_s + self._idle_s)
        if person is None or not person.active or over:
            await self._end(session.hash)
            return None
        if now - session.seen_s > SEEN_EVERY_S:
            seen = replace(session, seen_s=now)
            self._sessions[session.hash] = seen
            await self._store.write(lambda connection: _seen(connection, seen))
        return person

    async def log_out(self, token: str | None) -> None:
        """End a session; nothing happens if there is none."""
        if token:
            await self._end(_hash(token))

    async def _end(self, hashed: str) -> None:
        if self._sessions.pop(hashed, None) is None:
            return

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(
                sa.delete(schema.session).where(schema.session.c.hash == hashed)
            )

        await self._store.write(work)


async def _seen(connection: AsyncConnection, session: Session) -> None:
    table = schema.session
    await connection.execute(
        table.update().where(table.c.hash == session.hash).values(seen_s=session.seen_s)
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
