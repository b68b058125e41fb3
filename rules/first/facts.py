# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What devices, hub, clock and register say: hazards, power, faults, starts and consents."""

from dataclasses import replace

from rules.first import climate, course, hazards, reminders, stove, technical
from rules.first.bathroom import humid
from rules.first.help_call import is_new
from rules.first.state import LEDGER_KEPT, Due
from rules.first.stove import StoveLimits
from rules.first.technical import Trouble
from rules.first.turn import Turn
from rules.model.apartment import Device, Role
from rules.model.consent import Basis, ConsentState, Need
from rules.model.effects import IncidentPhase, Purge, Switch
from rules.model.events import (
    AgreementChanged,
    BatteryMeasured,
    ConsentChanged,
    DeviceSilent,
    FallSensed,
    FilePutAside,
    HazardEnded,
    HazardSensed,
    HelpPressed,
    HumidityMeasured,
    PowerMeasured,
    RadioDown,
    RadioUp,
    RowQuarantined,
    StorageFull,
    SwitchSensed,
    TemperatureMeasured,
    TestAlarmAsked,
)
from rules.model.identity import DeviceId
from rules.model.incident import Incident
from rules.model.quantities import NEVER
from rules.model.verdict import NEED, Priority, VerdictKind
from rules.situation import activity, coverage


def spoke(turn: Turn, name: DeviceId) -> Device | None:
    """Note that a device was heard; None when it is not enrolled."""
    device = turn.apartment.devices_by_id.get(name)
    if device is None:
        return None
    seen = turn.coverage.devices.get(name)
    if seen is None or seen.sight is not coverage.Sight.LIVE:
        turn.coverage = coverage.heard(turn.coverage, name, turn.at)
        reminders.heard_again(turn, device)
        course.clear(turn, VerdictKind.SENSOR_SILENT, name)
    return device


def device_heard(turn: Turn, name: DeviceId) -> None:
    """A device is heard for the first time or again."""
    spoke(turn, name)


def device_silent(turn: Turn, event: DeviceSilent) -> None:
    """A device was quiet for too long: its room is blind now."""
    device = turn.device(event.device)
    if device is None:
        return
    seen = turn.coverage.devices.get(device.id)
    if seen is not None and seen.sight is coverage.Sight.SILENT:
        return  # said again after a restart: it is blind since it was said first
    turn.coverage = coverage.silent(turn.coverage, device.id, turn.at)
    if device.role in coverage.SEEING:
        reminders.spoilt(turn)
    if turn.find(VerdictKind.SENSOR_SILENT, device.id) is None:
        detail: dict[str, str | float] = {"silent_after_s": device.silent_after_s}
        kind = VerdictKind.SENSOR_SILENT
        course.conclude(turn, technical.about_device(turn, kind, device, turn.seq, detail))


def radio_down(turn: Turn, event: RadioDown) -> None:
    """A source hears nothing: all its devices are blind from now."""
    if event.source in turn.coverage.radios:
        return
    radios = {**turn.coverage.radios, event.source: turn.at}
    turn.coverage = replace(turn.coverage, radios=radios)
    troubles = {**turn.technical.radios, event.source: Trouble(since=turn.at, row=turn.seq)}
    turn.technical = replace(turn.technical, radios=troubles)
    turn.dues[Due.TECHNICAL] = turn.technical.due(turn.limits.technical)


def radio_up(turn: Turn, event: RadioUp) -> None:
    """A source hears again."""
    down_since = turn.coverage.radios.get(event.source)
    seeing = coverage.hears_sensors(turn.apartment, event.source)
    if down_since is not None and seeing and turn.signs.last is not None:
        # What a deaf radio did not hear proves no stillness.
        unseen_s = turn.signs.unseen_s
        since = coverage.dark_since(turn.coverage, turn.apartment, turn.pause)
        turn.signs = activity.unseen(turn.signs, since, turn.at)
        if turn.pause is None:
            reminders.unseen(turn, turn.at - down_since, turn.seq)
            if turn.dues[Due.SILENCE] < NEVER:
                turn.dues[Due.SILENCE] += turn.signs.unseen_s - unseen_s
    radios = {key: at for key, at in turn.coverage.radios.items() if key != event.source}
    turn.coverage = replace(turn.coverage, radios=radios)
    troubles = {key: one for key, one in turn.technical.radios.items() if key != event.source}
    turn.technical = replace(turn.technical, radios=troubles)
    turn.dues[Due.TECHNICAL] = turn.technical.due(turn.limits.technical)
    course.clear(turn, VerdictKind.RADIO_DOWN, event.source)


def storage(turn: Turn, event: StorageFull) -> None:
    """The disk is full, or no longer."""
    if event.full:
        kind = VerdictKind.STORAGE_FULL
        if turn.find(kind, "") is None:
            course.conclude(turn, technical.about_hub(turn, kind, turn.seq, priority=Priority.SOON))
    else:
        course.clear(turn, VerdictKind.STORAGE_FULL, "")


_CALLS = frozenset(kind.__name__ for kind in (HelpPressed, FallSensed, HazardSensed))


def quarantined(turn: Turn, event: RowQuarantined) -> None:
    """A row was put aside: somebody must look at it, and at once if it was a call for help."""
    detail: dict[str, str | float] = {"row": float(event.row)}
    if event.kind:
        detail["event"] = event.kind
    verdict = technical.about_hub(
        turn,
        VerdictKind.ROW_QUARANTINED,
        turn.seq,
        priority=Priority.URGENT if event.kind in _CALLS else Priority.SOON,
        detail=detail,
    )
    course.conclude(turn, replace(verdict, evidence=tuple(sorted({event.row, turn.seq}))))


def file_put_aside(turn: Turn, event: FilePutAside) -> None:
    """A damaged file was put aside: what it held must be looked after."""
    detail: dict[str, str | float] = {"file": event.file, "instead": event.instead.value}
    kind = VerdictKind.ROW_QUARANTINED
    course.conclude(
        turn, technical.about_hub(turn, kind, turn.seq, priority=Priority.SOON, detail=detail)
    )


def battery(turn: Turn, event: BatteryMeasured) -> None:
    """A battery is low, once until it was changed."""
    device = spoke(turn, event.device)
    if device is None:
        return
    limits = turn.limits.technical
    if event.charge_pct >= limits.battery_good_pct:
        if device.id in turn.low_batteries:
            turn.low_batteries -= {device.id}
            course.clear(turn, VerdictKind.BATTERY_LOW, device.id)
    elif event.charge_pct < limits.battery_low_pct and device.id not in turn.low_batteries:
        turn.low_batteries |= {device.id}
        detail: dict[str, str | float] = {"charge_pct": event.charge_pct}
        kind = VerdictKind.BATTERY_LOW
        course.conclude(turn, technical.about_device(turn, kind, device, turn.seq, detail))


def fall(turn: Turn, event: FallSensed) -> None:
    """A radar or pendant says "fall"; in private time it rests."""
    device = spoke(turn, event.device)
    if device is None or turn.pause is not None:
        return
    turn.presses, new = is_new(turn.presses, device.id, event.press, turn.at, turn.limits.help_call)
    wearable = device.role is Role.WEARABLE
    kind = VerdictKind.FALL_WEARABLE if wearable else VerdictKind.FALL_SENSOR
    found = turn.find(kind, device.room)
    if not new or (found is not None and _same_fall(turn, found)):
        return
    verdict = turn.verdict(
        kind, Priority.URGENT, evidence=(turn.seq,), room=device.room, device=device.id
    )
    course.conclude(turn, verdict)


def _same_fall(turn: Turn, found: Incident) -> bool:
    """Whether a radar only repeats the fall that is known: nobody walked elsewhere."""
    if found.phase is IncidentPhase.ANSWERED:
        return False
    last = turn.signs.last
    return last is None or last.at <= found.verdict.at or last.room == found.verdict.room


def power(turn: Turn, event: PowerMeasured) -> None:
    """A meter reports; only the cooker's matters here."""
    device = spoke(turn, event.device)
    if device is None or device.role is not Role.STOVE:
        return
    limits = turn.limits.stove_unattended
    turn.stove = stove.measured(turn.stove, device.id, event.power_w, turn.at, turn.seq, limits)
    turn.dues[Due.STOVE] = turn.stove.due(limits)


def switch(turn: Turn, event: SwitchSensed) -> None:
    """A relay says what it is; a cut stove stays off until it is reset by hand."""
    device = spoke(turn, event.device)
    if device is None or device.role is not Role.STOVE_CUTOFF:
        return
    if not turn.stove.cut or not event.on:
        return
    limits: StoveLimits = turn.limits.stove_unattended
    last = turn.signs.last
    by_hand = last is not None and last.room == device.room and turn.at - last.at <= limits.reset_s
    if by_hand:
        turn.stove = replace(turn.stove, cut=False, told=False)
        turn.dues[Due.STOVE] = turn.stove.due(limits)
    else:
        stay_off(turn)


def stay_off(turn: Turn) -> None:
    """Keep the cut-off switched off."""
    turn.effects.extend(
        Switch(device=device.id, on=False, why="stays_off")
        for device in turn.apartment.devices
        if device.role is Role.STOVE_CUTOFF
    )


def hazard(turn: Turn, event: HazardSensed) -> None:
    """Smoke, gas or water: relayed; for smoke and gas the way is lit, the stove cut."""
    device = spoke(turn, event.device)
    verdict = None if device is None else hazards.sensed(turn, device, turn.seq)
    if verdict is None:
        return
    found = turn.find(verdict.kind, course.place_of(verdict))
    if found is not None and found.verdict.device == verdict.device and not found.over:
        # The detector repeats itself; only after it was quiet does it say something new.
        return
    if verdict.kind is not VerdictKind.LEAK:
        for other in turn.apartment.devices:
            if other.role is Role.LAMP:
                turn.effects.append(Switch(device=other.id, on=True, why=verdict.kind, level=1.0))
            elif other.role is Role.STOVE_CUTOFF:
                turn.effects.append(Switch(device=other.id, on=False, why=verdict.kind))
                turn.stove = replace(turn.stove, cut=True)
    course.conclude(turn, verdict)


def hazard_ended(turn: Turn, event: HazardEnded) -> None:
    """A detector is quiet again."""
    device = spoke(turn, event.device)
    if device is None:
        return
    for kind in (VerdictKind.SMOKE, VerdictKind.CARBON_MONOXIDE, VerdictKind.LEAK):
        found = turn.find(kind, device.room)
        if found is None or found.verdict.device != device.id:
            continue
        called = found.revision > 0 and kind is not VerdictKind.LEAK
        if found.accepted or called:
            # Smoke that ended has harmed already: whoever was called for it looks, and closes.
            turn.keep(replace(found, over=True))
        else:
            course.clear(turn, kind, device.room)


def temperature(turn: Turn, event: TemperatureMeasured) -> None:
    """A thermometer reports."""
    device = spoke(turn, event.device)
    if device is None:
        return
    heat, cold = turn.limits.heat, turn.limits.cold
    turn.climate, verdict, over = climate.measured(
        turn.climate, turn, device, event.temperature_c, turn.seq, heat, cold
    )
    turn.dues[Due.CLIMATE] = turn.climate.due(heat, cold)
    if over:
        course.clear(turn, VerdictKind.HEAT, device.id)
        course.clear(turn, VerdictKind.COLD, device.id)
    if verdict is not None:
        course.conclude(turn, verdict)


def humidity(turn: Turn, event: HumidityMeasured) -> None:
    """A hygrometer reports: a shower makes a long stay normal."""
    device = spoke(turn, event.device)
    if device is None or turn.pause is not None:
        return
    limits = turn.limits.possible_fall
    turn.stay = humid(turn.stay, turn, device.room, event.humidity_pct, limits)
    turn.dues[Due.STAY] = turn.stay.due(limits)


def consent(turn: Turn, event: ConsentChanged) -> None:
    """One entry of the ledger; a withdrawal takes back what was not sent yet."""
    turn.ledger = (*turn.ledger, event)[-LEDGER_KEPT:]
    pair = (event.purpose, event.recipient)
    given = turn.register.given
    if event.state is ConsentState.GIVEN:
        turn.register = replace(turn.register, given=given | {pair})
    else:
        turn.register = replace(turn.register, given=given - {pair})
        if pair in given:
            need = Need(basis=Basis.CONSENT, purpose=event.purpose, recipient=event.recipient)
            turn.effects.append(Purge(need=need))


def agreement(turn: Turn, event: AgreementChanged) -> None:
    """The help agreement of set-up begins or ends."""
    ended = turn.register.help_agreement and not event.live
    turn.register = replace(turn.register, help_agreement=event.live)
    if ended:
        turn.effects.append(Purge(need=NEED[VerdictKind.HELP_CALL]))
        turn.effects.append(Purge(need=NEED[VerdictKind.SMOKE]))


def test_alarm(turn: Turn, event: TestAlarmAsked) -> None:
    """The whole chain is tried: a real message, marked as a test."""
    verdict = turn.verdict(
        VerdictKind.TEST_ALARM, Priority.URGENT, evidence=(turn.seq,), detail={"by": event.by}
    )
    course.conclude(turn, verdict, test=True)
