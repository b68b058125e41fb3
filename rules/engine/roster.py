# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""A table of detectors made ready for one flat: listeners, deadlines and owners, looked up once."""

from typing import Any, Final, NamedTuple

from rules.detectors.detector import Detector
from rules.detectors.limits import section_of
from rules.detectors.table import Detectors, Handler, checked, concluded_by, heard_by, owners, waits
from rules.incidents.owner import Owner
from rules.model.consent import Register
from rules.model.declaration import OPERATION, Asking, Declaration, Page
from rules.model.flat import Flat
from rules.model.identity import Seconds
from rules.model.limits import NO_LIMITS
from rules.model.quantities import NEVER
from rules.model.verdict import Kind
from rules.situation.follow import deadlines

OWN: Final = len(deadlines.NAMES)
"""Slots of the situation's own deadlines; detectors come next, incidents last."""
INCIDENTS: Final = "incidents"
FORMERLY_INCIDENTS: Final = "INCIDENTS"


class Listener(NamedTuple):
    """A handler of one detector, by its place in the table."""

    number: int
    handler: Handler
    limits: Any


class Owned(NamedTuple):
    """A kind in this flat: the detector that declares it, and its times."""

    number: int
    declared: Declaration
    times: Asking


class Roster:
    """Detectors of one flat, read only.

    Attributes:
        flat: apartment and limits.
        table: detectors, in the order of hearing and of equal deadlines.
        names: their names.
        slots: name of each deadline, as in `State.dues`.
        hears: listeners of each event and occurrence.
        declared: what follows each kind.
    """

    def __init__(self, flat: Flat, table: Detectors) -> None:
        """Look everything up.

        Raises:
            TableError: the table contradicts itself; whoever wrote the detector must change it.
        """
        self.flat = flat
        self.table = checked(table)
        self.names = tuple(one.name for one in table)
        self.slots = (*deadlines.NAMES, *self.names, INCIDENTS)
        sections = flat.limits.sections
        self.limits = tuple(_limits_of(one, sections) for one in table)
        self.hears: dict[type, tuple[Listener, ...]] = {}
        for number, one in enumerate(table):
            for kind, handler in heard_by(one).items():
                listener = Listener(number, handler, self.limits[number])
                self.hears[kind] = (*self.hears.get(kind, ()), listener)
        self.may_conclude = tuple(concluded_by(one) for one in table)
        self._due = tuple(one.due if waits(one) else None for one in table)
        owned = owners(table)
        self.declared = {kind: declared for kind, (_, declared) in owned.items()}
        self._owned = {
            kind: Owned(number, declared, declared.times(self.limits[number]))
            for kind, (number, declared) in owned.items()
        }
        self._formerly: dict[str, tuple[str, ...]] = {
            old: (new,) for old, new in deadlines.FORMERLY.items()
        }
        for one in table:
            for old in one.formerly:
                self._formerly[old] = (*self._formerly.get(old, ()), one.name)

    def due(self, number: int, memory: Any) -> Seconds:
        """Return when a detector wants to be woken."""
        due = self._due[number]
        return NEVER if due is None else due(memory, self.limits[number])

    def number_of(self, kind: str) -> int:
        """Return the place of the detector that owns a kind."""
        return self._owned[Kind(kind)].number

    def owner(self, memories: Any, kind: str, register: Register) -> Owner:
        """Return the owner of a kind with what it remembers now.

        An open incident outlives its detector: a kind that nobody declares any more is still asked,
        answered and paged, on the basis it was opened with.
        """
        owned = self._owned.get(Kind(kind))
        if owned is None:
            orphan = Declaration(
                kind=Kind(kind), need=OPERATION, page=Page.NO_ANSWER, answerable=True
            )
            return Owner(orphan, Asking(), Detector[None, Any](), None, NO_LIMITS, register)
        number, declared, times = owned
        limits = self.limits[number]
        return Owner(declared, times, self.table[number], memories[number], limits, register)

    def plain_owner(self, number: int, register: Register) -> Owner:
        """Return an owner of a detector's first kind that pages at once and asks no code of it."""
        declared = self.table[number].declares[0]
        plain = Declaration(kind=declared.kind, need=declared.need, page=Page.AT_ONCE)
        return Owner(plain, Asking(), Detector[None, Any](), None, NO_LIMITS, register)

    def names_of(self, deadline: str) -> tuple[str, ...]:
        """Return today's names of a deadline in a journal of any release."""
        return self._formerly.get(deadline, (deadline,))


def _limits_of(detector: Detector[Any, Any], sections: Any) -> Any:
    """Return the limits that hold in the flat; as shipped when its settings do not know them."""
    section = section_of(detector)
    if section is None:
        return NO_LIMITS
    return sections.get(section) or detector.limits()
