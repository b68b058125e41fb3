# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""No first movement: the morning is over and nobody got up."""

from dataclasses import dataclass

from rules.first.inactivity import still
from rules.first.scene import Scene
from rules.model.identity import Seconds
from rules.model.quantities import HOUR_S, MINUTE_S
from rules.model.verdict import Verdict, VerdictKind


@dataclass(frozen=True, slots=True, kw_only=True)
class MorningLimits:
    """By when somebody is up.

    Sources: 11:00 local time at the latest until her usual hour is learned (docs/rules.md,
    sources); movement from 05:00 on counts as getting up; 5 min to answer (CONTRACTS, table).
    """

    from_s: Seconds = 5 * HOUR_S
    latest_s: Seconds = 11 * HOUR_S
    ask_s: Seconds = 5 * MINUTE_S


def judge(scene: Scene, limits: MorningLimits) -> Verdict | None:
    """Judge the morning at its latest hour (`scene.at`)."""
    last = scene.signs.last
    window_s = limits.latest_s - limits.from_s
    begin = scene.at - window_s
    if last is None or last.at >= begin or not scene.presence.home:
        return None
    if scene.signs.unseen_s > 0 and scene.signs.still_since > begin:
        # Private time or a long gap lay in the morning: the time since is too short to judge.
        return None
    if scene.presence.since >= begin:
        return None
    return still(scene, VerdictKind.NO_FIRST_MOVEMENT, scene.at - last.at, limits.latest_s)
