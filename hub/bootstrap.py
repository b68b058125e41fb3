# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The only constructor of concretes: from settings and ports to a hub that can run."""

import asyncio
import contextlib
import sqlite3
from typing import Any, Final

import structlog
from starlette.middleware import Middleware

from design.security import SecurityHeaders
from design.wording import Wording
from devices.availability import Availability
from devices.recorder import Recorder
from hub.actuation.actuators import Actuators
from hub.actuation.local_fallback import LocalFallback
from hub.actuation.prompts import Prompts
from hub.api.access import Displays, Observer
from hub.api.app import create_app
from hub.api.public import PublicRoutes
from hub.api.setup import SetupRoutes
from hub.forwarding.bootstrap import Forwarding
from hub.pipeline.boot import Boot
from hub.pipeline.commits import Commits
from hub.pipeline.crash_recovery import CrashRecovery
from hub.pipeline.device_health import DeviceHealth, quiet_s
from hub.pipeline.effect_executor import EffectExecutor
from hub.pipeline.event_stream import EventStream
from hub.pipeline.inlet import EventInlet
from hub.pipeline.projections import Projections
from hub.pipeline.rule_memory import RuleMemory
from hub.pipeline.snapshots import Snapshots
from hub.pipeline.story_clock import StoryClockClient
from hub.pipeline.ticker import Ticker
from hub.pipeline.trace import EventTrace
from hub.ports import HubPorts
from hub.projections.consents import ConsentProjection
from hub.projections.device_states import DeviceStateProjection
from hub.projections.incidents import IncidentProjection
from hub.projections.panel_view import PanelView
from hub.projections.presence import PresenceProjection
from hub.radios.fleet import RadioFleet
from hub.radios.wiring import Radios, Wiring
from hub.resident.actions import Resident
from hub.resident.open_screens import OpenScreens
from hub.resident.pin import Pin
from hub.runtime.apartment_file import read_flat
from hub.runtime.change_signal import ChangeSignal
from hub.runtime.clock import Clock
from hub.runtime.lock import lock
from hub.runtime.server import HubServer, listen, make
from hub.runtime.settings import Settings
from hub.storage.audit import Audit
from hub.storage.crash_records import CrashRecords
from hub.storage.disk_space import DiskSpace
from hub.storage.outbox import Outbox
from hub.storage.repair import open_journal, report_quarantined, suspect_if_damaged
from hub.storage.retention import JournalRetention
from hub.web.routes import PanelRoutes
from rules.detectors.limits import limits_of
from rules.engine.engine import Engine
from rules.model.flat import Flat
from rules.model.identity import Seconds

_LOG = structlog.get_logger()
DATABASE: Final = "hub.sqlite"


class Stopped(Exception):
    """The hub was asked to stop; everything is durable."""


def build(settings: Settings, ports: HubPorts | None = None) -> "Hub":
    """Wire a hub; nothing happens before `run` but opening its database.

    Raises:
        hub.runtime.settings.SettingsError: the apartment file is wrong.
        hub.runtime.lock.FolderInUse: another hub has the data folder.
    """
    return Hub(settings, ports or HubPorts())


class Hub:
    """One flat's process. Parts are public so that tests and the simulation can look at them.

    Args:
        settings: read and checked.
        ports: time, randomness, database, radios, network.
    """

    def __init__(self, settings: Settings, ports: HubPorts) -> None:
        self.settings = settings
        self._ports = ports
        self.flat = ports.flat or read_flat(settings.apartment)
        settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = lock(settings.home) if ports.alone else None
        self.clock = clock = ports.clock or _clock(settings)
        apartment = self.flat.apartment
        limits = settings.limits(limits_of(ports.detectors))
        # --- storage
        self._database = settings.home / DATABASE
        self.journal = journal = open_journal(self._database, ports.connect, ports.randomness)
        self.audit = Audit(journal)
        self.outbox = Outbox(journal, real=clock.real)
        reserve = settings.home / "reserve" if ports.alone else None
        self.disk_space = DiskSpace(journal, reserve=reserve)
        crash_records = CrashRecords(journal)
        # --- pipeline
        self.stream = EventStream()
        trace = EventTrace(clock, self.stream)
        self.recorder = Recorder(now=clock.axis)
        self.availability = Availability(apartment.devices, now=clock.axis, monotonic=clock.real)
        device_health = DeviceHealth(self.availability, apartment.devices_by_id)
        rules = ports.rules or Engine(Flat(apartment=apartment, limits=limits), ports.detectors)
        self.memory = memory = RuleMemory(rules, clock)
        self.snapshots = Snapshots(journal, memory, clock)
        self.commits = commits = Commits(
            journal=journal,
            outbox=self.outbox,
            disk_space=self.disk_space,
            trace=trace,
            snapshots=self.snapshots,
            group_s=settings.group_commit_s,
        )
        projections = Projections(journal, crash_records)
        self.inlet = inlet = EventInlet(
            journal=journal,
            memory=memory,
            effect_executor=EffectExecutor(journal, self.outbox, self.audit),
            projections=projections,
            commits=commits,
            snapshots=self.snapshots,
            crash_recovery=CrashRecovery(journal, memory, crash_records),
            device_health=device_health,
            disk_space=self.disk_space,
            trace=trace,
            unacknowledged_max=settings.unacknowledged_max,
        )
        self._boot = Boot(
            journal=journal,
            memory=memory,
            inlet=inlet,
            commits=commits,
            snapshots=self.snapshots,
            projections=projections,
            crash_records=crash_records,
            clock=clock,
            group_s=settings.group_commit_s,
        )
        self.ticker = Ticker(
            inlet, memory, clock, device_health=device_health, disk_space=self.disk_space
        )
        self.retention = JournalRetention(
            journal,
            commits,
            self.snapshots,
            settings,
            clock=clock,
            database=self._database if ports.alone else None,
        )
        # --- projections, and what acts on commits
        changes = ChangeSignal()
        self.incidents = incidents = IncidentProjection(projections, journal)
        devices = DeviceStateProjection(projections)
        presence = PresenceProjection(projections, clock)
        consents = ConsentProjection(projections, changes)
        self.radios = RadioFleet(self._make_radios, inlet=inlet, clock=clock)
        self.actuators = Actuators(
            self.radios, inlet=inlet, commits=commits, clock=clock, trace=trace
        )
        self._prompts = Prompts(
            apartment, self.actuators, commits=commits, trace=trace, incidents=incidents
        )
        self._local_fallback = LocalFallback(
            apartment,
            self.actuators,
            inlet=inlet,
            commits=commits,
            memory=memory,
            incidents=incidents,
            clock=clock,
            siren=settings.siren,
        )
        # --- people and the service
        self.displays = Displays(journal, commits, clock, ports.randomness)
        self.forwarding = Forwarding(
            home=settings.home,
            ca_file=settings.service_ca,
            transport=ports.transport,
            inlet=inlet,
            commits=commits,
            memory=memory,
            journal=journal,
            outbox=self.outbox,
            audit=self.audit,
            presence=presence,
            consents=consents,
            changes=changes,
            clock=clock,
            randomness=ports.randomness,
            trace=trace,
            apartment=apartment,
            radios=self.radios.states,
        )
        self.pin = pin = Pin(journal, commits, changes, hasher=ports.hasher, clock=clock)
        self.resident = Resident(inlet, clock, pin, apartment=apartment, limits=limits)
        self.open_screens = OpenScreens(inlet, clock)
        self.view = PanelView(
            apartment,
            clock,
            projections=projections,
            changes=changes,
            incidents=incidents,
            devices=devices,
            presence=presence,
            consents=consents,
            rules=memory,
            link=self.forwarding,
            radios=self.radios,
            audit=self.audit,
            pin=pin,
        )
        self.changes = changes
        self.story = self._story()
        self._stopping = asyncio.Event()
        self.running = asyncio.Event()
        """Set once the hub has booted, and listens if it should."""
        self.port: int | None = None

    def stop(self) -> None:
        """Ask the hub to end in order: streams closed, everything durable."""
        self._stopping.set()

    async def run(self) -> None:
        """Run until stopped or broken.

        Raises:
            BaseExceptionGroup: something of ours broke; start again, the journal knows the rest.
        """
        try:
            await self._run()
        except* sqlite3.DatabaseError as damage:
            suspect_if_damaged(damage, self._database)
            raise

    async def _run(self) -> None:
        taken = listen(self.settings.host, self.settings.port) if self._ports.web else None
        self.disk_space.keep_reserve()
        await self._start()
        try:
            async with asyncio.TaskGroup() as group:
                for part in (
                    self.inlet,
                    self.commits,
                    self.ticker,
                    self.actuators,
                    self._prompts,
                    self._local_fallback,
                    self.forwarding,
                    self.open_screens,
                    self.retention,
                    self.radios,
                    *((self.story,) if self.story is not None else ()),
                ):
                    group.create_task(part.run(), name=type(part).__name__)
                server = make(self._app()) if taken is not None else None
                group.create_task(self._until_stopped(server, taken), name="until_stopped")
        except* Stopped:
            self.inlet.end()
            _LOG.info("hub_stopped")
        finally:
            if taken is not None:
                taken.close()

    async def _start(self) -> None:
        """Boot, make the radios, and take up what was under way when the hub stopped."""
        story = await self.story.ask() if self.story is not None else None
        if story is None:  # story time jumps, radios live in real time
            self.availability.resume(quiet_s(self.journal))
        gap_s = self._boot.start(story)
        report_quarantined(self.journal, self.inlet, file=DATABASE, at=self.clock.axis())
        self.radios.open(gap_s)
        _LOG.info("hub_booted", journal=self.journal.id, gap_s=gap_s, trusted=self.clock.trusted)
        unconfirmed = [one.message for one in self.outbox.load()]
        cards = sorted(self.incidents.cards(), key=lambda one: one.closed is not None)
        self._prompts.resume(cards)
        self._local_fallback.resume(unconfirmed)
        self.commits.release()

    def _make_radios(self, gap_s: Seconds | None) -> Radios:
        return self._ports.radios(
            Wiring(
                settings=self.settings,
                registry=self.flat.registry,
                availability=self.availability,
                now=self.clock.axis,
                monotonic=self.clock.real,
                gap_s=gap_s,
                start=self._ports.randomness.draw(4).hex(),
                keep=self.recorder.keep,
            )
        )

    async def _until_stopped(self, server: HubServer | None, taken: Any) -> None:
        async with asyncio.TaskGroup() as group:
            if server is not None:
                group.create_task(server.serve(sockets=[taken]))
                self.port = taken.getsockname()[1]
                with contextlib.suppress(OSError):  # a full disk: whoever asks knows the port
                    (self.settings.home / "hub.port").write_text(f"{self.port}\n")
            self.running.set()
            await self._stopping.wait()
            self.stream.close()
            self.changes.close()
            if server is not None:
                server.should_exit = True
        raise Stopped

    def _app(self) -> Any:
        observer = Observer(self.settings.home / "observer.token", self._ports.randomness)
        public = PublicRoutes(
            journal_id=self.journal.id,
            memory=self.memory,
            clock=self.clock,
            stream=self.stream,
            view=self.view,
            radios=self.radios,
            outbox=self.outbox.__len__,
        )
        setup = SetupRoutes(
            forwarding=self.forwarding,
            resident=self.resident,
            displays=self.displays,
            registry=self.flat.registry,
            apartment=self.flat.apartment,
            view=self.view,
            radios=self.radios,
            name=self.flat.name,
        )
        wording = Wording(*self.settings.wording)
        for problem in wording.problems:
            _LOG.warning("wording_unusable", file=str(problem.file), expected=problem.expected)
        panel = PanelRoutes(
            view=self.view,
            incidents=self.incidents,
            resident=self.resident,
            screens=self.open_screens,
            clock=self.clock,
            drawing=self.flat.drawing,
            wording=wording,
        )
        return create_app(
            [*public.routes(), *setup.routes(), *panel.routes()],
            observer=observer,
            displays=self.displays,
            inner=[Middleware(SecurityHeaders)],
        )

    def _story(self) -> StoryClockClient | None:
        demo = self.settings.demo
        if demo is None or not demo.story:
            return None
        host, _, port = demo.story.rpartition(":")
        return StoryClockClient(
            (host, int(port)),
            token=demo.story_token,
            clock=self.clock,
            deadlines=self.ticker,
            status=self._status,
        )

    def _status(self) -> dict[str, Any]:
        in_flight = self.forwarding.in_flight + self.actuators.busy
        outbox = len(self.outbox)
        return {
            "drained": self.inlet.idle and not outbox and not in_flight,
            "decoded": self.inlet.decoded,
            "outbox": outbox,
            "in_flight": in_flight,
        }


def _clock(settings: Settings) -> Clock:
    if settings.wall_clock == "trusted":
        return Clock(synchronised=lambda: True)
    return Clock()
