# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Medication drawer: it stayed shut in her hours; a reminder. What was taken nobody knows."""

from dataclasses import dataclass, replace
from typing import Final, override

from rules.detectors.detector import Detector, Outcome, kept
from rules.model.apartment import Device, Role
from rules.model.conclusions import Clear
from rules.model.consent import Purpose
from rules.model.declaration import Asking, Declaration, Page, by_flat, consent
from rules.model.events import ItemUsed
from rules.model.identity import Seconds, Seq
from rules.model.incident import Incident
from rules.model.quantities import DAY_S, HOUR_S, NEVER
from rules.model.verdict import Kind, Priority, Verdict
from rules.situation.coverage import why_blind
from rules.situation.occurrences import HourSet, PresenceChanged, WatchStopped
from rules.situation.situation import Situation

MEDICATION_DRAWER: Final = Kind("medication_drawer")
_OVER: Final = (Clear(MEDICATION_DRAWER, ""),)


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicationDrawerLimits:
    """Off until she chooses it: hours of her own, passed on an hour later.

    Source: docs/rules.md, sources: products watch 8 to 10 o'clock.
    """

    on: bool = False
    from_s: Seconds = 8 * HOUR_S
    to_s: Seconds = 10 * HOUR_S
    page_after_s: Seconds = 1 * HOUR_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawer:
    """Last time a medication drawer was opened."""

    at: Seconds | None = None
    row: Seq | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """Last time a drawer was opened, and when her hours end next."""

    drawer: Drawer = Drawer()
    look_at: Seconds = NEVER


def _passed_on(limits: MedicationDrawerLimits) -> Asking:
    return Asking(page_after_s=limits.page_after_s)


class MedicationDrawer(Detector[Opened, MedicationDrawerLimits]):
    """Concludes at `to_s` that no medication drawer was opened since `from_s`.

    Only while she is at home and each drawer is heard.
    """

    name = "medication_drawer"
    memory = Opened
    limits = MedicationDrawerLimits
    declares = (
        Declaration(
            kind=MEDICATION_DRAWER,
            need=consent(Purpose.COMFORT),
            page=Page.IF_CHOSEN,
            times=_passed_on,
            place=by_flat,
            told=True,
            standard="expected_use_start_violation",
        ),
    )
    formerly = ("DRAWER",)

    @override
    def due(self, memory: Opened, limits: MedicationDrawerLimits) -> Seconds:
        return memory.look_at

    def on_used(
        self, memory: Opened, event: ItemUsed, now: Situation, limits: MedicationDrawerLimits
    ) -> Outcome[Opened]:
        """Note an opened drawer; the reminder is over."""
        device = now.device(event.device)
        if device is None or device.role is not Role.DRAWER:
            return memory, ()
        if not event.active or now.pause is not None:
            return memory, ()
        return kept(memory, replace(memory, drawer=Drawer(at=now.at, row=now.seq))), _OVER

    def on_hour(
        self, memory: Opened, event: HourSet, now: Situation, limits: MedicationDrawerLimits
    ) -> Outcome[Opened]:
        """Wait for the hour anew: the clock was set."""
        return kept(memory, replace(memory, look_at=_due(now, limits))), ()

    def on_presence(
        self, memory: Opened, event: PresenceChanged, now: Situation, limits: MedicationDrawerLimits
    ) -> Outcome[Opened]:
        """End the reminder when she is out."""
        gone = now.presence.state is not event.before.state and not now.presence.home
        return memory, _OVER if gone else ()

    def on_watch_stopped(
        self, memory: Opened, event: WatchStopped, now: Situation, limits: MedicationDrawerLimits
    ) -> Outcome[Opened]:
        """End the reminder in private time."""
        return memory, _OVER if event.private else ()

    @override
    def judge(
        self, memory: Opened, now: Situation, limits: MedicationDrawerLimits
    ) -> Outcome[Opened]:
        verdict = _verdict(memory.drawer, now, limits)
        memory = replace(memory, look_at=_due(now, limits))
        # Yesterday's reminder is over; today's is one of its own.
        return memory, () if verdict is None else (*_OVER, verdict)

    @override
    def holds(
        self, memory: Opened, incident: Incident, now: Situation, limits: MedicationDrawerLimits
    ) -> bool:
        return _can_tell(now)


def _drawers(now: Situation) -> list[Device]:
    return [one for one in now.apartment.devices if one.role is Role.DRAWER]


def _due(now: Situation, limits: MedicationDrawerLimits) -> Seconds:
    """Return the next end of her hours; `NEVER` while it is off or the hour is not known."""
    if not limits.on or not _drawers(now):
        return NEVER
    return now.wall.next_local(now.apartment, now.at, limits.to_s)


def _can_tell(now: Situation) -> bool:
    """Say whether a shut drawer means anything: she is in, and each drawer is heard."""
    return (
        now.presence.home
        and now.pause is None
        and all(why_blind(now.coverage, one) is None for one in _drawers(now))
    )


def _verdict(drawer: Drawer, now: Situation, limits: MedicationDrawerLimits) -> Verdict | None:
    """Judge at the end of her hours; None when she is out or the drawer is blind."""
    window_s = (limits.to_s - limits.from_s) % DAY_S
    opened = drawer.at is not None and drawer.at >= now.at - window_s
    rows = now.signs.evidence if drawer.row is None else (drawer.row,)
    if opened or not rows or not _can_tell(now):
        return None
    return now.verdict(
        MEDICATION_DRAWER,
        Priority.INFO,
        evidence=rows,
        since=now.at - window_s,
        device=_drawers(now)[0].id,
        detail={"window_s": window_s},
    )
