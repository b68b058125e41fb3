# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The one constructor of concretes: clocks, randomness, database, channels, and all parts of it."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from caregiver_api.alerts.announcer import Announcer
from caregiver_api.alerts.deadman import DeadMan
from caregiver_api.alerts.delivery_monitor import DeliveryMonitor
from caregiver_api.alerts.incident_actions import IncidentActions
from caregiver_api.alerts.incidents import CareIncidents
from caregiver_api.alerts.intake import Intake
from caregiver_api.alerts.overview import Overviews
from caregiver_api.alerts.progress import ProgressLog
from caregiver_api.alerts.quarantine import Quarantine
from caregiver_api.alerts.scheduler import Scheduler
from caregiver_api.alerts.story import DirectorLine
from caregiver_api.alerts.unreadable import UnreadableIncidents
from caregiver_api.alerts.withdrawals import ConsentWithdrawals
from caregiver_api.channels.channel import ChannelContext
from caregiver_api.channels.registry import CHANNELS, ChannelRegistry, OpenChannel, open_kinds
from caregiver_api.delivery.delivery import PageDelivery
from caregiver_api.delivery.pages import PageOutbox
from caregiver_api.hubs.administration import HubAdministration
from caregiver_api.hubs.downlink import Downlink
from caregiver_api.hubs.escalation_policies import EscalationPolicies
from caregiver_api.hubs.register import HubRegister
from caregiver_api.people.addresses import Addresses
from caregiver_api.people.administration import PeopleAdministration
from caregiver_api.people.caregivers import Caregivers
from caregiver_api.people.sessions import Sessions
from caregiver_api.platform import home, migrations
from caregiver_api.platform.clock import Axis, EscalationTime, MachineClocks, SystemClocks
from caregiver_api.platform.digest import DigestHours
from caregiver_api.platform.in_flight import InFlight
from caregiver_api.platform.live import Live, Signal
from caregiver_api.platform.passwords import Argon2Passwords, PasswordHasher
from caregiver_api.platform.randomness import RandomBytes, SystemRandomBytes
from caregiver_api.platform.retention import ServiceRetention
from caregiver_api.platform.service_key import ServiceKey
from caregiver_api.platform.store import Store
from caregiver_api.settings import ServiceSettings
from caregiver_api.web.notices import CatalogueTexts


@dataclass(frozen=True, slots=True, kw_only=True)
class Deps:
    """Everything the service gets from outside.

    Attributes:
        settings: checked settings.
        store: the database, not yet opened.
        clock: real time.
        randomness: unguessable bytes.
        hasher: password hashes (argon2 in a thread, or an inline one in the simulation).
        service_seed: 32 secret bytes of the service's Ed25519 key.
        channels: all channels there are; those that are set up are made.
        more_channels: further channels, made elsewhere.
        first_lead: log-in name and password of the lead made on an empty database.
    """

    settings: ServiceSettings
    store: Store
    clock: MachineClocks
    randomness: RandomBytes
    hasher: PasswordHasher
    service_seed: bytes
    channels: ChannelRegistry = CHANNELS
    more_channels: Sequence[OpenChannel] = ()
    first_lead: tuple[str, str] | None = None


class Service:
    """The parts of the service, and their life.

    `open()` once, then `run()` (for ever, in a task), then `close()`. The application does so in
    its lifespan; the simulation does it by hand.
    """

    def __init__(self, deps: Deps) -> None:
        settings, store, randomness = deps.settings, deps.store, deps.randomness
        self.settings: Final = settings
        self.store: Final = store
        self._first_lead = deps.first_lead
        # Time, and who wakes whom.
        self.axis = axis = Axis(deps.clock)
        self.time = time = EscalationTime(axis)
        self.paged = paged = Signal()
        self._tried = Signal()
        self.in_flight = InFlight()
        self.live = live = Live()
        self.key = key = ServiceKey(deps.service_seed)
        # People, flats, and the ways to people.
        context = ChannelContext(live=live, key=key, now=axis.now)
        self.channels = (*deps.channels.open(settings.channel, context), *deps.more_channels)
        self.people = people = Caregivers(store, axis, randomness, deps.hasher)
        self.addresses = Addresses(store, axis, open_kinds(self.channels))
        self.sessions = Sessions(
            store,
            axis,
            randomness,
            deps.hasher,
            people,
            idle_s=settings.session_idle_s,
            full_s=settings.session_s,
        )
        self.hubs = hubs = HubRegister(store, axis, randomness, key)
        self.downlink = downlink = Downlink(store, axis)
        self.policies = policies = EscalationPolicies(people, hubs, wait_s=settings.rung_wait_s)
        # Incidents: how they are moved on, by messages, timers and people.
        announcer = Announcer(live, downlink, paged)
        unreadable = self.unreadable = UnreadableIncidents(time.moved)
        progress = ProgressLog(people, policies, downlink, axis, time)
        pages = PageOutbox(people, self.addresses, axis, self.channels)
        self.incidents = incidents = CareIncidents(pages, progress, axis, time)
        digest = DigestHours(
            tz=ZoneInfo(settings.tz),
            starts_h=settings.day_starts_h,
            ends_h=settings.day_ends_h,
            gather_s=settings.bundle_s,
        )
        self.intake = intake = Intake(
            store, incidents, policies, announcer, axis, time, digest=digest, wake=time.moved
        )
        quarantine = Quarantine(store, hubs, intake, axis, time)
        self.scheduler = Scheduler(
            store,
            incidents,
            progress,
            policies,
            announcer,
            unreadable,
            time,
            isolate=quarantine.isolate,
        )
        self.delivery = PageDelivery(
            store,
            axis,
            people,
            self.addresses,
            self.channels,
            texts=CatalogueTexts(),
            in_flight=self.in_flight,
            paged=paged,
            tried=self._tried,
        )
        self.delivery_monitor = DeliveryMonitor(
            store, progress, announcer, unreadable, axis, tried=self._tried
        )
        self.deadman = DeadMan(store, hubs, intake, axis, time, live)
        self.withdrawals = ConsentWithdrawals(store, downlink, axis, time, live)
        self.retention = ServiceRetention(store, axis, time, incident_days=settings.keep_days)
        # What people see and do.
        self.overviews = Overviews(store, people, hubs, policies, unreadable, axis, time)
        self.incident_actions = IncidentActions(
            store, incidents, progress, policies, people, announcer, unreadable, axis, time
        )
        self.hub_administration = HubAdministration(store, hubs, people, downlink, axis, time, live)
        self.people_administration = PeopleAdministration(store, people, self.addresses, live)
        demo = settings.demo
        self.story = (
            DirectorLine(demo.story, demo.story_token, time, self.scheduler, self.in_flight)
            if demo is not None and demo.story
            else None
        )

    async def open(self) -> None:
        """Open the database, read what is known, make the first lead, ask for story time.

        Raises:
            DatabaseTooNew: the database is of a newer version.
        """
        await self.store.open()

        async def latest(connection: AsyncConnection) -> str | None:
            return await migrations.recall(connection, "axis_s")

        seen_s = await self.store.read(latest)
        self.axis.never_before(float(seen_s or 0.0))
        await self.people.open()
        await self.addresses.open()
        await self.hubs.open()
        await self.sessions.open()
        if self._first_lead is not None:
            await self.people.first_lead(*self._first_lead)
        if self.story is not None:
            await self.story.hello()

    async def run(self) -> None:
        """Run the background loops until cancelled; the end of one ends all (let it crash)."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.scheduler.run(), name="scheduler")
            tasks.create_task(self.delivery.run(), name="delivery")
            tasks.create_task(self.delivery_monitor.run(), name="delivery_monitor")
            tasks.create_task(self.deadman.run(), name="deadman")
            tasks.create_task(self.retention.run(), name="retention")
            if self.story is not None:
                tasks.create_task(self.story.run(), name="story")

    def end_streams(self) -> None:
        """Let all open streams end, so that a shutdown need not wait for them."""
        self.live.close()
        self.downlink.close()

    async def close(self) -> None:
        """Close streams and database."""
        self.end_streams()
        await self.store.close()


def make(settings: ServiceSettings, environ: Mapping[str, str] = os.environ) -> Deps:
    """Make everything the service gets from outside; creates its folder on the first start.

    Raises:
        SettingsError: the first lead or the key is wrong.
    """
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    randomness = SystemRandomBytes()
    return Deps(
        settings=settings,
        store=Store.at(settings.home / home.DATABASE),
        clock=SystemClocks(),
        randomness=randomness,
        hasher=Argon2Passwords(),
        service_seed=home.service_seed(settings.home, randomness),
        first_lead=home.first_lead(environ),
    )
