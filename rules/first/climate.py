# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Too warm or too cold in a room: a tip at home, a note to others only where she chose it."""

from dataclasses import dataclass, field, replace

from rules.first.scene import Scene
from rules.model.apartment import Device
from rules.model.identity import DeviceId, Seconds, Seq
from rules.model.quantities import HOUR_S, NEVER
from rules.model.verdict import Priority, Verdict, VerdictKind


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatLimits:
    """Indoor heat: 28 degrees for 4 h, or 30 at once (docs/rules.md, sources)."""

    warm_c: float = 28.0
    warm_for_s: Seconds = 4 * HOUR_S
    hot_c: float = 30.0
    again_below_c: float = 27.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ColdLimits:
    """Indoor cold: below 16 degrees for an hour, longer than airing (docs/rules.md, sources)."""

    cold_c: float = 16.0
    cold_for_s: Seconds = 1 * HOUR_S
    again_above_c: float = 17.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """A spell of heat or cold at one sensor; told once until it is over."""

    since: Seconds
    row: Seq
    temperature_c: float
    hot: bool
    told: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Climate:
    """Spells by sensor."""

    spells: dict[DeviceId, Spell] = field(default_factory=dict)

    def due(self, heat: HeatLimits, cold: ColdLimits) -> Seconds:
        """Axis time at which the next spell becomes long."""
        return min(
            (
                spell.since + (heat.warm_for_s if spell.hot else cold.cold_for_s)
                for spell in self.spells.values()
                if not spell.told
            ),
            default=NEVER,
        )


def measured(
    climate: Climate,
    scene: Scene,
    device: Device,
    temperature_c: float,
    row: Seq,
    heat: HeatLimits,
    cold: ColdLimits,
) -> tuple[Climate, Verdict | None, bool]:
    """Follow a thermometer.

    Returns:
        Memory, a verdict (only `heat` at once), and whether a told spell is over now.
    """
    old, over = climate.spells.get(device.id), False
    if old is not None and (
        temperature_c < heat.again_below_c if old.hot else temperature_c > cold.again_above_c
    ):
        rest = {key: spell for key, spell in climate.spells.items() if key != device.id}
        climate, over, old = Climate(spells=rest), old.told, None
    if old is None:
        if cold.cold_c <= temperature_c < heat.warm_c:
            return climate, None, over
        old = Spell(
            since=scene.at, row=row, temperature_c=temperature_c, hot=temperature_c >= heat.warm_c
        )
    spell = replace(old, temperature_c=temperature_c)
    verdict = None
    if spell.hot and temperature_c >= heat.hot_c and not spell.told:
        spell = replace(spell, told=True)
        verdict = _verdict(scene, device, replace(spell, row=row))
    return Climate(spells={**climate.spells, device.id: spell}), verdict, over


def pass_time(
    climate: Climate, scene: Scene, heat: HeatLimits, cold: ColdLimits
) -> tuple[Climate, tuple[Verdict, ...]]:
    """Judge spells that became long at `scene.at`."""
    spells = dict(climate.spells)
    verdicts: list[Verdict] = []
    for key, spell in climate.spells.items():
        long_s = heat.warm_for_s if spell.hot else cold.cold_for_s
        if spell.told or spell.since + long_s > scene.at:
            continue
        spells[key] = replace(spell, told=True)
        device = scene.apartment.devices_by_id.get(key)
        if device is not None:
            verdicts.append(_verdict(scene, device, spell))
    return Climate(spells=spells), tuple(verdicts)


def _verdict(scene: Scene, device: Device, spell: Spell) -> Verdict:
    return scene.verdict(
        VerdictKind.HEAT if spell.hot else VerdictKind.COLD,
        Priority.INFO,
        evidence=(spell.row,),
        since=spell.since,
        room=device.room,
        device=device.id,
        detail={"temperature_c": spell.temperature_c, "for_s": scene.at - spell.since},
    )
