# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The only constructor of concretes: from settings and ports to a hub that can run."""

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx2
import structlog
from starlette.middleware import Middleware

from design.security import SecurityHeaders
from devices.availability import Availability
from devices.recorder import Recorder
from hub.actuation.actuators import Actuators
from hub.actuation.local_fallback import SecondWay
from hub.actuation.prompts import Prompts
from hub.api.access import Displays, Observer
from hub.api.app import create_app
from hub.api.public import Public
from hub.api.setup import Setup
from hub.forwarding import Forwarding
from hub.pipeline.device_health import Hearing, quiet_s
from hub.pipeline.event_stream import Stream
from hub.pipeline.inlet import Pipeline
from hub.pipeline.repair import open_journal, say_put_aside, suspect_if_damaged
from hub.pipeline.retention import Retention
from hub.pipeline.story import StoryClock
from hub.pipeline.ticker import Ticker
from hub.projections.view import View
from hub.radios.supervisor import Supervisor
from hub.radios.wiring import Radios, Wiring, from_settings
from hub.resident.actions import Resident
from hub.resident.pin import Argon2, Hasher
from hub.resident.screen import Screen
from hub.runtime.apartment_file import FlatFile, read_flat
from hub.runtime.clock import Clock
from hub.runtime.lock import lock
from hub.runtime.randomness import Chance, SystemChance
from hub.runtime.server import Server, listen, make
from hub.runtime.settings import Settings
from hub.storage.audit import Audit
from hub.storage.disk_space import Storage
from hub.storage.outbox import Outbox
from hub.web.routes import PanelRoutes
from rules.engine.engine import Engine
from rules.model.flat import Flat

_LOG = structlog.get_logger()
DATABASE: Final = "hub.sqlite"


class Stopped(Exception):
    """The hub was asked to stop; everything is durable."""


def connect(path: Path) -> sqlite3.Connection:
    """Open the journal's database as the hub's only writer."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=True)
    path.chmod(0o600)
    return connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """What differs between a flat, a test and a simulation.

    Attributes:
        clock: time; None is this machine's, trusted as the settings say.
        chance: keys, nonces, jitter.
        hasher: hashes the resident's PIN.
        connect: opens the database; must be in autocommit mode.
        radios: makes the sources, after the hub knows how long it was off.
        transport: what carries requests to the service; None is the network.
        rules: the rules; None are the shipped ones with the limits of the settings.
        flat: the flat; None reads the apartment file of the settings.
        web: answer on HTTP.
        alone: lock the data folder and keep a reserve file there.
    """

    clock: Clock | None = None
    chance: Chance = field(default_factory=SystemChance)
    hasher: Hasher = field(default_factory=Argon2)
    connect: Callable[[Path], sqlite3.Connection] = connect
    radios: Callable[[Wiring], Radios] = from_settings
    transport: httpx2.AsyncBaseTransport | None = None
    rules: Engine | None = None
    flat: FlatFile | None = None
    web: bool = True
    alone: bool = True


def build(settings: Settings, ports: Ports | None = None) -> "Hub":
    """Wire a hub; nothing happens before `run` but opening its database.

    Raises:
        hub.runtime.settings.SettingsError: the apartment file is wrong.
        hub.runtime.lock.AlreadyRunning: another hub has the data folder.
    """
    return Hub(settings, ports or Ports())


class Hub:
    """One flat's process. Parts are public so that tests and the simulation can look at them.

    Args:
        settings: read and checked.
        ports: time, chance, database, radios, network.
    """

    def __init__(self, settings: Settings, ports: Ports) -> None:
        self.settings = settings
        self._ports = ports
        self.flat = ports.flat or read_flat(settings.apartment)
        settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = lock(settings.home) if ports.alone else None
        self.clock = ports.clock or _clock(settings)
        apartment = self.flat.apartment
        self._database = settings.home / DATABASE
        self.journal = open_journal(self._database, ports.connect, ports.chance)
        self.stream = Stream()
        self.audit = Audit(self.journal)
        self.outbox = Outbox(self.journal, real=self.clock.real)
        self.view = View(apartment, self.clock)
        self.recorder = Recorder(now=self.clock.axis)
        self.availability = Availability(
            apartment.devices, now=self.clock.axis, monotonic=self.clock.real
        )
        hearing = Hearing(self.availability, apartment.devices_by_id)
        self.storage = Storage(
            self.journal, reserve=settings.home / "reserve" if ports.alone else None
        )
        limits = settings.limits()
        rules = ports.rules or Engine(Flat(apartment=apartment, limits=limits))
        self.pipeline = Pipeline(
            rules=rules,
            journal=self.journal,
            outbox=self.outbox,
            audit=self.audit,
            clock=self.clock,
            stream=self.stream,
            view=self.view,
            hearing=hearing,
            storage=self.storage,
            group_s=settings.group_commit_s,
            unacknowledged_max=settings.unacknowledged_max,
        )
        self.retention = Retention(
            self.journal,
            self.pipeline,
            settings,
            clock=self.clock,
            database=self._database if ports.alone else None,
        )
        self.ticker = Ticker(self.pipeline, self.clock, hearing)
        self.resident = Resident(
            self.pipeline,
            self.journal,
            self.view,
            apartment=apartment,
            limits=limits,
            clock=self.clock,
            hasher=ports.hasher,
        )
        self.screen = Screen(self.pipeline, self.clock)
        self.displays = Displays(self.journal, self.clock, ports.chance)
        self.forwarding = Forwarding(
            home=settings.home,
            ca_file=settings.service_ca,
            transport=ports.transport,
            pipeline=self.pipeline,
            journal=self.journal,
            outbox=self.outbox,
            audit=self.audit,
            view=self.view,
            clock=self.clock,
            chance=ports.chance,
            stream=self.stream,
            apartment=apartment,
            radios=self._radio_states,
        )
        self.story = self._story()
        self._radios = Radios()
        self._supervisor: Supervisor | None = None
        self._actuators: Actuators | None = None
        self._stopping = asyncio.Event()
        self.running = asyncio.Event()
        """Set once the hub has booted, and listens if it should."""
        self.port: int | None = None
        self.view.blind = self.pipeline.blind
        self.view.coverage = self.pipeline.rooms
        self.view.sources = self._radio_states
        self.view.link = self.forwarding.view
        self.view.accesses = lambda: self.audit.newest(20)

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
        self.storage.keep_reserve()
        await self._boot()
        apartment = self.flat.apartment
        self._actuators = actuators = Actuators(
            self._radios.actuators,
            pipeline=self.pipeline,
            clock=self.clock,
            stream=self.stream,
        )
        prompts = Prompts(
            apartment, actuators, clock=self.clock, stream=self.stream, view=self.view
        )
        second_way = SecondWay(
            actuators,
            pipeline=self.pipeline,
            view=self.view,
            clock=self.clock,
            siren=self.settings.siren,
        )
        unconfirmed = self.outbox.load()
        panel = self.view.panel()
        prompts.resume((*panel.incidents, *panel.past))
        second_way.resume(unconfirmed, (*panel.incidents, *panel.past))
        self.pipeline.listen(
            actuators.happened,
            prompts.happened,
            second_way.happened,
            self.displays.happened,
            self.forwarding.withdrawn,
        )
        self._supervisor = Supervisor(
            self._radios.sources, pipeline=self.pipeline, clock=self.clock
        )
        try:
            async with asyncio.TaskGroup() as group:
                for part in (
                    self.pipeline,
                    self.ticker,
                    actuators,
                    prompts,
                    second_way,
                    self.forwarding,
                    self.screen,
                    self.retention,
                    self._supervisor,
                    *((self.story,) if self.story is not None else ()),
                ):
                    group.create_task(part.run(), name=type(part).__name__)
                server = make(self._app()) if taken is not None else None
                group.create_task(self._until_stopped(server, taken), name="until_stopped")
        except* Stopped:
            self.pipeline.end()
            _LOG.info("hub_stopped")
        finally:
            if taken is not None:
                taken.close()

    async def _boot(self) -> None:
        story = await self.story.ask() if self.story is not None else None
        if story is None:  # story time jumps, radios live in real time
            self.availability.resume(quiet_s(self.journal))
        gap_s = self.pipeline.boot(story)
        say_put_aside(self.journal, self.pipeline, file=DATABASE, at=self.clock.axis())
        self._radios = self._ports.radios(
            Wiring(
                settings=self.settings,
                registry=self.flat.registry,
                availability=self.availability,
                now=self.clock.axis,
                monotonic=self.clock.real,
                gap_s=gap_s,
                start=self._ports.chance.draw(4).hex(),
                keep=self.recorder.keep,
            )
        )
        _LOG.info("hub_booted", journal=self.journal.id, gap_s=gap_s, trusted=self.clock.trusted)

    async def _until_stopped(self, server: Server | None, taken: Any) -> None:
        async with asyncio.TaskGroup() as group:
            if server is not None:
                group.create_task(server.serve(sockets=[taken]))
                self.port = taken.getsockname()[1]
                with contextlib.suppress(OSError):  # a full disk: whoever asks knows the port
                    (self.settings.home / "hub.port").write_text(f"{self.port}\n")
            self.running.set()
            await self._stopping.wait()
            self.stream.close()
            self.view.close()
            if server is not None:
                server.should_exit = True
        raise Stopped

    def _app(self) -> Any:
        observer = Observer(self.settings.home / "observer.token", self._ports.chance)
        public = Public(
            journal_id=self.journal.id,
            pipeline=self.pipeline,
            clock=self.clock,
            stream=self.stream,
            view=self.view,
            sources=lambda: {name: asdict(one) for name, one in self._health().items()},
            outbox=self.outbox.__len__,
        )
        setup = Setup(
            forwarding=self.forwarding,
            resident=self.resident,
            displays=self.displays,
            registry=self.flat.registry,
            apartment=self.flat.apartment,
            view=self.view,
            sources=lambda: self._radios.sources,
            name=self.flat.name,
        )
        panel = PanelRoutes(
            view=self.view,
            resident=self.resident,
            journal=self.journal,
            screens=self.screen,
            clock=self.clock,
            drawing=self.flat.drawing,
        )
        return create_app(
            [*public.routes(), *setup.routes(), *panel.routes()],
            observer=observer,
            displays=self.displays,
            inner=[Middleware(SecurityHeaders)],
        )

    def _story(self) -> StoryClock | None:
        demo = self.settings.demo
        if demo is None or not demo.story:
            return None
        host, _, port = demo.story.rpartition(":")
        story = StoryClock(
            (host, int(port)), token=demo.story_token, clock=self.clock, status=self._status
        )
        story.ticker = self.ticker
        return story

    def _status(self) -> dict[str, Any]:
        busy = self._actuators.busy if self._actuators else 0
        in_flight = self.forwarding.in_flight + busy
        outbox = len(self.outbox)
        return {
            "drained": self.pipeline.idle and not outbox and not in_flight,
            "decoded": self.pipeline.decoded,
            "outbox": outbox,
            "in_flight": in_flight,
        }

    def _health(self) -> dict[str, Any]:
        return dict(self._supervisor.health()) if self._supervisor else {}

    def _radio_states(self) -> dict[str, str]:
        return {name: one.state for name, one in self._health().items()}


def _clock(settings: Settings) -> Clock:
    if settings.wall_clock == "trusted":
        return Clock(synchronised=lambda: True)
    return Clock()
