# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""All limits in one record; every one can be set by `rule.key=value`."""

from dataclasses import dataclass, field, fields, replace

from rules.first.climate import ColdLimits, HeatLimits
from rules.first.drawer import DrawerLimits
from rules.first.falls import FallSensorLimits, PossibleFallLimits
from rules.first.habits import HabitLimits
from rules.first.hazards import LeakLimits
from rules.first.help_call import HelpLimits
from rules.first.inactivity import InactivityLimits
from rules.first.kitchen import KitchenLimits
from rules.first.morning import MorningLimits
from rules.first.night import BedExitLimits, DoorLimits
from rules.first.night_light import NightLightLimits
from rules.first.not_seen import NotSeenLimits
from rules.first.stove import StoveLimits
from rules.first.technical import TechnicalLimits
from rules.first.water import WaterLimits
from rules.model.incident import IncidentLimits
from rules.model.verdict import VerdictKind
from rules.situation.coverage import StuckLimits
from rules.situation.presence import PresenceLimits
from rules.situation.private_time import PauseLimits


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits of every rule, by the rule's name.

    Attributes:
        off: verdict kinds that are never concluded; empty as shipped. Whoever sets it takes
            that help away.
    """

    off: frozenset[VerdictKind] = frozenset()
    help_call: HelpLimits = field(default_factory=HelpLimits)
    fall_sensor: FallSensorLimits = field(default_factory=FallSensorLimits)
    possible_fall: PossibleFallLimits = field(default_factory=PossibleFallLimits)
    inactivity: InactivityLimits = field(default_factory=InactivityLimits)
    not_seen: NotSeenLimits = field(default_factory=NotSeenLimits)
    no_first_movement: MorningLimits = field(default_factory=MorningLimits)
    stove_unattended: StoveLimits = field(default_factory=StoveLimits)
    leak: LeakLimits = field(default_factory=LeakLimits)
    bed_exit: BedExitLimits = field(default_factory=BedExitLimits)
    door_at_night: DoorLimits = field(default_factory=DoorLimits)
    heat: HeatLimits = field(default_factory=HeatLimits)
    cold: ColdLimits = field(default_factory=ColdLimits)
    kitchen_unused: KitchenLimits = field(default_factory=KitchenLimits)
    water_running: WaterLimits = field(default_factory=WaterLimits)
    medication_drawer: DrawerLimits = field(default_factory=DrawerLimits)
    habits: HabitLimits = field(default_factory=HabitLimits)
    night_light: NightLightLimits = field(default_factory=NightLightLimits)
    presence: PresenceLimits = field(default_factory=PresenceLimits)
    pause: PauseLimits = field(default_factory=PauseLimits)
    stuck_on: StuckLimits = field(default_factory=StuckLimits)
    technical: TechnicalLimits = field(default_factory=TechnicalLimits)
    incident: IncidentLimits = field(default_factory=IncidentLimits)


class LimitError(ValueError):
    """A limit was set wrongly.

    Attributes:
        key: what was written, for example `inactivity.limit`.
        expected: what can stand there.
    """

    def __init__(self, key: str, expected: str) -> None:
        super().__init__(key, expected)
        self.key = key
        self.expected = expected


def with_limit(limits: Limits, key: str, value: str | float) -> Limits:
    """Return the limits with one of them set anew.

    Args:
        limits: limits so far.
        key: `rule.key`, for example `inactivity.limit_s`; or `off`.
        value: number not below 0; true or false for switches; for `off` verdict kinds with commas.

    Raises:
        LimitError: no such limit, or not such a value; whoever wrote it must change it.
    """
    if key == "off":
        return replace(limits, off=limits.off | _kinds(key, str(value)))
    rule, _, name = key.partition(".")
    rules = [entry.name for entry in fields(limits) if entry.name != "off"]
    if rule not in rules:
        raise LimitError(key, f"rule.key with rule one of {', '.join(rules)}, or off")
    record = getattr(limits, rule)
    if name not in {entry.name for entry in fields(record)}:
        expected = ", ".join(f"{rule}.{entry.name}" for entry in fields(record))
        raise LimitError(key, f"one of {expected}")
    changed = replace(record, **{name: _parsed(key, value, old=getattr(record, name))})
    return replace(limits, **{rule: changed})


def _kinds(key: str, text: str) -> frozenset[VerdictKind]:
    try:
        return frozenset(VerdictKind(one.strip()) for one in text.split(",") if one.strip())
    except ValueError:
        raise LimitError(key, f"some of {', '.join(VerdictKind)}") from None


def _parsed(key: str, value: str | float, *, old: float) -> float:
    text = str(value).strip().lower()
    if isinstance(old, bool):
        if text not in {"true", "false", "1", "0"}:
            raise LimitError(key, "true or false")
        return text in {"true", "1"}
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    # NaN and infinity are no limits: every comparison with them is false or silent for ever.
    if not 0.0 <= number < 1e12:
        raise LimitError(key, "a number, 0 or more")
    return number
