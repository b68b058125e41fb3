# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The wire between a hub and the care service: paths, bodies and the signature of both sides."""

import base64
import hashlib
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

VERSION: Final = 1
"""Wire version; the service accepts this one and the one before."""

PATH_PAIRING: Final = "/v1/pairing"
PATH_MESSAGES: Final = "/v1/hubs/{hub}/messages"
PATH_HEARTBEAT: Final = "/v1/hubs/{hub}/heartbeat"
PATH_STREAM: Final = "/v1/hubs/{hub}/stream"
PATH_WITHDRAWALS: Final = "/v1/hubs/{hub}/withdrawals"

type Hex32 = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
type Word = Annotated[str, Field(max_length=64, pattern=r"^[\w .:/-]*$")]


class _Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class BlindSpot(_Body):
    """A place the hub cannot see, since when (wall seconds, None if uncertain) and why."""

    room: Word | None = None
    room_name: str | None = Field(default=None, max_length=80)
    device: Word | None = None
    why: Word
    since_utc_s: float | None = None


class Alert(_Body):
    """One revision of one incident; `message_id` is the idempotency key.

    `kind`, `priority`, `phase` and `basis` are the wire names of the hub's vocabulary; an unknown
    kind is shown and escalated by its priority, never refused.
    """

    message_id: Hex32
    incident_id: Hex32
    revision: Annotated[int, Field(ge=1)]
    kind: Word
    priority: Literal["urgent", "soon", "info"]
    phase: Word
    room: Word | None = None
    room_name: str | None = Field(default=None, max_length=80)
    device: Word | None = None
    utc_s: float | None = None
    """Wall time of the verdict; None means the hub's clock was not trusted (time uncertain)."""
    age_s: float = Field(ge=0)
    """Seconds from verdict to this sending, by the hub's axis: true even with a wrong clock."""
    evidence: tuple[int, ...] = ()
    """Journal row numbers of the hub, oldest first."""
    blind: tuple[BlindSpot, ...] = ()
    detail: dict[str, str | float] = Field(default_factory=dict)
    count: Annotated[int, Field(ge=1)] = 1
    late: bool = False
    test: bool = False
    basis: Word
    purpose: Word | None = None


class Messages(_Body):
    """Body of a POST to `PATH_MESSAGES`: one alert or a backlog, oldest first."""

    version: int = VERSION
    messages: Annotated[tuple[Alert, ...], Field(min_length=1, max_length=200)]


class Stored(_Body):
    """Answer 202: every listed message is durable at the service."""

    message_ids: tuple[str, ...]


class Heartbeat(_Body):
    """Body of a POST to `PATH_HEARTBEAT`, every `HEARTBEAT_S` seconds of real time."""

    version: int = VERSION
    outbox: Annotated[int, Field(ge=0)]
    blind: tuple[BlindSpot, ...] = ()
    radios: dict[str, str] = Field(default_factory=dict)
    clock_trusted: bool
    paused: bool = False


HEARTBEAT_S: Final = 30.0
"""Interval of heartbeats; the service calls a hub dead after three missed ones plus ten seconds."""


class Withdrawal(_Body):
    """Body of a POST to `PATH_WITHDRAWALS`: a consent ended; repeated until it is answered 202.

    The service erases what it holds of closed incidents of that purpose, of open ones when they are
    closed, and confirms by `withdrawal_confirmed` on the stream.
    """

    version: int = VERSION
    purpose: Word


class PairingRequest(_Body):
    """Body of a POST to `PATH_PAIRING`, signed with the key it carries (keyid "pairing")."""

    version: int = VERSION
    code: str = Field(min_length=8, max_length=9)
    public_key: str = Field(min_length=44, max_length=44)
    """Raw Ed25519 public key, base64."""
    name: str = Field(default="", max_length=80)


class PairingAnswer(_Body):
    """Answer 202 to a pairing request: wait until a person has compared `key_hash`."""

    hub_id: Hex32
    key_hash: str
    service_key: str
    """Raw Ed25519 public key of the service, base64; signs server time in `clock-skew` problems."""


class DownKind(StrEnum):
    """What the service tells a hub on its stream."""

    ESCALATION_RUNNING = "escalation_running"
    NOBODY_REACHED = "nobody_reached"
    """No device took a page; people go on being called, and the flat calls outside its door."""
    SOMEBODY_REACHED = "somebody_reached"
    """After `nobody_reached`: a device took a page. Nobody has accepted yet."""
    CARER_ANSWERED = "carer_answered"
    CARER_CLOSED = "carer_closed"
    TEST_ALARM = "test_alarm"
    ABSENCE = "absence"
    MONITORING_OFF = "monitoring_off"
    WITHDRAWAL_CONFIRMED = "withdrawal_confirmed"


class Down(_Body):
    """One answer or command on the stream (SSE `event: down`, `id:` is `number`).

    A hub acts once a number; after reconnecting with `Last-Event-ID` it gets what it missed.
    """

    number: int
    kind: DownKind
    message_id: str | None = None
    incident_id: str | None = None
    step: Literal["accepted", "on_the_way", "arrived", "declined"] | None = None
    carer: str | None = None
    minutes: int | None = None
    reason: str | None = None
    until_s: float | None = None
    purpose: str | None = None


class Problem(_Body):
    """RFC 9457 problem details; `type` is a relative reference such as `/problems/clock-skew`."""

    type: str
    title: str
    status: int
    detail: str = ""
    server_time: int | None = None
    nonce: str | None = None
    signature: str | None = None
    """For `clock-skew`: base64 Ed25519 signature of the service over "<server_time>|<nonce>"."""


SIGNED_COMPONENTS: Final = ("@method", "@path", "content-digest")
SKEW_S: Final = 300
"""Largest distance of `created` from service time; beyond it the answer is `clock-skew`."""


def content_digest(body: bytes) -> str:
    """Return the RFC 9530 Content-Digest header of a body (SHA-256)."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def signature_input(*, key_id: str, created: int, nonce: str) -> str:
    """Return the RFC 9421 signature parameters of our one profile (Ed25519, label `sig1`)."""
    components = " ".join(f'"{name}"' for name in SIGNED_COMPONENTS)
    return f'({components});created={created};nonce="{nonce}";keyid="{key_id}";alg="ed25519"'


def signature_base(*, method: str, path: str, digest: str, parameters: str) -> bytes:
    """Return the RFC 9421 signature base: what is signed by the hub and verified by the service.

    Args:
        method: HTTP method in capitals.
        path: absolute path of the request, without query.
        digest: value of the Content-Digest header (of the empty body for GET).
        parameters: value of `signature_input`.
    """
    lines = (
        f'"@method": {method}',
        f'"@path": {path}',
        f'"content-digest": {digest}',
        f'"@signature-params": {parameters}',
    )
    return "\n".join(lines).encode()


def key_hash(public_key: bytes) -> str:
    """Return the six digits that two people compare when a hub is paired."""
    return f"{int.from_bytes(hashlib.sha256(public_key).digest()[:8]) % 1_000_000:06d}"
