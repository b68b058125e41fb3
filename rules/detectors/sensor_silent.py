# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Sensor silent: a device is quiet for longer than it ever should be."""

from typing import Final, override

from rules.detectors.detector import Detector, Outcome
from rules.detectors.technology import about_device, declared, is_open
from rules.model.conclusions import Clear
from rules.model.declaration import by_device
from rules.model.limits import NoLimits
from rules.model.verdict import Kind, Verdict
from rules.situation.occurrences import CoverageBack, CoverageLost
from rules.situation.situation import Situation

SENSOR_SILENT: Final = Kind("sensor_silent")


class SensorSilent(Detector[None, NoLimits]):
    """Concludes a silent device once, until it is heard again.

    How long is too long stands with the device (`silent_after_s` in the apartment file).
    """

    name = "sensor_silent"
    declares = (declared(SENSOR_SILENT, by_device, "auto_presence_failed"),)

    def on_lost(
        self, memory: None, event: CoverageLost, now: Situation, limits: NoLimits
    ) -> Outcome[None]:
        """Conclude a device that fell silent."""
        detail: dict[str, str | float] = {"silent_after_s": event.device.silent_after_s}
        return memory, (about_device(now, SENSOR_SILENT, event.device, detail),)

    def on_back(
        self, memory: None, event: CoverageBack, now: Situation, limits: NoLimits
    ) -> Outcome[None]:
        """End it when the device is heard."""
        return memory, (Clear(SENSOR_SILENT, event.device.id),)

    @override
    def known(self, verdict: Verdict, now: Situation) -> bool:
        return is_open(verdict, now)
