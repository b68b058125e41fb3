# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Stuck on: a motion sensor says "on" for too long and makes its room blind."""

from typing import Final, override

from rules.detectors.detector import Detector, Outcome
from rules.detectors.technology import declared, is_open
from rules.model.conclusions import Clear
from rules.model.declaration import by_device
from rules.model.limits import NoLimits
from rules.model.verdict import Kind, Priority, Verdict
from rules.situation.occurrences import SensorBelieved, SensorStuck
from rules.situation.situation import Situation

STUCK_ON: Final = Kind("stuck_on")


class StuckOn(Detector[None, NoLimits]):
    """Concludes a stuck motion sensor once, until it goes back to rest.

    When a sensor is no longer believed is a limit of the situation (`stuck_on.after_s`).
    """

    name = "stuck_on"
    declares = (declared(STUCK_ON, by_device, "fault"),)

    def on_stuck(
        self, memory: None, event: SensorStuck, now: Situation, limits: NoLimits
    ) -> Outcome[None]:
        """Conclude a sensor that is no longer believed."""
        device = now.device(event.device)
        if device is None or event.row is None:
            return memory, ()
        verdict = now.verdict(
            STUCK_ON,
            Priority.INFO,
            evidence=(event.row,),
            room=device.room,
            device=device.id,
            detail={"on_s": now.at - event.since},
        )
        return memory, (verdict,)

    def on_believed(
        self, memory: None, event: SensorBelieved, now: Situation, limits: NoLimits
    ) -> Outcome[None]:
        """End it when the sensor is believed again."""
        return memory, (Clear(STUCK_ON, event.device),)

    @override
    def known(self, verdict: Verdict, now: Situation) -> bool:
        return is_open(verdict, now)
