# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Calls for help: every press counts, the same frame heard twice does not."""

from dataclasses import dataclass, field

from rules.model.identity import DeviceId, Seconds
from rules.model.quantities import MINUTE_S


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
class Presses:
    """Presses of the last seconds by device and radio identity."""

    recent: dict[str, Seconds] = field(default_factory=dict)


def is_new(
    presses: Presses, device: DeviceId, press: str, at: Seconds, limits: HelpLimits
) -> tuple[Presses, bool]:
    """Say whether this press was not heard before, and remember it."""
    key = f"{device}|{press}"
    recent = {old: when for old, when in presses.recent.items() if at - when <= limits.same_press_s}
    if key in recent:
        return Presses(recent=recent), False
    recent[key] = at
    return Presses(recent=recent), True


def hub_was_off(presses: Presses, gap_s: Seconds) -> Presses:
    """Move presses on by a gap: a broker repeats what it said just before the power went."""
    if not presses.recent:
        return presses
    return Presses(recent={key: when + gap_s for key, when in presses.recent.items()})
