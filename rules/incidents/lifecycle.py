# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The table of what incidents hear. Only this folder opens, changes and closes one.

Each step is a function of one incident, its owner and the situation; it returns the incident (None
when it is over) and effects.
"""

from collections.abc import Callable, Mapping
from typing import Final

from rules.incidents import answers, carers, consents
from rules.incidents.incidents import Heard
from rules.incidents.settling import moved
from rules.model import events as ev
from rules.situation.occurrences import Seen

HEARS: Final[Mapping[type, Callable[..., Heard]]] = {
    Seen: moved,
    ev.FinePressed: answers.answered_fine,
    ev.AnsweredFine: answers.answered_fine,
    ev.Paused: answers.paused,
    ev.HelpTakenBack: answers.taken_back,
    ev.SharedByTap: answers.shared,
    ev.CarerAnswered: carers.carer_answered,
    ev.CarerClosed: carers.carer_closed,
    ev.EscalationRunning: carers.escalation_running,
    ev.NobodyReached: carers.nobody_reached,
    ev.SomebodyReached: carers.somebody_reached,
    ev.IncidentLaidToRest: carers.over_long_ago,
    ev.ConsentChanged: consents.consent_changed,
    ev.AgreementChanged: consents.agreement_changed,
}
"""Handlers `(incidents, event, owners, situation)`; they hear what detectors heard before them."""
