# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Fridge left open: asked at home; who does not answer is looked after, where she chose that."""

from dataclasses import dataclass, replace
from typing import Final, override

from rules.detectors.darkness import is_long
from rules.detectors.detector import Detector, Outcome
from rules.model.apartment import Device, Role
from rules.model.conclusions import Clear
from rules.model.consent import Purpose
from rules.model.declaration import Asking, Declaration, Movement, Page, by_device, consent
from rules.model.events import ItemUsed
from rules.model.identity import DeviceId, Seconds, Seq
from rules.model.incident import Incident
from rules.model.quantities import MINUTE_S, NEVER
from rules.model.verdict import Kind, Priority
from rules.situation.coverage import why_blind
from rules.situation.occurrences import Unseen, WatchStopped
from rules.situation.situation import Situation

FRIDGE_LEFT_OPEN: Final = Kind("fridge_left_open")


@dataclass(frozen=True, slots=True, kw_only=True)
class FridgeLeftOpenLimits:
    """How long a fridge may stand open, and how long its question waits (own choice).

    Source: putting the shopping away takes minutes; 10 are more than that.
    """

    open_s: Seconds = 10 * MINUTE_S
    ask_s: Seconds = 20 * MINUTE_S


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFridge:
    """A fridge that stands open: since when, by which row, and whether that was said."""

    device: DeviceId
    since: Seconds
    row: Seq
    told: bool = False


def _asked_once(limits: FridgeLeftOpenLimits) -> Asking:
    return Asking(asks=(limits.ask_s,))


class FridgeLeftOpen(Detector[OpenFridge | None, FridgeLeftOpenLimits]):
    """Concludes that a fridge stood open for `open_s`; shutting it ends that.

    A fridge is an item whose name begins with `fridge`; of several the one opened last is watched.
    """

    name = "fridge_left_open"
    memory = OpenFridge | None
    limits = FridgeLeftOpenLimits
    declares = (
        Declaration(
            kind=FRIDGE_LEFT_OPEN,
            need=consent(Purpose.COMFORT),
            page=Page.NO_ANSWER,
            times=_asked_once,
            place=by_device,
            answerable=True,
            confirmed_by=Movement.THERE,
            standard="expected_use_stop_violation",
        ),
    )

    @override
    def due(self, memory: OpenFridge | None, limits: FridgeLeftOpenLimits) -> Seconds:
        return NEVER if memory is None or memory.told else memory.since + limits.open_s

    def on_used(
        self,
        memory: OpenFridge | None,
        event: ItemUsed,
        now: Situation,
        limits: FridgeLeftOpenLimits,
    ) -> Outcome[OpenFridge | None]:
        """Follow the door of the fridge; in private time it is nobody's business."""
        device = now.device(event.device)
        if device is None or not _is_fridge(device):
            return memory, ()
        if not event.active:
            return None, (Clear(FRIDGE_LEFT_OPEN, device.id),)
        if now.pause is not None:
            return memory, ()
        return OpenFridge(device=device.id, since=now.at, row=now.seq), ()

    def on_watch_stopped(
        self,
        memory: OpenFridge | None,
        event: WatchStopped,
        now: Situation,
        limits: FridgeLeftOpenLimits,
    ) -> Outcome[OpenFridge | None]:
        """Wait for nothing in private time or in an empty flat."""
        return None, ()

    def on_unseen(
        self,
        memory: OpenFridge | None,
        event: Unseen,
        now: Situation,
        limits: FridgeLeftOpenLimits,
    ) -> Outcome[OpenFridge | None]:
        """Forget the fridge after long darkness: nobody knows whether it still stands open."""
        return (None if is_long(event) else memory), ()

    @override
    def judge(
        self, memory: OpenFridge | None, now: Situation, limits: FridgeLeftOpenLimits
    ) -> Outcome[OpenFridge | None]:
        assert memory is not None
        device = now.device(memory.device)
        if device is None or why_blind(now.coverage, device) is not None:
            return None, ()
        verdict = now.verdict(
            FRIDGE_LEFT_OPEN,
            Priority.INFO,
            evidence=(memory.row,),
            since=memory.since,
            room=device.room,
            device=device.id,
            detail={"open_s": now.at - memory.since},
        )
        return replace(memory, told=True), (verdict,)

    @override
    def holds(
        self,
        memory: OpenFridge | None,
        incident: Incident,
        now: Situation,
        limits: FridgeLeftOpenLimits,
    ) -> bool:
        if memory is None or memory.device != incident.verdict.device:
            return False
        device = now.device(memory.device)
        return device is not None and why_blind(now.coverage, device) is None


def _is_fridge(device: Device) -> bool:
    return device.role is Role.ITEM and device.id.startswith("fridge")
