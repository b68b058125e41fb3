# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Limits that the situation or the incident lifecycle reads as well as a detector."""

from dataclasses import dataclass

from rules.model.identity import Seconds
from rules.model.quantities import HOUR_S, MINUTE_S


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpLimits:
    """How presses become cards.

    Sources: 30 min on one card (CONTRACTS, table); 30 s in which an equal press is the same frame
    re-delivered (a ZCL sequence number wraps after 256 frames: a longer memory could swallow a real
    call).
    """

    card_s: Seconds = 30 * MINUTE_S
    same_press_s: Seconds = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSeenLimits:
    """After which gap, and how long, one waits for a sign of life.

    Source: CONTRACTS, time: a gap above 15 min with somebody at home has its own deadline of 30
    min; then 60 s to answer. A gap of unknown length counts as long. Private time that ran out by
    day is such a gap too: what happened in it nobody saw.
    """

    gap_s: Seconds = 15 * MINUTE_S
    after_s: Seconds = 30 * MINUTE_S
    ask_s: Seconds = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TechnicalLimits:
    """When technology is worth a word.

    Sources: 15 % and 30 %: a coin cell lasts weeks below 15, a new one reads above 30. 60 s: a
    radio's own restart takes up to 30 s. 2 min: a restart of the hub takes seconds. 5 min: a time
    server answers within one. 09:00: notes that can wait are said once a day, in working hours.
    """

    battery_low_pct: float = 15.0
    battery_good_pct: float = 30.0
    radio_grace_s: Seconds = 60.0
    power_gap_s: Seconds = 2 * MINUTE_S
    clock_grace_s: Seconds = 5 * MINUTE_S
    bundle_at_s: Seconds = 9 * HOUR_S
