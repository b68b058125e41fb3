# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""One seed, one day: a resident, her flat's hub, the care service, its people, and everything that can break between them."""

import asyncio
import hashlib
import json
import tempfile
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Final

import httpx2
import structlog

from hub.bootstrap import Hub
from hub.runtime.apartment_file import FlatFile, read_flat
from rules.model.effects import Effect
from rules.model.events import ConsentChanged, Fact
from rules.model.identity import Seconds
from tests.simulation.air import Air
from tests.simulation.carers import CHAIN, PASSWORD, SERVICE_URL, TEAM, WAIT_S, Carer, Pager
from tests.simulation.disk import PowerLoss
from tests.simulation.faults import BEGIN_S, END_S, Faults
from tests.simulation.invariants import Watch
from tests.simulation.loop import SimulatedLoop
from tests.simulation.machines import HUB_DB, LEAD, SERVICE_DB, HubMachine, ServiceMachine
from tests.simulation.network import Line
from tests.simulation.outages import Outages
from tests.simulation.resident import Resident
from tests.simulation.story import Story
from tests.simulation.truth import Truth, Violation

APARTMENT: Final = Path(__file__).parents[2] / "showcase" / "apartment.toml"
# 2026-03-28, 2026-10-24 (the nights in which the clocks change) and a plain day; 05:00 in Berlin.
EPOCHS_S: Final = (1774670400.0, 1792810800.0, 1779159600.0)


@cache
def flat() -> FlatFile:
    """Read the model flat once; its clock changes take a moment to work out."""
    return read_flat(APARTMENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How a seed went.

    Attributes:
        trace: hash of everything that happened, the same in every run of the seed.
        counts: how often each fault struck.
        broken: the invariant that did not hold, None when all did; `detail` says how.
        virtual_s: how far the day got.
    """

    seed: int
    trace: str
    counts: dict[str, int]
    broken: str | None
    detail: str
    virtual_s: Seconds


def run(seed: int, *, until_s: Seconds = END_S) -> Report:
    """Live one day, or its first hours; the same seed lives the same day."""
    before = structlog.get_config()
    structlog.configure(processors=[_quiet])
    try:
        with (
            tempfile.TemporaryDirectory() as home,
            asyncio.Runner(loop_factory=SimulatedLoop) as on,
        ):
            world = on.run(_make(seed, Path(home)))
            return on.run(world.day(until_s))
    finally:
        structlog.configure(**before)


async def _make(seed: int, home: Path) -> "World":
    return World(seed, home)


def _quiet(_logger: Any, _name: str, _event: Any) -> Any:
    raise structlog.DropEvent


class World:
    """Everything, wired."""

    def __init__(self, seed: int, home: Path) -> None:
        self.seed = seed
        self.epoch_s = EPOCHS_S[seed % len(EPOCHS_S)]
        self.flat = flat()
        self.counts: Counter[str] = Counter()
        self._trace = hashlib.sha256()
        self._over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.truth = Truth()
        self.air = Air(self.flat.apartment, self._chance("air"), self.counts, self.note)
        self.pager = Pager(self._chance("pager"), self.counts, self.truth)
        self.service = ServiceMachine(self._chance("service"), self.epoch_s, self.fail, self.pager)
        self.lines: list[Line] = []
        self.hub_line = self._line("hub")
        self.hub_line.left = self._leaves
        self.hub_line.answered = self._answered
        self.hub = HubMachine(
            home, self.flat, self._chance("hub"), self.hub_line, self.epoch_s, self.fail
        )
        self.hub.prepared = self._prepared
        self.hub.booted = self._booted
        self.hub.radios = self.air.radios
        self.resident = Resident(
            seed, self._chance("resident"), self.hub, self.air, self.truth, self.note
        )
        self.carers = [
            Carer(
                temper,
                self._line(temper.name),
                self._chance(temper.name),
                self.truth,
                self.note,
                self.resident.found,
            )
            for temper in TEAM
        ]
        self.faults = Faults(self, self._chance("faults"), self._chance("gateway"))
        self.watch = Watch(self)
        self.pager.heard = lambda called: self._checked(lambda: self.watch.care.called(called))
        self.hub_id = ""
        self.hub_heard: Seconds | None = None
        self.outages = Outages(self.hub, self.service)
        self._names: dict[str, str] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def _chance(self, part: str) -> Random:
        return Random(f"{self.seed}|{part}")

    def _line(self, name: str) -> Line:
        line = Line(self.service.door, self._chance(f"line {name}"), self.counts, self.note, name)
        self.lines.append(line)
        return line

    # --- the day

    async def day(self, until_s: Seconds) -> Report:
        """Live it."""
        broken, detail = None, ""
        try:
            await self._begin()
            story = Story(self, self._chance("story"), self._chance("bad luck"))
            for part in (
                self.resident.live(),
                self.resident.signs_of_life(),
                self.faults.run(),
                story.run(),
                self._looking(),
                *(one.run() for one in self.carers),
            ):
                self.spawn(part)
            async with asyncio.timeout_at(until_s):
                await asyncio.shield(self._over)
        except TimeoutError:
            pass
        except Violation as fault:
            broken, detail = fault.invariant, str(fault)
        except Exception as fault:
            broken, detail = "crashed", repr(fault)
        if broken is None and until_s >= END_S:
            try:
                self.watch.converged()
            except Violation as fault:
                broken, detail = fault.invariant, str(fault)
        virtual_s = self.now()
        await self._end()
        self.counts["hub_torn"] += self.hub.disk.torn
        self.counts["service_torn"] += self.service.disk.torn
        for disk, name, table in (
            (self.hub.disk, HUB_DB, "journal"),
            (self.service.disk, SERVICE_DB, "message"),
            (self.service.disk, SERVICE_DB, "progress"),
        ):
            self.note(table, disk.look(name, f"SELECT * FROM {table} ORDER BY seq"))
        return Report(
            seed=self.seed,
            trace=self._trace.hexdigest(),
            counts=dict(sorted(self.counts.items())),
            broken=broken,
            detail=detail,
            virtual_s=virtual_s,
        )

    async def _begin(self) -> None:
        """Set everything up as people do: log in, pair, compare six digits, agree, consent."""
        await self.service.switch_on()
        self.hub.switch_on()
        hub = self.hub.hub
        assert hub is not None
        await hub.running.wait()
        lead = next(one for one in self.carers if one.temper.name == LEAD[0])
        await lead.log_in()
        for temper in TEAM:
            if temper.name != LEAD[0]:
                person = {"name": temper.name, "display_name": temper.name.title()}
                await self._ask(lead, "/v1/lead/carers", {**person, "password": PASSWORD})
        code = await self._ask(lead, "/v1/lead/pairing-codes", {})
        self.hub_id, digits = await hub.forwarding.pair(SERVICE_URL, code["code"], "Wohnung 7")
        await self._ask(lead, f"/v1/lead/hubs/{self.hub_id}/confirm", {"key_hash": digits})
        rungs = [{"carers": list(names), "wait_s": WAIT_S} for names in CHAIN]
        await lead.ask("PUT", f"/v1/lead/hubs/{self.hub_id}/chain", {"rungs": rungs})
        for carer in self.carers:
            if carer is not lead:
                await carer.log_in()
            self.pager.carers[carer.id] = carer
            self._names[carer.id] = carer.temper.name.title()
        self._names[lead.id] = LEAD[0]
        await Story.consent_at_set_up(hub)
        assert self.now() < BEGIN_S

    async def _ask(self, lead: Carer, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = await lead.ask("POST", path, body)
        assert answer is not None, "the lines hold at set-up"
        assert answer.is_success, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def _looking(self) -> None:
        while True:
            await asyncio.sleep(60.0)
            self.watch.look()

    async def _end(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.air.sleep_over()
        for carer in self.carers:
            await carer.http.aclose()
        if self.hub.on:
            await self.hub.switch_off()
        if self.service.on:
            await self.service.switch_off()

    def spawn(self, part: Coroutine[Any, Any, None]) -> None:
        """Run a part of the world; its failure ends the day."""
        task = asyncio.get_running_loop().create_task(part)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (fault := task.exception()) is not None:
            self.fail(fault)

    def fail(self, fault: BaseException) -> None:
        """End the day: an invariant is broken, or a program crashed by an error of ours."""
        while isinstance(fault, BaseExceptionGroup) and len(fault.exceptions) == 1:
            fault = fault.exceptions[0]
        if not self._over.done():
            known = fault if isinstance(fault, Exception) else RuntimeError(repr(fault))
            self._over.set_exception(known)

    # --- power and lines, as the faults want them

    async def hub_off(self) -> None:
        """Cut the hub's power."""
        self.note("hub off")
        self.air.hub_died()
        await self.hub.switch_off()

    def hub_on(self) -> None:
        """Give the hub its power back."""
        start, _ = self.hub.outages[-1]
        self.outages.booted(self.now(), self.now() - start, ntp=self.hub.ntp)
        self.hub.switch_on()
        self.note("hub on")

    async def service_off(self) -> None:
        """Kill the service."""
        self.note("service off")
        await self.service.switch_off()

    async def service_on(self) -> None:
        """Start the service."""
        await self.service.switch_on()
        self.note("service on")

    def part(self) -> None:
        """Part flat and service."""
        self.hub_line.part()
        self.outages.parted(self.now())

    def join(self) -> None:
        """Join flat and service."""
        self.hub_line.join()
        self.outages.joined(self.now())

    def lose_stick(self, name: str) -> None:
        """Pull a stick out."""
        self.air.lose_stick(name)
        self.outages.stick_lost(name, self.now())

    def mend_stick(self, name: str) -> None:
        """Put a stick back."""
        self.air.broken.discard(name)
        self.outages.stick_back(name, self.now())

    def disturb(self) -> None:
        """Note that the hub's stream was cut."""
        self.outages.cut(self.now())

    # --- what everybody may ask

    def now(self) -> Seconds:
        """Return true seconds since the world began."""
        return asyncio.get_running_loop().time()

    def note(self, *what: object) -> None:
        """Put something into the trace."""
        self._trace.update(repr((round(self.now(), 6), *what)).encode())

    def heard_in_bath(self, lies_since: Seconds) -> bool:
        """Say whether the hub surely knows that she was in the bath last."""
        at = self.air.moved_s.get("motion-bath", -1.0)
        return at >= lies_since - 60.0 and not self.hub.off_between(at, at + 6.0)

    def name_of(self, person: str) -> str:
        """Return the name the resident reads."""
        return self._names[person]

    def is_of_hub(self, incident: str) -> bool:
        """Say whether an incident is of the flat (the service has some of its own)."""
        return not self.watch.is_own_alert(incident)

    # --- what the world overhears

    def _prepared(self, hub: Hub) -> None:
        def happened(fact: Fact, effects: tuple[Effect, ...]) -> None:
            self.truth.happened(self.now(), fact, effects)
            if isinstance(fact.event, ConsentChanged):
                self._checked(self.watch.flat.outbox_has_a_basis)

        hub.commits.subscribe(happened, during_start=True)

    def _checked(self, look: Callable[[], None]) -> None:
        try:
            look()
        except Violation as fault:
            self.fail(fault)

    def _booted(self, hub: Hub) -> None:
        self._checked(lambda: self.watch.booted(hub))
        given = self.hub.disk.look(
            HUB_DB,
            "SELECT json_extract(payload, '$.purpose'), json_extract(payload, '$.state')"
            " FROM journal WHERE kind = 'ConsentChanged' ORDER BY seq",
        )
        latest = dict(given)
        self.truth.given = {purpose for purpose, state in latest.items() if state == "given"}

    def _leaves(self, request: httpx2.Request, body: bytes) -> None:
        if not request.url.path.endswith("/messages"):
            return
        for alert in json.loads(body)["messages"]:
            if not self.truth.is_live(alert["basis"], alert.get("purpose")):
                purpose = alert.get("purpose")
                self.fail(Violation("basis", f"{alert['kind']} left without {purpose}"))

    def _answered(self, request: httpx2.Request, status: int) -> None:
        if status < 400 and request.url.path.startswith("/v1/hubs/"):
            self.hub_heard = self.now()


__all__ = ["PowerLoss", "Report", "World", "flat", "run"]
