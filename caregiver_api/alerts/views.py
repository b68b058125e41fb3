# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What one logged-in person sees: immutable views, no more than the messages' basis allows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from caregiver_api import wire
from caregiver_api.escalation.permissions import CarerAction
from caregiver_api.people.caregivers import Person

RECENT_S: Final = 12 * 3600.0
"""Closed incidents are shown for so long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentStep:
    """One thing that happened to an incident so far; `at_s` on the escalation clock.

    Attributes:
        step: paged, escalated, accepted, on_the_way, arrived, declined, expired, closed, settled,
            nobody_reached or somebody_reached.
        rung: rung of the policy, from 1.
        who: display name of the person who acted, None for the clock.
    """

    step: str
    at_s: float
    rung: int | None = None
    who: str | None = None
    minutes: int | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentOwner:
    """Who has taken an incident.

    Attributes:
        me: it is the person who looks.
        minutes: promised minutes, None if none were named.
        until_s: escalation time after which ownership ends (or, once there, a reminder to close).
    """

    name: str
    me: bool
    minutes: int | None
    until_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NextRung:
    """Who is called next and when (escalation clock); `repeats`: the same people again."""

    at_s: float
    names: tuple[str, ...]
    rung: int
    repeats: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentView:
    """One incident as it is shown; times in unix seconds of the escalation clock.

    Attributes:
        kind: wire name of the verdict; an unknown one is shown as it is.
        standing: bundled, noted, running, accepted, on_the_way, arrived, settled or closed.
        flat_phase: what the flat says of it (asked, answered, paged, closed ...).
        room_name: the room as the household calls it; `room` is the word of the message.
        since_s: when it became true, as far as is known; `uncertain`: the flat's clock was wrong.
        detail: numbers and words for the sentence that says why.
        evidence: journal row numbers of the hub it rests on.
        blind: what could not be seen meanwhile.
        called: who is rung now and has not declined.
        permitted: what the person who looks may do now, the main one first.
        declined: the person who looks has said that she cannot come.
        rings: nobody has taken it, and the person who looks was paged and has not declined.
    """

    incident: str
    hub: str
    flat: str
    kind: str
    priority: str
    standing: str
    flat_phase: str
    room: str | None
    room_name: str | None
    device: str | None
    since_s: float
    opened_s: float
    uncertain: bool
    late: bool
    test: bool
    count: int
    detail: Mapping[str, str | float]
    evidence: tuple[int, ...]
    blind: tuple[wire.BlindSpot, ...]
    basis: str
    purpose: str | None
    tried: tuple[IncidentStep, ...]
    owner: IncidentOwner | None
    next: NextRung | None
    permitted: tuple[CarerAction, ...]
    called: tuple[str, ...] = ()
    declined: bool = False
    rings: bool = False
    closed_s: float | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FlatView:
    """How well a flat is connected; "no data" is never "all is well".

    Attributes:
        live: heard within three heartbeats.
        heard_s: service time of the last sign of life, None = never.
        blind: what the hub cannot see.
        paused: private time; nothing but help calls comes.
        clock_trusted, outbox, radios: as the hub said last.
    """

    hub: str
    flat: str
    site: str
    state: str
    live: bool
    heard_s: float | None
    blind: tuple[wire.BlindSpot, ...]
    paused: bool
    clock_trusted: bool
    outbox: int
    radios: Mapping[str, str]
    absent_until_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Everything one person sees.

    Attributes:
        me: who looks.
        now_s: escalation time; `speed` story seconds per real second (1 outside the showcase).
        service_s: real service time, for `Connection.heard_s`.
        incidents: open ones: urgent first, then nobody's before somebody's, then oldest first.
        recent: closed within 12 hours, newest first.
        flats: connections of all flats this person may see.
        quiet: flats that are connected, fully seen and without an open incident.
        unseen: flats without an open incident that are silent, blind somewhere or paused: nothing
            is known of them.
    """

    me: Person
    now_s: float
    speed: float
    service_s: float
    incidents: tuple[IncidentView, ...]
    recent: tuple[IncidentView, ...]
    flats: tuple[FlatView, ...]
    quiet: int
    unseen: int
