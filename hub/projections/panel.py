# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The resident's panel as one immutable value; texts are made from it in `hub.web`."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hub.projections.incident_cards import IncidentCard
from hub.storage.audit import AuditEntry
from rules.model.apartment import Role, RoomType
from rules.model.codec import Plain
from rules.model.consent import ConsentState, Purpose
from rules.model.declaration import Declaration
from rules.model.effects import IncidentPhase
from rules.model.identity import DeviceId, IncidentId, RoomId, Seconds
from rules.model.verdict import Blind, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenQuestion:
    """An open question to the resident; `left_s` real seconds remain to answer."""

    incident: IncidentId
    kind: Kind
    room: RoomId | None
    answer_by: Seconds
    left_s: Seconds
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomView:
    """What is seen in a room now; `live` only while a sensor there is really heard."""

    id: RoomId
    type: RoomType
    name: str
    live: bool
    blind: tuple[Blind, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorView:
    """A device and when it was last heard (None: never)."""

    id: DeviceId
    name: str
    role: Role
    room: RoomId
    heard_at: Seconds | None
    heard_utc_s: Seconds | None
    silent: bool
    charge_pct: float | None
    on: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentView:
    """Where one purpose stands; `state` None means never asked.

    `confirmed`: the service has carried a withdrawal out.
    """

    purpose: Purpose
    state: ConsentState | None
    at: Seconds | None
    utc_s: Seconds | None
    by: str
    confirmed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """Something said to the resident; the sentence is made from `key` and `detail`."""

    key: str
    room: RoomId | None
    incident: IncidentId | None
    detail: dict[str, str | float]
    at: Seconds
    utc_s: Seconds | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkView:
    """The way to the care service; `key_hash` are the six digits to compare."""

    paired: bool = False
    connected: bool = False
    key_hash: str = ""
    service_url: str = ""
    quiet_s: Seconds | None = None
    """Real seconds since the service last answered."""
    waiting: int = 0
    """Messages not taken yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """Everything the panel needs at one moment.

    Attributes:
        utc_s: wall time, None while untrusted (then no clock is shown); `local_s` the flat's own.
        question: the question to answer first, None when nobody asks.
        incidents: open ones, newest first; `past` the closed ones of late, newest first.
        paused_until, visit_until, away_until: axis seconds, None when not so; `away` may be
            open-ended.
        sources: radio name -> starting, up or down.
        agreement: the help agreement is live: a help call leaves the flat.
        declared: what follows each kind; an incident may be of a kind of another release.
        accesses: who did or saw what of late, newest first.
    """

    at: Seconds
    utc_s: Seconds | None
    local_s: Seconds | None
    night: bool
    question: OpenQuestion | None
    incidents: tuple[IncidentCard, ...]
    past: tuple[IncidentCard, ...]
    rooms: tuple[RoomView, ...]
    sensors: tuple[SensorView, ...]
    blind: tuple[Blind, ...]
    paused_until: Seconds | None
    visit_until: Seconds | None
    away: bool
    away_until: Seconds | None
    agreement: bool
    consents: tuple[ConsentView, ...]
    told: tuple[Announcement, ...]
    link: LinkView
    sources: dict[str, str]
    storage_full: bool
    pin_set: bool
    declared: Mapping[Kind, Declaration]
    accesses: tuple[AuditEntry, ...] = ()
    version: int = 0

    def incident(self, name: str) -> IncidentCard | None:
        """Return one incident by name, open or past."""
        return next((one for one in (*self.incidents, *self.past) if one.id == name), None)

    @property
    def coming(self) -> tuple[IncidentCard, ...]:
        """Incidents for which somebody said that they come."""
        return tuple(one for one in self.incidents if one.phase is IncidentPhase.ACCEPTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One journal row a verdict rests on, for the "why" page; `event` None when the row is gone."""

    seq: int
    kind: str
    device: DeviceId | None
    at: Seconds | None
    utc_s: Seconds | None
    detail: dict[str, Plain] = field(default_factory=dict)
