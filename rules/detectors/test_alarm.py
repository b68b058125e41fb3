# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Test alarm: somebody asks for a real message, marked as a test."""

from typing import Final, override

from rules.detectors.detector import Detector, Outcome
from rules.model.declaration import OPERATION, Declaration, Page
from rules.model.events import TestAlarmAsked
from rules.model.limits import NoLimits
from rules.model.verdict import Kind, Priority, Verdict
from rules.situation.situation import Situation

TEST_ALARM: Final = Kind("test_alarm")


class TestAlarm(Detector[None, NoLimits]):
    """Concludes a test as often as somebody asks for it."""

    name = "test_alarm"
    declares = (Declaration(kind=TEST_ALARM, need=OPERATION, page=Page.AT_ONCE, told=True),)

    def on_asked(
        self, memory: None, event: TestAlarmAsked, now: Situation, limits: NoLimits
    ) -> Outcome[None]:
        """Conclude the test, naming who asked."""
        detail: dict[str, str | float] = {"by": event.by}
        return memory, (
            now.verdict(TEST_ALARM, Priority.URGENT, evidence=(now.seq,), detail=detail),
        )

    @override
    def is_test(self, verdict: Verdict) -> bool:
        return True
