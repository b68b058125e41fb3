# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
import json

from hypothesis import given
from hypothesis import strategies as st

from caregiver_api.alerts.incident import STATE
from caregiver_api.escalation import state_machine
from caregiver_api.escalation.actions import ActionRefused, PageCarers, Progress, StandDown
from caregiver_api.escalation.events import (
    Accepted,
    Arrived,
    Closed,
    Declined,
    Event,
    OnTheWay,
    RevisionReceived,
    TimePassed,
)
from caregiver_api.escalation.policy import Rung
from caregiver_api.escalation.state import OWNED, EscalationState, Phase
from caregiver_api.escalation.state_machine import GRACE_S, REPAGE_S, advance

CHAIN = (Rung(carers=("anna",), wait_s=60.0), Rung(carers=("bo", "cleo"), wait_s=90.0))


def opened(priority="urgent", **change) -> EscalationState:
    return state_machine.opened(CHAIN, at=0.0, priority=priority, digest_s=900.0, **change)


def run(state: EscalationState, *events: Event) -> tuple[EscalationState, list[object]]:
    actions: list[object] = []
    for event in events:
        outcome = advance(state, event)
        state = outcome.state
        actions += outcome.actions
    return state, actions


def rung(actions: list[object]) -> list[tuple[tuple[str, ...], str]]:
    return [(one.to, one.why) for one in actions if isinstance(one, PageCarers)]


def at(*times: float) -> list[TimePassed]:
    return [TimePassed(at=one) for one in times]


def received(at_s: float, **change) -> RevisionReceived:
    return RevisionReceived(
        at=at_s, priority=change.pop("priority", "urgent"), digest_s=900.0, **change
    )


def test_the_first_rung_is_rung_at_once_and_the_second_after_its_wait():
    _, actions = run(opened(), *at(0, 59, 60))
    assert rung(actions) == [(("anna",), "opened"), (("bo", "cleo"), "escalated")]


def test_the_last_rung_never_gives_up():
    state, actions = run(opened(), *at(0, 60, 150, 240, 330))
    assert rung(actions)[-3:] == [(("bo", "cleo"), "repeated")] * 3
    assert state.phase is Phase.RUNNING
    assert state.due_s == 420.0


def test_who_accepts_owns_it_and_the_others_are_silenced():
    state, actions = run(opened(), *at(0, 60), Accepted(at=70, who="bo", minutes=8))
    assert (state.owner, state.phase, state.minutes) == ("bo", Phase.ACCEPTED, 8)
    assert actions[-2:] == [
        Progress(step="accepted", who="bo", minutes=8),
        StandDown(to=("anna", "cleo"), round_no=2),
    ]
    assert run(state, *at(71, 400))[1] == []


def test_a_second_one_who_accepts_is_told_who_has_it():
    state, _ = run(opened(), *at(0), Accepted(at=5, who="anna"))
    after, actions = run(state, Accepted(at=6, who="bo"))
    assert actions == [ActionRefused(why="taken", who="anna")]
    assert after == state


def test_ownership_expires_without_arrival_and_the_next_ones_are_called_with_the_owner():
    state, _ = run(opened(), *at(0), Accepted(at=5, who="anna", minutes=8))
    due_s = 5 + 8 * 60 + GRACE_S
    assert run(state, TimePassed(at=due_s - 1))[1] == []
    state, actions = run(state, TimePassed(at=due_s))
    assert rung(actions) == [(("bo", "cleo", "anna"), "expired")]
    assert Progress(step="expired", who="anna") in actions
    assert (state.owner, state.phase) == (None, Phase.RUNNING)


def test_on_the_way_gives_new_minutes_and_arrival_waits_for_the_closing():
    state, _ = run(opened(), *at(0), Accepted(at=5, who="anna", minutes=8))
    state, _ = run(state, OnTheWay(at=100, who="anna", minutes=3))
    assert state.due_s == 100 + 180 + GRACE_S
    state, _ = run(state, Arrived(at=200, who="anna"))
    state, actions = run(state, *at(200 + state_machine.CLOSE_REMINDER_S))
    assert rung(actions) == [(("anna",), "remind")]
    assert state.owner == "anna"


def test_an_owner_who_gives_it_back_calls_the_next_ones_at_once():
    state, _ = run(opened(), *at(0), Accepted(at=5, who="anna"), Declined(at=10, who="anna"))
    _, actions = run(state, TimePassed(at=10))
    assert rung(actions) == [(("bo", "cleo"), "escalated")]


def test_when_a_whole_rung_declines_the_next_one_need_not_wait():
    state, _ = run(opened(), *at(0), Declined(at=10, who="anna"))
    _, actions = run(state, TimePassed(at=10))
    assert rung(actions) == [(("bo", "cleo"), "escalated")]


def test_the_last_rung_declining_does_not_ring_without_a_pause():
    state, _ = run(opened(), *at(0, 60), Declined(at=61, who="bo"), Declined(at=62, who="cleo"))
    assert rung(run(state, *at(62, 149))[1]) == []
    assert rung(run(state, *at(150))[1]) == [(("bo", "cleo"), "repeated")]


def test_further_presses_ring_again_but_not_within_half_a_minute():
    state, _ = run(opened(), *at(0))
    state, actions = run(state, received(10, more=True), TimePassed(at=10))
    assert rung(actions) == []
    state, actions = run(state, received(REPAGE_S, more=True), TimePassed(at=REPAGE_S))
    assert rung(actions) == [(("anna",), "again")]
    assert state.due_s == 60.0


def test_becoming_urgent_rings_at_once():
    state, _ = run(opened("soon"), *at(0))
    state, actions = run(state, received(5), TimePassed(at=5))
    assert rung(actions) == [(("anna",), "raised")]
    assert state.priority == "urgent"


def test_a_new_revision_of_an_accepted_incident_rings_its_owner():
    state, _ = run(opened(), *at(0), Accepted(at=5, who="bo"))
    state, actions = run(state, received(40, more=True), TimePassed(at=40))
    assert rung(actions) == [(("bo",), "owner")]
    assert state.owner == "bo"


def test_a_new_press_after_somebody_arrived_calls_the_next_ones_when_she_does_not_answer():
    state, _ = run(opened(), *at(0), Accepted(at=5, who="anna"), Arrived(at=100, who="anna"))
    state, actions = run(state, received(900, more=True), TimePassed(at=900))
    assert rung(actions) == [(("anna",), "owner")]
    again, _ = run(state, Arrived(at=910, who="anna"))
    assert rung(run(again, *at(900 + GRACE_S))[1]) == []
    _, actions = run(state, *at(900 + GRACE_S))
    assert rung(actions) == [(("bo", "cleo", "anna"), "expired")]


def test_the_flats_echo_of_an_answer_rings_nobody():
    state, _ = run(opened(), *at(0), Accepted(at=5, who="bo"))
    assert rung(run(state, received(100, over=True), *at(100))[1]) == []
    closed, _ = run(state, Closed(at=200, who="bo"))
    assert run(closed, received(201, over=True, settled=True), *at(201))[0] == closed


def test_what_the_flat_settles_itself_stays_on_the_board_until_a_person_closes_it():
    state, actions = run(opened(), *at(0), received(30, over=True, settled=True))
    assert state.phase is Phase.SETTLED
    assert StandDown(to=("anna",), round_no=1) in actions
    assert rung(run(state, *at(60, 1000))[1]) == []
    assert run(state, Closed(at=2000, who="bo"))[0].phase is Phase.CLOSED


def test_an_incident_that_comes_back_after_closing_starts_again_from_the_first_rung():
    state, _ = run(opened(), *at(0, 60), Closed(at=70, who="bo"))
    _, actions = run(state, received(500, more=True), TimePassed(at=500))
    assert rung(actions) == [(("anna",), "opened")]


def test_closing_twice_is_refused():
    state, _ = run(opened(), *at(0), Closed(at=5, who="bo"))
    assert run(state, Closed(at=6, who="anna"))[1] == [ActionRefused(why="closed")]
    assert run(state, Accepted(at=6, who="anna"))[1] == [ActionRefused(why="closed")]


def test_info_waits_for_its_digest_and_then_escalates_no_further():
    state, actions = run(opened("info"), *at(0, 899))
    assert actions == []
    state, actions = run(state, *at(900, 5000, 50_000))
    assert rung(actions) == [(("anna",), "bundle")]
    assert state.phase is Phase.NOTED


def test_info_that_becomes_urgent_rings_from_the_first_rung():
    for before in (at(0), at(900)):
        state, _ = run(opened("info"), *before)
        _, actions = run(state, received(1000), TimePassed(at=1000))
        assert rung(actions) == [(("anna",), "opened")]


def test_a_test_alarm_rings_the_first_rung_only_and_ends():
    state, actions = run(opened("info", test=True), *at(0, 60, 120, 180, 240))
    assert rung(actions) == [(("anna",), "opened")] + [(("anna",), "repeated")] * 2
    assert state.due_s is None


def test_without_anybody_to_call_no_receipt_is_promised_and_the_chain_is_looked_up_again():
    state = state_machine.opened((), at=0.0, priority="urgent", digest_s=0.0)
    state, actions = run(state, *at(0, 30))
    assert (actions, state.running) == ([], False)
    state, actions = run(state, TimePassed(at=60, policy=CHAIN))
    assert rung(actions) == [(("anna",), "opened")]
    assert state.running


def test_a_service_that_was_down_calls_one_rung_at_a_time_when_it_is_back():
    _, actions = run(opened(), *at(0, 10_000))
    assert rung(actions) == [(("anna",), "opened"), (("bo", "cleo"), "escalated")]


who = st.sampled_from(["anna", "bo", "cleo", "stranger"])
steps = st.one_of(
    st.tuples(st.just("time"), st.just("")),
    st.tuples(st.sampled_from(["accept", "way", "arrive", "decline", "close"]), who),
    st.tuples(st.sampled_from(["more", "soon", "info", "over", "settled"]), st.just("")),
)


def event_of(name: str, person: str, now: float) -> Event:
    match name:
        case "time":
            return TimePassed(at=now, policy=CHAIN)
        case "accept":
            return Accepted(at=now, who=person, minutes=5)
        case "way":
            return OnTheWay(at=now, who=person)
        case "arrive":
            return Arrived(at=now, who=person)
        case "decline":
            return Declined(at=now, who=person)
        case "close":
            return Closed(at=now, who=person)
        case "more":
            return received(now, more=True)
        case "over":
            return received(now, over=True)
        case "settled":
            return received(now, over=True, settled=True)
        case _:
            return received(now, priority=name)


@given(
    st.sampled_from(["urgent", "soon", "info"]),
    st.lists(st.tuples(st.floats(0.0, 500.0), steps), max_size=30),
)
def test_in_whatever_order_things_happen_a_live_incident_never_sleeps_for_ever(priority, things):
    state, now = opened(priority), 0.0
    for gap_s, (name, person) in things:
        now += gap_s
        before = state
        outcome = advance(state, event_of(name, person, now))
        state = outcome.state
        assert STATE.load(STATE.dump(state)) == state
        json.loads(STATE.dump(state))
        assert (state.owner is not None) == (state.phase in OWNED) or state.phase is Phase.CLOSED
        if (
            state.phase is Phase.RUNNING
            or state.phase in OWNED
            or state.phase is Phase.AWAITING_DIGEST
        ):
            assert state.next_due_s is not None, (before, name)
        pages = [one for one in outcome.actions if isinstance(one, PageCarers)]
        assert all(one.to for one in pages)
        assert len({one.round_no for one in pages}) == len(pages)
        assert state.round_no >= before.round_no
        if state.phase is Phase.CLOSED:
            assert not pages
    if state.phase is Phase.RUNNING:
        # Left alone, it reaches the last rung and goes on ringing it.
        reached: list[PageCarers] = []
        for _ in range(6):
            now = max(now, state.next_due_s or 0.0)
            outcome = advance(state, TimePassed(at=now, policy=CHAIN))
            state = outcome.state
            reached += [one for one in outcome.actions if isinstance(one, PageCarers)]
            now += 0.001
        assert {"bo", "cleo"} <= set(reached[-1].to)
