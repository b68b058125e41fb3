# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the rules conclude: kind, priority, evidence, and what could not be seen."""

from dataclasses import dataclass, field
from enum import StrEnum

from rules.model.consent import Basis, Need, Purpose
from rules.model.identity import DeviceId, RoomId, Seconds, Seq


class Priority(StrEnum):
    """Alarm priorities after IEC 60601-1-8 (high, medium, low)."""

    URGENT = "urgent"
    SOON = "soon"
    INFO = "info"


class Kind(str):
    """Name of a conclusion, owned by the detector that declares it; also its name on the wire."""

    __slots__ = ()

    @property
    def value(self) -> str:
        """The name as plain text."""
        return str(self)


class VerdictKind(StrEnum):
    """Every conclusion, by its wire name; ISO/IEEE 11073-10471 names stand in `STANDARD_NAME`."""

    HELP_CALL = "help_call"
    SMOKE = "smoke"
    CARBON_MONOXIDE = "carbon_monoxide"
    FALL_SENSOR = "fall_sensor"
    FALL_WEARABLE = "fall_wearable"
    POSSIBLE_FALL = "possible_fall"
    INACTIVITY = "inactivity"
    NOT_SEEN = "not_seen"
    NO_FIRST_MOVEMENT = "no_first_movement"
    STOVE_UNATTENDED = "stove_unattended"
    LEAK = "leak"
    BED_EXIT = "bed_exit"
    DOOR_AT_NIGHT = "door_at_night"
    HEAT = "heat"
    COLD = "cold"
    KITCHEN_UNUSED = "kitchen_unused"
    WATER_RUNNING = "water_running"
    MEDICATION_DRAWER = "medication_drawer"
    ACTIVITY_DRIFT = "activity_drift"
    NIGHT_VISITS_DRIFT = "night_visits_drift"
    UNUSUAL_DAY = "unusual_day"
    SENSOR_SILENT = "sensor_silent"
    STUCK_ON = "stuck_on"
    BATTERY_LOW = "battery_low"
    RADIO_DOWN = "radio_down"
    POWER_WAS_OFF = "power_was_off"
    CLOCK_UNTRUSTED = "clock_untrusted"
    STORAGE_FULL = "storage_full"
    ROW_QUARANTINED = "row_quarantined"
    TEST_ALARM = "test_alarm"


NEED: dict[VerdictKind, Need] = {
    VerdictKind.HELP_CALL: Need(basis=Basis.HELP_AGREEMENT),
    VerdictKind.SMOKE: Need(basis=Basis.HAZARD_RELAY),
    VerdictKind.CARBON_MONOXIDE: Need(basis=Basis.HAZARD_RELAY),
    VerdictKind.FALL_SENSOR: Need(basis=Basis.CONSENT, purpose=Purpose.FALLS),
    VerdictKind.FALL_WEARABLE: Need(basis=Basis.CONSENT, purpose=Purpose.FALLS),
    VerdictKind.POSSIBLE_FALL: Need(basis=Basis.CONSENT, purpose=Purpose.FALLS),
    VerdictKind.INACTIVITY: Need(basis=Basis.CONSENT, purpose=Purpose.INACTIVITY),
    VerdictKind.NOT_SEEN: Need(basis=Basis.CONSENT, purpose=Purpose.INACTIVITY),
    VerdictKind.NO_FIRST_MOVEMENT: Need(basis=Basis.CONSENT, purpose=Purpose.INACTIVITY),
    VerdictKind.STOVE_UNATTENDED: Need(basis=Basis.CONSENT, purpose=Purpose.SAFETY),
    VerdictKind.LEAK: Need(basis=Basis.CONSENT, purpose=Purpose.SAFETY),
    VerdictKind.BED_EXIT: Need(basis=Basis.CONSENT, purpose=Purpose.NIGHT),
    VerdictKind.DOOR_AT_NIGHT: Need(basis=Basis.CONSENT, purpose=Purpose.DOOR),
    VerdictKind.HEAT: Need(basis=Basis.CONSENT, purpose=Purpose.COMFORT),
    VerdictKind.COLD: Need(basis=Basis.CONSENT, purpose=Purpose.COMFORT),
    VerdictKind.KITCHEN_UNUSED: Need(basis=Basis.CONSENT, purpose=Purpose.COMFORT),
    VerdictKind.WATER_RUNNING: Need(basis=Basis.CONSENT, purpose=Purpose.COMFORT),
    VerdictKind.MEDICATION_DRAWER: Need(basis=Basis.CONSENT, purpose=Purpose.COMFORT),
    VerdictKind.ACTIVITY_DRIFT: Need(basis=Basis.SINGLE_TAP),
    VerdictKind.NIGHT_VISITS_DRIFT: Need(basis=Basis.SINGLE_TAP),
    VerdictKind.UNUSUAL_DAY: Need(basis=Basis.SINGLE_TAP),
    VerdictKind.SENSOR_SILENT: Need(basis=Basis.OPERATION),
    VerdictKind.STUCK_ON: Need(basis=Basis.OPERATION),
    VerdictKind.BATTERY_LOW: Need(basis=Basis.OPERATION),
    VerdictKind.RADIO_DOWN: Need(basis=Basis.OPERATION),
    VerdictKind.POWER_WAS_OFF: Need(basis=Basis.OPERATION),
    VerdictKind.CLOCK_UNTRUSTED: Need(basis=Basis.OPERATION),
    VerdictKind.STORAGE_FULL: Need(basis=Basis.OPERATION),
    VerdictKind.ROW_QUARANTINED: Need(basis=Basis.OPERATION),
    VerdictKind.TEST_ALARM: Need(basis=Basis.OPERATION),
}
"""The data-flow register's legal side: no message kind without a basis."""

# ISO/IEEE 11073-10471 event names (vocabulary only, no conformity claimed).
STANDARD_NAME: dict[VerdictKind, str] = {
    VerdictKind.HELP_CALL: "pers_activated",
    VerdictKind.SMOKE: "condition_detected",
    VerdictKind.CARBON_MONOXIDE: "condition_detected",
    VerdictKind.FALL_SENSOR: "fall_detected",
    VerdictKind.FALL_WEARABLE: "fall_detected",
    VerdictKind.LEAK: "condition_detected",
    VerdictKind.INACTIVITY: "absence_violation",
    VerdictKind.NO_FIRST_MOVEMENT: "expected_use_start_violation",
    VerdictKind.STOVE_UNATTENDED: "expected_use_stop_violation",
    VerdictKind.DOOR_AT_NIGHT: "occupant_exit_property",
    VerdictKind.HEAT: "high_temp",
    VerdictKind.COLD: "low_temp",
    VerdictKind.KITCHEN_UNUSED: "expected_use_start_violation",
    VerdictKind.WATER_RUNNING: "expected_use_stop_violation",
    VerdictKind.MEDICATION_DRAWER: "expected_use_start_violation",
    VerdictKind.SENSOR_SILENT: "auto_presence_failed",
    VerdictKind.STUCK_ON: "fault",
    VerdictKind.BATTERY_LOW: "low_battery",
    VerdictKind.RADIO_DOWN: "auto_presence_failed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Blind:
    """A place that could not be seen, since when (axis) and why.

    `why` is one of `silent`, `stuck_on`, `radio`, `gap`, `paused`, `no_sensor`, `unheard`.
    """

    room: RoomId | None
    since: Seconds
    why: str
    device: DeviceId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A conclusion of one rule.

    Attributes:
        kind: what is concluded.
        priority: IEC 60601-1-8 priority it would be paged with.
        at: axis time at which it became true.
        room: where; None when it concerns the flat.
        device: the device it rests on or speaks of, if one.
        evidence: journal rows it rests on, oldest first.
        blind: what was not visible meanwhile.
        detail: numbers and words for the sentence, for example `still_s` or `limit_s`.
        late: noticed after its time (a gap or a late tick lay between).
    """

    kind: VerdictKind
    priority: Priority
    at: Seconds
    room: RoomId | None = None
    device: DeviceId | None = None
    evidence: tuple[Seq, ...] = ()
    blind: tuple[Blind, ...] = ()
    detail: dict[str, str | float] = field(default_factory=dict)
    late: bool = False
