# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What must hold for every day anybody could have."""

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.detectors.registry import SHIPPED
from rules.engine.engine import Engine
from rules.engine.state import State
from rules.model import events as ev
from rules.model.apartment import Device, Role
from rules.model.consent import ConsentState, Purpose, Recipient, decide
from rules.model.effects import (
    Ask,
    AskEnded,
    Concluded,
    IncidentClosed,
    IncidentPhase,
    Send,
    Switch,
    Tell,
    Withheld,
)
from rules.model.events import Event, Fact
from rules.model.flat import Flat
from rules.model.identity import DeviceId, IncidentId, MessageId, RoomId, Seq, message_id
from rules.model.limits import with_limit
from rules.situation.presence import Whereabouts
from tests.rules.home import JOURNAL, MIDNIGHT_UTC_S, demo_apartment

PLAIN = demo_apartment()
FLAT = Flat(
    apartment=replace(
        PLAIN,
        devices=(
            *PLAIN.devices,
            Device(id=DeviceId("tap"), role=Role.TAP, room=RoomId("bath")),
            Device(id=DeviceId("drawer"), role=Role.DRAWER, room=RoomId("kitchen")),
        ),
    ),
    limits=with_limit(with_limit(SHIPPED, "medication_drawer.on", "true"), "habits.learn_days", 1),
)
ENGINE = Engine(FLAT)
DEVICES = FLAT.apartment.devices
STRANGER = DeviceId("not-enrolled")
CALM = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def of(*roles: Role) -> st.SearchStrategy[DeviceId]:
    names = [device.id for device in DEVICES if device.role in roles]
    return st.sampled_from([*names, STRANGER])


ANY = st.sampled_from([device.id for device in DEVICES] + [STRANGER])
MOTION, DOOR = of(Role.MOTION), of(Role.FRONT_DOOR)
PRESS = st.sampled_from(["a", "b", "c", "d"])
PURPOSES = st.sampled_from(list(Purpose))
STATES = st.sampled_from(list(ConsentState))
LATER = st.floats(0, 40_000)
INCIDENTS, SOME = st.just(IncidentId("0" * 32)), st.just(MessageId("0" * 32))


def makes(kind: type[Event], **parts: st.SearchStrategy) -> st.SearchStrategy:
    """Say how to make an event once its time is known."""
    return st.builds(lambda **given: lambda at: kind(at=at, **given), **parts)


def until(kind: type[Event]) -> st.SearchStrategy:
    return LATER.map(lambda more: lambda at: kind(at=at, until=at + more))


DAILY = st.one_of(
    makes(ev.Motion, device=MOTION),
    makes(ev.MotionEnded, device=MOTION),
    makes(ev.DoorOpened, device=DOOR),
    makes(ev.DoorClosed, device=DOOR),
    makes(ev.SeatTaken, device=of(Role.BED)),
    makes(ev.SeatLeft, device=of(Role.BED)),
    makes(ev.ItemUsed, device=of(Role.TAP, Role.DRAWER), active=st.booleans()),
    makes(ev.StateFound, device=ANY, active=st.booleans()),
    makes(ev.PowerMeasured, device=of(Role.STOVE), power_w=st.sampled_from([0.0, 1500.0])),
    makes(ev.Tick),
)
RARE = st.one_of(
    makes(ev.HelpPressed, device=of(Role.HELP), press=PRESS),
    makes(ev.FinePressed, device=of(Role.FINE), press=PRESS),
    makes(ev.HelpTakenBack, device=of(Role.TAKE_BACK)),
    makes(ev.FallSensed, device=of(Role.FALL_RADAR), press=PRESS),
    makes(ev.SwitchSensed, device=of(Role.STOVE_CUTOFF, Role.LAMP), on=st.booleans()),
    makes(ev.TemperatureMeasured, device=of(Role.TEMPERATURE), temperature_c=st.floats(5, 40)),
    makes(ev.HumidityMeasured, device=ANY, humidity_pct=st.floats(20, 99)),
    makes(ev.HazardSensed, device=of(Role.LEAK, Role.SMOKE)),
    makes(ev.HazardEnded, device=of(Role.LEAK, Role.SMOKE)),
    makes(ev.BatteryMeasured, device=ANY, charge_pct=st.sampled_from([3.0, 50.0])),
    *(makes(x, device=ANY) for x in (ev.DeviceSilent, ev.DeviceHeard)),
    *(makes(x, source=st.sampled_from(["zigbee", "ble"])) for x in (ev.RadioDown, ev.RadioUp)),
    makes(ev.ClockChanged, trusted=st.booleans()),
    makes(ev.StorageFull, full=st.booleans()),
    makes(ev.RowQuarantined, row=st.just(Seq(1))),
    makes(ev.AnsweredFine),
    until(ev.Paused),
    makes(ev.Resumed),
    until(ev.VisitStarted),
    makes(ev.VisitEnded),
    makes(ev.LeftHome),
    until(ev.LeftHome),
    makes(ev.CameHome),
    makes(
        ev.ConsentChanged,
        purpose=PURPOSES,
        recipient=st.sampled_from(list(Recipient)),
        state=STATES,
    ),
    makes(ev.AgreementChanged, live=st.booleans()),
    makes(ev.ScreenChanged, live=st.booleans()),
    makes(ev.TestAlarmAsked, by=st.just("Anna")),
    makes(ev.EscalationRunning, message=SOME),
    *(makes(x, incident=INCIDENTS, message=SOME) for x in (ev.NobodyReached, ev.SecondWayTaken)),
    makes(ev.SomebodyReached, incident=INCIDENTS),
    makes(ev.SharedByTap, incident=INCIDENTS),
    makes(
        ev.CarerAnswered,
        incident=INCIDENTS,
        step=st.sampled_from(list(ev.CarerStep)),
        carer=st.just("Anna"),
    ),
    makes(
        ev.CarerClosed,
        incident=INCIDENTS,
        reason=st.sampled_from(list(ev.CloseReason)),
        carer=st.just("Anna"),
    ),
    st.floats(0, 4000).map(lambda gap: lambda at: ev.Booted(at=at, gap_s=gap, clock_trusted=True)),
    st.just(lambda at: ev.Booted(at=at, gap_s=None, clock_trusted=False)),
)
PAUSES = st.one_of(st.floats(0, 30), st.floats(0, 600), st.floats(0, 20_000))


def does(kind: type[Event], device: str, **parts: object) -> object:
    return lambda at: kind(device=DeviceId(device), at=at, **parts)


def passes(room: str) -> list:
    sensor = f"motion-{room}"
    return [(9.0, does(ev.Motion, sensor)), (61.0, does(ev.MotionEnded, sensor))]


def off(gap_s: float) -> tuple:
    return gap_s, lambda at: ev.Booted(at=at, gap_s=gap_s, clock_trusted=True)


def wait(seconds: float) -> tuple:
    return seconds, lambda at: ev.Tick(at=at)


NEWEST = IncidentId("0" * 32)
FINE = (40.0, lambda at: ev.AnsweredFine(at=at))
STEP, REASON = ev.CarerStep.ACCEPTED, ev.CloseReason.REAL
TAKEN = (30.0, lambda at: ev.CarerAnswered(at=at, incident=NEWEST, step=STEP, carer="Anna"))
OVER = (500.0, lambda at: ev.CarerClosed(at=at, incident=NEWEST, reason=REASON, carer="Anna"))
# What happens in flats, so that chance does not have to find it letter by letter.
HABITS = st.sampled_from(
    [
        [*passes("hall"), *passes("bath"), wait(1300.0), FINE],
        [*passes("bath"), wait(1200.0), wait(80.0), TAKEN, OVER],
        [*passes("kitchen"), (5.0, does(ev.PowerMeasured, "stove-kitchen", power_w=1800.0))],
        [(5.0, does(ev.PowerMeasured, "stove-kitchen", power_w=0.0)), *passes("kitchen")],
        [(5.0, does(ev.SeatTaken, "bed-bedroom")), (3000.0, does(ev.SeatLeft, "bed-bedroom"))],
        [(5.0, does(ev.FallSensed, "radar-bath", press="f")), FINE, *passes("living")],
        [(5.0, does(ev.FallSensed, "radar-bath", press="g")), *passes("living")],
        [*passes("bedroom"), wait(50_000.0)],
        [*passes("living"), off(10.0)],
        [*passes("living"), off(1300.0), wait(1700.0), FINE],
        [(2.0, does(ev.DoorOpened, "door-front")), (4.0, does(ev.DoorClosed, "door-front"))],
    ]
)
CHANCES = st.tuples(PAUSES, st.one_of(DAILY, DAILY, RARE)).map(lambda one: [one])
DAYS = st.tuples(
    st.sampled_from([8, 21, 2, 9.9]),
    st.lists(st.one_of(HABITS, CHANCES), min_size=1, max_size=30).map(
        lambda chunks: [one for chunk in chunks for one in chunk]
    ),
)

SET_UP = (
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
    *(lambda at, device=device: ev.DeviceHeard(device=device.id, at=at) for device in DEVICES),
    lambda at: ev.Motion(device=DeviceId("motion-living"), at=at),
    lambda at: ev.MotionEnded(device=DeviceId("motion-living"), at=at),
)


def told(day: tuple[float, list]) -> list[Fact]:
    """Turn pauses and makers into facts; row numbers leave room for ticks between."""
    hour, steps = day
    at, facts = hour * 3600.0, []
    for step, (pause, make) in enumerate([*((0.0, make) for make in SET_UP), *steps], start=1):
        at += pause
        event = make(at)
        trusted = not (isinstance(event, ev.Booted) and not event.clock_trusted)
        utc_s = MIDNIGHT_UTC_S + at if trusted else None
        facts.append(Fact(seq=Seq(step * 1_000_000), utc_s=utc_s, event=event))
    return facts


def aimed(fact: Fact, state: State) -> Fact:
    """Let whatever is about an incident be about the newest open one, if there is one."""
    newest = next(reversed(state.incidents.open), None)
    if hasattr(fact.event, "incident") and newest:
        return replace(fact, event=replace(fact.event, incident=newest))
    if isinstance(fact.event, ev.EscalationRunning) and newest:
        return replace(fact, event=replace(fact.event, message=message_id(newest, 1)))
    return fact


def play(facts: list[Fact], *, every_s: float | None) -> tuple[list, object]:
    """Play facts; time between is told at each deadline (None) or every `every_s` seconds."""
    state, out, wake = ENGINE.begin(JOURNAL), [], None
    for fact in facts:
        seq = state.situation.seq
        # A hub that is off tells no time: the gap of a start belongs to the start.
        dark = fact.event.at if isinstance(fact.event, ev.Booted) else None
        while dark is None:
            due = wake if every_s is None else state.situation.at + every_s
            if state.situation.seq == 0 or due is None or due > fact.event.at:
                break
            seq += 1
            utc_s = state.situation.wall.utc_s(due)
            tick = Fact(seq=Seq(seq), utc_s=utc_s, event=ev.Tick(at=max(due, state.situation.at)))
            step = ENGINE.advance(state, tick)
            state, wake = step.state, step.next_due
            out += step.effects
        step = ENGINE.advance(state, aimed(fact, state))
        state, wake = step.state, step.next_due
        out += step.effects
    return out, state


def meaning(effects: list) -> list:
    """Say what was concluded, asked and sent, without names that hold the number of a tick."""
    said = []
    for effect in effects:
        match effect:
            case Concluded():
                said.append((effect.verdict.at, "verdict", replace(effect.verdict, late=False)))
            case Ask():
                said.append((effect.answer_by, "ask", effect.kind, effect.room, effect.attempt))
            case Send(message=m):
                part = (m.kind, m.priority, m.phase, m.room, m.evidence, m.count, m.revision)
                said.append((m.at, "send", part))
            case Withheld():
                said.append(("withheld", effect.need))
            case Switch():
                said.append(("switch", effect.device, effect.on))
            case Tell():
                said.append(("tell", effect.key, effect.room))
            case AskEnded():
                said.append(("ended", effect.outcome))
            case IncidentClosed():
                said.append(("closed", effect.reason))
    return said


@CALM
@given(DAYS)
def test_it_does_not_matter_how_often_time_is_told(day):
    facts = told(day)
    by_deadline, last = play(facts, every_s=None)
    by_minute, other = play(facts, every_s=60.0)
    assert meaning(by_deadline) == meaning(by_minute)
    assert last.situation.presence == other.situation.presence
    assert last.situation.signs == other.situation.signs


@CALM
@given(DAYS, st.integers(0, 60))
def test_a_restart_from_a_snapshot_changes_nothing(day, cut):
    facts = told(day)
    state = kept = ENGINE.begin(JOURNAL)
    first, second = [], []
    rows = []
    for number, one in enumerate(facts):
        if number == cut:
            kept = ENGINE.load(ENGINE.dump(state))
            assert ENGINE.dump(kept) == ENGINE.dump(state)
        fact = aimed(one, state)
        rows.append(fact)
        step = ENGINE.advance(state, fact)
        state = step.state
        if number >= cut:
            first += step.effects
    for fact in rows[cut:]:
        step = ENGINE.advance(kept, fact)
        kept = step.state
        second += step.effects
    if cut < len(facts):
        assert first == second
        assert ENGINE.dump(kept) == ENGINE.dump(state)


@CALM
@given(DAYS)
def test_nothing_is_sent_without_a_live_basis_evidence_and_a_new_name(day):
    state, names = ENGINE.begin(JOURNAL), set()
    for one in told(day):
        fact, before = aimed(one, state), state.incidents.register
        step = ENGINE.advance(state, fact)
        for effect in step.effects:
            if isinstance(effect, Send):
                # A fact changes the register only after its own deadlines fired.
                need = effect.message.need
                assert decide(before, need) or decide(step.state.incidents.register, need)
                assert effect.message.evidence
                assert effect.message.id not in names
                names.add(effect.message.id)
        state = step.state


@CALM
@given(DAYS)
def test_every_question_ends_and_every_incident_is_in_one_phase(day):
    effects, state = play(told(day), every_s=None)
    asked: dict[str, bool] = {}
    for effect in effects:
        if isinstance(effect, Ask):
            assert not asked.get(effect.incident), "asked twice at once"
            asked[effect.incident] = True
        elif isinstance(effect, AskEnded):
            assert asked.get(effect.incident), "ended without a question"
            asked[effect.incident] = False
    running = {name for name, runs in asked.items() if runs}
    open_ = {one.id for one in state.incidents.open.values() if one.phase is IncidentPhase.ASKED}
    assert running == open_


@CALM
@given(st.lists(st.tuples(PAUSES, st.one_of(makes(ev.Tick), RARE)), max_size=30))
def test_an_empty_apartment_is_never_inactive(day):
    """She left by the door; whatever happens but a sign of life indoors, nobody is called still."""
    signs = (
        ev.HelpPressed,
        ev.FinePressed,
        ev.HelpTakenBack,
        ev.AnsweredFine,
        ev.CameHome,
        ev.VisitStarted,
        ev.Paused,
        ev.Resumed,
        ev.LeftHome,
    )
    leaving = [
        (5.0, lambda at: ev.DoorOpened(device=DeviceId("door-front"), at=at)),
        (5.0, lambda at: ev.DoorClosed(device=DeviceId("door-front"), at=at)),
        (700.0, lambda at: ev.Tick(at=at)),
    ]
    rest = [one for one in day if not isinstance(one[1](0.0), signs)]
    day = (8, [*leaving, *rest, (90_000.0, lambda at: ev.Tick(at=at))])
    effects, state = play(told(day), every_s=None)
    assert state.situation.presence.state is Whereabouts.AWAY
    said = {effect.verdict.kind for effect in effects if isinstance(effect, Concluded)}
    assert not said & {"inactivity", "no_first_movement", "not_seen"}


@CALM
@given(st.lists(st.tuples(st.floats(0, 1500), PRESS), min_size=1, max_size=12))
def test_presses_never_cancel_and_are_all_counted(presses):
    state, seq, at = ENGINE.begin(JOURNAL), 1, 0.0
    live = Fact(seq=Seq(1), utc_s=None, event=ev.AgreementChanged(at=0.0, live=True))
    state = ENGINE.advance(state, live).state
    sent, recent, expected = [], {}, 0
    for pause, press in presses:
        at, seq = at + pause, seq + 1
        if press not in recent or at - recent[press] > 30.0:
            expected += 1
            recent[press] = at
        event = ev.HelpPressed(device=DeviceId("cord-bath"), at=at, press=press)
        step = ENGINE.advance(state, Fact(seq=Seq(seq), utc_s=None, event=event))
        state = step.state
        sent += [effect.message for effect in step.effects if isinstance(effect, Send)]
    assert [message.count for message in sent] == list(range(1, expected + 1))
    (card,) = state.incidents.open.values()
    assert card.phase is IncidentPhase.PAGED
