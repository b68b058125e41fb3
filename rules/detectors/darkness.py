# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Darkness: time in which nothing could be seen, and when it is too long to be passed over."""

from typing import Final

from rules.model.quantities import MINUTE_S
from rules.situation.occurrences import Unseen

UNSEEN_S: Final = 15 * MINUTE_S
"""More than this at a stretch, and what was counted before counts no longer (docs/rules.md)."""


def is_long(unseen: Unseen) -> bool:
    """Say whether so much could not be seen; a length nobody knows is long."""
    return unseen.dark_s is None or unseen.dark_s > UNSEEN_S
