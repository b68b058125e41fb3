# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Calls for help: paged at once, whoever the device is, paused or not."""

from rules.detectors.detector import Asking, Declaration, Detector, Outcome
from rules.first.help_call import HelpLimits
from rules.first.response import Page
from rules.model import events as ev
from rules.model.consent import Basis, Need
from rules.model.verdict import Priority, VerdictKind
from rules.situation.situation import Situation

KIND = VerdictKind.HELP_CALL


class HelpCall(Detector[None, HelpLimits]):
    name = "help_call"
    limits = HelpLimits
    wakes = False
    declares = (
        Declaration(
            kind=KIND,
            need=Need(basis=Basis.HELP_AGREEMENT),
            page=Page.AT_ONCE,
            times=lambda limits: Asking(card_s=limits.card_s),
            taken_back=True,
            standard="pers_activated",
        ),
    )

    def begin(self) -> None:
        return None

    def on_pressed(
        self, memory: None, event: ev.HelpPressed, now: Situation, limits: HelpLimits
    ) -> Outcome[None]:
        device = now.device(event.device)
        return memory, (
            now.verdict(
                KIND,
                Priority.URGENT,
                evidence=(now.seq,),
                room=None if device is None else device.room,
                device=event.device,
            ),
        )


HelpCall.memory = type(None)
