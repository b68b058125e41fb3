# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Incidents as they stand: loaded, moved on by the escalation function, written back in one go."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from caregiver_api import wire
from caregiver_api.alerts import delivery_status, quarantined
from caregiver_api.alerts.delivery_status import STAND_DOWN
from caregiver_api.alerts.incident import Incident, Unreadable, from_row, to_row
from caregiver_api.alerts.quarantined import UNREADABLE
from caregiver_api.escalation import policy, state_machine
from caregiver_api.escalation.policy import Page, Phase, Progress, Refused, Rung, StandDown
from caregiver_api.hubs.downlink import Downlink
from caregiver_api.hubs.register import Hubs
from caregiver_api.people.caregivers import Caregivers
from caregiver_api.platform import schema
from caregiver_api.platform.clock import Axis, EscalationTime
from caregiver_api.platform.digest import Day
from caregiver_api.platform.live import News, ProgressMade

HUB_SILENT: Final = "hub_silent"
"""Kind of the service's own alert: a hub is not heard any more. Its hub knows nothing of it."""
OWN: Final = frozenset({HUB_SILENT, UNREADABLE})
"""Kinds of the service's own alerts."""
BUNDLE: Final = "bundle"
"""`why` of a page that tells gathered info."""
BUNDLE_S: Final = 60.0
OVER: Final = frozenset({"answered", "closed"})
"""Phases of a message that call nobody anew: they tell how it went on in the flat."""
TAKEN: Final = "accepted"
"""Phase of a message after a carer took it: news only if it counts more presses."""


@dataclass(slots=True)
class After:
    """What is to be told once the transaction is durable."""

    news: list[News] = field(default_factory=list)
    hubs: list[str] = field(default_factory=list)
    pages: int = 0
    refused: Refused | None = None


# Statements of the alarm path are built once: building them takes longer than running them.
_INSERT: Final = schema.incident.insert()
_UPDATE: Final = schema.incident.update().where(schema.incident.c.id == sa.bindparam("b_id"))
_PROGRESS: Final = schema.progress.insert()
_CONFIRM: Final = (
    schema.message.update()
    .where(schema.message.c.incident == sa.bindparam("b_id"), schema.message.c.receipt_due == 1)
    .values(receipt_due=0)
    .returning(schema.message.c.id)
)


def page_id(incident: str, turn: int, person: str, channel: str) -> str:
    """Name a page after what it is: sent again, it replaces itself at the receiver."""
    return hashlib.sha256(f"{incident}|{turn}|{person}|{channel}".encode()).hexdigest()[:32]


class Incidents:
    """Moves incidents on.

    Args:
        channels: names of the channels that every page goes through.
        wait_s: how long a rung has, where a lead chose nothing else.
        day: when info may be told.

    Attributes:
        damaged: incidents that somebody could not read; the timer loop puts them aside.
    """

    def __init__(
        self,
        people: Caregivers,
        hubs: Hubs,
        downlink: Downlink,
        axis: Axis,
        time: EscalationTime,
        *,
        channels: tuple[str, ...],
        wait_s: float,
        day: Day,
    ) -> None:
        self.people = people
        self.hubs = hubs
        self.day = day
        self._downlink = downlink
        self._axis = axis
        self._time = time
        self._channels = channels
        self._wait_s = wait_s
        self.damaged: dict[str, Unreadable] = {}

    def chain_of(self, hub: str) -> tuple[Rung, ...]:
        """Return who is called for a hub now: the lead's choice, else everybody, then the leads."""
        known = self.hubs.find(hub)
        chosen = known.chain if known is not None else ()
        rungs = (replace(one, carers=self.people.active(one.carers)) for one in chosen)
        usable = tuple(one for one in rungs if one.carers)
        return usable or self.people.everybody(self._wait_s)

    def opening_chain(self, hub: str, kind: str) -> tuple[Rung, ...]:
        """Return whom a new incident calls; what cannot be read calls everybody of the flat."""
        rungs = self.chain_of(hub)
        if kind != UNREADABLE:
            return rungs
        people = (*(one for rung in rungs for one in rung.carers), *self.people.leads())
        return (Rung(carers=tuple(dict.fromkeys(people)), wait_s=self._wait_s),)

    def readable(self, rows: Iterable[Any]) -> list[Incident]:
        """Read incidents; those that cannot be read are noted for the timer loop."""
        found = []
        for row in rows:
            try:
                found.append(from_row(row))
            except Unreadable as fault:
                self.note(fault)
        return found

    def note(self, fault: Unreadable) -> None:
        """Let the timer loop put an incident aside that somebody could not read."""
        self.damaged[fault.incident] = fault
        self._time.moved.notify()

    def audience(self, hub: str, state: policy.State | None = None) -> frozenset[str]:
        """Return the carers who may see a hub's incidents (leads may in any case)."""
        rungs = (*self.chain_of(hub), *(state.chain if state is not None else ()))
        return frozenset(one for rung in rungs for one in rung.carers)

    async def move(
        self,
        connection: AsyncConnection,
        incident: Incident,
        event: policy.Event,
        after: After,
        *,
        reason: str | None = None,
        fresh: bool = False,
        attend: bool = False,
    ) -> Incident:
        """Let an event happen to an incident and write everything that follows, in one transaction.

        Args:
            connection: the transaction.
            incident: as it stands before.
            event: what happens.
            after: collects what is to be told after the commit.
            reason: words a person gave.
            fresh: the incident is not yet in the database.
            attend: the timer loop is to look at once, for example to confirm a message.
        """
        owned = incident.state.owner
        outcome = state_machine.advance(incident.state, event)
        now = self._time.now()
        moved = replace(incident, state=outcome.state)
        if outcome.state.phase is Phase.CLOSED:
            if incident.closed_s is None:
                moved = replace(moved, closed_s=now, reason=reason)
        else:
            moved = replace(moved, closed_s=None, reason=None)
        row = to_row(moved)
        if attend:
            row["due_s"] = 0.0
        if fresh:
            await connection.execute(_INSERT, row)
        else:
            await connection.execute(_UPDATE, {**row, "b_id": moved.id})
        for action in outcome.actions:
            match action:
                case Page():
                    await self._page(connection, moved, action.to, action.turn, action.why)
                    if _calls(outcome.state):
                        await delivery_status.begin(
                            connection, moved.id, action.turn, self._axis.now()
                        )
                    after.pages += 1
                case StandDown():
                    await self._stand_down(connection, moved, action)
                    after.pages += 1
                case Progress():
                    await self._progress(connection, moved, action, after, reason, owned)
                case Refused():
                    after.refused = action
        if _calls(incident.state) and not _calls(outcome.state):
            await delivery_status.end(connection, moved.id)
        return moved

    async def reached(
        self, connection: AsyncConnection, incident: Incident, after: After, *, nobody: bool
    ) -> None:
        """Write down, and tell the flat, that the pages reached nobody, or somebody after all."""
        step = Progress(step="nobody_reached" if nobody else "somebody_reached")
        await self._progress(connection, incident, step, after, None, None)

    async def _page(
        self,
        connection: AsyncConnection,
        incident: Incident,
        to: tuple[str, ...],
        turn: int,
        why: str,
    ) -> None:
        people = self.people.active(to) or self.people.leads()
        now = self._axis.now()
        if why == BUNDLE:
            # One notice for everything that is told in this minute.
            page = schema.page
            recent = sa.select(page.c.person).where(
                page.c.why == BUNDLE, page.c.created_s > now - BUNDLE_S
            )
            told = (await connection.execute(recent.distinct())).scalars().all()
            people = tuple(one for one in people if one not in told)
        rows = [
            {
                "id": page_id(incident.id, turn, f"{why}|{person}", channel),
                "incident": incident.id,
                "person": person,
                "channel": channel,
                "turn": turn,
                "why": why,
                "priority": incident.state.priority,
                "test": int(incident.state.test),
                "created_s": now,
                "retry_s": now,
                "tries": 0,
            }
            for person in people
            for channel in self._channels
        ]
        if rows:
            await connection.execute(schema.page.insert(), rows)

    async def _stand_down(
        self, connection: AsyncConnection, incident: Incident, action: StandDown
    ) -> None:
        page = schema.page
        await connection.execute(
            page.update()
            .where(page.c.incident == incident.id, page.c.retry_s.isnot(None))
            .values(retry_s=None, outcome="overtaken")
        )
        last = await connection.scalar(
            sa.select(sa.func.max(page.c.turn)).where(page.c.incident == incident.id)
        )
        if last is not None and self.people.active(action.to):
            people = self.people.active(action.to)
            await connection.execute(
                sa.delete(page).where(page.c.incident == incident.id, page.c.why == STAND_DOWN)
            )
            await self._page(connection, incident, people, action.turn, STAND_DOWN)

    async def _progress(
        self,
        connection: AsyncConnection,
        incident: Incident,
        action: Progress,
        after: After,
        reason: str | None,
        owned: str | None,
    ) -> None:
        rung = incident.state.rung + 1 if incident.state.rung >= 0 else None
        row = {
            "incident": incident.id,
            "step": action.step,
            "rung": rung,
            "who": action.who,
            "minutes": action.minutes,
            "reason": reason,
            "at_s": self._time.now(),
            "wall_ms": int(self._axis.now() * 1000),
        }
        await connection.execute(_PROGRESS, row)
        shown = {
            "incident_id": incident.id,
            "hub_id": incident.hub,
            "step": action.step,
            "rung": rung,
            "who": self.people.display(action.who),
            "who_id": action.who,
            "minutes": action.minutes,
            "reason": reason,
            "wall_ms": row["wall_ms"],
            "at": row["at_s"],
        }
        after.news.append(
            ProgressMade(
                hub=incident.hub,
                incident=incident.id,
                step=action.step,
                audience=self.audience(incident.hub, incident.state),
                frame=json.dumps(shown, ensure_ascii=False),
            )
        )
        await self._tell_hub(connection, incident, action, after, reason, owned)

    async def _tell_hub(
        self,
        connection: AsyncConnection,
        incident: Incident,
        action: Progress,
        after: After,
        reason: str | None,
        owned: str | None,
    ) -> None:
        about: tuple[str, ...] = (incident.id,)
        if incident.alert.kind in OWN:
            about = await quarantined.stands_for(connection, incident.id)
        more: dict[str, Any] = {
            "carer": self.people.display(action.who),
        }
        kind = wire.DownKind.CARER_ANSWERED
        match action.step:
            case "accepted" | "on_the_way" | "arrived":
                more |= {"step": action.step, "minutes": action.minutes}
            case "declined" | "expired" if owned is not None and owned == action.who:
                # She was told that somebody comes; now that is no longer so.
                more["step"] = "declined"
            case "closed":
                kind = wire.DownKind.CARER_CLOSED
                more |= {"reason": reason, "message_id": incident.alert.message_id}
                await quarantined.closed(connection, incident.id)
            case "nobody_reached" | "somebody_reached":
                kind = wire.DownKind(action.step)
                more["message_id"] = incident.alert.message_id
            case _:
                return
        for one in about:
            await self._downlink.add(connection, incident.hub, kind=kind, incident_id=one, **more)
            after.hubs.append(incident.hub)

    async def confirm_running(
        self, connection: AsyncConnection, incident: Incident, after: After
    ) -> None:
        """Tell the hub, once for each message, that people are being called for it.

        What comes after an incident is over calls nobody (or it would run again): the flat need not
        help itself, so that is confirmed as well.
        """
        over = incident.state.phase in {Phase.SETTLED, Phase.CLOSED}
        if not (incident.state.running or over) or incident.alert.kind in OWN:
            return
        rows = (await connection.execute(_CONFIRM, {"b_id": incident.id})).all()
        for row in rows:
            await self._downlink.add(
                connection,
                incident.hub,
                kind=wire.DownKind.ESCALATION_RUNNING,
                message_id=row.id,
                incident_id=incident.id,
            )
            after.hubs.append(incident.hub)


def _calls(state: policy.State) -> bool:
    """Say whether people are called for it who must be reached, and nobody has it in hand."""
    return state.phase is Phase.RUNNING and state.priority != "info" and not state.test
