# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The engine: one fact in, a new state and its effects out."""

from dataclasses import dataclass
from typing import assert_never

from rules.first import answers, deadlines, facts, found, life, reminders, resting, starts
from rules.first.flat import Flat
from rules.first.state import State, StateError, dump, load
from rules.first.turn import Turn
from rules.model.effects import Effect
from rules.model.events import (
    AgreementChanged,
    AnsweredFine,
    BatteryMeasured,
    Booted,
    CameHome,
    CarerAnswered,
    CarerClosed,
    ClockChanged,
    ConsentChanged,
    DeadlinePutOff,
    DeviceHeard,
    DeviceSilent,
    DoorClosed,
    DoorOpened,
    EscalationRunning,
    Event,
    Fact,
    FallSensed,
    FilePutAside,
    FinePressed,
    HazardEnded,
    HazardSensed,
    HelpPressed,
    HelpTakenBack,
    HumidityMeasured,
    IncidentLaidToRest,
    ItemUsed,
    LeftHome,
    Motion,
    MotionEnded,
    NobodyReached,
    Paused,
    PowerMeasured,
    RadioDown,
    RadioUp,
    Resumed,
    RowQuarantined,
    ScreenChanged,
    SeatLeft,
    SeatTaken,
    SecondWayTaken,
    SharedByTap,
    SomebodyReached,
    StateFound,
    StorageFull,
    SwitchSensed,
    TemperatureMeasured,
    TestAlarmAsked,
    Tick,
    VisitEnded,
    VisitStarted,
)
from rules.model.identity import JournalId, Seconds
from rules.model.quantities import NEVER
from rules.situation import presence
from rules.situation.presence import Whereabouts

__all__ = ["Flat", "State", "StateError", "Step", "advance", "begin", "dump", "load", "whereabouts"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one fact led to.

    Attributes:
        state: the new memory; the old one is untouched.
        effects: commands in the order they are to be carried out.
        next_due: axis time at which a `Tick` is wanted next; None when nothing waits.
    """

    state: State
    effects: tuple[Effect, ...]
    next_due: Seconds | None


def begin(journal: JournalId, flat: Flat) -> State:
    """Return the state before the first fact of a journal: blind, nothing consented."""
    assert flat.apartment.rooms, "a flat has rooms"
    return State(journal=journal)


def advance(state: State, fact: Fact, flat: Flat) -> Step:
    """Work one fact in.

    Args:
        state: memory after the fact before.
        fact: `fact.event.at` must not lie before `state.now`, `fact.seq` must be higher than
            `state.seq`.
        flat: apartment and limits.

    Returns:
        New state, effects, and when to wake. Deadlines at or before the fact have fired first, each
        at its own time (a verdict's `at` is the deadline), so it does not matter how often time is
        told.

    Raises:
        DeadlineBroke: a deadline raised, the fact itself is not to blame: put the deadline off and
            advance again.
    """
    event = fact.event
    assert event.at >= state.now, "journal order broken"
    assert fact.seq > state.seq, "journal numbers broken"
    turn = Turn(state, fact, flat)
    if state.seq == 0:
        starts.first(turn)
    if type(event) is Booted:
        starts.hub_was_off(turn, event, alive_until=state.now)
    # Putting one off fires none: the next broken one must not keep this one from its rest.
    fires = type(event) is not DeadlinePutOff
    if fires and min(turn.dues) <= event.at:
        deadlines.fire(turn, event.at)
    turn.at = event.at
    turn.late = False
    starts.tell_wall(turn, fact.utc_s)
    before = turn.presence
    _dispatch(turn, event)
    if turn.presence is not before:
        reminders.came_or_went(turn, before, turn.seq)
    if fires and min(turn.dues) <= event.at:
        # A limit of zero, or a deadline set into the past by a gap.
        deadlines.fire(turn, event.at)
    new = turn.finish()
    due = min(new.dues)
    return Step(state=new, effects=tuple(turn.effects), next_due=due if due < NEVER else None)


def put_off(state: State, event: DeadlinePutOff, flat: Flat) -> State:
    """Let a deadline rest in a memory that is rebuilt; nothing is done and nobody is told."""
    turn = Turn(state, Fact(seq=state.seq, utc_s=None, event=event), flat)
    turn.now = state.now
    resting.put_off(turn, event)
    return turn.finish()


def whereabouts(state: State, flat: Flat) -> Whereabouts:
    """Say in one word where the resident is, as of the last fact."""
    return presence.whereabouts(
        state.presence,
        state.signs.last,
        state.now,
        flat.apartment,
        state.wall,
        flat.limits.presence,
        state.in_bed,
    )


def _dispatch(turn: Turn, event: Event) -> None:
    match event:
        case Motion():
            life.motion(turn, event)
        case MotionEnded():
            life.motion_ended(turn, event)
        case ItemUsed():
            life.item(turn, event)
        case DoorOpened():
            life.door(turn, event.device, opened=True)
        case DoorClosed():
            life.door(turn, event.device, opened=False)
        case PowerMeasured():
            facts.power(turn, event)
        case TemperatureMeasured():
            facts.temperature(turn, event)
        case HumidityMeasured():
            facts.humidity(turn, event)
        case Tick():
            pass
        case SeatTaken():
            life.seat(turn, event.device, taken=True)
        case SeatLeft():
            life.seat(turn, event.device, taken=False)
        case StateFound():
            found.state(turn, event)
        case HelpPressed():
            life.help_pressed(turn, event)
        case FinePressed():
            life.fine_pressed(turn, event)
        case HelpTakenBack():
            life.help_taken_back(turn, event)
        case FallSensed():
            facts.fall(turn, event)
        case SwitchSensed():
            facts.switch(turn, event)
        case HazardSensed():
            facts.hazard(turn, event)
        case HazardEnded():
            facts.hazard_ended(turn, event)
        case BatteryMeasured():
            facts.battery(turn, event)
        case DeviceSilent():
            facts.device_silent(turn, event)
        case DeviceHeard():
            facts.device_heard(turn, event.device)
        case RadioDown():
            facts.radio_down(turn, event)
        case RadioUp():
            facts.radio_up(turn, event)
        case Booted():
            starts.booted(turn, event)
        case ClockChanged():
            starts.clock(turn, trusted=event.trusted)
        case StorageFull():
            facts.storage(turn, event)
        case RowQuarantined():
            facts.quarantined(turn, event)
        case FilePutAside():
            facts.file_put_aside(turn, event)
        case DeadlinePutOff():
            resting.put_off(turn, event)
        case IncidentLaidToRest():
            answers.laid_to_rest(turn, event)
        case AnsweredFine():
            life.answered_fine(turn)
        case Paused():
            life.paused(turn, event)
        case Resumed():
            life.resumed(turn)
        case VisitStarted():
            life.visit_started(turn, event)
        case VisitEnded():
            life.visit_ended(turn)
        case LeftHome():
            life.left_home(turn, event)
        case CameHome():
            life.came_home(turn)
        case ConsentChanged():
            facts.consent(turn, event)
        case AgreementChanged():
            facts.agreement(turn, event)
        case ScreenChanged():
            turn.screen = event.live
        case TestAlarmAsked():
            facts.test_alarm(turn, event)
        case EscalationRunning():
            answers.running(turn, event)
        case NobodyReached():
            answers.nobody_reached(turn, event)
        case SomebodyReached():
            answers.somebody_reached(turn, event)
        case CarerAnswered():
            answers.carer_answered(turn, event)
        case CarerClosed():
            answers.carer_closed(turn, event)
        case SharedByTap():
            answers.shared(turn, event)
        case SecondWayTaken():
            # Acted on by the hub; kept in the journal for the record.
            pass
        case _:
            assert_never(event)
