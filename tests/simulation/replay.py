# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""A second memory beside the hub's, fed from the journal alone and never written or read back."""

from hub.bootstrap import Hub
from hub.runtime.apartment_file import FlatFile
from rules.detectors.registry import SHIPPED
from rules.engine import codec
from rules.engine.engine import Engine
from rules.engine.state import State
from rules.model.flat import Flat


class Shadow:
    """Follows the journal row by row over all restarts; durable rows never change, so none is read twice."""

    def __init__(self, flat: FlatFile) -> None:
        self._engine = Engine(Flat(apartment=flat.apartment, limits=SHIPPED))
        self._state: State | None = None

    def equals(self, hub: Hub) -> bool:
        """Catch up with the journal and say whether the hub's memory is bit-equal."""
        if self._state is None:
            self._state = self._engine.begin(hub.journal.id)
        for fact in hub.journal.facts(self._state.situation.seq):
            self._state = self._engine.advance(self._state, fact).state
        return codec.dump(self._engine.roster, self._state) == hub.memory.written()
