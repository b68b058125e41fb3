# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Water running: a tap runs for long; a tip at home, passed on only where she chose it."""

from dataclasses import dataclass, field, replace
from typing import Final, override

from rules.detectors import darkness
from rules.detectors.detector import Detector, Outcome, kept
from rules.model.apartment import Role
from rules.model.conclusions import Clear
from rules.model.consent import Purpose
from rules.model.declaration import Asking, Declaration, Page, by_device, consent
from rules.model.events import ItemUsed, StateFound
from rules.model.identity import DeviceId, Seconds, Seq
from rules.model.incident import Incident
from rules.model.quantities import MINUTE_S, NEVER
from rules.model.verdict import Kind, Priority, Verdict
from rules.situation.coverage import why_blind
from rules.situation.occurrences import Unseen, WatchStopped
from rules.situation.situation import Situation

WATER_RUNNING: Final = Kind("water_running")


@dataclass(frozen=True, slots=True, kw_only=True)
class WaterRunningLimits:
    """A tap that runs for 20 min, passed on after 20 more.

    Source: a bath of 150 l takes about a quarter of an hour at 10 l a minute; longer is worth a
    word.
    """

    long_s: Seconds = 20 * MINUTE_S
    page_after_s: Seconds = 20 * MINUTE_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A tap that runs: since when, by which row, and whether that was said."""

    since: Seconds
    row: Seq
    told: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Taps:
    """The taps that run."""

    running: dict[DeviceId, Running] = field(default_factory=dict)


def _passed_on(limits: WaterRunningLimits) -> Asking:
    return Asking(page_after_s=limits.page_after_s)


class WaterRunning(Detector[Taps, WaterRunningLimits]):
    """Concludes that a tap has run for `long_s`; the end of the water ends it."""

    name = "water_running"
    memory = Taps
    limits = WaterRunningLimits
    declares = (
        Declaration(
            kind=WATER_RUNNING,
            need=consent(Purpose.COMFORT),
            page=Page.IF_CHOSEN,
            times=_passed_on,
            place=by_device,
            told=True,
            standard="expected_use_stop_violation",
        ),
    )
    formerly = ("WATER",)

    @override
    def due(self, memory: Taps, limits: WaterRunningLimits) -> Seconds:
        waiting = (tap.since for tap in memory.running.values() if not tap.told)
        return min((since + limits.long_s for since in waiting), default=NEVER)

    def on_used(
        self,
        memory: Taps,
        event: ItemUsed | StateFound,
        now: Situation,
        limits: WaterRunningLimits,
    ) -> Outcome[Taps]:
        """Follow a tap: it runs, or it stopped."""
        device = now.device(event.device)
        if device is None or device.role is not Role.TAP:
            return memory, ()
        running = memory.running
        if not event.active:
            if device.id in running:
                left = {name: tap for name, tap in running.items() if name != device.id}
                memory = Taps(running=left)
            return memory, (Clear(WATER_RUNNING, device.id),)
        if device.id in running or now.pause is not None:
            return memory, ()
        return Taps(running={**running, device.id: Running(since=now.at, row=now.seq)}), ()

    def on_watch_stopped(
        self, memory: Taps, event: WatchStopped, now: Situation, limits: WaterRunningLimits
    ) -> Outcome[Taps]:
        """Forget the taps in private time; water in an empty flat runs on."""
        if not event.private:
            return memory, ()
        return kept(memory, Taps()), tuple(Clear(WATER_RUNNING, tap) for tap in memory.running)

    def on_unseen(
        self, memory: Taps, event: Unseen, now: Situation, limits: WaterRunningLimits
    ) -> Outcome[Taps]:
        """Forget the taps after long darkness: nobody knows whether they still run."""
        return (kept(memory, Taps()) if darkness.is_long(event) else memory), ()

    @override
    def judge(self, memory: Taps, now: Situation, limits: WaterRunningLimits) -> Outcome[Taps]:
        running = dict(memory.running)
        verdicts: list[Verdict] = []
        for name, tap in memory.running.items():
            if tap.told or tap.since + limits.long_s > now.at:
                continue
            running[name] = replace(tap, told=True)
            device = now.device(name)
            if device is not None:
                verdict = now.verdict(
                    WATER_RUNNING,
                    Priority.SOON,
                    evidence=(tap.row,),
                    since=tap.since,
                    room=device.room,
                    device=name,
                    detail={"runs_s": now.at - tap.since},
                )
                verdicts.append(verdict)
        return Taps(running=running), tuple(verdicts)

    @override
    def holds(
        self, memory: Taps, incident: Incident, now: Situation, limits: WaterRunningLimits
    ) -> bool:
        tap = now.device(incident.verdict.device)
        return tap is not None and why_blind(now.coverage, tap) is None
