# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Presses and falls of the last seconds: every one counts, the same frame heard twice does not."""

from dataclasses import dataclass, field

from rules.model.identity import DeviceId, Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Presses:
    """Axis times of the last presses, by device and radio identity."""

    recent: dict[str, Seconds] = field(default_factory=dict)


def is_new(
    presses: Presses, device: DeviceId, press: str, at: Seconds, same_press_s: Seconds
) -> tuple[Presses, bool]:
    """Say whether this press was not heard before, and remember it.

    Args:
        presses: memory so far.
        device: the device that sent it.
        press: identity the radio gave it.
        at: axis time.
        same_press_s: seconds in which an equal press is the same frame again.
    """
    key = f"{device}|{press}"
    recent = {old: when for old, when in presses.recent.items() if at - when <= same_press_s}
    if key in recent:
        return Presses(recent=recent), False
    recent[key] = at
    return Presses(recent=recent), True


def hub_was_off(presses: Presses, gap_s: Seconds) -> Presses:
    """Move presses on by a gap: a broker repeats what it said just before the power went."""
    if not presses.recent:
        return presses
    return Presses(recent={key: when + gap_s for key, when in presses.recent.items()})
