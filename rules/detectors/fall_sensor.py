# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Fall sensor: a radar or a pendant says that she fell; asked there, then paged."""

from dataclasses import dataclass
from typing import override

from rules.detectors.detector import Detector, Outcome
from rules.detectors.falls import FALL_SENSOR, FALL_WEARABLE, declared
from rules.model.apartment import Role
from rules.model.effects import IncidentPhase
from rules.model.events import FallSensed
from rules.model.identity import Seconds
from rules.model.verdict import Priority, Verdict
from rules.situation.situation import Situation


@dataclass(frozen=True, slots=True, kw_only=True)
class FallSensorLimits:
    """How long the resident has to answer a radar's or pendant's fall: 45 s (CONTRACTS, table)."""

    ask_s: Seconds = 45.0


class FallSensor(Detector[None, FallSensorLimits]):
    """Concludes what the sensor says; a radar that repeats itself is one fall."""

    name = "fall_sensor"
    limits = FallSensorLimits
    declares = (
        declared(FALL_SENSOR, "fall_detected"),
        declared(FALL_WEARABLE, "fall_detected"),
    )

    def on_fall(
        self, memory: None, event: FallSensed, now: Situation, limits: FallSensorLimits
    ) -> Outcome[None]:
        """Conclude the fall the device reports."""
        device = now.device(event.device)
        assert device is not None
        kind = FALL_WEARABLE if device.role is Role.WEARABLE else FALL_SENSOR
        verdict = now.verdict(
            kind, Priority.URGENT, evidence=(now.seq,), room=device.room, device=device.id
        )
        return memory, (verdict,)

    @override
    def known(self, verdict: Verdict, now: Situation) -> bool:
        """Say whether the sensor only repeats the open fall: nobody walked elsewhere since."""
        found = now.find(verdict.kind, verdict.room or "")
        if found is None or found.phase is IncidentPhase.ANSWERED:
            return False
        last = now.signs.last
        return last is None or last.at <= found.verdict.at or last.room == found.verdict.room
