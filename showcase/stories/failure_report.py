# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""A hop of a story that did not come: which one, why as far as is known, what was seen last."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from showcase.stories.trace import Hop


class Why(StrEnum):
    """What is known about a hop that did not come."""

    NO_POWER = "no_power"
    HUB_OFF = "hub_off"
    SERVICE_OFF = "service_off"
    PAUSED = "paused"
    NO_VERDICT = "no_verdict"
    NO_BASIS = "no_basis"
    REFUSED = "refused"
    UNHEARD = "unheard"


_REASONS: Final = {
    Why.NO_POWER: "{about} has no power",
    Why.HUB_OFF: "the hub does not run",
    Why.SERVICE_OFF: "the care service does not run",
    Why.PAUSED: "sensing is paused",
    Why.NO_VERDICT: "no rule concluded '{about}'",
    Why.NO_BASIS: "no live basis ({about}), so nothing leaves",
    Why.REFUSED: "{about}",
    Why.UNHEARD: "nothing more was heard of it",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureReport:
    """What a story lacks; the sentence for people is made from it where they read it.

    Attributes:
        hop: the first hop that is missing.
        about: the device, verdict kind, purpose or answer the reason speaks of.
        last: the last hop that came, None when none did.
    """

    story: str
    hop: str
    why: Why
    about: str = ""
    last: Hop | None = None

    def __str__(self) -> str:
        reason = _REASONS[self.why].format(about=self.about)
        return f"{self.story}: the hop '{self.hop}' did not come: {reason}; {self._seen()}"

    def _seen(self) -> str:
        if self.last is None:
            return "nothing was seen before it"
        proof = f" ({self.last.proof})" if self.last.proof else ""
        return f"last seen: '{self.last.name}'{proof}"
