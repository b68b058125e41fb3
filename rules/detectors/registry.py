# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The table of all detectors, and the limits it is shipped with."""

from collections.abc import Mapping
from typing import Final

from rules.detectors.battery_low import BatteryLow
from rules.detectors.bed_exit import BedExit
from rules.detectors.clock_untrusted import ClockUntrusted
from rules.detectors.cold import Cold
from rules.detectors.door_at_night import DoorAtNight
from rules.detectors.fall_sensor import FallSensor
from rules.detectors.habits import Habits
from rules.detectors.hazard_relay import HazardRelay
from rules.detectors.heat import Heat
from rules.detectors.help_call import HelpCall
from rules.detectors.inactivity import Inactivity
from rules.detectors.kitchen_unused import KitchenUnused
from rules.detectors.leak import Leak
from rules.detectors.limits import limits_of
from rules.detectors.medication_drawer import MedicationDrawer
from rules.detectors.night_light import NightLight
from rules.detectors.no_first_movement import NoFirstMovement
from rules.detectors.not_seen import NotSeen
from rules.detectors.possible_fall import PossibleFall
from rules.detectors.power_was_off import PowerWasOff
from rules.detectors.radio_down import RadioDownDetector
from rules.detectors.row_quarantined import RowQuarantinedDetector
from rules.detectors.sensor_silent import SensorSilent
from rules.detectors.storage_full import StorageFullDetector
from rules.detectors.stove_unattended import StoveUnattended
from rules.detectors.stuck_on import StuckOn
from rules.detectors.table import Detectors, checked
from rules.detectors.test_alarm import TestAlarm
from rules.detectors.water_running import WaterRunning
from rules.model.declaration import Declaration
from rules.model.verdict import Kind

TABLE: Final[Detectors] = checked(
    (
        HelpCall(),
        FallSensor(),
        PowerWasOff(),
        NoFirstMovement(),
        NotSeen(),
        Inactivity(),
        PossibleFall(),
        BedExit(),
        DoorAtNight(),
        # Before the relay: whether smoke is new is read from what is open.
        StoveUnattended(),
        HazardRelay(),
        Leak(),
        Heat(),
        Cold(),
        StuckOn(),
        RadioDownDetector(),
        ClockUntrusted(),
        KitchenUnused(),
        NightLight(),
        WaterRunning(),
        MedicationDrawer(),
        Habits(),
        SensorSilent(),
        BatteryLow(),
        StorageFullDetector(),
        RowQuarantinedDetector(),
        TestAlarm(),
    )
)
"""Its order is the order in which detectors hear an event and in which equal deadlines fire."""

SHIPPED: Final = limits_of(TABLE)
"""Limits of a flat that has set none of its own."""

DECLARED: Final[Mapping[Kind, Declaration]] = {
    declared.kind: declared for one in TABLE for declared in one.declares
}
"""What follows each kind. A journal may hold kinds of other releases, which are not here."""
