# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Leak: a water detector is wet; told at once, paged unless answered."""

from dataclasses import dataclass
from typing import override

from rules.detectors.alarm import LEAK, cleared, repeated, repeats
from rules.detectors.detector import Detector, Outcome
from rules.model.apartment import Role
from rules.model.consent import Purpose
from rules.model.declaration import Asking, Declaration, Movement, Page, Stays, consent
from rules.model.events import HazardEnded, HazardSensed
from rules.model.identity import Seconds
from rules.model.quantities import MINUTE_S
from rules.model.verdict import Priority, Verdict
from rules.situation.situation import Situation


@dataclass(frozen=True, slots=True, kw_only=True)
class LeakLimits:
    """Water is told at once and paged after 2 min unless answered (CONTRACTS, table)."""

    ask_s: Seconds = 2 * MINUTE_S


def _asked_once(limits: LeakLimits) -> Asking:
    return Asking(asks=(limits.ask_s,))


class Leak(Detector[None, LeakLimits]):
    """Concludes water where the detector lies; no movement confirms that it is gone."""

    name = "leak"
    limits = LeakLimits
    declares = (
        Declaration(
            kind=LEAK,
            need=consent(Purpose.SAFETY),
            page=Page.NO_ANSWER,
            times=_asked_once,
            told=True,
            answerable=True,
            confirmed_by=Movement.NONE,
            stays=Stays.ACCEPTED,
            standard="condition_detected",
        ),
    )

    def on_sensed(
        self, memory: None, event: HazardSensed, now: Situation, limits: LeakLimits
    ) -> Outcome[None]:
        """Conclude a new leak."""
        device = now.device(event.device)
        if device is None or device.role is not Role.LEAK or repeats(LEAK, device, now):
            return memory, ()
        verdict = now.verdict(
            LEAK, Priority.SOON, evidence=(now.seq,), room=device.room, device=device.id
        )
        return memory, (verdict,)

    def on_ended(
        self, memory: None, event: HazardEnded, now: Situation, limits: LeakLimits
    ) -> Outcome[None]:
        """End what this detector raised."""
        device = now.device(event.device)
        return memory, () if device is None else cleared((LEAK,), device, now)

    @override
    def known(self, verdict: Verdict, now: Situation) -> bool:
        return repeated(verdict, now)
