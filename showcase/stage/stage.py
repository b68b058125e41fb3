# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Everything a story needs, started and joined up: flat, radio, hub, service, clock, watchers."""

import asyncio
import sys
import tomllib
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

import httpx2

from rules.model.identity import Seconds
from showcase.apartment import set_up
from showcase.apartment.flat import APARTMENT, Flat
from showcase.processes.care_line import CareLine
from showcase.processes.child import Child
from showcase.processes.clock import Clock, fresh_key, fresh_pin, fresh_secret
from showcase.processes.home import CARERS, LEAD, Home, Kept
from showcase.processes.hub_line import HubLine, healthy
from showcase.processes.ports import Ports
from showcase.processes.story_clock import HUB, SERVICE, StoryClock
from showcase.resident.consent_mirror import ConsentMirror
from showcase.resident.decisions import Decisions
from showcase.stage.watchers import Watchers
from showcase.virtual.bluetooth import Bluetooth, bluetooth, sealed
from showcase.virtual.coordinator import VirtualCoordinator

READY_S_MAX: Final = 60.0
RADIO_S_MAX: Final = 30.0
# A visitor waits for "it is in the journal"; a real flat spares its card and takes up to 5 s.
GROUP_COMMIT_S: Final = 1.0
FIRST_LEAD: Final = "TOHUUS_FIRST_LEAD"
_ROOT: Final = Path(__file__).parents[2]

type Report = Callable[[str], None]


class Stage:
    """The running system and the handles to act on it; made by `opened`."""

    def __init__(
        self,
        home: Home,
        ports: Ports,
        kept: Kept,
        begin_utc_s: Seconds,
        clock: Clock,
        http: httpx2.AsyncClient,
        apartment: Path = APARTMENT,
        bluetooth: Bluetooth | None = None,
    ) -> None:
        self.home, self.ports, self.kept, self.clock = home, ports, kept, clock
        self.bluetooth = bluetooth
        here = () if bluetooth is None else bluetooth.devices
        self.apartment = home.write_flat(
            apartment,
            {at: kept.ble_key for name, at in sealed(_read(apartment)).items() if name in here},
        )
        self.http = http
        self.rules_off: tuple[str, ...] = ()
        self.rules_wanted: tuple[str, ...] = ()
        self._story_port = 0
        self._tasks: list[asyncio.Task[None]] = []
        begin = max(kept.story_utc_s or 0.0, begin_utc_s)
        self.story_clock = StoryClock(clock, start_utc_s=begin, token=kept.story_token)
        self.mirror = ConsentMirror(self.story_clock.now)
        self.hub = HubLine(http, f"http://127.0.0.1:{ports.hub}", home.observer_token)
        service = f"http://127.0.0.1:{ports.service}"
        self.lead = CareLine(service, LEAD, kept.passwords[LEAD])
        self.carers = {name: CareLine(service, name, kept.passwords[name]) for name in CARERS}
        self.watchers = Watchers(self.hub, self.lead, self.mirror)
        self.listeners, self.changes = self.watchers.listeners, self.watchers.changes
        self.decisions = Decisions(self.hub, kept.pin, self.mirror, self.changes, clock)
        self.coordinator = VirtualCoordinator(state_file=home.coordinator)
        self.flat = Flat(
            self.coordinator,
            on_frame=self.watchers.frame,
            on_change=self.watchers.change,
            on_walk=self.watchers.walk,
            path=self.apartment,
        )
        for device in here:
            assert bluetooth is not None, "nothing is worn without Bluetooth"
            self.flat.wear(
                device, partial(bluetooth.press, device), partial(bluetooth.beacon, device)
            )
        air = {} if bluetooth is None else bluetooth.environment
        self.hub_process = self._child(HUB, "hub", air)
        self.service_process = self._child(
            SERVICE, "caregiver_api", {FIRST_LEAD: f"{LEAD}:{kept.passwords[LEAD]}"}
        )

    @property
    def carer(self) -> CareLine:
        """Who is called first."""
        return self.carers[CARERS[0]]

    def keep_time(self) -> None:
        """Write down how far story time has come."""
        self.kept.story_utc_s = self.story_clock.now()
        self.home.keep(self.kept)

    # --- starting -------------------------------------------------------------------------

    async def start(self, tasks: asyncio.TaskGroup, report: Report) -> None:
        """Start radio, hub and service; returns when all three are ready and know each other."""
        self._story_port = await self.story_clock.serve()
        await self.coordinator.start()
        self._write_settings()
        self.home.service_at(self.lead.base)
        report("starting the hub and the care service")
        self._tasks += [
            tasks.create_task(self.hub_process.run()),
            tasks.create_task(self.service_process.run()),
        ]
        await self._ready()
        self._tasks.append(tasks.create_task(self.watchers.run_hub()))
        self._tasks.append(tasks.create_task(self.watchers.run_coverage()))
        if self.kept.paired:
            await self.lead.log_in()
        else:
            await self._first_day(report)
        await set_up.check_channels(self.lead)
        self._tasks.append(tasks.create_task(self.watchers.run_service()))
        for carer in self.carers.values():
            await carer.log_in()
            self._tasks.append(tasks.create_task(_page_open(carer)))

    async def _ready(self) -> None:
        await asyncio.gather(
            healthy(self.http, self.hub.base, READY_S_MAX),
            healthy(self.http, self.lead.base, READY_S_MAX),
            self.story_clock.wait_for(HUB),
            self.story_clock.wait_for(SERVICE),
        )

    async def _first_day(self, report: Report) -> None:
        await self.lead.log_in()
        report("pairing the flat with the care service")

        async def papers() -> None:
            await set_up.people(self.lead, self.kept)
            await set_up.pair(self.hub, self.lead)
            await self.hub.setup("POST", "pin", pin=self.kept.pin)
            await self.decisions.agree(live=True)
            await self.decisions.allow_all(given=True)

        told = -1

        def joined(ready: int, all_of_them: int) -> None:
            nonlocal told
            if ready != told and (ready == all_of_them or ready - told >= 5):
                report(f"devices joining: {ready} of {all_of_them}")
                told = ready

        async with asyncio.TaskGroup() as both:
            both.create_task(papers())
            both.create_task(set_up.join(self.hub, self.flat, joined))
        self.kept.paired = True
        self.keep_time()

    def _write_settings(self) -> None:
        story = {
            "story": f"127.0.0.1:{self._story_port}",
            "story_token": self.kept.story_token,
        }
        hub: dict[str, Any] = {
            "port": self.ports.hub,
            "group_commit_s": GROUP_COMMIT_S,
            "apartment": str(self.apartment),
            "zigbee": {"path": self.coordinator.path},
            "demo": story,
        }
        if self.bluetooth is not None:
            hub["ble"] = {}
        if self.rules_off:
            hub["rules"] = {"off": ",".join(self.rules_off)}
        service = {"port": self.ports.service, "demo": story}
        self.home.write_settings({"hub": hub, "caregiver_api": service})

    async def restart_hub(self, rules_off: Iterable[str]) -> None:
        """Start the hub again with some rules (verdict kinds) switched off in its settings."""
        await self.hub_process.stop()
        self.rules_off = tuple(rules_off)
        self._write_settings()
        await self.start_hub()

    async def start_hub(self) -> None:
        """Give the hub power if it has none; returns when it works, hears and is watched."""
        await self._started(HUB, self.hub_process, self.hub.base)
        await self.changes.until(lambda: self.watchers.radio_up, RADIO_S_MAX)

    async def start_service(self) -> None:
        """Start the care service if it is off; returns when it works and is watched."""
        await self._started(SERVICE, self.service_process, self.lead.base)

    async def _started(self, process: str, child: Child, base: str) -> None:
        if child.running and self.watchers.hears(process) and self.story_clock.connected(process):
            return
        child.restore_power()
        await healthy(self.http, base, READY_S_MAX)
        await self.story_clock.wait_for(process)
        await self.changes.until(lambda: self.watchers.hears(process), READY_S_MAX)

    def _child(self, process: str, module: str, environment: Mapping[str, str]) -> Child:
        return Child(
            process,
            (sys.executable, "-m", module, "--config", str(self.home.folder / "tohuus.toml")),
            environment={
                "TOHUUS_HOME": str(self.home.folder),
                "PYTHONUNBUFFERED": "1",
                **environment,
            },
            folder=_ROOT,
            log=self.home.log(process),
            on_gone=lambda: self._gone(process),
        )

    def _gone(self, process: str) -> None:
        self.story_clock.forget(process)
        self.watchers.gone(process)

    def end(self) -> None:
        """End watchers and programs."""
        for task in self._tasks:
            task.cancel()

    async def close(self) -> None:
        """Let go of everything that is not a task."""
        self.keep_time()
        await self.story_clock.close()
        await self.coordinator.close()
        for line in (self.lead, *self.carers.values()):
            await line.close()


async def _page_open(carer: CareLine) -> None:
    """Keep a carer's page open, as on a phone that lies there: what rings it has reached her."""
    async for _ in carer.stream():
        pass


def _read(apartment: Path) -> dict[str, Any]:
    return tomllib.loads(apartment.read_text(encoding="utf-8"))


@asynccontextmanager
async def opened(
    home: Home,
    ports: Ports,
    begin_utc_s: Seconds,
    clock: Clock,
    report: Report,
    *,
    apartment: Path = APARTMENT,
) -> AsyncIterator[Stage]:
    """Start a stage; at the end all its processes are gone.

    Args:
        home: where everything is kept.
        ports: of the three processes.
        begin_utc_s: story time of a first start.
        clock: real time.
        report: takes a line of progress.
        apartment: another flat than the showcase's, for measurements.

    Raises:
        LineError: hub or service did not become ready, or refused a step of the set-up.
    """
    kept = home.open(fresh_secret, fresh_pin, fresh_key)
    async with (
        httpx2.AsyncClient(trust_env=False) as http,
        bluetooth(_read(apartment), bytes.fromhex(kept.ble_key), clock) as air,
    ):
        stage = Stage(home, ports, kept, begin_utc_s, clock, http, apartment, air)
        try:
            async with asyncio.TaskGroup() as tasks:
                await stage.start(tasks, report)
                yield stage
                stage.end()
        finally:
            await stage.close()
