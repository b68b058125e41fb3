# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Spells of heat or cold: since when each thermometer reads beyond its limit."""

from dataclasses import dataclass, field, replace

from rules.model.apartment import Device
from rules.model.consent import Purpose
from rules.model.declaration import Declaration, Page, by_device, consent
from rules.model.identity import DeviceId, Seconds, Seq
from rules.model.quantities import NEVER
from rules.model.verdict import Kind, Priority, Verdict
from rules.situation.situation import Situation


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """A spell at one thermometer; told once until it is over."""

    since: Seconds
    row: Seq
    temperature_c: float
    told: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Spells:
    """Spells by thermometer."""

    by_device: dict[DeviceId, Spell] = field(default_factory=dict)

    def having(self, device: DeviceId, spell: Spell) -> "Spells":
        """Return the spells with one more or another one."""
        return Spells(by_device={**self.by_device, device: spell})

    def without(self, device: DeviceId) -> "Spells":
        """Return the spells but for this thermometer's."""
        left = {key: spell for key, spell in self.by_device.items() if key != device}
        return Spells(by_device=left)

    def due(self, long_s: Seconds) -> Seconds:
        """Return when the next spell has lasted `long_s` seconds."""
        waiting = (spell.since for spell in self.by_device.values() if not spell.told)
        return min((since + long_s for since in waiting), default=NEVER)


def declared(kind: Kind, standard: str) -> Declaration:
    """Return the declaration of a spell: a tip at home, passed on where she chose that."""
    return Declaration(
        kind=kind,
        need=consent(Purpose.COMFORT),
        page=Page.IF_CHOSEN,
        place=by_device,
        told=True,
        standard=standard,
    )


def lasted(
    spells: Spells, kind: Kind, long_s: Seconds, now: Situation
) -> tuple[Spells, tuple[Verdict, ...]]:
    """Conclude spells that have lasted `long_s` seconds at `now.at`."""
    verdicts: list[Verdict] = []
    for name, spell in spells.by_device.items():
        if spell.told or spell.since + long_s > now.at:
            continue
        spells = spells.having(name, replace(spell, told=True))
        device = now.device(name)
        if device is not None:
            verdicts.append(concluded(kind, device, spell, now))
    return spells, tuple(verdicts)


def concluded(kind: Kind, device: Device, spell: Spell, now: Situation) -> Verdict:
    """Conclude one spell at `now.at`."""
    return now.verdict(
        kind,
        Priority.INFO,
        evidence=(spell.row,),
        since=spell.since,
        room=device.room,
        device=device.id,
        detail={"temperature_c": spell.temperature_c, "for_s": now.at - spell.since},
    )
