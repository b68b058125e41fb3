# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""State of one radio: heard or not, since when, and what was wrong last."""

from collections.abc import Callable

import structlog

from devices.source import HealthState
from rules.model.events import RadioDown, RadioUp
from rules.model.identity import Seconds

log = structlog.get_logger(__name__)


class RadioStatus:
    """The one way in which a source says that its radio is up or down, and why.

    It starts `STARTING` (blind). Each change is logged once and told once; repeating it tells
    nothing.

    Attributes:
        state: as it is now.
        since: when it became so, on the hub's axis.
        last_fault: why the radio is down, or what was wrong with the last malformed frame.
    """

    def __init__(
        self,
        source: str,
        *,
        now: Callable[[], Seconds],
        tell: Callable[[RadioUp | RadioDown], None],
    ) -> None:
        """Start blind.

        Args:
            source: name of the source.
            now: the hub's axis.
            tell: takes each change as an event.
        """
        self._source = source
        self._now = now
        self._tell = tell
        self.state = HealthState.STARTING
        self.since = now()
        self.last_fault = ""

    @property
    def is_up(self) -> bool:
        """The radio can be heard."""
        return self.state is HealthState.UP

    def starting(self) -> None:
        """Note that the source starts, perhaps again: it is blind until its radio is up."""
        if self.is_up:
            self.state, self.since = HealthState.STARTING, self._now()

    def up(self) -> None:
        """Say that the radio can be heard."""
        if self.is_up:
            return
        event = "radio_back" if self.state is HealthState.DOWN else "radio_up"
        self.state, self.since, self.last_fault = HealthState.UP, self._now(), ""
        log.info(event, source=self._source)
        self._tell(RadioUp(source=self._source, at=self.since))

    def down(self, fault: str) -> None:
        """Say that nothing can be heard.

        Args:
            fault: short machine-readable words.
        """
        self.last_fault = fault
        if self.state is HealthState.DOWN:
            return
        self.state, self.since = HealthState.DOWN, self._now()
        log.warning("radio_lost", source=self._source, fault=fault)
        self._tell(RadioDown(source=self._source, at=self.since))

    def malformed(self, fault: str) -> None:
        """Note what was wrong with a frame; the radio stays as it is."""
        self.last_fault = fault
