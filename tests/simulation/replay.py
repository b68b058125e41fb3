# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""A second memory beside the hub's, fed from the journal alone and never written or read back."""

from hub.bootstrap import Hub
from hub.runtime.apartment_file import FlatFile
from rules.first import engine, state
from rules.first.flat import Flat
from rules.first.limits import Limits
from rules.first.state import State


class Shadow:
    """Follows the journal row by row over all restarts; durable rows never change, so none is read twice."""

    def __init__(self, flat: FlatFile) -> None:
        self._flat = Flat(apartment=flat.apartment, limits=Limits())
        self._state: State | None = None

    def equals(self, hub: Hub) -> bool:
        """Catch up with the journal and say whether the hub's memory is bit-equal."""
        if self._state is None:
            self._state = engine.begin(hub.journal.id, self._flat)
        for fact in hub.journal.facts(self._state.seq):
            self._state = engine.advance(self._state, fact, self._flat).state
        return state.dump(self._state) == hub.pipeline.written_memory()
