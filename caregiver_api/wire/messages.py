# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a hub tells the care service: alerts, heartbeats, withdrawals."""

from typing import Annotated, Final, Literal

from pydantic import Field

from caregiver_api.wire.body import VERSION, Hex32, WireBody, Word


class BlindSpot(WireBody):
    """A place the hub cannot see, since when (wall seconds, None if uncertain) and why."""

    room: Word | None = None
    room_name: str | None = Field(default=None, max_length=80)
    device: Word | None = None
    why: Word
    since_utc_s: float | None = None


class Alert(WireBody):
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


class Messages(WireBody):
    """Body of a POST to `PATH_MESSAGES`: one alert or a backlog, oldest first."""

    version: int = VERSION
    messages: Annotated[tuple[Alert, ...], Field(min_length=1, max_length=200)]


class Stored(WireBody):
    """Answer 202: every listed message is durable at the service."""

    message_ids: tuple[str, ...]


class Heartbeat(WireBody):
    """Body of a POST to `PATH_HEARTBEAT`, every `HEARTBEAT_S` seconds of real time."""

    version: int = VERSION
    outbox: Annotated[int, Field(ge=0)]
    blind: tuple[BlindSpot, ...] = ()
    radios: dict[str, str] = Field(default_factory=dict)
    clock_trusted: bool
    paused: bool = False


HEARTBEAT_S: Final = 30.0
"""Interval of heartbeats; the service calls a hub dead after three missed ones plus ten seconds."""


class Withdrawal(WireBody):
    """Body of a POST to `PATH_WITHDRAWALS`: a consent ended; repeated until it is answered 202.

    The service erases what it holds of closed incidents of that purpose, of open ones when they are
    closed, and confirms by `withdrawal_confirmed` on the stream.
    """

    version: int = VERSION
    purpose: Word
