# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Kinds of incidents on the panel: their icons, and who may answer, share or is allowed what."""

from typing import Final

from hub.projections.incident_cards import IncidentCard
from hub.projections.panel import Panel
from rules.detectors.alarm import LEAK
from rules.detectors.bed_exit import BED_EXIT
from rules.detectors.door_at_night import DOOR_AT_NIGHT
from rules.detectors.falls import FALLS
from rules.detectors.help_call import HELP_CALL
from rules.detectors.registry import DECLARED
from rules.detectors.row_quarantined import ROW_QUARANTINED
from rules.detectors.stillness import STILLNESS
from rules.detectors.stove_unattended import STOVE_UNATTENDED
from rules.model.consent import Basis, ConsentState
from rules.model.verdict import Kind

# Kinds that have no notice on the home screen: they ask, call, or have a screen of their own.
NO_NOTICE: Final = STILLNESS | FALLS | {HELP_CALL, BED_EXIT, DOOR_AT_NIGHT, ROW_QUARANTINED}
ICONS: Final = {STOVE_UNATTENDED: "stove", LEAK: "drop"}
"""Icon of a notice; all other kinds have "info"."""


def is_answerable(card: IncidentCard) -> bool:
    """Say whether "I am fine" answers it."""
    declared = DECLARED.get(card.kind)
    return declared is not None and declared.answerable


def is_hers(card: IncidentCard) -> bool:
    """Say whether it is a note to the resident alone, which she may share by a single tap."""
    declared = DECLARED.get(card.kind)
    return declared is not None and declared.need.basis is Basis.SINGLE_TAP


def is_allowed(panel: Panel, kind: Kind) -> bool:
    """Say whether carers may be told of a kind, as things stand."""
    declared = DECLARED.get(kind)
    if declared is None:
        return False
    need = declared.need
    if need.basis is not Basis.CONSENT:
        return panel.agreement
    given = {one.purpose for one in panel.consents if one.state is ConsentState.GIVEN}
    return need.purpose in given
