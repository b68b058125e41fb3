# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a carer does with an incident: accept, set out, arrive, decline, close."""

from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from caregiver_api.alerts.incident import Incident, Unreadable, find
from caregiver_api.alerts.incidents import After, Incidents
from caregiver_api.alerts.overview import Boards, Card
from caregiver_api.alerts.scheduler import Rounds
from caregiver_api.alerts.withdrawals import erase_closed
from caregiver_api.audit import trail
from caregiver_api.escalation import policy
from caregiver_api.escalation.permissions import Verb
from caregiver_api.escalation.policy import Refused
from caregiver_api.people.caregivers import Caregivers, Person
from caregiver_api.platform.clock import Axis, EscalationTime
from caregiver_api.platform.problems import Refusal
from caregiver_api.platform.store import Store

MINUTES_MAX: Final = 120


class Desk:
    """The verbs. Each returns the card as it stands afterwards, or raises a `Refusal`."""

    def __init__(
        self,
        store: Store,
        incidents: Incidents,
        boards: Boards,
        people: Caregivers,
        rounds: Rounds,
        axis: Axis,
        time: EscalationTime,
    ) -> None:
        self._store = store
        self._incidents = incidents
        self._boards = boards
        self._people = people
        self._rounds = rounds
        self._axis = axis
        self._time = time

    async def act(
        self,
        person: Person,
        incident: str,
        verb: Verb,
        *,
        minutes: int | None = None,
        reason: str | None = None,
        seen: int | None = None,
    ) -> Card:
        """Let a person do something with an incident; doing it twice is the same as once.

        Args:
            person: who is logged in.
            incident: id of the incident.
            verb: accept, on-the-way, arrived, decline or close.
            minutes: until arrival, 1 to `MINUTES_MAX`; for accept and on-the-way.
            reason: real, false_alarm, test, resident_fine, cleared, or own words; needed to close.
            seen: how many calls the card counted that the person saw; for close.

        Raises:
            Refusal: 404 not there (or not for this person), 409 taken, closed or newer, 422 wrong.
        """
        if minutes is not None and not 1 <= minutes <= MINUTES_MAX:
            raise Refusal(422, "bad-body", f"minutes: 1 to {MINUTES_MAX}")
        if verb == "close" and not reason:
            raise Refusal(422, "bad-body", "reason: why it is closed")
        event = self._event(person, verb, minutes)

        async def work(connection: AsyncConnection) -> tuple[Incident | None, After]:
            after = After()
            known = await find(connection, incident)
            if known is None or not self._boards.may_see(
                person, known.hub, self._incidents.audience(known.hub, known.state)
            ):
                return None, after
            if _done(known, event):
                return known, after
            if verb == "close" and seen is not None and known.count > seen:
                # Called again while the finger was on its way: nobody has seen that call yet.
                after.refused = Refused(why="newer")
                return known, after
            moved = await self._incidents.move(connection, known, event, after, reason=reason)
            if after.refused is None:
                deed = trail.Deed(
                    at_s=self._axis.now(),
                    who=person.id,
                    what=verb,
                    about=incident,
                    detail={"minutes": minutes},
                )
                await trail.write(connection, deed)
                await self._incidents.confirm_running(connection, moved, after)
            if verb == "close":
                await erase_closed(connection, known.hub)
            return moved, after

        try:
            moved, after = await self._store.write(work)
        except Unreadable as fault:
            self._incidents.note(fault)
            raise Refusal(404, "not-found", "incident") from fault
        if moved is None:
            raise Refusal(404, "not-found", "incident")
        if after.refused is not None:
            who = self._people.display(after.refused.who) or ""
            raise Refusal(409, after.refused.why, who)
        self._rounds.tell(after)
        self._rounds.wake.notify()
        card = await self._boards.card(person, incident)
        assert card is not None, "who acted may see it"
        return card

    def _event(self, person: Person, verb: Verb, minutes: int | None) -> policy.Event:
        at, who = self._time.now(), person.id
        match verb:
            case "accept":
                return policy.Accepted(at=at, who=who, minutes=minutes)
            case "on-the-way":
                return policy.OnTheWay(at=at, who=who, minutes=minutes)
            case "arrived":
                return policy.Arrived(at=at, who=who)
            case "decline":
                return policy.Declined(at=at, who=who)
            case "close":
                return policy.Closed(at=at, who=who)


def _done(incident: Incident, event: policy.Event) -> bool:
    """Say whether the event would change nothing: a second tap, a repeated request."""
    state = incident.state
    match event:
        case policy.Accepted(who=who, minutes=minutes):
            same = state.phase is policy.Phase.ACCEPTED and state.owner == who
            return same and minutes in {None, state.minutes}
        case policy.OnTheWay(who=who, minutes=minutes):
            same = state.phase is policy.Phase.ON_THE_WAY and state.owner == who
            return same and minutes in {None, state.minutes}
        case policy.Arrived(who=who):
            return state.phase is policy.Phase.ARRIVED and state.owner == who
        case policy.Declined(who=who):
            return who in state.declined and state.owner != who
        case _:
            return False
