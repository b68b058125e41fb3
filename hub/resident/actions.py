# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the resident can say at the panel, each as one event; help and "I am fine" need no PIN.

Interface for the faces: `Resident` below; every call has happened durably when it returns.
"""

from typing import Final

from hub.pipeline.inlet import Pipeline
from hub.projections.view import View
from hub.resident.pin import Hasher
from hub.runtime.clock import Clock
from hub.storage.journal import Journal
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
from rules.model.identity import DeviceId, IncidentId, Seconds
from rules.model.limits import Limits
from rules.situation.presence import PresenceLimits
from rules.situation.private_time import PauseLimits

PANEL: Final = DeviceId("panel")
"""Name of the panel where the apartment file has no device with `source = "panel"`."""
NOTICE_VERSION: Final = "1"
TRIES_MAX: Final = 5
LOCKED_S: Final = 300.0
"""After five wrong PINs consents wait this long, real seconds; help never waits."""


class PinWrong(Exception):
    """The PIN does not fit, or too many were tried.

    Attributes:
        locked_s: real seconds until the next try counts; 0 when it may be at once.
    """

    def __init__(self, locked_s: Seconds = 0.0) -> None:
        super().__init__(locked_s)
        self.locked_s = locked_s


class PinMissing(Exception):
    """No PIN was set yet: it is set at the set-up, before the first consent."""


class Resident:
    """The resident's commands."""

    def __init__(
        self,
        pipeline: Pipeline,
        journal: Journal,
        view: View,
        *,
        apartment: Apartment,
        limits: Limits,
        clock: Clock,
        hasher: Hasher,
    ) -> None:
        self._pipeline = pipeline
        self._journal = journal
        self._view = view
        self._clock = clock
        self._panel = next((one.id for one in apartment.devices if one.source == "panel"), PANEL)
        self._limits = limits
        self._hasher = hasher
        self._presses = 0
        self._wrong = 0
        self._locked_until = 0.0

    def help(self) -> None:
        """Call for help; never asked back, never ranked down."""
        self._presses += 1
        at = self._clock.axis()
        self._pipeline.append(
            HelpPressed(device=self._panel, at=at, press=f"panel:{at}:{self._presses}")
        )

    def take_back(self) -> None:
        """Take a help call back."""
        self._pipeline.append(HelpTakenBack(device=self._panel, at=self._clock.axis()))

    def fine(self) -> None:
        """Answer an open question: "I am fine"."""
        self._pipeline.append(AnsweredFine(at=self._clock.axis()))

    def pause(self, hours: float) -> None:
        """Begin private time, as long as the rules allow at most; help and hazards go on."""
        at = self._clock.axis()
        length_s = min(max(hours * 3600.0, 60.0), self._limits[PauseLimits].longest_s)
        self._pipeline.append(Paused(at=at, until=at + length_s))

    def resume(self) -> None:
        """End private time."""
        self._pipeline.append(Resumed(at=self._clock.axis()))

    def visit(self, hours: float) -> None:
        """Say that somebody is here; ends by itself, at the latest where the rules end it."""
        at = self._clock.axis()
        length_s = min(max(hours * 3600.0, 60.0), self._limits[PresenceLimits].visit_max_s)
        self._pipeline.append(VisitStarted(at=at, until=at + length_s))

    def visit_over(self) -> None:
        """Say that the visitor has gone."""
        self._pipeline.append(VisitEnded(at=self._clock.axis()))

    def leave(self, hours: float | None = None) -> None:
        """Say that the flat is empty, for some hours or until `home`."""
        at = self._clock.axis()
        self._pipeline.append(LeftHome(at=at, until=None if hours is None else at + hours * 3600.0))

    def home(self) -> None:
        """Say that she is back."""
        self._pipeline.append(CameHome(at=self._clock.axis()))

    def share(self, incident: IncidentId) -> None:
        """Share one note with the carers by a single tap."""
        self._pipeline.append(SharedByTap(at=self._clock.axis(), incident=incident))

    def agree(self, *, live: bool) -> None:
        """Begin or end the help agreement."""
        self._pipeline.append(AgreementChanged(at=self._clock.axis(), live=live))

    def test_alarm(self, by: str) -> None:
        """Let a message marked as a test go the whole way."""
        self._pipeline.append(TestAlarmAsked(at=self._clock.axis(), by=by))

    async def consent(
        self, purpose: Purpose, state: ConsentState, pin: str, *, by: str = "resident"
    ) -> None:
        """Change what one purpose allows.

        Raises:
            PinMissing: no PIN was set.
            PinWrong: nothing was changed.
        """
        await self.check_pin(pin)
        self._pipeline.append(
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
        assert pin.isdecimal(), "the set-up route checks this"
        digest = await self._hasher.hash(pin)
        self._journal.set_mark("pin", digest)
        self._pipeline.commit()
        self._view.pin_set = True
        self._wrong = 0
        self._view.touch()

    async def check_pin(self, pin: str) -> None:
        """Return when the PIN fits.

        Raises:
            PinMissing: no PIN was set.
            PinWrong: it does not, or too many were tried.
        """
        digest = self._journal.mark("pin")
        if digest is None:
            raise PinMissing
        now = self._clock.real()
        if now < self._locked_until:
            raise PinWrong(self._locked_until - now)
        if await self._hasher.verify(digest, pin):
            self._wrong = 0
            return
        self._wrong += 1
        if self._wrong >= TRIES_MAX:
            self._wrong = 0
            self._locked_until = self._clock.real() + LOCKED_S
            raise PinWrong(LOCKED_S)
        raise PinWrong
