# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What can happen in a flat: one frozen record a kind of event, one union of them all."""

from dataclasses import dataclass
from enum import StrEnum

from rules.consent import ConsentState, Purpose, Recipient
from rules.identity import DeviceId, IncidentId, MessageId, Seconds, Seq


@dataclass(frozen=True, slots=True, kw_only=True)
class Motion:
    """A motion sensor saw movement (ZCL Occupancy 0x0406 attribute 0x0000 rising, or IAS alarm 1)."""

    device: DeviceId
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class MotionEnded:
    """A motion sensor went back to rest (Occupancy falling, or the sensor's own timer ran out)."""

    device: DeviceId
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorOpened:
    """A contact opened (IAS zone type 0x0015 alarm 1, zigbee2mqtt `contact: false`, BTHome 0x2D)."""

    device: DeviceId
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorClosed:
    """A contact closed."""

    device: DeviceId
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatTaken:
    """A bed or chair contact feels a person (role says which)."""

    device: DeviceId
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatLeft:
    """A bed or chair contact feels nobody any more."""

    device: DeviceId
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemUsed:
    """A cupboard, flush, drawer, tap, switch or appliance was used; either edge is a sign of life."""

    device: DeviceId
    at: Seconds
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpPressed:
    """Cord, button or panel calls for help (raw IAS 0x0500 or 0x0501 command, BTHome button)."""

    device: DeviceId
    at: Seconds
    press: str
    """Identity of this press as the radio tells it (address and sequence number): equal means the same press."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FinePressed:
    """The "I am fine" button in a room was pressed (role `fine`)."""

    device: DeviceId
    at: Seconds
    press: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpTakenBack:
    """The resident took a help call back by the separate control; a repeated press never does."""

    device: DeviceId
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class FallSensed:
    """A fall radar or wearable says "fall" (Tuya DP 116 = 2, Heiman occupancy bits 4-5 = 2, pendant)."""

    device: DeviceId
    at: Seconds
    press: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerMeasured:
    """Active power of a plug or the cooker's meter."""

    device: DeviceId
    at: Seconds
    power_w: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchSensed:
    """A relay, lamp or plug says whether it is on (ZCL OnOff 0x0006 report)."""

    device: DeviceId
    at: Seconds
    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TemperatureMeasured:
    """Room temperature in degrees Celsius."""

    device: DeviceId
    at: Seconds
    temperature_c: float


@dataclass(frozen=True, slots=True, kw_only=True)
class HumidityMeasured:
    """Relative humidity of a room in percent."""

    device: DeviceId
    at: Seconds
    humidity_pct: float


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardSensed:
    """Smoke, carbon monoxide or water detector alarms; the device's role says which."""

    device: DeviceId
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardEnded:
    """Smoke, carbon monoxide or water detector is quiet again."""

    device: DeviceId
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class BatteryMeasured:
    """Charge of a device's battery, 0 to 100 percent; devices that only say "low" report 5."""

    device: DeviceId
    at: Seconds
    charge_pct: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceSilent:
    """An enrolled device has not been heard for longer than it ever should be quiet."""

    device: DeviceId
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceHeard:
    """A device is heard for the first time, or again after silence."""

    device: DeviceId
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class RadioDown:
    """A whole source (zigbee, ble, mqtt) cannot hear any of its devices."""

    source: str
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class RadioUp:
    """A source hears again."""

    source: str
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Booted:
    """The hub started. The length of the gap is unknown (None) unless a trusted clock measured it."""

    at: Seconds
    gap_s: Seconds | None
    clock_trusted: bool
    lost_s: Seconds = 5.0
    """Ordinary events younger than this at the power cut may be missing (group commit)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockChanged:
    """The wall clock became trusted or lost its trust; the axis is not touched."""

    at: Seconds
    trusted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageFull:
    """The disk is full: ordinary events are dropped, the alarm path goes on."""

    at: Seconds
    full: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RowQuarantined:
    """A journal row stopped the process three times and was put aside."""

    at: Seconds
    row: Seq


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredFine:
    """The resident says "I am fine" to an open question on the panel (a button says `FinePressed`)."""

    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedByTap:
    """The resident shares one note (a drift, an unusual day) with her carers by a single tap."""

    at: Seconds
    incident: IncidentId


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused:
    """Private time: sensing for everything but help and hazards rests until `until` (at most 8 h)."""

    at: Seconds
    until: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed:
    """Private time ended early."""

    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitStarted:
    """The resident says that somebody is with her; ends by itself after `until`."""

    at: Seconds
    until: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitEnded:
    """The resident is alone again."""

    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftHome:
    """Somebody said that the flat is empty (panel, or a carer's absence command)."""

    at: Seconds
    until: Seconds | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CameHome:
    """Somebody said that the resident is back."""

    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentChanged:
    """One entry of the consent ledger (event section of ISO/IEC TS 27560)."""

    at: Seconds
    purpose: Purpose
    recipient: Recipient
    state: ConsentState
    notice_version: str = "1"
    by: str = "resident"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementChanged:
    """The help agreement of set-up began or ended; it is the basis of help calls and hazard relay."""

    at: Seconds
    live: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationRunning:
    """Receipt of the care service: people are being called for this message."""

    at: Seconds
    message: MessageId


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondWayTaken:
    """No receipt came in time; the hub used its own way out (lamp or relay outside the flat door)."""

    at: Seconds
    message: MessageId


class CarerStep(StrEnum):
    """How far a carer is with an incident."""

    ACCEPTED = "accepted"
    ON_THE_WAY = "on_the_way"
    ARRIVED = "arrived"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True, kw_only=True)
class CarerAnswered:
    """A human carer took an incident, set off, arrived or declined."""

    at: Seconds
    incident: IncidentId
    step: CarerStep
    carer: str
    """First name as the resident knows it."""
    minutes: int | None = None


class CloseReason(StrEnum):
    """Why an incident is over; feeds the false-alarm rate."""

    REAL = "real"
    FALSE_ALARM = "false_alarm"
    TEST = "test"
    TAKEN_BACK = "taken_back"
    RESIDENT_FINE = "resident_fine"
    CLEARED = "cleared"


@dataclass(frozen=True, slots=True, kw_only=True)
class CarerClosed:
    """A carer closed an incident and said why."""

    at: Seconds
    incident: IncidentId
    reason: CloseReason
    carer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TestAlarmAsked:
    """Somebody asked for a test of the whole chain; it travels as a real message marked as a test."""

    at: Seconds
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenChanged:
    """A panel was paired or lost: whether the resident can read and answer there."""

    at: Seconds
    live: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """Time passed and nothing else happened. Silence is evidence too."""

    at: Seconds


type DeviceEvent = (
    Motion
    | MotionEnded
    | DoorOpened
    | DoorClosed
    | SeatTaken
    | SeatLeft
    | ItemUsed
    | HelpPressed
    | FinePressed
    | HelpTakenBack
    | FallSensed
    | PowerMeasured
    | SwitchSensed
    | TemperatureMeasured
    | HumidityMeasured
    | HazardSensed
    | HazardEnded
    | BatteryMeasured
    | DeviceSilent
    | DeviceHeard
)
type HubEvent = RadioDown | RadioUp | Booted | ClockChanged | StorageFull | RowQuarantined | Tick
type ResidentEvent = (
    AnsweredFine
    | SharedByTap
    | Paused
    | Resumed
    | VisitStarted
    | VisitEnded
    | LeftHome
    | CameHome
    | ConsentChanged
    | AgreementChanged
    | ScreenChanged
    | TestAlarmAsked
)
type ServiceEvent = EscalationRunning | SecondWayTaken | CarerAnswered | CarerClosed
type Event = DeviceEvent | HubEvent | ResidentEvent | ServiceEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """An event as the journal holds it.

    Attributes:
        seq: journal row number.
        utc_s: wall time in seconds since 1970, or None while the wall clock is untrusted.
        event: what happened; `event.at` never lies before the fact before it.
    """

    seq: Seq
    utc_s: Seconds | None
    event: Event
