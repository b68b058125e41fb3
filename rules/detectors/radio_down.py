# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Radio down: a source of device events hears nothing."""

from dataclasses import dataclass, field
from typing import Final, override

from rules.detectors.detector import Detector, Outcome, kept
from rules.detectors.technology import declared, helps
from rules.model.conclusions import Clear
from rules.model.events import RadioDown, RadioUp
from rules.model.identity import Seconds, Seq
from rules.model.quantities import NEVER
from rules.model.shared_limits import TechnicalLimits
from rules.model.verdict import Kind, Priority, Verdict
from rules.situation.situation import Situation

RADIO_DOWN: Final = Kind("radio_down")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """Since when a radio is down, and by which row."""

    since: Seconds
    row: Seq


@dataclass(frozen=True, slots=True, kw_only=True)
class Outages:
    """Radios that are down and were not told yet, by source."""

    by_source: dict[str, Outage] = field(default_factory=dict)

    def without(self, sources: frozenset[str]) -> "Outages":
        """Return the outages but for these."""
        left = {key: one for key, one in self.by_source.items() if key not in sources}
        return Outages(by_source=left)


def _by_source(verdict: Verdict) -> str:
    return str(verdict.detail["source"])


class RadioDownDetector(Detector[Outages, TechnicalLimits]):
    """Concludes a radio that is down for `radio_grace_s`; `soon` when help rests on it."""

    name = "radio_down"
    section = "technical"
    memory = Outages
    limits = TechnicalLimits
    declares = (declared(RADIO_DOWN, _by_source, "auto_presence_failed"),)
    formerly = ("TECHNICAL",)

    @override
    def due(self, memory: Outages, limits: TechnicalLimits) -> Seconds:
        since = (one.since for one in memory.by_source.values())
        return min((at + limits.radio_grace_s for at in since), default=NEVER)

    def on_down(
        self, memory: Outages, event: RadioDown, now: Situation, limits: TechnicalLimits
    ) -> Outcome[Outages]:
        """Wait for the radio to come back."""
        outage = Outage(since=now.at, row=now.seq)
        return kept(memory, Outages(by_source={**memory.by_source, event.source: outage})), ()

    def on_up(
        self, memory: Outages, event: RadioUp, now: Situation, limits: TechnicalLimits
    ) -> Outcome[Outages]:
        """End it: the radio hears again."""
        if event.source in memory.by_source:
            memory = memory.without(frozenset({event.source}))
        return memory, (Clear(RADIO_DOWN, event.source),)

    @override
    def judge(self, memory: Outages, now: Situation, limits: TechnicalLimits) -> Outcome[Outages]:
        lasted = {
            source: outage
            for source, outage in sorted(memory.by_source.items())
            if outage.since + limits.radio_grace_s <= now.at
        }
        verdicts = tuple(_verdict(now, source, outage) for source, outage in lasted.items())
        return memory.without(frozenset(lasted)), verdicts


def _verdict(now: Situation, source: str, outage: Outage) -> Verdict:
    needed = any(device.source == source and helps(device) for device in now.apartment.devices)
    return now.verdict(
        RADIO_DOWN,
        Priority.SOON if needed else Priority.INFO,
        evidence=(outage.row,),
        detail={"source": source, "down_s": now.at - outage.since},
    )
