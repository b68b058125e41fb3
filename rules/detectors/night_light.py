# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Night light: movement at night switches the path lamps on, quiet switches them off again."""

from dataclasses import dataclass
from typing import override

from rules.detectors.detector import Detector, Outcome, kept
from rules.detectors.falls import FALLS, RISKY
from rules.detectors.possible_fall import PossibleFallLimits
from rules.model.apartment import Apartment, Role
from rules.model.effects import Switch
from rules.model.identity import Seconds
from rules.model.quantities import MINUTE_S, NEVER
from rules.situation.activity import Strength
from rules.situation.occurrences import Seen
from rules.situation.situation import Situation


@dataclass(frozen=True, slots=True, kw_only=True)
class NightLightLimits:
    """How long and how bright: long enough to walk back, dim enough not to dazzle (own choice)."""

    off_after_s: Seconds = 5 * MINUTE_S
    level: float = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class NightLightMemory:
    """Whether we switched the path lamps on, and the last movement that asked for it."""

    on: bool = False
    moved_at: Seconds = 0.0


class NightLight(Detector[NightLightMemory, NightLightLimits]):
    """Concludes no verdict, only commands to the lamps that may show the way."""

    name = "night_light"
    memory = NightLightMemory
    limits = NightLightLimits
    formerly = ("NIGHT_LIGHT",)

    @override
    def due(self, memory: NightLightMemory, limits: NightLightLimits) -> Seconds:
        return memory.moved_at + limits.off_after_s if memory.on else NEVER

    def on_seen(
        self, memory: NightLightMemory, event: Seen, now: Situation, limits: NightLightLimits
    ) -> Outcome[NightLightMemory]:
        """Switch on at night; while it is on, every movement keeps it on."""
        moved = event.sign.strength is Strength.MOTION and event.device is not None
        if not moved and not event.front_door:
            return memory, ()
        if memory.on:
            return kept(memory, NightLightMemory(on=True, moved_at=now.at)), ()
        if not now.is_night(now.at):
            return memory, ()
        commands = _switched(now.apartment, on=True, level=limits.level)
        if not commands:
            return memory, ()
        return NightLightMemory(on=True, moved_at=now.at), commands

    @override
    def judge(
        self, memory: NightLightMemory, now: Situation, limits: NightLightLimits
    ) -> Outcome[NightLightMemory]:
        last, quiet_at = now.signs.last, now.quiet_at
        sits_still = (
            last is not None
            and quiet_at is not None
            and now.room_type(last.room) in RISKY
            and quiet_at + now.limits[PossibleFallLimits].silence_s > now.at
        )
        if sits_still or now.any_open(FALLS):
            # She sits still in bath or hall, or lies there: the light stays until that is over.
            return NightLightMemory(on=True, moved_at=now.at), ()
        return NightLightMemory(), _switched(now.apartment, on=False, level=None)


def _switched(apartment: Apartment, *, on: bool, level: float | None) -> tuple[Switch, ...]:
    return tuple(
        Switch(device=device.id, on=on, why="night_light", level=level)
        for device in apartment.devices
        if device.role is Role.LAMP and device.night_light
    )
