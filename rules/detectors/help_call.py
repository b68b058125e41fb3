# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Help call: paged at once, whoever the device is, in private time too."""

from typing import Final, override

from rules.detectors.detector import Detector, Outcome
from rules.model.consent import Basis, Need
from rules.model.declaration import Declaration, Page
from rules.model.events import HelpPressed
from rules.model.identity import Seconds
from rules.model.incident import Incident
from rules.model.shared_limits import HelpLimits
from rules.model.verdict import Kind, Priority
from rules.situation.situation import Situation

HELP_CALL: Final = Kind("help_call")


class HelpCall(Detector[None, HelpLimits]):
    """Concludes a call for help from each press; presses within `card_s` are one incident.

    A frame heard twice reaches no detector: the situation drops it.
    """

    name = "help_call"
    limits = HelpLimits
    never_rests = True
    declares = (
        Declaration(
            kind=HELP_CALL,
            need=Need(basis=Basis.HELP_AGREEMENT),
            page=Page.AT_ONCE,
            standard="pers_activated",
        ),
    )

    def on_pressed(
        self, memory: None, event: HelpPressed, now: Situation, limits: HelpLimits
    ) -> Outcome[None]:
        """Conclude the call; a device nobody enrolled calls as well."""
        device = now.device(event.device)
        verdict = now.verdict(
            HELP_CALL,
            Priority.URGENT,
            evidence=(now.seq,),
            room=None if device is None else device.room,
            device=event.device,
        )
        return memory, (verdict,)

    @override
    def card_s(self, limits: HelpLimits) -> Seconds:
        return limits.card_s

    @override
    def ended_by_take_back(self, incident: Incident) -> bool:
        return True
