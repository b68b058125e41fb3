# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The care service as a whole: its parts wired together, opened, run and closed."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from caregiver_api.alerts.deadman import DeadMan
from caregiver_api.alerts.delivery import Pages
from caregiver_api.alerts.delivery_monitor import Lookout
from caregiver_api.alerts.incident_actions import Desk
from caregiver_api.alerts.incidents import Incidents
from caregiver_api.alerts.intake import Alerts
from caregiver_api.alerts.overview import Boards
from caregiver_api.alerts.quarantine import Quarantine
from caregiver_api.alerts.retention import Retention
from caregiver_api.alerts.scheduler import Rounds
from caregiver_api.alerts.story import Story
from caregiver_api.alerts.withdrawals import Withdrawals
from caregiver_api.channels.channel import Channel
from caregiver_api.channels.sse import Sse
from caregiver_api.hubs.downlink import Downlink
from caregiver_api.hubs.register import Hubs
from caregiver_api.hubs.signing import ServiceKey
from caregiver_api.people.administration import Office
from caregiver_api.people.caregivers import Caregivers
from caregiver_api.people.sessions import Sessions
from caregiver_api.platform import schema
from caregiver_api.platform.clock import Axis, Clock, EscalationTime
from caregiver_api.platform.digest import Day
from caregiver_api.platform.live import Live
from caregiver_api.platform.passwords import Hasher
from caregiver_api.platform.randomness import Chance
from caregiver_api.platform.settings import Settings
from caregiver_api.platform.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Deps:
    """Everything the service gets from outside.

    Attributes:
        settings: checked settings.
        store: the database, not yet opened.
        clock: real time.
        chance: unguessable bytes.
        hasher: password hashes (argon2 in a thread, or an inline one in the simulation).
        service_seed: 32 secret bytes of the service's Ed25519 key.
        outside: makes the outside channels, once the service knows its people; none by default.
            "sse" is always there.
        first_lead: log-in name and password of the lead made on an empty database.
    """

    settings: Settings
    store: Store
    clock: Clock
    chance: Chance
    hasher: Hasher
    service_seed: bytes
    outside: Callable[["Service"], tuple[Channel, ...]] = lambda _service: ()
    first_lead: tuple[str, str] | None = None


class Service:
    """The parts of the service, and their life.

    `open()` once, then `run()` (for ever, in a task), then `close()`. `create_app` does so in the
    lifespan; the simulation does it by hand.

    Attributes:
        requests: writing requests in flight, counted by the application.
    """

    def __init__(self, deps: Deps) -> None:
        self.deps = deps
        self.requests = 0
        settings, store, chance = deps.settings, deps.store, deps.chance
        self.axis = Axis(deps.clock)
        self.time = EscalationTime(self.axis)
        self.key = ServiceKey(deps.service_seed)
        self.live = Live()
        self.people = Caregivers(store, self.axis, chance, deps.hasher)
        self.sessions = Sessions(
            store,
            self.axis,
            chance,
            deps.hasher,
            self.people,
            idle_s=settings.session_idle_s,
            full_s=settings.session_s,
        )
        self.hubs = Hubs(store, self.axis, chance, self.key)
        self.downlink = Downlink(store, self.axis)
        channels = (Sse(self.live), *deps.outside(self))
        self.incidents = Incidents(
            self.people,
            self.hubs,
            self.downlink,
            self.axis,
            self.time,
            channels=tuple(one.name for one in channels),
            wait_s=settings.rung_wait_s,
            day=Day(
                tz=ZoneInfo(settings.tz),
                starts_h=settings.day_starts_h,
                ends_h=settings.day_ends_h,
                gather_s=settings.bundle_s,
            ),
        )
        self.alerts = Alerts(
            store, self.incidents, self.axis, self.time, self.live, self.time.moved
        )
        self.quarantine = Quarantine(store, self.hubs, self.alerts, self.axis, self.time)
        self.rounds = Rounds(
            store, self.incidents, self.downlink, self.time, self.live, self.quarantine
        )
        self.pages = Pages(store, self.axis, channels, self.rounds.paged)
        self.lookout = Lookout(store, self.incidents, self.rounds, self.axis, self.pages.tried)
        self.deadman = DeadMan(store, self.hubs, self.alerts, self.axis, self.time, self.live)
        self.withdrawals = Withdrawals(store, self.downlink, self.axis, self.time, self.live)
        self.retention = Retention(store, self.axis, self.time, incident_days=settings.keep_days)
        self.boards = Boards(store, self.incidents, self.downlink, self.axis, self.time)
        self.desk = Desk(
            store,
            self.incidents,
            self.boards,
            self.people,
            self.rounds,
            self.axis,
            self.time,
        )
        self.office = Office(
            store, self.hubs, self.people, self.downlink, self.axis, self.time, self.live
        )
        demo = settings.demo
        self.story = (
            Story(demo.story, demo.story_token, self.time, self.rounds, self._in_flight)
            if demo is not None and demo.story
            else None
        )

    async def open(self) -> None:
        """Open the database, read what is known, make the first lead, ask for story time.

        Raises:
            DatabaseTooNew: the database is of a newer version.
        """
        store = self.deps.store
        await store.open()

        async def latest(connection: AsyncConnection) -> tuple[str | None, str | None]:
            axis_s = await schema.recall(connection, "axis_s")
            return axis_s, await schema.recall(connection, "escalation_s")

        axis_s, _escalation_s = await store.read(latest)
        self.axis.never_before(float(axis_s or 0.0))
        await self.people.open()
        await self.hubs.open()
        await self.sessions.open()
        if self.deps.first_lead is not None:
            await self.people.first_lead(*self.deps.first_lead)
        if self.story is not None:
            await self.story.hello()

    async def run(self) -> None:
        """Run the background loops until cancelled; the end of one ends all (let it crash)."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.rounds.run(), name="rounds")
            tasks.create_task(self.pages.run(), name="pages")
            tasks.create_task(self.lookout.run(), name="lookout")
            tasks.create_task(self.deadman.run(), name="deadman")
            tasks.create_task(self.retention.run(), name="retention")
            if self.story is not None:
                tasks.create_task(self.story.run(), name="story")

    def _in_flight(self) -> int:
        return self.requests + self.pages.in_flight

    def end_streams(self) -> None:
        """Let all open streams end, so that a shutdown need not wait for them."""
        self.live.close()
        self.downlink.close()

    async def close(self) -> None:
        """Close streams and database."""
        self.end_streams()
        await self.deps.store.close()
