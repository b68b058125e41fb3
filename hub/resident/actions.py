# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The resident's commands at the panel, one event each; help and "I am fine" need no PIN.

Interface for the faces: `Resident` below; every call has happened durably when it returns.
"""

from typing import Final

from hub.pipeline.inlet import EventInlet
from hub.resident.pin import Pin
from hub.runtime.clock import Clock
from rules.model.apartment import Apartment
from rules.model.consent import ConsentState, Purpose, Recipient
from rules.model.events import (
    AgreementChanged,
    AnsweredFine,
    CameHome,
    ConsentChanged,
    HelpPressed,
    HelpTakenBack,
    LeftHome,
    Paused,
    Resumed,
    SharedByTap,
    TestAlarmAsked,
    VisitEnded,
    VisitStarted,
)
from rules.model.identity import DeviceId, IncidentId
from rules.model.limits import Limits
from rules.situation.presence import PresenceLimits
from rules.situation.private_time import PauseLimits

PANEL: Final = DeviceId("panel")
"""Name of the panel where the apartment file has no device with `source = "panel"`."""
NOTICE_VERSION: Final = "1"


class Resident:
    """The resident's commands.

    Args:
        inlet: takes each as an event.
        clock: when it was said.
        pin: needed to give a consent.
        apartment: which device the panel is.
        limits: the longest private time and visit.
    """

    def __init__(
        self, inlet: EventInlet, clock: Clock, pin: Pin, *, apartment: Apartment, limits: Limits
    ) -> None:
        self._inlet = inlet
        self._clock = clock
        self._pin = pin
        self._panel = next((one.id for one in apartment.devices if one.source == "panel"), PANEL)
        self._limits = limits
        self._presses = 0

    def help(self) -> None:
        """Call for help; never asked back, never ranked down."""
        self._presses += 1
        at = self._clock.axis()
        self._inlet.append(
            HelpPressed(device=self._panel, at=at, press=f"panel:{at}:{self._presses}")
        )

    def take_back(self) -> None:
        """Take a help call back."""
        self._inlet.append(HelpTakenBack(device=self._panel, at=self._clock.axis()))

    def fine(self) -> None:
        """Answer an open question: "I am fine"."""
        self._inlet.append(AnsweredFine(at=self._clock.axis()))

    def pause(self, hours: float) -> None:
        """Begin private time, as long as the rules allow at most; help and hazards go on."""
        at = self._clock.axis()
        length_s = min(max(hours * 3600.0, 60.0), self._limits[PauseLimits].longest_s)
        self._inlet.append(Paused(at=at, until=at + length_s))

    def resume(self) -> None:
        """End private time."""
        self._inlet.append(Resumed(at=self._clock.axis()))

    def visit(self, hours: float) -> None:
        """Say that somebody is here; ends by itself, at the latest where the rules end it."""
        at = self._clock.axis()
        length_s = min(max(hours * 3600.0, 60.0), self._limits[PresenceLimits].visit_max_s)
        self._inlet.append(VisitStarted(at=at, until=at + length_s))

    def visit_over(self) -> None:
        """Say that the visitor has gone."""
        self._inlet.append(VisitEnded(at=self._clock.axis()))

    def leave(self, hours: float | None = None) -> None:
        """Say that the flat is empty, for some hours or until `home`."""
        at = self._clock.axis()
        self._inlet.append(LeftHome(at=at, until=None if hours is None else at + hours * 3600.0))

    def home(self) -> None:
        """Say that she is back."""
        self._inlet.append(CameHome(at=self._clock.axis()))

    def share(self, incident: IncidentId) -> None:
        """Share one note with the carers by a single tap."""
        self._inlet.append(SharedByTap(at=self._clock.axis(), incident=incident))

    def agree(self, *, live: bool) -> None:
        """Begin or end the help agreement."""
        self._inlet.append(AgreementChanged(at=self._clock.axis(), live=live))

    def test_alarm(self, by: str) -> None:
        """Let a message marked as a test go the whole way."""
        self._inlet.append(TestAlarmAsked(at=self._clock.axis(), by=by))

    async def consent(
        self, purpose: Purpose, state: ConsentState, pin: str, *, by: str = "resident"
    ) -> None:
        """Change what one purpose allows.

        Raises:
            PinMissing: no PIN was set.
            PinWrong: nothing was changed.
        """
        await self._pin.check(pin)
        self._inlet.append(
            ConsentChanged(
                at=self._clock.axis(),
                purpose=purpose,
                recipient=Recipient.CARE_TEAM,
                state=state,
                notice_version=NOTICE_VERSION,
                by=by,
            )
        )

    async def set_pin(self, pin: str) -> None:
        """Set the resident's PIN (set-up only); 4 to 12 digits."""
        await self._pin.set(pin)
