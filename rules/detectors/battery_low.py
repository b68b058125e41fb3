# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Battery low: said once below the limit, until it reads like a new one."""

from dataclasses import dataclass
from typing import Final

from rules.detectors.detector import Detector, Outcome
from rules.detectors.technology import about_device, declared
from rules.model.conclusions import Clear
from rules.model.declaration import by_device
from rules.model.events import BatteryMeasured
from rules.model.identity import DeviceId
from rules.model.shared_limits import TechnicalLimits
from rules.model.verdict import Kind
from rules.situation.situation import Situation

BATTERY_LOW: Final = Kind("battery_low")


@dataclass(frozen=True, slots=True, kw_only=True)
class LowBatteries:
    """Devices whose low battery was said."""

    told: frozenset[DeviceId] = frozenset()


class BatteryLow(Detector[LowBatteries, TechnicalLimits]):
    """Concludes less than `battery_low_pct`, once until `battery_good_pct`."""

    name = "battery_low"
    section = "technical"
    memory = LowBatteries
    limits = TechnicalLimits
    declares = (declared(BATTERY_LOW, by_device, "low_battery"),)

    def on_measured(
        self, memory: LowBatteries, event: BatteryMeasured, now: Situation, limits: TechnicalLimits
    ) -> Outcome[LowBatteries]:
        """Follow a battery."""
        device = now.device(event.device)
        assert device is not None
        if event.charge_pct >= limits.battery_good_pct:
            if device.id not in memory.told:
                return memory, ()
            return LowBatteries(told=memory.told - {device.id}), (Clear(BATTERY_LOW, device.id),)
        if event.charge_pct >= limits.battery_low_pct or device.id in memory.told:
            return memory, ()
        verdict = about_device(now, BATTERY_LOW, device, {"charge_pct": event.charge_pct})
        return LowBatteries(told=memory.told | {device.id}), (verdict,)
