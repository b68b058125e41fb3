# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a carer does with an incident: accept, set out, arrive, decline, close."""

from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from caregiver_api.alerts.announcer import AfterCommit, Announcer
from caregiver_api.alerts.incident import CareIncident, Unreadable, find
from caregiver_api.alerts.incidents import CareIncidents
from caregiver_api.alerts.progress import ProgressLog
from caregiver_api.alerts.unreadable import UnreadableIncidents
from caregiver_api.alerts.withdrawals import erase_closed
from caregiver_api.audit import trail
from caregiver_api.escalation import events
from caregiver_api.escalation.actions import ActionRefused
from caregiver_api.escalation.permissions import CarerAction, changes_nothing
from caregiver_api.hubs.escalation_policies import EscalationPolicies
from caregiver_api.people.caregivers import Caregivers, Person
from caregiver_api.platform.clock import Axis, EscalationTime
from caregiver_api.platform.problems import Refusal
from caregiver_api.platform.store import Store

MINUTES_MAX: Final = 120


class IncidentActions:
    """What carers do. Each action raises a `Refusal` where it does not fit."""

    def __init__(
        self,
        store: Store,
        incidents: CareIncidents,
        progress: ProgressLog,
        policies: EscalationPolicies,
        people: Caregivers,
        announcer: Announcer,
        unreadable: UnreadableIncidents,
        axis: Axis,
        time: EscalationTime,
    ) -> None:
        self._store = store
        self._incidents = incidents
        self._progress = progress
        self._policies = policies
        self._people = people
        self._announcer = announcer
        self._unreadable = unreadable
        self._axis = axis
        self._time = time

    async def act(
        self,
        person: Person,
        incident: str,
        action: CarerAction,
        *,
        minutes: int | None = None,
        reason: str | None = None,
        seen: int | None = None,
    ) -> None:
        """Let a person do something with an incident; doing it twice is the same as once.

        Args:
            person: who is logged in.
            incident: id of the incident.
            action: accept, on-the-way, arrived, decline or close.
            minutes: until arrival, 1 to `MINUTES_MAX`; for accept and on-the-way.
            reason: real, false_alarm, test, resident_fine, cleared, or own words; needed to close.
            seen: how many calls the page counted that the person saw; for close.

        Raises:
            Refusal: 404 not there (or not for this person), 409 taken, closed or newer, 422 wrong.
        """
        if minutes is not None and not 1 <= minutes <= MINUTES_MAX:
            raise Refusal(422, "bad-body", f"minutes: 1 to {MINUTES_MAX}")
        if action == "close" and not reason:
            raise Refusal(422, "bad-body", "reason: why it is closed")
        event = self._event(person, action, minutes)

        async def work(connection: AsyncConnection) -> tuple[CareIncident | None, AfterCommit]:
            after = AfterCommit()
            known = await find(connection, incident)
            if known is None or not self._policies.may_see(
                person, known.hub, self._policies.audience(known.hub, known.state)
            ):
                return None, after
            if changes_nothing(known.state, event):
                return known, after
            if action == "close" and seen is not None and known.count > seen:
                # Called again while the finger was on its way: nobody has seen that call yet.
                after.refused = ActionRefused(why="newer")
                return known, after
            moved = await self._incidents.move(connection, known, event, after, reason=reason)
            if after.refused is None:
                deed = trail.Deed(
                    at_s=self._axis.now(),
                    who=person.id,
                    what=action,
                    about=incident,
                    detail={"minutes": minutes},
                )
                await trail.write(connection, deed)
                await self._progress.confirm_running(connection, moved, after)
            if action == "close":
                await erase_closed(connection, known.hub)
            return moved, after

        try:
            moved, after = await self._store.write(work)
        except Unreadable as fault:
            self._unreadable.note(fault)
            raise Refusal(404, "not-found", "incident") from fault
        if moved is None:
            raise Refusal(404, "not-found", "incident")
        if after.refused is not None:
            who = self._people.display(after.refused.who) or ""
            raise Refusal(409, after.refused.why, who)
        self._announcer.tell(after)
        self._time.moved.notify()

    def _event(self, person: Person, action: CarerAction, minutes: int | None) -> events.Event:
        at, who = self._time.now(), person.id
        match action:
            case "accept":
                return events.Accepted(at=at, who=who, minutes=minutes)
            case "on-the-way":
                return events.OnTheWay(at=at, who=who, minutes=minutes)
            case "arrived":
                return events.Arrived(at=at, who=who)
            case "decline":
                return events.Declined(at=at, who=who)
            case "close":
                return events.Closed(at=at, who=who)
