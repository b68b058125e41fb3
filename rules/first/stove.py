# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The stove left alone: told, cut where a cut-off is fitted, paged while hot."""

from dataclasses import dataclass, replace

from rules.first.scene import Scene
from rules.model.identity import DeviceId, RoomId, Seconds, Seq
from rules.model.quantities import MINUTE_S, NEVER
from rules.model.verdict import Priority, Verdict, VerdictKind


@dataclass(frozen=True, slots=True, kw_only=True)
class StoveLimits:
    """When a stove is on, alone, cut, and still hot.

    Sources: on + no kitchen motion 10 min -> told, 15 min -> off (docs/rules.md, sources;
        CONTRACTS,
    table). 100 W: electronics and fan draw less, the smallest plate on its lowest step averages
    more. 3
    min: a thermostat's longest pause between two pulses. 15 min: residual heat of a plate. 2 min:
        meters report within 30 to 60 s.
    """

    on_w: float = 100.0
    cycle_s: Seconds = 3 * MINUTE_S
    warn_s: Seconds = 10 * MINUTE_S
    cut_s: Seconds = 15 * MINUTE_S
    check_s: Seconds = 2 * MINUTE_S
    cooling_s: Seconds = 15 * MINUTE_S
    reset_s: Seconds = 2 * MINUTE_S
    """A cut-off found on is a reset by hand only when somebody was in the kitchen this recently."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stove:
    """Memory of the cooker.

    Attributes:
        meter: the power meter.
        on_since: since when it draws power, None when off.
        on_row: journal row that said so.
        low_since: since when it draws none, while `on_since` still stands (a thermostat's pause, or
            off).
        hot_until: residual heat after the last draw.
        seen_at / seen_row: last sign of life in its room.
        told: this unattended time was concluded already.
        cut: we switched it off; it stays off until somebody resets it by hand.
    """

    meter: DeviceId | None = None
    on_since: Seconds | None = None
    on_row: Seq | None = None
    low_since: Seconds | None = None
    hot_until: Seconds = 0.0
    seen_at: Seconds | None = None
    seen_row: Seq | None = None
    told: bool = False
    cut: bool = False

    def is_on(self, at: Seconds, limits: StoveLimits) -> bool:
        """Whether it is on at `at`, a thermostat's pause included."""
        return self.on_since is not None and (
            # The same sum as in `due`: a difference would round otherwise.
            self.low_since is None or at < self.low_since + limits.cycle_s
        )

    @property
    def draws(self) -> bool:
        """Whether it draws power, as its meter last said."""
        return self.on_since is not None and self.low_since is None

    def is_hot(self, at: Seconds) -> bool:
        """Whether it draws power or still holds the heat of it."""
        return self.draws or at < self.hot_until

    def due(self, limits: StoveLimits) -> Seconds:
        """Axis time at which to look again."""
        if self.on_since is None:
            return NEVER
        due = NEVER if self.told else self.alone_since + limits.warn_s
        if self.low_since is not None:
            due = min(due, self.low_since + limits.cycle_s)
        return due

    @property
    def alone_since(self) -> Seconds:
        """Axis time since when it is on with nobody in the kitchen."""
        assert self.on_since is not None
        return self.on_since if self.seen_at is None else max(self.on_since, self.seen_at)


def measured(
    stove: Stove, device: DeviceId, power_w: float, at: Seconds, row: Seq, limits: StoveLimits
) -> Stove:
    """Follow the power meter."""
    if power_w >= limits.on_w:
        if stove.on_since is None:
            return replace(stove, meter=device, on_since=at, on_row=row, low_since=None, told=False)
        return stove if stove.low_since is None else replace(stove, low_since=None)
    if stove.on_since is None or stove.low_since is not None:
        return stove
    return replace(stove, low_since=at, hot_until=at + limits.cooling_s)


def seen(stove: Stove, at: Seconds, row: Seq) -> Stove:
    """Somebody is in the kitchen."""
    return replace(stove, seen_at=at, seen_row=row, told=False)


def pass_time(
    stove: Stove, scene: Scene, room: RoomId, limits: StoveLimits
) -> tuple[Stove, Verdict | None]:
    """Judge at `scene.at`: it went off by itself, or it is on and alone."""
    at = scene.at
    if stove.on_since is not None and not stove.is_on(at, limits):
        return replace(stove, on_since=None, on_row=None, low_since=None, told=False), None
    if stove.told or stove.on_since is None or stove.alone_since + limits.warn_s > at:
        return stove, None
    assert stove.on_row is not None
    rows = {stove.on_row} if stove.seen_row is None else {stove.on_row, stove.seen_row}
    return replace(stove, told=True), scene.verdict(
        VerdictKind.STOVE_UNATTENDED,
        Priority.SOON,
        evidence=tuple(sorted(rows)),
        since=stove.on_since,
        room=room,
        device=stove.meter,
        detail={"on_s": at - stove.on_since, "alone_s": at - stove.alone_since},
    )
