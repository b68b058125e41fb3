# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Nothing moved for too long although she is at home."""

from dataclasses import dataclass

from rules.first.scene import Scene
from rules.model.apartment import Role
from rules.model.identity import Seconds
from rules.model.quantities import HOUR_S, MINUTE_S
from rules.model.verdict import Priority, Verdict, VerdictKind
from rules.situation.coverage import hides_a_person


@dataclass(frozen=True, slots=True, kw_only=True)
class InactivityLimits:
    """Stillness that is not worrying, and how it is asked and paged.

    Sources: personal limits come with learning; until then one cautious value. Published limits by
    day lie between 30 min and 5:23 h (docs/rules.md, sources); 4 h is above a long nap and below
    the highest. 14 h: longest night in bed without a visit to the bathroom. 60 s, once repeated;
    urgent after 15 min (CONTRACTS, table).
    """

    limit_s: Seconds = 4 * HOUR_S
    night_limit_s: Seconds = 14 * HOUR_S
    ask_s: Seconds = 60.0
    urgent_after_s: Seconds = 15 * MINUTE_S


def deadline(scene: Scene, limits: InactivityLimits, latest_s: Seconds) -> Seconds:
    """Return when stillness since the last sign becomes worrying.

    Stillness that began or would end in the night may be sleep: it is judged when she should be up
    (`latest_s`, local seconds of day) or after `night_limit_s`, whichever comes first, and never
    before the limit of the day.
    """
    since = scene.signs.still_since
    due = since + limits.limit_s
    if scene.is_night(due) or scene.is_night(since):
        morning = scene.wall.next_local(scene.apartment, since, latest_s)
        due = max(due, min(since + limits.night_limit_s, morning))
    return due


def judge(scene: Scene, limits: InactivityLimits) -> Verdict:
    """Judge stillness that reached its deadline at `scene.at`.

    An empty flat is never inactive. Where a person could live on unseen, the verdict is `not_seen`.
    """
    assert scene.presence.home, "nobody is in"
    return still(scene, VerdictKind.INACTIVITY, scene.at - scene.signs.still_since, limits.limit_s)


def still(scene: Scene, kind: VerdictKind, still_s: Seconds, limit_s: Seconds) -> Verdict:
    """Conclude that nothing moved; it is `not_seen` where we could not have seen her."""
    last = scene.signs.last
    assert last is not None
    detail: dict[str, str | float] = {"still_s": still_s, "limit_s": limit_s}
    seen_utc_s = scene.wall.utc_s(last.at)
    if seen_utc_s is not None:
        detail["seen_utc_s"] = seen_utc_s
    if all(device.role is not Role.FRONT_DOOR for device in scene.apartment.devices):
        # Without a door contact nobody can tell stillness from an empty flat.
        detail["front_door"] = "no_sensor"
    if hides_a_person(scene.coverage, scene.apartment):
        detail["instead_of"] = kind.value
        kind = VerdictKind.NOT_SEEN
    return scene.verdict(
        kind,
        Priority.SOON,
        evidence=scene.signs.evidence,
        since=last.at,
        room=last.room,
        detail=detail,
    )
