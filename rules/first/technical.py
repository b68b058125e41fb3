# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is wrong with the technology: sensors, battery, radio, power, clock, disk."""

from dataclasses import dataclass, field

from rules.first.scene import Scene
from rules.model.apartment import Apartment, Device
from rules.model.identity import DeviceId, RoomId, Seconds, Seq
from rules.model.quantities import HOUR_S, MINUTE_S, NEVER
from rules.model.verdict import Priority, Verdict, VerdictKind
from rules.situation.coverage import HELPING


@dataclass(frozen=True, slots=True, kw_only=True)
class TechnicalLimits:
    """When technology is worth a word.

    Sources: 15 % and 30 %: a coin cell lasts weeks below 15, a new one reads above 30. 60 s: a
    radio's own restart takes up to 30 s. 2 min: a restart of the
    hub takes seconds. 5 min: a time server answers within one. 09:00: notes that can wait are said
    once a day, in working hours.
    """

    battery_low_pct: float = 15.0
    battery_good_pct: float = 30.0
    radio_grace_s: Seconds = 60.0
    power_gap_s: Seconds = 2 * MINUTE_S
    clock_grace_s: Seconds = 5 * MINUTE_S
    bundle_at_s: Seconds = 9 * HOUR_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Something that is wrong and becomes a verdict if it lasts."""

    since: Seconds
    row: Seq


@dataclass(frozen=True, slots=True, kw_only=True)
class Technical:
    """Troubles that wait for their grace to end: radios by source, and the clock."""

    radios: dict[str, Trouble] = field(default_factory=dict)
    clock: Trouble | None = None

    def due(self, limits: TechnicalLimits) -> Seconds:
        """Axis time at which the next trouble has lasted."""
        due = min((trouble.since for trouble in self.radios.values()), default=NEVER)
        due += limits.radio_grace_s
        if self.clock is not None:
            due = min(due, self.clock.since + limits.clock_grace_s)
        return min(due, NEVER)


def helps(device: Device) -> bool:
    """Whether a call for help rests on this device."""
    return device.role in HELPING


def about_device(
    scene: Scene, kind: VerdictKind, device: Device, row: Seq, detail: dict[str, str | float]
) -> Verdict:
    """Conclude about one device; `soon` when help rests on it, `info` otherwise."""
    return scene.verdict(
        kind,
        Priority.SOON if helps(device) else Priority.INFO,
        evidence=(row,),
        room=device.room,
        device=device.id,
        detail=detail,
    )


def stuck(scene: Scene, device: DeviceId, room: RoomId, row: Seq, since: Seconds) -> Verdict:
    """Conclude that a motion sensor says "on" for too long and makes its room blind."""
    return scene.verdict(
        VerdictKind.STUCK_ON,
        Priority.INFO,
        evidence=(row,),
        room=room,
        device=device,
        detail={"on_s": scene.at - since},
    )


def radio_down(scene: Scene, source: str, trouble: Trouble) -> Verdict:
    """Conclude that a source is down; `soon` when a help device hangs on it."""
    urgent = any(device.source == source and helps(device) for device in scene.apartment.devices)
    return scene.verdict(
        VerdictKind.RADIO_DOWN,
        Priority.SOON if urgent else Priority.INFO,
        evidence=(trouble.row,),
        detail={"source": source, "down_s": scene.at - trouble.since},
    )


def about_hub(
    scene: Scene,
    kind: VerdictKind,
    row: Seq,
    *,
    priority: Priority,
    detail: dict[str, str | float] | None = None,
) -> Verdict:
    """Conclude about the hub itself."""
    return scene.verdict(kind, priority, evidence=(row,), detail=detail)


def sources(apartment: Apartment) -> frozenset[str]:
    """Return the radio sources the flat rests on."""
    return frozenset(device.source for device in apartment.devices)
