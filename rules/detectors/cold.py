# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Cold: too cold in a room for longer than airing takes; a tip at home."""

from dataclasses import dataclass, replace
from typing import Final, override

from rules.detectors.detector import Detector, Outcome, kept
from rules.detectors.spells import Spell, Spells, declared, lasted
from rules.model.conclusions import Clear
from rules.model.events import TemperatureMeasured
from rules.model.identity import Seconds
from rules.model.quantities import HOUR_S
from rules.model.verdict import Kind
from rules.situation.situation import Situation

COLD: Final = Kind("cold")


@dataclass(frozen=True, slots=True, kw_only=True)
class ColdLimits:
    """Indoor cold: below 16 degrees for an hour, longer than airing (docs/rules.md, sources)."""

    cold_c: float = 16.0
    cold_for_s: Seconds = 1 * HOUR_S
    again_above_c: float = 17.0


class Cold(Detector[Spells, ColdLimits]):
    """Concludes less than `cold_c` for `cold_for_s`; again only after `again_above_c`."""

    name = "cold"
    memory = Spells
    formerly = ("CLIMATE",)
    limits = ColdLimits
    declares = (declared(COLD, "low_temp"),)

    @override
    def due(self, memory: Spells, limits: ColdLimits) -> Seconds:
        return memory.due(limits.cold_for_s)

    def on_measured(
        self, memory: Spells, event: TemperatureMeasured, now: Situation, limits: ColdLimits
    ) -> Outcome[Spells]:
        """Follow a thermometer."""
        device, celsius = now.device(event.device), event.temperature_c
        assert device is not None
        known = memory.by_device.get(device.id)
        if known is None and celsius >= limits.cold_c:
            return memory, ()
        if known is not None and celsius > limits.again_above_c:
            over = (Clear(COLD, device.id),) if known.told else ()
            return memory.without(device.id), over
        if known is None:
            known = Spell(since=now.at, row=now.seq, temperature_c=celsius)
        spell = replace(known, temperature_c=celsius)
        return kept(memory, memory.having(device.id, spell)), ()

    @override
    def judge(self, memory: Spells, now: Situation, limits: ColdLimits) -> Outcome[Spells]:
        return lasted(memory, COLD, limits.cold_for_s, now)
