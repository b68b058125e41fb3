# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Row quarantined: a row, a file or a deadline the software failed at; somebody shall look."""

from typing import Final

from rules.detectors.detector import Detector, Outcome
from rules.detectors.technology import declared
from rules.model.events import (
    DeadlinePutOff,
    FallSensed,
    FilePutAside,
    HazardSensed,
    HelpPressed,
    RowQuarantined,
)
from rules.model.limits import NoLimits
from rules.model.verdict import Kind, Priority, Verdict
from rules.situation.occurrences import HandlerBroke
from rules.situation.situation import Situation

ROW_QUARANTINED: Final = Kind("row_quarantined")
_OWN: Final[frozenset[str]] = frozenset({ROW_QUARANTINED})
_CALLS: Final = frozenset(kind.__name__ for kind in (HelpPressed, FallSensed, HazardSensed))
"""Journal kinds that call for help."""
_TRIES: Final = 3
"""A deadline is told with every third failure: the first two may be a cosmic ray or a bad card."""


def _by_row(verdict: Verdict) -> str:
    return str(verdict.evidence[-1])


class RowQuarantinedDetector(Detector[None, NoLimits]):
    """Concludes each failure of the software as a matter of its own.

    `urgent` when the row was a call for help, otherwise `soon`.
    """

    name = "row_quarantined"
    declares = (declared(ROW_QUARANTINED, _by_row),)

    def on_row(
        self, memory: None, event: RowQuarantined, now: Situation, limits: NoLimits
    ) -> Outcome[None]:
        """Conclude a journal row that was left out."""
        detail: dict[str, str | float] = {"row": float(event.row)}
        if event.kind:
            detail["event"] = event.kind
        priority = Priority.URGENT if event.kind in _CALLS else Priority.SOON
        rows = tuple(sorted({event.row, now.seq}))
        return memory, (now.verdict(ROW_QUARANTINED, priority, evidence=rows, detail=detail),)

    def on_file(
        self, memory: None, event: FilePutAside, now: Situation, limits: NoLimits
    ) -> Outcome[None]:
        """Conclude a damaged file that was replaced."""
        return memory, (_soon(now, {"file": event.file, "instead": event.instead.value}),)

    def on_deadline(
        self, memory: None, event: DeadlinePutOff, now: Situation, limits: NoLimits
    ) -> Outcome[None]:
        """Conclude a deadline that fails, unless that is open."""
        return memory, () if event.times % _TRIES else _deadline(now, event.deadline)

    def on_handler(
        self, memory: None, event: HandlerBroke, now: Situation, limits: NoLimits
    ) -> Outcome[None]:
        """Conclude a handler the engine had to stand in for, unless that is open."""
        return memory, _deadline(now, event.name)


def _deadline(now: Situation, name: str) -> tuple[Verdict, ...]:
    is_open = any(
        one.kind in _OWN and one.verdict.detail.get("deadline") == name for one in now.open.values()
    )
    return () if is_open else (_soon(now, {"deadline": name}),)


def _soon(now: Situation, detail: dict[str, str | float]) -> Verdict:
    return now.verdict(ROW_QUARANTINED, Priority.SOON, evidence=(now.seq,), detail=detail)
