# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The limits a table of detectors is shipped with: one section each, and the situation's own."""

from collections.abc import Iterable
from typing import Any, Final

from rules.detectors.detector import Detector
from rules.model.incident import IncidentLimits
from rules.model.limits import Limits, NoLimits
from rules.model.shared_limits import HelpLimits, NotSeenLimits, TechnicalLimits
from rules.situation.coverage import StuckLimits
from rules.situation.presence import PresenceLimits
from rules.situation.private_time import PauseLimits

OWN: Final = {
    "presence": PresenceLimits(),
    "pause": PauseLimits(),
    "stuck_on": StuckLimits(),
    "incident": IncidentLimits(),
    # Read by the situation or the lifecycle too, so they are there with any table.
    "help_call": HelpLimits(),
    "not_seen": NotSeenLimits(),
    "technical": TechnicalLimits(),
}
"""Sections that belong to no single detector."""


def section_of(detector: Detector[Any, Any]) -> str | None:
    """Return the section of a detector's limits; None when it has no limits."""
    if detector.limits is NoLimits:
        return None
    return detector.section or detector.name


def limits_of(table: Iterable[Detector[Any, Any]]) -> Limits:
    """Return the limits of these detectors as shipped, in the order of the table."""
    records: dict[str, object] = {}
    kinds = []
    for one in table:
        section = section_of(one)
        if section is not None:
            records[section] = one.limits()
        kinds += [declared.kind for declared in one.declares]
    return Limits({**records, **OWN}, kinds=frozenset(kinds))
