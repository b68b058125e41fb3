# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What she allows and wants now, as the hub tells it, whoever changed it and on which page."""

from collections.abc import Callable, Mapping
from typing import Any

from rules.model.identity import Seconds


class ConsentMirror:
    """Consents, help agreement and pause, folded from the hub's public stream.

    Args:
        now: story time, Unix seconds; a pause ends by it.

    Attributes:
        given: purposes she allows her care team to be told of.
        agreement: the help agreement is live; None before the hub's first word.
    """

    def __init__(self, now: Callable[[], Seconds]) -> None:
        self._now = now
        self._paused_until_utc_s: Seconds | None = None
        self.given: frozenset[str] = frozenset()
        self.agreement: bool | None = None

    @property
    def paused(self) -> bool:
        """Whether sensing is paused."""
        return self._paused_until_utc_s is not None and self._now() < self._paused_until_utc_s

    def hub(self, event: str, said: Mapping[str, Any]) -> None:
        """The hub's public stream said something."""
        if event == "snapshot":
            self.given = frozenset(map(str, said.get("consents") or ()))
            self.agreement = bool(said.get("agreement"))
            if not said.get("paused"):
                self._paused_until_utc_s = None
        elif said.get("hop") == "journaled":
            self._fold(said.get("event") or {}, said.get("utc_s"))

    def _fold(self, told: Mapping[str, Any], utc_s: Seconds | None) -> None:
        match told.get("type"):
            case "ConsentChanged":
                purpose = frozenset({str(told["purpose"])})
                given = told["state"] == "given"
                self.given = self.given | purpose if given else self.given - purpose
            case "AgreementChanged":
                self.agreement = bool(told["live"])
            case "Paused":
                length_s = float(told["until"]) - float(told["at"])
                self._paused_until_utc_s = (self._now() if utc_s is None else utc_s) + length_s
            case "Resumed":
                self._paused_until_utc_s = None
            case _:
                pass
