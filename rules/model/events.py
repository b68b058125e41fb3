# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What can happen in a flat: one frozen record a kind of event, one union of them all."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from rules.model.consent import ConsentState, Purpose, Recipient
from rules.model.device_events import (
    BatteryMeasured,
    DeviceEvent,
    DeviceHeard,
    DeviceSilent,
    DoorClosed,
    DoorOpened,
    FallSensed,
    FinePressed,
    HazardEnded,
    HazardSensed,
    HelpPressed,
    HelpTakenBack,
    HumidityMeasured,
    ItemUsed,
    Motion,
    MotionEnded,
    PowerMeasured,
    SeatLeft,
    SeatTaken,
    StateFound,
    SwitchSensed,
    TemperatureMeasured,
)
from rules.model.durability import Journaled
from rules.model.identity import IncidentId, MessageId, Seconds, Seq

__all__ = [
    "BatteryMeasured",
    "DeviceEvent",
    "DeviceHeard",
    "DeviceSilent",
    "DoorClosed",
    "DoorOpened",
    "FallSensed",
    "FinePressed",
    "HazardEnded",
    "HazardSensed",
    "HelpPressed",
    "HelpTakenBack",
    "HumidityMeasured",
    "ItemUsed",
    "Motion",
    "MotionEnded",
    "PowerMeasured",
    "SeatLeft",
    "SeatTaken",
    "StateFound",
    "SwitchSensed",
    "TemperatureMeasured",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class RadioDown(Journaled):
    """A whole source (zigbee, ble, mqtt) cannot hear any of its devices."""

    source: str
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class RadioUp(Journaled):
    """A source hears again."""

    source: str
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Booted(Journaled):
    """The hub started. The gap is unknown (None) unless a trusted clock measured it."""

    at: Seconds
    gap_s: Seconds | None
    clock_trusted: bool
    lost_s: Seconds = 5.0
    """Ordinary events younger than this at the power cut may be missing (group commit)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockChanged(Journaled):
    """The wall clock became trusted or lost its trust; the axis is not touched."""

    at: Seconds
    trusted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageFull(Journaled):
    """The disk is full: ordinary events are dropped, the alarm path goes on."""

    at: Seconds
    full: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RowQuarantined(Journaled):
    """A journal row stopped the process three times and was put aside.

    Attributes:
        kind: name of the event it holds; "" when unknown.
    """

    at: Seconds
    row: Seq
    kind: str = ""


class Instead(StrEnum):
    """What stands in for a damaged file."""

    COPY = "copy"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePutAside(Journaled):
    """A file the hub lives on was damaged at the start and was put aside.

    Attributes:
        file: its name in the data folder.
        instead: the copy before it, or a new and empty one.
    """

    at: Seconds
    file: str
    instead: Instead


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlinePutOff(Journaled):
    """A deadline stopped the process and is deferred, so that what happens else is followed.

    Attributes:
        deadline: of a detector, its handlers (`name.on`), the situation, or "INCIDENTS".
        incident: the incident whose deadline it is, None for a rule's.
        matter: kind and place instead, where the same row opened it: it has no lasting name yet.
        times: how often it stopped the process; until: axis time at which it is tried again.
    """

    at: Seconds
    deadline: str
    times: int
    until: Seconds
    incident: IncidentId | None = None
    matter: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentLaidToRest(Journaled):
    """Memory made from a cleared journal holds an incident that was over: what ended it is gone."""

    at: Seconds
    incident: IncidentId


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredFine(Journaled):
    """The resident says "I am fine" to a question on the panel (a button says `FinePressed`)."""

    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedByTap(Journaled):
    """The resident shares one note (a drift, an unusual day) with her carers by a single tap."""

    at: Seconds
    incident: IncidentId


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused(Journaled):
    """Private time: all sensing but help and hazards rests until `until` (at most 8 h)."""

    at: Seconds
    until: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed(Journaled):
    """Private time ended early."""

    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitStarted(Journaled):
    """The resident says that somebody is with her; ends by itself after `until`."""

    at: Seconds
    until: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitEnded(Journaled):
    """The resident is alone again."""

    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftHome(Journaled):
    """Somebody said that the flat is empty (panel, or a carer's absence command)."""

    at: Seconds
    until: Seconds | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CameHome(Journaled):
    """Somebody said that the resident is back."""

    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentChanged(Journaled):
    """One entry of the consent ledger (event section of ISO/IEC TS 27560)."""

    at: Seconds
    purpose: Purpose
    recipient: Recipient
    state: ConsentState
    notice_version: str = "1"
    by: str = "resident"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementChanged(Journaled):
    """The help agreement of set-up began or ended; the basis of help calls and hazard relay."""

    at: Seconds
    live: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationRunning(Journaled):
    """Receipt of the care service: people are being called for this message."""

    at: Seconds
    message: MessageId


@dataclass(frozen=True, slots=True, kw_only=True)
class NobodyReached(Journaled):
    """Word of the care service: people are being called, and no device took a page so far."""

    at: Seconds
    incident: IncidentId
    message: MessageId
    """The newest message the service knows of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SomebodyReached(Journaled):
    """Word of the care service after `NobodyReached`: a device took a page; nobody accepted yet."""

    at: Seconds
    incident: IncidentId


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondWayTaken(Journaled):
    """No receipt came in time, or nobody was reached: the lamp or relay outside the flat door."""

    at: Seconds
    message: MessageId
    incident: IncidentId | None = None
    """None in rows of a hub that did not write it."""


class CarerStep(StrEnum):
    """How far a carer is with an incident."""

    ACCEPTED = "accepted"
    ON_THE_WAY = "on_the_way"
    ARRIVED = "arrived"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True, kw_only=True)
class CarerAnswered(Journaled):
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
class CarerClosed(Journaled):
    """A carer closed an incident and said why."""

    at: Seconds
    incident: IncidentId
    reason: CloseReason
    carer: str
    message: MessageId | None = None
    """The newest message the service knew then; None from a service that does not say it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TestAlarmAsked(Journaled):
    """Somebody asked for a test of the whole chain; it travels as a message marked as a test."""

    at: Seconds
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenChanged(Journaled):
    """A panel was paired or lost: whether the resident can read and answer there."""

    at: Seconds
    live: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick(Journaled):
    """Time passed and nothing else happened. Silence is evidence too."""

    ordinary: ClassVar[bool] = True
    at: Seconds


type HubEvent = (
    RadioDown
    | RadioUp
    | Booted
    | ClockChanged
    | StorageFull
    | RowQuarantined
    | DeadlinePutOff
    | FilePutAside
    | IncidentLaidToRest
    | Tick
)
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
type ServiceEvent = (
    EscalationRunning
    | NobodyReached
    | SomebodyReached
    | SecondWayTaken
    | CarerAnswered
    | CarerClosed
)
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
