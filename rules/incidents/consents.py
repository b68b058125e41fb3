# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Consent and help agreement: what may leave the flat, and what is taken back unsent."""

from dataclasses import replace

from rules.incidents.incidents import LEDGER_KEPT, Heard, Incidents
from rules.incidents.owner import Effects, Owners
from rules.model.consent import Basis, ConsentState, Need
from rules.model.effects import Purge
from rules.model.events import AgreementChanged, ConsentChanged
from rules.situation.situation import Situation


def consent_changed(
    incidents: Incidents, event: ConsentChanged, _owners: Owners, _now: Situation
) -> Heard:
    """Follow one entry of the ledger; a withdrawal takes back what was not sent yet."""
    ledger = (*incidents.ledger, event)[-LEDGER_KEPT:]
    pair, given = (event.purpose, event.recipient), incidents.register.given
    if event.state is ConsentState.GIVEN:
        register = replace(incidents.register, given=given | {pair})
        return incidents._replace(ledger=ledger, register=register), ()
    register = replace(incidents.register, given=given - {pair})
    need = Need(basis=Basis.CONSENT, purpose=event.purpose, recipient=event.recipient)
    effects: Effects = (Purge(need=need),) if pair in given else ()
    return incidents._replace(ledger=ledger, register=register), effects


def agreement_changed(
    incidents: Incidents, event: AgreementChanged, _owners: Owners, _now: Situation
) -> Heard:
    """Follow the help agreement of set-up; what rests on it is taken back when it ends."""
    ended = incidents.register.help_agreement and not event.live
    register = replace(incidents.register, help_agreement=event.live)
    effects: Effects = ()
    if ended:
        bases = (Basis.HELP_AGREEMENT, Basis.HAZARD_RELAY)
        effects = tuple(Purge(need=Need(basis=basis)) for basis in bases)
    return incidents._replace(register=register), effects
