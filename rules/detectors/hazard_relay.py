# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Hazard relay: smoke and carbon monoxide, passed on from the detector that alarms."""

from typing import override

from rules.detectors.alarm import CARBON_MONOXIDE, KIND, SMOKE, cleared, repeated, repeats
from rules.detectors.detector import Detector, Outcome
from rules.model.apartment import Role
from rules.model.consent import Basis, Need
from rules.model.declaration import Declaration, Page, Stays
from rules.model.effects import Switch
from rules.model.events import HazardEnded, HazardSensed
from rules.model.limits import NoLimits
from rules.model.verdict import Kind, Priority, Verdict
from rules.situation.situation import Situation


def _declared(kind: Kind) -> Declaration:
    return Declaration(
        kind=kind,
        need=Need(basis=Basis.HAZARD_RELAY),
        page=Page.AT_ONCE,
        told=True,
        stays=Stays.CALLED,
        standard="condition_detected",
    )


class HazardRelay(Detector[None, NoLimits]):
    """Concludes smoke or carbon monoxide and switches every lamp on.

    Only an alarm certified on its own (EN 14604, EN 50291) is relayed as certified; the page says
    which. The stove is switched off by `stove_unattended`, which hears the same event before.
    """

    name = "hazard_relay"
    declares = (_declared(SMOKE), _declared(CARBON_MONOXIDE))

    def on_sensed(
        self, memory: None, event: HazardSensed, now: Situation, limits: NoLimits
    ) -> Outcome[None]:
        """Pass a new alarm on."""
        device = now.device(event.device)
        if device is None or device.role not in {Role.SMOKE, Role.CARBON_MONOXIDE}:
            return memory, ()
        kind = KIND[device.role]
        if repeats(kind, device, now):
            return memory, ()
        lights = tuple(
            Switch(device=other.id, on=True, why=kind, level=1.0)
            for other in now.apartment.devices
            if other.role is Role.LAMP
        )
        verdict = now.verdict(
            kind,
            Priority.URGENT,
            evidence=(now.seq,),
            room=device.room,
            device=device.id,
            detail={"certified": "yes" if device.certified else "no"},
        )
        return memory, (*lights, verdict)

    def on_ended(
        self, memory: None, event: HazardEnded, now: Situation, limits: NoLimits
    ) -> Outcome[None]:
        """End what this detector raised."""
        device = now.device(event.device)
        return memory, () if device is None else cleared((SMOKE, CARBON_MONOXIDE), device, now)

    @override
    def known(self, verdict: Verdict, now: Situation) -> bool:
        return repeated(verdict, now)
