# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where the traces touch the code: the only file of this folder to change when something moves or is renamed.

Scenarios come as their own test plays them. A simulated day is overheard from outside: the hub's public stream, its wire
messages, the pager, what people do, and at the end the columns of both databases.
"""

import asyncio
import gc
import json
import tempfile
from pathlib import Path
from typing import Any, Final

import structlog

from tests.rules.home import SHOWCASE_FLAT
from tests.scenarios.transcript import play, scenarios
from tests.simulation.faults import END_S
from tests.simulation.loop import SimulatedLoop
from tests.simulation.machines import HUB_DB, SERVICE_DB
from tests.simulation.runs import pool_of
from tests.simulation.world import World
from tests.traces.neutral import Neutral, Row

__all__ = ["SHOWCASE_FLAT", "day", "play", "pool_of", "scenarios"]

# Hops of the hub's public stream (docs/events.md); the rest is counted in the journal.
HOPS: Final = (
    *("verdict", "asked", "answered", "timed_out", "overtaken", "decided", "enqueued", "closed"),
    *("escalation_running", "nobody_reached", "somebody_reached", "second_way", "told", "switched"),
)
# What the simulated world notes of itself, and the names of what it says with it.
NOTES: Final[dict[str, tuple[str, ...]]] = {
    "press": ("name",),
    "lies": ("radar",),
    "found": (),
    "consent": ("purpose", "given"),
    "act": ("who", "verb", "status"),
    "hub off": (),
    "hub on": (),
    "service off": (),
    "service on": (),
}
# Rows of the journal that are hops of the stream as well.
HOPS_ALREADY: Final = ("EscalationRunning", "NobodyReached", "SomebodyReached", "SecondWayTaken")
# Rows of the journal without a device are told whole, and so are these; the others are counted by kind.
WHOLE: Final = (
    *("HelpPressed", "HelpTakenBack", "FinePressed", "FallSensed", "HazardSensed", "HazardEnded"),
    "DeviceSilent",
)
COLUMNS: Final = {
    "stored": ("message", "id, incident, body, received_s", "seq"),
    "of_incident": (
        "incident",
        "id, phase, alert, revision, count, opened_s, since_s, closed_s, reason",
        "opened_s, id",
    ),
    "progress": ("progress", "incident, step, rung, who, minutes, reason, at_s", "seq"),
    "withdrawn": ("withdrawn", "purpose, at_s", "at_s"),
}
"""Word of the trace -> table of the service, columns, order."""


def day(seed: int, until_s: float = END_S) -> list[Row]:
    """Live one simulated day and return what was overheard of it."""
    before = structlog.get_config()
    structlog.configure(processors=[_quiet])
    gc.collect()
    gc.disable()
    try:
        with (
            tempfile.TemporaryDirectory() as home,
            asyncio.Runner(loop_factory=SimulatedLoop) as on,
        ):
            return on.run(_live(seed, Path(home), until_s))
    finally:
        gc.enable()
        structlog.configure(**before)


def _quiet(_logger: Any, _name: str, _event: Any) -> Any:
    raise structlog.DropEvent


async def _live(seed: int, home: Path, until_s: float) -> list[Row]:
    world = Overheard(seed, home)
    report = await world.day(until_s)
    rows = world.said + world.kept()
    end = {"what": "day", "broken": report.broken, "detail": report.detail}
    rows.append({**end, "at": report.virtual_s})
    neutral = Neutral()
    return [neutral(row) for row in world.with_evidence(rows)]


class Overheard(World):
    """A world that writes down what can be heard of it; it lives the same day as without.

    Attributes:
        said: what was heard, in order.
    """

    def __init__(self, seed: int, home: Path) -> None:
        self.said: list[Row] = []
        self._sent: set[str] = set()
        self._on: dict[str, bool] = {}
        self._shown: dict[str, tuple[bool, str]] = {}
        super().__init__(seed, home)
        self.hub.prepared = _each(self.hub.prepared, self._listen_to)
        self.hub_line.left = _each(self.hub_line.left, self._on_the_wire)
        self.pager.heard = _each(self.pager.heard, self._rings)

    def _say(self, what: str, **more: Any) -> None:
        self.said.append({"what": what, "at": self.now(), **more})

    def note(self, *what: object) -> None:
        """Keep what people do and where power comes and goes."""
        super().note(*what)
        word = str(what[0])
        if word in NOTES:
            self._say(word, **dict(zip(NOTES[word], what[1:], strict=True)))

    def _listen_to(self, hub: Any) -> None:
        self.spawn(self._hear(hub.stream))

    async def _hear(self, stream: Any) -> None:
        with stream.subscribe(HOPS) as watcher:
            async for hops in watcher:
                for hop in hops:
                    self._hop(dict(hop))

    def _hop(self, hop: Row) -> None:
        word, axis = hop.pop("hop"), hop.pop("at")
        for name in ("seq", "utc_s", "wall_ms"):
            hop.pop(name, None)
        if word != "switched" or self._is_switched(hop):
            self._say(word, behind=round(self.now(), 3) - round(axis, 3), **hop)

    def _is_switched(self, hop: Row) -> bool:
        """Say whether a device changed: one that blinks for a question is switched on once."""
        device, detail = hop["device"], hop["detail"]
        on = detail["on"] and hop["outcome"] == "confirmed"
        if self._on.get(device, False) == on:
            return False
        self._on[device] = on
        detail.pop("level", None)
        now = (on, detail["why"])
        if now == (False, "question") or self._shown.get(device) == now:
            return False
        self._shown[device] = now
        return True

    def _on_the_wire(self, request: Any, body: bytes) -> None:
        """Each message at its first way out; how often it is repeated is the line's matter."""
        if request.url.path.endswith("/messages"):
            for alert in json.loads(body)["messages"]:
                if alert["message_id"] not in self._sent:
                    self._sent.add(alert["message_id"])
                    self._say("wire", body=alert)

    def _rings(self, called: Any) -> None:
        who = self.pager.carers[called.person].temper.name if called.person else None
        page = {"incident": called.incident, "ring": called.ring, "round": called.round_no}
        self._say("page", who=who, **page)

    # --- what is kept at the end

    def kept(self) -> list[Row]:
        """Return what the databases hold, and what people were confirmed."""
        names = {one.id: one.temper.name for one in self.carers}
        rows: list[Row] = []
        for one in self.truth.presses.values():
            rows.append({"what": "acknowledged", "name": one.name, "at": one.acknowledged})
        for one in self.truth.acceptances:
            said = {"incident": one.incident, "who": names[one.who], "minutes": one.minutes}
            rows.append({"what": "acceptance", "at": one.answered, "asked": one.asked, **said})
        rows += self._journal()
        for word, (table, columns, order) in COLUMNS.items():
            for values in self.service.disk.look(
                SERVICE_DB, f"SELECT {columns} FROM {table} ORDER BY {order}"
            ):
                row = dict(zip(columns.split(", "), values, strict=True))
                rows.append({"what": word, **{key: self._plain(key, row[key]) for key in row}})
        return rows

    def _plain(self, key: str, value: Any) -> Any:
        """Seconds count from the beginning of the world; JSON is read; people have their names."""
        if key.endswith("_s") and value is not None:
            return value - self.epoch_s
        if key in {"body", "alert"}:
            return json.loads(value)["kind"]
        if key == "who":
            return {one.id: one.temper.name for one in self.carers}.get(value, value)
        return value

    def _journal(self) -> list[Row]:
        look = self.hub.disk.look
        whole, left_out = _listed(WHOLE), _listed(("Tick", *HOPS_ALREADY))
        rows: list[Row] = [
            {
                "what": "row",
                "kind": kind,
                "axis": at,
                "device": device,
                "content": json.loads(payload) if payload else {},
            }
            for kind, at, device, payload in look(
                HUB_DB,
                "SELECT kind, at, device, payload FROM journal"
                f" WHERE kind NOT IN ({left_out}) AND (device IS NULL OR kind IN ({whole}))"
                " ORDER BY seq",
            )
        ]
        counted = look(
            HUB_DB, "SELECT kind, count(*) FROM journal WHERE kind != 'Tick' GROUP BY kind"
        )
        rows.append({"what": "journal", "rows": dict(sorted(counted))})
        rows += [
            {"what": "outbox", "message": message, "axis": at, "sent": sent, "running": running}
            for message, at, sent, running in look(
                HUB_DB, "SELECT message_id, at, sent, running FROM outbox ORDER BY n"
            )
        ]
        return rows

    def with_evidence(self, rows: list[Row]) -> list[Row]:
        """Say which event each journal number of an evidence is: numbers move when rows are saved."""
        known = {
            seq: f"{kind} {device or '-'} {at:.3f}"
            for seq, kind, device, at in self.hub.disk.look(
                HUB_DB, "SELECT seq, kind, device, at FROM journal"
            )
        }

        def named(value: Any) -> Any:
            if isinstance(value, dict):
                return {
                    key: [known.get(one, "gone") for one in part]
                    if key == "evidence"
                    else named(part)
                    for key, part in value.items()
                }
            return [named(part) for part in value] if isinstance(value, list | tuple) else value

        return [named(row) for row in rows]


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _each(*listeners: Any) -> Any:
    def heard(*what: Any) -> None:
        for listener in listeners:
            listener(*what)

    return heard
