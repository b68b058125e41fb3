# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Water that runs for long: a tip at home, passed on only where she chose it."""

from dataclasses import dataclass, replace

from rules.first.scene import Scene
from rules.model.identity import DeviceId, Seconds, Seq
from rules.model.quantities import MINUTE_S, NEVER
from rules.model.verdict import Priority, Verdict, VerdictKind


@dataclass(frozen=True, slots=True, kw_only=True)
class WaterLimits:
    """A tap that runs for 20 min, passed on after 20 more.

    A bath of 150 l takes about a quarter of an hour at 10 l a minute; longer is worth a word.
    """

    long_s: Seconds = 20 * MINUTE_S
    page_after_s: Seconds = 20 * MINUTE_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A tap that runs: since when, by which row, and whether that was said."""

    since: Seconds
    row: Seq
    told: bool = False


type Taps = dict[DeviceId, Running]


def due(taps: Taps, limits: WaterLimits) -> Seconds:
    """Return when the next tap has run for long."""
    return min((tap.since + limits.long_s for tap in taps.values() if not tap.told), default=NEVER)


def judge(taps: Taps, scene: Scene, limits: WaterLimits) -> tuple[Taps, tuple[Verdict, ...]]:
    """Judge taps that have run for long at `scene.at`."""
    left = dict(taps)
    verdicts: list[Verdict] = []
    for name, tap in taps.items():
        if tap.told or tap.since + limits.long_s > scene.at:
            continue
        left[name] = replace(tap, told=True)
        device = scene.apartment.devices_by_id.get(name)
        if device is not None:
            verdicts.append(
                scene.verdict(
                    VerdictKind.WATER_RUNNING,
                    Priority.SOON,
                    evidence=(tap.row,),
                    since=tap.since,
                    room=device.room,
                    device=name,
                    detail={"runs_s": scene.at - tap.since},
                )
            )
    return left, tuple(verdicts)
