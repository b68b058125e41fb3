# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Consent as a pure decision: may this message leave the flat, and on which live basis?"""

from dataclasses import dataclass
from enum import StrEnum

from rules.model.identity import IncidentId


class Purpose(StrEnum):
    """What the resident can allow, one by one (ISO/IEC TS 27560 purposes)."""

    FALLS = "falls"
    INACTIVITY = "inactivity"
    SAFETY = "safety"
    NIGHT = "night"
    DOOR = "door"
    COMFORT = "comfort"


class Recipient(StrEnum):
    """Who may receive."""

    CARE_TEAM = "care_team"


class ConsentState(StrEnum):
    """States of a consent record (ISO/IEC TS 27560, event section)."""

    REQUESTED = "requested"
    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Basis(StrEnum):
    """The live basis a message leaves the flat on."""

    CONSENT = "consent"
    HELP_AGREEMENT = "help_agreement"
    HAZARD_RELAY = "hazard_relay"
    OPERATION = "operation"
    SINGLE_TAP = "single_tap"


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """What is allowed now: the ledger folded to its latest entry a purpose. Denies by default.

    Attributes:
        given: purposes and who may receive.
        help_agreement: the agreement of set-up is live.
        taps: notes she shared herself, each by one tap.
    """

    given: frozenset[tuple[Purpose, Recipient]] = frozenset()
    help_agreement: bool = False
    taps: tuple[IncidentId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """The basis a kind of message needs.

    Attributes:
        basis: which.
        purpose: only with `Basis.CONSENT`.
        recipient: who would receive it.
        incident: only with `Basis.SINGLE_TAP`: the one note that was shared.
    """

    basis: Basis
    purpose: Purpose | None = None
    recipient: Recipient = Recipient.CARE_TEAM
    incident: IncidentId | None = None


def decide(register: Register, need: Need) -> bool:
    """Say whether the basis is live now. The same function decides at enqueueing and at sending."""
    match need.basis:
        case Basis.CONSENT:
            assert need.purpose is not None, "a consent has a purpose"
            return (need.purpose, need.recipient) in register.given
        case Basis.HELP_AGREEMENT | Basis.HAZARD_RELAY:
            return register.help_agreement
        case Basis.SINGLE_TAP:
            return need.incident is not None and need.incident in register.taps
        case Basis.OPERATION:
            return True
