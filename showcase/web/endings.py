# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""How a story ended, in one sentence; if something is missing: which hop, why, what came last."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from markupsafe import Markup

from design.language import Words
from rules.model.identity import Seconds
from showcase.stories.failure_report import FailureReport, Why
from showcase.stories.picture import Ending, Picture


def N_(sentence: str) -> str:  # noqa: N802 - gettext's own name for "translate later"
    """Mark a sentence for the catalogues; it is translated where it is said."""
    return sentence


HOPS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "frame": N_("the sensor's signal"),
        "decoded": N_("the signal as the hub read it"),
        "journaled": N_("the entry in the flat's journal"),
        "verdict": N_("the rule's conclusion"),
        "asked": N_("the question to her"),
        "answered": N_("her answer"),
        "timed_out": N_("the end of the time to answer"),
        "decided": N_("the leave to tell anybody"),
        "enqueued": N_("the message, ready to go"),
        "forwarded": N_("the message on its way out"),
        "received": N_("the message at the care service"),
        "paged": N_("the call to the carers"),
        "acknowledged": N_("a carer who takes it"),
        "light": N_("the light that shows the way"),
    }
)
"""Each hop as a thing that can be missing; the light is no hop of a message."""

STATIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "frame": "sensor",
        "decoded": "sensor",
        "journaled": "sensor",
        "verdict": "rule",
        "asked": "question",
        "answered": "question",
        "timed_out": "question",
        "decided": "gate",
        "enqueued": "gate",
        "forwarded": "phone",
        "received": "phone",
        "paged": "phone",
        "acknowledged": "phone",
    }
)
"""Where on the page each hop belongs."""

_REASONS: Final[Mapping[Why, str]] = MappingProxyType(
    {
        Why.NO_POWER: N_("%(about)s has no power"),
        Why.HUB_OFF: N_("the hub is off"),
        Why.SERVICE_OFF: N_("the care service is off"),
        Why.PAUSED: N_("sensing is paused"),
        Why.NO_VERDICT: N_("no rule concluded “%(about)s”"),
        Why.NO_BASIS: N_("she has not allowed it"),
        Why.REFUSED: N_("hub or care service did not answer"),
        Why.UNHEARD: N_("nothing more was heard of it"),
    }
)


class Endings:
    """Says in one language how a story ended.

    Args:
        words: the reader's language.
        device: names a device.
        conclusion: names a verdict kind.
        time: says a story time of day.
    """

    def __init__(
        self,
        words: Words,
        *,
        device: Callable[[str], Markup],
        conclusion: Callable[[str], Markup],
        time: Callable[[Seconds | None], Markup],
    ) -> None:
        self._words = words
        self._device, self._conclusion, self._time = device, conclusion, time

    def ending(self, picture: Picture) -> Markup:
        """Say how it ended; empty while it goes on."""
        _ = self._words.gettext
        match picture.ending:
            case Ending.HEARD:
                return _("Heard. She knows who is coming, and so does the whole team.")
            case Ending.ANSWERED:
                return _("She answered. Nobody was called, nothing left the flat.")
            case Ending.WITHHELD:
                return _("You shut the gate: the alert stopped here. She decides, not the device.")
            case Ending.PAUSED:
                return _(
                    "You switched sensing off: nothing was noticed and nobody is called. "
                    "The help button still works."
                )
            case Ending.BROKEN:
                return self._failure(picture.failure)
            case None:
                return Markup()

    def _failure(self, short: FailureReport | None) -> Markup:
        _ = self._words.gettext
        if short is None or short.hop not in HOPS:
            return _("Hub or care service did not answer. That is shown, not hidden.")
        hop = _(HOPS[short.hop])
        return (
            _("Missing: %(hop)s (%(why)s).", hop=hop, why=self._why(short))
            + " "
            + self._last(short)
        )

    def _why(self, short: FailureReport) -> Markup:
        about = self._conclusion if short.why is Why.NO_VERDICT else self._device
        return self._words.gettext(_REASONS[short.why], about=about(short.about))

    def _last(self, short: FailureReport) -> Markup:
        _ = self._words.gettext
        last = short.last
        if last is None:
            return _("Nothing was seen before it.")
        seen = _(HOPS[last.name])
        if last.proof:
            seen = _("%(what)s (%(proof)s)", what=seen, proof=last.proof)
        if last.utc_s is None:
            return _("Last seen: %(what)s.", what=seen)
        return _("Last seen: %(what)s, %(time)s.", what=seen, time=self._time(last.utc_s))
