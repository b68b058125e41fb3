# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who is called in which order: rungs of people, and how long each has."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """People paged together, and how long they have before the next rung, in seconds."""

    carers: tuple[str, ...]
    wait_s: float


type EscalationPolicy = tuple[Rung, ...]
"""Rungs in the order in which they are called; the last one is called again and again."""
