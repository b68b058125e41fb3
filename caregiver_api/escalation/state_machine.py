# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who is paged when, who owns an incident, when ownership ends: pure, of state and event."""

from dataclasses import replace
from typing import Final, Literal, assert_never

from caregiver_api.escalation.actions import (
    Action,
    ActionRefused,
    Outcome,
    PageCarers,
    Progress,
    StandDown,
)
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
from caregiver_api.escalation.policy import EscalationPolicy
from caregiver_api.escalation.state import OWNED, EscalationState, Phase, Priority

# One repeated press in half a minute rings again; more is noise (same cause, same incident).
REPAGE_S: Final = 30.0
# Who accepts without naming minutes is expected within a quarter of an hour (start value).
ACCEPT_S: Final = 15 * 60.0
# Grace after the promised minutes before the next ones are called: a lift, a red light.
GRACE_S: Final = 120.0
# Arrived is not solved: a reminder to close, repeated.
CLOSE_REMINDER_S: Final = 30 * 60.0
# Without any reachable person the policy is looked up again this often.
NOBODY_S: Final = 30.0
DIGEST: Final = "bundle"
"""`why` of a page that tells gathered info, as it is written."""
# A test alarm rings the first rung so often, then "nobody answered" stays in the overview.
TEST_ROUNDS: Final = 3


def opened(
    policy: EscalationPolicy, *, at: float, priority: Priority, digest_s: float, test: bool = False
) -> EscalationState:
    """Start an incident: urgent and soon ring at once, info waits for the digest."""
    if priority == "info" and not test:
        return EscalationState(
            policy=policy, priority=priority, phase=Phase.AWAITING_DIGEST, due_s=digest_s
        )
    return EscalationState(
        policy=policy, priority=priority, phase=Phase.RUNNING, due_s=at, pending="opened", test=test
    )


def advance(state: EscalationState, event: Event) -> Outcome:
    """Follow one event.

    Args:
        state: state after the previous event.
        event: what happened; times on the escalation clock.
    """
    match event:
        case RevisionReceived():
            return Outcome(state=_received(state, event)) if not event.settled else _settled(state)
        case TimePassed():
            return _time_passed(state, event)
        case Accepted(who=who, minutes=minutes, at=at):
            return _taken(state, Phase.ACCEPTED, "accepted", who, minutes, at)
        case OnTheWay(who=who, minutes=minutes, at=at):
            return _taken(state, Phase.ON_THE_WAY, "on_the_way", who, minutes, at)
        case Arrived(who=who, at=at):
            return _taken(state, Phase.ARRIVED, "arrived", who, None, at)
        case Declined():
            return _declined(state, event)
        case Closed(who=who):
            if state.phase is Phase.CLOSED:
                return Outcome(state=state, actions=(ActionRefused(why="closed"),))
            others = tuple(one for one in paged(state) if one != who)
            after = replace(state, phase=Phase.CLOSED, due_s=None, pending=None)
            return Outcome(
                state=after,
                actions=(
                    Progress(step="closed", who=who),
                    StandDown(to=others, round_no=state.round_no),
                ),
            )
        case _:
            assert_never(event)


def paged(state: EscalationState) -> tuple[str, ...]:
    """Return everybody whose phone may be ringing: all rungs up to the present one."""
    people = (one for rung in state.policy[: state.rung + 1] for one in rung.carers)
    return tuple(dict.fromkeys(people))


def _received(state: EscalationState, event: RevisionReceived) -> EscalationState:
    if event.over:
        return state
    raised = event.priority == "urgent" and state.priority != "urgent"
    priority = event.priority if raised or state.priority == "info" else state.priority
    if state.phase in {Phase.CLOSED, Phase.SETTLED}:
        # It came back after it was over: all over again, from the first rung.
        again = opened(
            state.policy,
            at=event.at,
            priority=event.priority,
            digest_s=event.digest_s,
            test=state.test,
        )
        return replace(again, round_no=state.round_no, raised_s=state.raised_s)
    if state.phase in {Phase.AWAITING_DIGEST, Phase.NOTED}:
        if event.priority != "info":
            return replace(
                state,
                phase=Phase.RUNNING,
                priority=priority,
                due_s=event.at,
                pending="opened",
                rung=-1,
            )
        due_s = event.digest_s if state.phase is Phase.NOTED and event.more else state.due_s
        return replace(state, phase=Phase.AWAITING_DIGEST if due_s else state.phase, due_s=due_s)
    quiet = state.raised_s is None or event.at - state.raised_s >= REPAGE_S
    state = replace(state, priority=priority)
    if state.pending == "opened":
        return state
    if state.phase is Phase.RUNNING:
        if raised:
            return replace(state, pending="raised")
        return replace(state, pending="again") if event.more and quiet else state
    if state.phase is Phase.ARRIVED and event.more:
        # Who arrived may have gone without closing: a new call needs a new answer, else the next.
        state = replace(state, phase=Phase.ACCEPTED, minutes=None, due_s=event.at + GRACE_S)
    return replace(state, pending="owner") if raised or quiet else state


def _settled(state: EscalationState) -> Outcome:
    if state.phase in {Phase.ACCEPTED, Phase.ON_THE_WAY}:
        return Outcome(state=replace(state, pending="owner"))
    if state.phase not in {Phase.RUNNING, Phase.AWAITING_DIGEST, Phase.NOTED}:
        return Outcome(state=state)
    after = replace(state, phase=Phase.SETTLED, due_s=None, pending=None)
    return Outcome(
        state=after,
        actions=(Progress(step="settled"), StandDown(to=paged(state), round_no=state.round_no)),
    )


def _time_passed(state: EscalationState, event: TimePassed) -> Outcome:
    if state.pending is None and (state.due_s is None or event.at < state.due_s):
        return Outcome(state=state)
    people = any(rung.carers for rung in state.policy)
    if not people:
        if not any(rung.carers for rung in event.policy):
            return Outcome(state=replace(state, due_s=event.at + NOBODY_S, pending=None))
        state = replace(state, policy=event.policy)
    if state.phase is Phase.AWAITING_DIGEST:
        told = replace(state, phase=Phase.NOTED, due_s=None, rung=0)
        return _page(told, state.policy[0].carers, DIGEST, event.at, step="paged")
    if state.phase in OWNED:
        return _owner_time(state, event.at)
    assert state.phase is Phase.RUNNING, "only a live incident has a deadline"
    if state.rung < 0:
        return _next_rung(state, event.at, why="opened")
    if state.due_s is not None and event.at >= state.due_s:
        return _next_rung(state, event.at, why="escalated")
    assert state.pending is not None
    why = state.pending
    return _page(replace(state, pending=None), state.policy[state.rung].carers, why, event.at)


def _owner_time(state: EscalationState, at: float) -> Outcome:
    assert state.owner is not None, "an accepted incident has an owner"
    if state.due_s is None or at < state.due_s:
        return _page(replace(state, pending=None), (state.owner,), "owner", at)
    if state.phase is Phase.ARRIVED:
        later = replace(state, pending=None, due_s=at + CLOSE_REMINDER_S)
        return _page(later, (state.owner,), "remind", at)
    owner = state.owner
    free = replace(state, phase=Phase.RUNNING, owner=None, minutes=None, pending=None)
    called = _next_rung(free, at, why="expired", also=(owner,))
    return replace(called, actions=(Progress(step="expired", who=owner), *called.actions))


def _next_rung(
    state: EscalationState, at: float, *, why: str, also: tuple[str, ...] = ()
) -> Outcome:
    """Page the next rung; the last one is paged again and again until a person acts."""
    assert state.policy, "a policy has a rung"
    first = state.rung < 0
    last = len(state.policy) - 1
    if state.test and not first:
        rung = state.rung
        if state.round_no >= TEST_ROUNDS:
            return Outcome(state=replace(state, due_s=None, pending=None))
    else:
        rung = min(state.rung + 1, last)
    while rung < last and not state.policy[rung].carers:
        rung += 1
    repeated = not first and rung == state.rung
    due_s = at + max(state.policy[rung].wait_s, 1.0)
    moved = replace(
        state, rung=rung, due_s=due_s, pending=None, declined=() if repeated else state.declined
    )
    to = tuple(dict.fromkeys((*state.policy[rung].carers, *also)))
    step: Literal["paged", "escalated"] = "paged" if first or repeated else "escalated"
    return _page(moved, to, "repeated" if repeated and why == "escalated" else why, at, step=step)


def _page(
    state: EscalationState,
    to: tuple[str, ...],
    why: str,
    at: float,
    *,
    step: Literal["paged", "escalated"] = "paged",
) -> Outcome:
    after = replace(state, round_no=state.round_no + 1, raised_s=at, pending=None)
    page = PageCarers(to=to, why=why, round_no=after.round_no, rung=state.rung)
    return Outcome(state=after, actions=(page, Progress(step=step)))


def _taken(
    state: EscalationState,
    phase: Phase,
    step: Literal["accepted", "on_the_way", "arrived"],
    who: str,
    minutes: int | None,
    at: float,
) -> Outcome:
    if state.phase is Phase.CLOSED:
        return Outcome(state=state, actions=(ActionRefused(why="closed"),))
    if state.phase in OWNED and state.owner != who and phase is not Phase.ARRIVED:
        return Outcome(state=state, actions=(ActionRefused(why="taken", who=state.owner),))
    if state.owner == who and OWNED.index(phase) < (
        OWNED.index(state.phase) if state.phase in OWNED else 0
    ):
        return Outcome(state=state, actions=(ActionRefused(why="taken", who=who),))
    promised = minutes if minutes is not None else state.minutes if state.owner == who else None
    stay_s = ACCEPT_S if promised is None else promised * 60.0
    due_s = at + (CLOSE_REMINDER_S if phase is Phase.ARRIVED else stay_s + GRACE_S)
    others = tuple(one for one in paged(state) if one != who)
    new = state.owner != who
    after = replace(
        state,
        phase=phase,
        owner=who,
        minutes=promised,
        due_s=due_s,
        pending=None,
        declined=tuple(one for one in state.declined if one != who),
    )
    told: tuple[Action, ...] = (Progress(step=step, who=who, minutes=promised),)
    return Outcome(
        state=after, actions=(*told, StandDown(to=others, round_no=state.round_no)) if new else told
    )


def _declined(state: EscalationState, event: Declined) -> Outcome:
    if state.phase is Phase.CLOSED:
        return Outcome(state=state, actions=(ActionRefused(why="closed"),))
    declined = tuple(dict.fromkeys((*state.declined, event.who)))
    told = Progress(step="declined", who=event.who)
    if state.owner == event.who:
        free = replace(
            state,
            phase=Phase.RUNNING,
            owner=None,
            minutes=None,
            declined=declined,
            due_s=event.at,
            pending=None,
        )
        return Outcome(state=free, actions=(told,))
    after = replace(state, declined=declined)
    if state.phase is not Phase.RUNNING or state.rung < 0:
        return Outcome(state=after, actions=(told,))
    here = state.policy[state.rung].carers
    if all(one in declined for one in here) and state.rung < len(state.policy) - 1:
        after = replace(after, due_s=event.at)
    return Outcome(state=after, actions=(told,))
