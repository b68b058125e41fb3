# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Heat: too warm in a room for hours, or hot at once; a tip at home."""

from dataclasses import dataclass, replace
from typing import Final, override

from rules.detectors.detector import Detector, Outcome, kept
from rules.detectors.spells import Spell, Spells, concluded, declared, lasted
from rules.model.conclusions import Clear
from rules.model.events import TemperatureMeasured
from rules.model.identity import Seconds
from rules.model.quantities import HOUR_S
from rules.model.verdict import Kind
from rules.situation.situation import Situation

HEAT: Final = Kind("heat")


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatLimits:
    """Indoor heat: 28 degrees for 4 h, or 30 at once (docs/rules.md, sources)."""

    warm_c: float = 28.0
    warm_for_s: Seconds = 4 * HOUR_S
    hot_c: float = 30.0
    again_below_c: float = 27.0


class Heat(Detector[Spells, HeatLimits]):
    """Concludes `warm_c` for `warm_for_s`, or `hot_c` at once; again only after `again_below_c`."""

    name = "heat"
    memory = Spells
    limits = HeatLimits
    declares = (declared(HEAT, "high_temp"),)
    formerly = ("CLIMATE",)

    @override
    def due(self, memory: Spells, limits: HeatLimits) -> Seconds:
        return memory.due(limits.warm_for_s)

    def on_measured(
        self, memory: Spells, event: TemperatureMeasured, now: Situation, limits: HeatLimits
    ) -> Outcome[Spells]:
        """Follow a thermometer."""
        device, celsius = now.device(event.device), event.temperature_c
        assert device is not None
        known = memory.by_device.get(device.id)
        if known is None and celsius < limits.warm_c:
            return memory, ()
        if known is not None and celsius < limits.again_below_c:
            over = (Clear(HEAT, device.id),) if known.told else ()
            return memory.without(device.id), over
        if known is None:
            known = Spell(since=now.at, row=now.seq, temperature_c=celsius)
        spell = replace(known, temperature_c=celsius)
        if spell.told or celsius < limits.hot_c:
            return kept(memory, memory.having(device.id, spell)), ()
        verdict = concluded(HEAT, device, replace(spell, row=now.seq), now)
        return memory.having(device.id, replace(spell, told=True)), (verdict,)

    @override
    def judge(self, memory: Spells, now: Situation, limits: HeatLimits) -> Outcome[Spells]:
        return lasted(memory, HEAT, limits.warm_for_s, now)
