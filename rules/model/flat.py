# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""One flat as the engine sees it: what is installed, and the limits that hold there."""

from dataclasses import dataclass

from rules.model.apartment import Apartment
from rules.model.limits import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Flat:
    """Apartment and limits; may change between two facts (a device enrolled, a limit set)."""

    apartment: Apartment
    limits: Limits
