# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Kitchen unused: nobody in the kitchen for long; a reminder to eat and drink."""

from dataclasses import dataclass, replace
from typing import Final, override

from rules.detectors import darkness
from rules.detectors.detector import Detector, Outcome, kept
from rules.model.apartment import Apartment, RoomType
from rules.model.conclusions import Clear
from rules.model.consent import Purpose
from rules.model.declaration import Asking, Declaration, Page, consent
from rules.model.identity import RoomId, Seconds, Seq
from rules.model.incident import Incident
from rules.model.quantities import HOUR_S, NEVER
from rules.model.verdict import Kind, Priority, Verdict
from rules.situation.coverage import SEEING, sees
from rules.situation.occurrences import (
    CoverageBack,
    HourSet,
    PresenceChanged,
    Seen,
    Unseen,
    WatchStopped,
)
from rules.situation.situation import Situation

KITCHEN_UNUSED: Final = Kind("kitchen_unused")
_OVER: Final = (Clear(KITCHEN_UNUSED, ""),)


@dataclass(frozen=True, slots=True, kw_only=True)
class KitchenUnusedLimits:
    """A reminder after 6 waking hours without the kitchen, passed on after 12 where she chose it.

    Source: docs/rules.md, sources: 12 waking hours are worth a question; the tip comes at half of
    them. Hours of the night do not count, and who has not moved for an hour is not reminded.
    """

    remind_s: Seconds = 6 * HOUR_S
    page_s: Seconds = 12 * HOUR_S
    up_s: Seconds = 1 * HOUR_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Kitchen:
    """Last use of the kitchen.

    Attributes:
        at: last use, or the time from which its absence counts anew (back home, seen again).
        row: journal row of that.
        told: she was reminded since.
    """

    at: Seconds | None = None
    row: Seq | None = None
    told: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Unused:
    """Last use of the kitchen, and when it is looked at next."""

    kitchen: Kitchen = Kitchen()
    look_at: Seconds = NEVER


def _passed_on(limits: KitchenUnusedLimits) -> Asking:
    return Asking(page_after_s=max(limits.page_s - limits.remind_s, 0.0))


class KitchenUnused(Detector[Unused, KitchenUnusedLimits]):
    """Concludes that nobody was in the kitchen for `remind_s` waking seconds.

    Only while she is at home, has moved within `up_s`, and every kitchen is seen. What she eats
    nobody sees.
    """

    name = "kitchen_unused"
    memory = Unused
    limits = KitchenUnusedLimits
    declares = (
        Declaration(
            kind=KITCHEN_UNUSED,
            need=consent(Purpose.COMFORT),
            page=Page.IF_CHOSEN,
            times=_passed_on,
            told=True,
            standard="expected_use_start_violation",
        ),
    )
    formerly = ("KITCHEN",)

    @override
    def due(self, memory: Unused, limits: KitchenUnusedLimits) -> Seconds:
        return memory.look_at

    def on_seen(
        self, memory: Unused, event: Seen, now: Situation, limits: KitchenUnusedLimits
    ) -> Outcome[Unused]:
        """Count from a sign in the kitchen; a sign elsewhere shows that she is up."""
        if event.device is None:
            return memory, ()
        if now.room_type(event.sign.room) is RoomType.KITCHEN:
            return _from(memory, now.at, now.seq, limits)
        if memory.look_at < NEVER or memory.kitchen.told:
            return memory, ()
        due = _due(memory.kitchen, now, limits)
        if due == NEVER:
            return memory, ()
        return replace(memory, look_at=max(due, now.at)), ()

    def on_coverage_back(
        self, memory: Unused, event: CoverageBack, now: Situation, limits: KitchenUnusedLimits
    ) -> Outcome[Unused]:
        """Count anew from a kitchen sensor that is heard again."""
        device = event.device
        if device.role in SEEING and now.room_type(device.room) is RoomType.KITCHEN:
            return _from(memory, now.at, now.seq, limits)
        return memory, ()

    def on_unseen(
        self, memory: Unused, event: Unseen, now: Situation, limits: KitchenUnusedLimits
    ) -> Outcome[Unused]:
        """Count anew after long darkness."""
        if not darkness.is_long(event) or memory.kitchen.at is None:
            return memory, ()
        return _from(memory, now.at, event.row, limits)

    def on_presence(
        self, memory: Unused, event: PresenceChanged, now: Situation, limits: KitchenUnusedLimits
    ) -> Outcome[Unused]:
        """Count anew when she is back: what she ate elsewhere nobody knows."""
        if now.presence.state is event.before.state:
            return memory, ()
        if not now.presence.home:
            return kept(memory, replace(memory, look_at=NEVER)), _OVER
        if not _kitchens(now.apartment):
            return memory, ()
        return _from(memory, now.presence.since, event.row, limits)

    def on_hour(
        self, memory: Unused, event: HourSet, now: Situation, limits: KitchenUnusedLimits
    ) -> Outcome[Unused]:
        """Take the night out anew: the clock was set."""
        if memory.look_at == NEVER and not now.presence.home:
            return memory, ()
        deferred = memory.kitchen.told or now.pause is not None
        look_at = NEVER if deferred else _due(memory.kitchen, now, limits)
        return kept(memory, replace(memory, look_at=look_at)), ()

    def on_watch_stopped(
        self, memory: Unused, event: WatchStopped, now: Situation, limits: KitchenUnusedLimits
    ) -> Outcome[Unused]:
        """Remind of nothing in private time."""
        if not event.private:
            return memory, ()
        return kept(memory, replace(memory, look_at=NEVER)), _OVER

    @override
    def judge(self, memory: Unused, now: Situation, limits: KitchenUnusedLimits) -> Outcome[Unused]:
        due = _due(memory.kitchen, now, limits)
        if due > now.at:
            return replace(memory, look_at=due), ()  # part of the time was night
        verdict = _verdict(memory.kitchen, now, limits)
        if verdict is None:
            return replace(memory, look_at=NEVER), ()
        return Unused(kitchen=replace(memory.kitchen, told=True)), (verdict,)

    @override
    def passed_on_at(self, times: Asking, now: Situation) -> Seconds:
        """Return the time after as many waking seconds."""
        return now.wall.waking_after(now.apartment, now.at, times.page_after_s)

    @override
    def holds(
        self, memory: Unused, incident: Incident, now: Situation, limits: KitchenUnusedLimits
    ) -> bool:
        return _can_tell(now)


def _from(memory: Unused, at: Seconds, row: Seq, limits: KitchenUnusedLimits) -> Outcome[Unused]:
    """Count from `at`; cheap, as each movement there does it: the night is taken out when due."""
    fresh = Unused(kitchen=Kitchen(at=at, row=row), look_at=at + limits.remind_s)
    return kept(memory, fresh), _OVER if memory.kitchen.told else ()


def _kitchens(apartment: Apartment) -> tuple[RoomId, ...]:
    return tuple(room.id for room in apartment.rooms if room.type is RoomType.KITCHEN)


def _due(kitchen: Kitchen, now: Situation, limits: KitchenUnusedLimits) -> Seconds:
    """Return when the reminder is due; `NEVER` while the hour is not known."""
    if kitchen.at is None:
        return NEVER
    return now.wall.waking_after(now.apartment, kitchen.at, limits.remind_s)


def _can_tell(now: Situation) -> bool:
    """Say whether the kitchen's silence means anything: she is in, and each kitchen is seen."""
    if not now.presence.home or now.pause is not None:
        return False
    return all(sees(now.coverage, now.apartment, room) for room in _kitchens(now.apartment))


def _verdict(kitchen: Kitchen, now: Situation, limits: KitchenUnusedLimits) -> Verdict | None:
    last = now.signs.last
    if kitchen.row is None or kitchen.told or not _can_tell(now):
        return None
    if last is None or now.at - last.at > limits.up_s:
        return None
    return now.verdict(
        KITCHEN_UNUSED,
        Priority.SOON,
        evidence=(kitchen.row,),
        since=kitchen.at,
        detail={"awake_s": limits.remind_s},
    )
