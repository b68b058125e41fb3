# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Incidents on the panel by what their kind declares: who may answer, share or is allowed what."""

from typing import Final

from hub.projections.incident_cards import IncidentCard
from hub.projections.panel import Panel
from rules.detectors.alarm import LEAK
from rules.detectors.row_quarantined import ROW_QUARANTINED
from rules.detectors.stove_unattended import STOVE_UNATTENDED
from rules.model.consent import Basis, ConsentState
from rules.model.verdict import Kind

ICONS: Final = {STOVE_UNATTENDED: "stove", LEAK: "drop"}
"""Icon of a notice; all other kinds have "info"."""


def is_noticed(panel: Panel, card: IncidentCard) -> bool:
    """Say whether it has a line on the home screen: she is told of it; others ask or call.

    A fault of the software is told in the room, but is nothing she could see to.
    """
    declared = panel.declared.get(card.kind)
    return declared is None or (declared.told and card.kind != ROW_QUARANTINED)


def is_answerable(panel: Panel, card: IncidentCard) -> bool:
    """Say whether "I am fine" answers it; it does for a kind whose detector is gone."""
    declared = panel.declared.get(card.kind)
    return declared is None or declared.answerable


def is_hers(panel: Panel, card: IncidentCard) -> bool:
    """Say whether it is a note to the resident alone, which she may share by a single tap."""
    declared = panel.declared.get(card.kind)
    return declared is not None and declared.need.basis is Basis.SINGLE_TAP


def is_allowed(panel: Panel, kind: Kind) -> bool:
    """Say whether carers may be told of a kind, as things stand."""
    declared = panel.declared.get(kind)
    if declared is None:
        return False
    need = declared.need
    if need.basis is not Basis.CONSENT:
        return panel.agreement
    given = {one.purpose for one in panel.consents if one.state is ConsentState.GIVEN}
    return need.purpose in given
