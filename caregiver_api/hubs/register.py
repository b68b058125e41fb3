# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Hubs: paired by one-time code and comparison of six digits, known by their key, revocable."""

import hashlib
import hmac
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from caregiver_api import wire
from caregiver_api.audit import trail
from caregiver_api.escalation.policy import EscalationPolicy
from caregiver_api.hubs.signing import Freshness, Signed, public_key
from caregiver_api.platform import schema
from caregiver_api.platform.clock import Axis
from caregiver_api.platform.codec import JsonCodec, RowCodec
from caregiver_api.platform.problems import Refusal
from caregiver_api.platform.randomness import RandomBytes, new_code
from caregiver_api.platform.service_key import ServiceKey
from caregiver_api.platform.store import Store

CODE_S: Final = 600.0
CODE_TRIES: Final = 5
"""Wrong codes after which every open code is void: the guesser cannot be told from the hub."""
HASH_GUESSES: Final = 3
"""Wrong six digits after which a waiting hub is revoked."""


HEARD_S: Final = 3 * wire.HEARTBEAT_S + 10.0
"""Three missed heartbeats and ten seconds: a hub is silent."""
_CHANGED_BY_PEOPLE: Final = ("name", "site", "state", "guesses", "policy", "absent_until_s")


class HubState(StrEnum):
    """Where a hub stands."""

    PENDING = "pending"
    ACTIVE = "active"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedHub:
    """A paired flat.

    Attributes:
        policy: who is called, in order; empty = nobody chose, everybody is called, then the leads.
        heard_s: service time of the last heartbeat or message, None = never.
        silent: incident that says the hub is silent, None while it is heard.
    """

    id: str
    key: bytes
    name: str
    site: str
    state: HubState
    policy: EscalationPolicy = ()
    heard_s: float | None = None
    heartbeat: wire.Heartbeat | None = None
    silent: str | None = None
    absent_until_s: float | None = None
    guesses: int = 0

    def is_heard(self, now_s: float) -> bool:
        """Say whether it is heard at this service time."""
        return self.heard_s is not None and now_s - self.heard_s <= HEARD_S

    @property
    def key_hash(self) -> str:
        """Return the six digits two people compare."""
        return wire.key_hash(self.key)


def hub_id(key: bytes) -> str:
    """Name a hub after its public key."""
    return hashlib.sha256(key).hexdigest()[:32]


_POLICY: Final[JsonCodec[EscalationPolicy]] = JsonCodec(EscalationPolicy.__value__)
_HEARTBEAT: Final[JsonCodec[wire.Heartbeat]] = JsonCodec(wire.Heartbeat, leave_out="defaults")
_ROW: Final = RowCodec(
    PairedHub,
    texts={"policy": _POLICY, "heartbeat": _HEARTBEAT},
    written={"key": "public_key"},
)


class HubRegister:
    """All hubs, in memory as they stand in the database."""

    def __init__(self, store: Store, axis: Axis, randomness: RandomBytes, key: ServiceKey) -> None:
        self._store = store
        self._axis = axis
        self._randomness = randomness
        self._service_key = key
        self._hubs: dict[str, PairedHub] = {}
        self.freshness = Freshness(axis, key)

    async def open(self) -> None:
        """Read the hubs."""

        async def work(connection: AsyncConnection) -> list[PairedHub]:
            return [_ROW.load(row) for row in await connection.execute(sa.select(schema.hub))]

        self._hubs = {one.id: one for one in await self._store.read(work)}

    def all(self) -> tuple[PairedHub, ...]:
        """Return all hubs, by name."""
        return tuple(sorted(self._hubs.values(), key=lambda one: (one.name, one.id)))

    def get(self, hub: str) -> PairedHub:
        """Return a hub.

        Raises:
            Refusal: 404, no such hub.
        """
        if hub not in self._hubs:
            raise Refusal(404, "not-found", "hub")
        return self._hubs[hub]

    def find(self, hub: str) -> PairedHub | None:
        """Return a hub if it is known."""
        return self._hubs.get(hub)

    def remember(self, hub: PairedHub) -> None:
        """Replace a hub in memory, after the database holds it (or will, for what was heard)."""
        self._hubs[hub.id] = hub

    def authenticate(self, signed: Signed, hub: str) -> PairedHub:
        """Return the hub that signed a request to its own address.

        Raises:
            Refusal: 401 or 403; nothing was stored.
        """
        known = self._hubs.get(signed.key_id)
        if known is None:
            raise Refusal(401, "unknown-hub")
        if not signed.by(known.key):
            raise Refusal(401, "signature")
        if known.id != hub:
            raise Refusal(403, "foreign")
        if known.state is HubState.REVOKED:
            raise Refusal(403, "revoked")
        self.freshness.check(signed)
        if known.state is HubState.PENDING:
            raise Refusal(403, "not-confirmed")
        return known

    async def new_code(self, who: str) -> tuple[str, float]:
        """Make a one-time pairing code; return it and until when it holds (service time)."""
        code = new_code(self._randomness)
        until = self._axis.now() + CODE_S

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(
                schema.pairing.insert().values(
                    code_hash=self._code_hash(code), expires_s=until, tries=0
                )
            )
            await self._audit(connection, who, "pairing_code_made", "")

        await self._store.write(work)
        return code, until

    def _code_hash(self, code: str) -> str:
        plain = code.upper().replace("-", "").encode()
        return hmac.new(self._service_key.sign(b"pairing").encode(), plain, "sha256").hexdigest()

    async def pair(self, request: wire.PairingRequest, signed: Signed) -> wire.PairingAnswer:
        """Take a hub in as `pending`; the same request again gets the same answer (lost responses).

        Raises:
            Refusal: 401 signature, 403 code or revoked, 422 key.
        """
        key = public_key(request.public_key)
        if signed.key_id != "pairing" or not signed.by(key):
            raise Refusal(401, "signature")
        code, name, now = self._code_hash(request.code), hub_id(key), self._axis.now()
        hub = PairedHub(
            id=name, key=key, name=request.name or name[:6], site="", state=HubState.PENDING
        )
        pairing, table = schema.pairing, schema.hub

        async def work(connection: AsyncConnection) -> PairedHub | None:
            row = (
                await connection.execute(sa.select(pairing).where(pairing.c.code_hash == code))
            ).one_or_none()
            fits = row is not None and row.expires_s > now and row.tries < CODE_TRIES
            if row is None or not fits or row.hub not in {None, name}:
                await connection.execute(
                    pairing.update()
                    .where(pairing.c.hub.is_(None))
                    .values(tries=pairing.c.tries + 1)
                )
                return None
            known = (
                await connection.execute(sa.select(table).where(table.c.id == name))
            ).one_or_none()
            await connection.execute(
                pairing.update().where(pairing.c.code_hash == code).values(hub=name)
            )
            if known is not None:
                return _ROW.load(known)
            await connection.execute(
                table.insert().values(
                    id=name,
                    public_key=request.public_key,
                    name=hub.name,
                    site="",
                    state=HubState.PENDING,
                    guesses=0,
                    created_s=now,
                )
            )
            await self._audit(connection, name, "hub_paired", name)
            return hub

        stored = await self._store.write(work)
        if stored is None:
            raise Refusal(403, "code")
        if stored.state is HubState.REVOKED:
            raise Refusal(403, "revoked")
        self._hubs.setdefault(name, stored)
        return wire.PairingAnswer(
            hub_id=name, key_hash=hub.key_hash, service_key=self._service_key.public
        )

    async def confirm(self, who: str, hub: str, key_hash: str) -> PairedHub:
        """Make a hub active when the six digits a person read fit; idempotent.

        Raises:
            Refusal: 404 no such hub, 403 revoked, 409 wrong digits (the third time revokes).
        """
        known = self.get(hub)
        if known.state is HubState.REVOKED:
            raise Refusal(403, "revoked")
        if hmac.compare_digest(known.key_hash, key_hash.replace(" ", "")):
            if known.state is HubState.PENDING:
                await self.update(who, "hub_confirmed", replace(known, state=HubState.ACTIVE))
            return self.get(hub)
        if known.state is HubState.PENDING:
            guesses = known.guesses + 1
            state = HubState.REVOKED if guesses >= HASH_GUESSES else known.state
            wrong = replace(known, guesses=guesses, state=state)
            await self.update(who, "hub_digits_wrong", wrong)
        raise Refusal(409, "key-hash")

    async def update(self, who: str, what: str, hub: PairedHub) -> None:
        """Write a hub as a person changed it, with the deed."""
        row = _ROW.dump(hub)

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(
                schema.hub.update()
                .where(schema.hub.c.id == hub.id)
                .values({name: row[name] for name in _CHANGED_BY_PEOPLE})
            )
            await self._audit(connection, who, what, hub.id)

        await self._store.write(work)
        self.remember(hub)

    async def note_heard(self, hub: PairedHub) -> None:
        """Write when a hub was heard last, its heartbeat, and whether it is silent."""
        row = _ROW.dump(hub)
        await self._store.write(partial(_note_heard, row=row))

    async def _audit(self, connection: AsyncConnection, who: str, what: str, about: str) -> None:
        deed = trail.Deed(at_s=self._axis.now(), who=who, what=what, about=about, detail={})
        await trail.write(connection, deed)


async def _note_heard(connection: AsyncConnection, *, row: dict[str, Any]) -> None:
    table = schema.hub
    heard = {name: row[name] for name in ("heard_s", "heartbeat", "silent")}
    await connection.execute(sa.update(table).where(table.c.id == row["id"]).values(heard))
