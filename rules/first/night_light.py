# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Light on the way at night: movement switches the path lamps on, quiet switches them off again."""

from dataclasses import dataclass

from rules.model.apartment import Apartment, Role
from rules.model.effects import Switch
from rules.model.identity import Seconds
from rules.model.quantities import MINUTE_S, NEVER


@dataclass(frozen=True, slots=True, kw_only=True)
class NightLightLimits:
    """How long and how bright: long enough to walk back, dim enough not to dazzle (own choice)."""

    off_after_s: Seconds = 5 * MINUTE_S
    level: float = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class NightLight:
    """Whether we switched the path lamps on, and the last movement that asked for it."""

    on: bool = False
    moved_at: Seconds = 0.0

    def due(self, limits: NightLightLimits) -> Seconds:
        """Axis time at which the lamps go out."""
        return self.moved_at + limits.off_after_s if self.on else NEVER


def switch(apartment: Apartment, *, on: bool, limits: NightLightLimits) -> tuple[Switch, ...]:
    """Return the commands for every lamp that may show the way."""
    return tuple(
        Switch(device=device.id, on=on, why="night_light", level=limits.level if on else None)
        for device in apartment.devices
        if device.role is Role.LAMP and device.night_light
    )
