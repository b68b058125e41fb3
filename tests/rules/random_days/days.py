# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Random days of a flat, by number: the same number gives the same day, with any release."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rules.model import events as ev
from rules.model.apartment import Apartment, Device, Role
from rules.model.consent import ConsentState, Purpose, Recipient
from rules.model.events import Event, Fact
from rules.model.identity import DeviceId, IncidentId, MessageId, RoomId, Seq, message_id
from rules.model.incident import Incident
from rules.model.quantities import NEVER
from tests.rules.home import MIDNIGHT_UTC_S, demo_apartment

type Make = Callable[[float], Event]
"""Makes an event once its time is known."""
type Step = tuple[float, Make]
"""Seconds that pass, and what happens then."""

STRANGER = DeviceId("not-enrolled")
NEWEST, SOME = IncidentId("0" * 32), MessageId("0" * 32)
HOUR_S, DAY_S = 3600.0, 86400.0


def _apartment() -> Apartment:
    plain = demo_apartment()
    more = (
        Device(id=DeviceId("tap"), role=Role.TAP, room=RoomId("bath")),
        Device(id=DeviceId("drawer"), role=Role.DRAWER, room=RoomId("kitchen")),
        Device(id=DeviceId("smoke-hall"), role=Role.SMOKE, room=RoomId("hall")),
        Device(id=DeviceId("co-kitchen"), role=Role.CARBON_MONOXIDE, room=RoomId("kitchen")),
        Device(id=DeviceId("pendant"), role=Role.WEARABLE, room=RoomId("living"), source="ble"),
        Device(id=DeviceId("hygro-bath"), role=Role.TEMPERATURE, room=RoomId("bath")),
    )
    return replace(plain, devices=(*plain.devices, *more))


FULL = _apartment()
_QUICK = {
    "medication_drawer.on": "true",
    "habits.learn_days": 1,
    "habits.week_days": 1,
    "habits.before_days": 3,
    "habits.rest_days": 2,
}
_WATCHFUL = {**_QUICK, "door_at_night.on": "true", "stuck_on.after_s": 600}


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """An apartment, and the limits that are set there by `section.key`."""

    apartment: Apartment
    limits: dict[str, float | str]


SETTINGS = (
    Setting(apartment=FULL, limits=_QUICK),
    Setting(apartment=replace(FULL, pets=True), limits=_WATCHFUL),
    Setting(
        apartment=replace(
            FULL, devices=tuple(one for one in FULL.devices if one.role is not Role.SOUNDER)
        ),
        limits=_WATCHFUL,
    ),
    Setting(
        apartment=FULL,
        limits={
            **_WATCHFUL,
            "inactivity.limit_s": 8,
            "possible_fall.ask_s": 0,
            "leak.ask_s": 0,
            "off": "heat",
        },
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One random day (or some days): its setting, its facts, where a release is changed in it."""

    setting: Setting
    facts: tuple[Fact, ...]
    cut: int


class _Dice:
    """Chance by number; only `random()` is used, which never changes between releases of Python."""

    def __init__(self, number: int) -> None:
        self._random = random.Random(number)

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * self._random.random()

    def below(self, count: int) -> int:
        return int(self._random.random() * count)

    def one[T](self, of: Sequence[T]) -> T:
        return of[self.below(len(of))]


def _of(*roles: Role) -> tuple[DeviceId, ...]:
    return (*(one.id for one in FULL.devices if one.role in roles), STRANGER)


_ANY = (*(one.id for one in FULL.devices), STRANGER)
_MOTION, _BEDS = _of(Role.MOTION), _of(Role.BED)
_ALARMS = _of(Role.LEAK, Role.SMOKE, Role.CARBON_MONOXIDE)
_PRESSES = ("a", "b", "c", "d")
_BOTH = (True, False)


def _daily(dice: _Dice) -> Make:
    """Return what happens in every flat every day."""
    device, bed = dice.one(_MOTION), dice.one(_BEDS)
    door, item = dice.one(_of(Role.FRONT_DOOR)), dice.one(_of(Role.TAP, Role.DRAWER))
    found, stove = dice.one(_ANY), dice.one(_of(Role.STOVE))
    yes, watts = dice.one(_BOTH), dice.one((0.0, 1500.0))
    makes: tuple[Make, ...] = (
        lambda at: ev.Motion(device=device, at=at),
        lambda at: ev.MotionEnded(device=device, at=at),
        lambda at: ev.DoorOpened(device=door, at=at),
        lambda at: ev.DoorClosed(device=door, at=at),
        lambda at: ev.SeatTaken(device=bed, at=at),
        lambda at: ev.SeatLeft(device=bed, at=at),
        lambda at: ev.ItemUsed(device=item, at=at, active=yes),
        lambda at: ev.StateFound(device=found, at=at, active=yes),
        lambda at: ev.PowerMeasured(device=stove, at=at, power_w=watts),
        lambda at: ev.Tick(at=at),
    )
    return dice.one(makes)


def _rare_device(dice: _Dice) -> Make:
    help_, fine = dice.one(_of(Role.HELP)), dice.one(_of(Role.FINE))
    back, fall = dice.one(_of(Role.TAKE_BACK)), dice.one(_of(Role.FALL_RADAR, Role.WEARABLE))
    relay, alarm = dice.one(_of(Role.STOVE_CUTOFF, Role.LAMP)), dice.one(_ALARMS)
    thermo, hygro = dice.one(_of(Role.TEMPERATURE)), dice.one(_of(Role.TEMPERATURE))
    device, press, yes = dice.one(_ANY), dice.one(_PRESSES), dice.one(_BOTH)
    celsius, humid = dice.between(5, 40), dice.between(20, 99)
    charge = dice.one((3.0, 50.0))
    makes: tuple[Make, ...] = (
        lambda at: ev.HelpPressed(device=help_, at=at, press=press),
        lambda at: ev.HelpPressed(device=help_, at=at, press=press),
        lambda at: ev.FinePressed(device=fine, at=at, press=press),
        lambda at: ev.HelpTakenBack(device=back, at=at),
        lambda at: ev.FallSensed(device=fall, at=at, press=press),
        lambda at: ev.FallSensed(device=fall, at=at, press=press),
        lambda at: ev.SwitchSensed(device=relay, at=at, on=yes),
        lambda at: ev.TemperatureMeasured(device=thermo, at=at, temperature_c=celsius),
        lambda at: ev.HumidityMeasured(device=hygro, at=at, humidity_pct=humid),
        lambda at: ev.HazardSensed(device=alarm, at=at),
        lambda at: ev.HazardSensed(device=alarm, at=at),
        lambda at: ev.HazardEnded(device=alarm, at=at),
        lambda at: ev.BatteryMeasured(device=device, at=at, charge_pct=charge),
        lambda at: ev.DeviceSilent(device=device, at=at),
        lambda at: ev.DeviceHeard(device=device, at=at),
    )
    return dice.one(makes)


def _rare_hub(dice: _Dice) -> Make:
    source, yes = dice.one(("zigbee", "ble")), dice.one(_BOTH)
    gap_s, put_off_s = dice.between(0, 4000), dice.one((20.0, DAY_S))
    # Not one that a gap of the hub moves: the first release moved its rest too.
    deadline = dice.one(("MORNING", "STOVE", "WATER", "DAY"))
    times = 1 + dice.below(4)
    makes: tuple[Make, ...] = (
        lambda at: ev.RadioDown(source=source, at=at),
        lambda at: ev.RadioUp(source=source, at=at),
        lambda at: ev.ClockChanged(at=at, trusted=yes),
        lambda at: ev.StorageFull(at=at, full=yes),
        lambda at: ev.RowQuarantined(at=at, row=Seq(1), kind="HelpPressed" if yes else ""),
        lambda at: ev.FilePutAside(at=at, file="journal", instead=ev.Instead.COPY),
        lambda at: ev.Booted(at=at, gap_s=gap_s, clock_trusted=True),
        lambda at: ev.Booted(at=at, gap_s=None, clock_trusted=False),
        lambda at: ev.DeadlinePutOff(at=at, deadline=deadline, times=times, until=at + put_off_s),
        lambda at: ev.DeadlinePutOff(
            at=at, deadline="INCIDENTS", incident=NEWEST, times=times, until=at + put_off_s
        ),
    )
    return dice.one(makes)


def _rare_people(dice: _Dice) -> Make:
    purpose, recipient = dice.one(tuple(Purpose)), dice.one(tuple(Recipient))
    state, yes, later_s = dice.one(tuple(ConsentState)), dice.one(_BOTH), dice.between(0, 40_000)
    step, reason = dice.one(tuple(ev.CarerStep)), dice.one(tuple(ev.CloseReason))
    known = dice.one((None, SOME))
    makes: tuple[Make, ...] = (
        lambda at: ev.AnsweredFine(at=at),
        lambda at: ev.Paused(at=at, until=at + later_s),
        lambda at: ev.Resumed(at=at),
        lambda at: ev.VisitStarted(at=at, until=at + later_s),
        lambda at: ev.VisitEnded(at=at),
        lambda at: ev.LeftHome(at=at),
        lambda at: ev.LeftHome(at=at, until=at + later_s),
        lambda at: ev.CameHome(at=at),
        lambda at: ev.ConsentChanged(at=at, purpose=purpose, recipient=recipient, state=state),
        lambda at: ev.AgreementChanged(at=at, live=yes),
        lambda at: ev.ScreenChanged(at=at, live=yes),
        lambda at: ev.TestAlarmAsked(at=at, by="Anna"),
        lambda at: ev.EscalationRunning(at=at, message=SOME),
        lambda at: ev.NobodyReached(at=at, incident=NEWEST, message=SOME),
        lambda at: ev.SomebodyReached(at=at, incident=NEWEST),
        lambda at: ev.SecondWayTaken(at=at, incident=NEWEST, message=SOME),
        lambda at: ev.SharedByTap(at=at, incident=NEWEST),
        lambda at: ev.CarerAnswered(at=at, incident=NEWEST, step=step, carer="Anna"),
        lambda at: ev.CarerClosed(
            at=at, incident=NEWEST, reason=reason, carer="Anna", message=known
        ),
        lambda at: ev.IncidentLaidToRest(at=at, incident=NEWEST),
    )
    return dice.one(makes)


def _chance(dice: _Dice) -> list[Step]:
    pause_s = dice.between(0, dice.one((30.0, 600.0, 20_000.0)))
    daily = dice.one((True, True, False))
    rare = dice.one((_rare_device, _rare_hub, _rare_people))
    return [(pause_s, _daily(dice) if daily else rare(dice))]


def _does(kind: Callable[..., Event], device: str, **parts: object) -> Make:
    return lambda at: kind(device=DeviceId(device), at=at, **parts)


def _passes(room: str) -> list[Step]:
    sensor = f"motion-{room}"
    return [(9.0, _does(ev.Motion, sensor)), (61.0, _does(ev.MotionEnded, sensor))]


def _wait(seconds: float) -> Step:
    return seconds, lambda at: ev.Tick(at=at)


def _off(gap_s: float) -> Step:
    return gap_s, lambda at: ev.Booted(at=at, gap_s=gap_s, clock_trusted=True)


_FINE: Step = (40.0, lambda at: ev.AnsweredFine(at=at))
_TAKEN: Step = (
    30.0,
    lambda at: ev.CarerAnswered(
        at=at, incident=NEWEST, step=ev.CarerStep.ACCEPTED, carer="Anna", minutes=8
    ),
)
_OVER: Step = (
    500.0,
    lambda at: ev.CarerClosed(at=at, incident=NEWEST, reason=ev.CloseReason.REAL, carer="Anna"),
)
_BACK: Make = _does(ev.HelpTakenBack, "take-back-bedroom")
_BATH = _passes("bath")
_HABITS: tuple[list[Step], ...] = (
    [*_passes("hall"), *_BATH, _wait(1300.0), _FINE],
    [*_BATH, _wait(1200.0), _wait(80.0), _TAKEN, _OVER],
    [*_passes("kitchen"), (5.0, _does(ev.PowerMeasured, "stove-kitchen", power_w=1800.0))],
    [(5.0, _does(ev.PowerMeasured, "stove-kitchen", power_w=0.0)), *_passes("kitchen")],
    [(5.0, _does(ev.SeatTaken, "bed-bedroom")), (3000.0, _does(ev.SeatLeft, "bed-bedroom"))],
    [(5.0, _does(ev.FallSensed, "radar-bath", press="f")), _FINE, *_passes("living")],
    [(5.0, _does(ev.FallSensed, "pendant", press="g")), *_passes("living")],
    [*_passes("bedroom"), _wait(50_000.0)],
    [*_passes("living"), _off(10.0)],
    [*_passes("living"), _off(1300.0), _wait(1700.0), _FINE],
    [(2.0, _does(ev.DoorOpened, "door-front")), (4.0, _does(ev.DoorClosed, "door-front"))],
    [(3.0, _does(ev.HazardSensed, "smoke-hall")), _wait(300.0), _TAKEN],
    [(3.0, _does(ev.HazardEnded, "smoke-hall")), _OVER],
    [(3.0, _does(ev.HazardSensed, "co-kitchen")), (90.0, _does(ev.HazardEnded, "co-kitchen"))],
    [(9.0, _does(ev.HumidityMeasured, "hygro-bath", humidity_pct=48.0)), *_BATH],
    [(9.0, _does(ev.HumidityMeasured, "hygro-bath", humidity_pct=80.0)), _BATH[0], _wait(3000.0)],
    [(5.0, _does(ev.ItemUsed, "tap", active=True)), _wait(1300.0), _wait(1300.0)],
    [(9.0, _does(ev.TemperatureMeasured, "temp-living", temperature_c=31.0)), _wait(600.0)],
    [(9.0, _does(ev.TemperatureMeasured, "temp-living", temperature_c=12.0)), _wait(3700.0)],
    [(9.0, _does(ev.TemperatureMeasured, "temp-living", temperature_c=21.0))],
    [(9.0, _does(ev.HelpPressed, "cord-bath", press="h")), _TAKEN],
    [(9.0, _does(ev.HelpPressed, "button-ble", press="i")), (50.0, _BACK)],
    [(9.0, _does(ev.BatteryMeasured, "cord-bath", charge_pct=4.0)), _wait(40_000.0)],
)
"""What happens in flats, so that chance does not have to find it letter by letter."""

_SET_UP: tuple[Make, ...] = (
    lambda at: ev.Booted(at=at, gap_s=None, clock_trusted=True),
    lambda at: ev.AgreementChanged(at=at, live=True),
    *(
        lambda at, purpose=purpose: ev.ConsentChanged(
            at=at,
            purpose=purpose,
            recipient=Recipient.CARE_TEAM,
            state=ConsentState.GIVEN,
        )
        for purpose in Purpose
    ),
    *(lambda at, one=one: ev.DeviceHeard(device=one.id, at=at) for one in FULL.devices),
    _does(ev.Motion, "motion-living"),
    _does(ev.MotionEnded, "motion-living"),
)


def _plain_day(dice: _Dice) -> list[Step]:
    count = 1 + dice.below(dice.one((12, 30, 60)))
    steps: list[Step] = []
    for _ in range(count):
        steps += dice.one(_HABITS) if dice.one((True, False)) else _chance(dice)
    return steps


def _whole_days(dice: _Dice) -> list[Step]:
    """Return days without a fault, some livelier than others: drifts come of them."""
    steps: list[Step] = []
    for _ in range(3 + dice.below(6)):
        signs, visits = dice.one((3, 30, 60)) + dice.below(10), dice.below(5)
        awake_s = 14 * HOUR_S / signs
        for _ in range(signs):
            steps.append((awake_s, _does(ev.Motion, f"motion-{dice.one(('living', 'kitchen'))}")))
        for _ in range(visits):
            steps.append((HOUR_S, _does(ev.Motion, "motion-bath")))
        steps.append((DAY_S - 14 * HOUR_S - visits * HOUR_S, _does(ev.Motion, "motion-bedroom")))
        if dice.below(3) == 0:
            steps.append((5.0, lambda at: ev.SharedByTap(at=at, incident=NEWEST)))
    return steps


def random_day(number: int) -> Day:
    """Return a day by its number."""
    dice = _Dice(number)
    setting = dice.one(SETTINGS)
    at = dice.one((8.0, 21.0, 2.0, 9.9)) * HOUR_S
    steps = _whole_days(dice) if number % 5 == 4 else _plain_day(dice)
    cut = dice.below(len(_SET_UP) + len(steps) + 20)
    facts = []
    for row, (pause_s, make) in enumerate([*((0.0, make) for make in _SET_UP), *steps], start=1):
        at += pause_s
        event = make(at)
        trusted = not (isinstance(event, ev.Booted) and not event.clock_trusted)
        utc_s = MIDNIGHT_UTC_S + at if trusted else None
        facts.append(Fact(seq=Seq(row * ROOM), utc_s=utc_s, event=event))
    return Day(setting=setting, facts=tuple(facts), cut=cut)


ROOM = 1_000_000
"""Row numbers leave so much room for ticks between."""


def _about(event: Any, **named: str) -> Event:
    about: Event = replace(event, **named)
    return about


def aimed(fact: Fact, incidents: Mapping[IncidentId, Incident]) -> Fact:
    """Let whatever is about an incident be about the newest open one, if there is one."""
    event = fact.event
    deferred = isinstance(event, ev.DeadlinePutOff)
    # Only what has a deadline can break at it.
    fit = [name for name, one in incidents.items() if one.due < NEVER or not deferred]
    if not fit:
        return fact
    if getattr(event, "incident", None) is not None:
        event = _about(event, incident=fit[-1])
    if getattr(event, "message", None) is not None:
        event = _about(event, message=message_id(fit[-1], 1))
    return replace(fact, event=event)
