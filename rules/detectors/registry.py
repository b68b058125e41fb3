# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The table of all detectors. Its order is the order in which they hear an event and in which equal deadlines fire."""

from typing import Any, Final

from rules.detectors import falls, hazards, help_call, home, night, stillness, technology
from rules.detectors.detector import Detector

TABLE: Final[tuple[Detector[Any, Any], ...]] = (
    help_call.HelpCall(),
    falls.FallSensed(),
    technology.PowerWasOff(),
    stillness.NoFirstMovement(),
    stillness.NotSeen(),
    stillness.Inactivity(),
    falls.PossibleFall(),
    night.BedExit(),
    night.DoorAtNight(),
    hazards.StoveUnattended(),
    hazards.Hazards(),
    hazards.HeatAndCold(),
    technology.StuckOn(),
    technology.RadioDown(),
    technology.ClockUntrusted(),
    home.KitchenUnused(),
    night.NightLamp(),
    home.WaterRunning(),
    home.MedicationDrawer(),
    home.ChangedDays(),
    technology.SensorSilent(),
    technology.BatteryLow(),
    technology.StorageFull(),
    technology.RowQuarantined(),
    technology.TestAlarm(),
)
