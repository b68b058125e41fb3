# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Everything the rules remember: the situation, each detector's memory, the open incidents."""

from typing import Any, NamedTuple

from rules.incidents.incidents import Incidents
from rules.incidents.owner import Effects
from rules.model.identity import Seconds
from rules.situation.situation import Situation


class State(NamedTuple):
    """Memory after a fact; immutable, and equal states behave equally.

    Attributes:
        situation: what is believed.
        memories: of each detector, in the order of the table.
        dues: next time of each deadline, by slot: the situation's own, the detectors', the
            incidents'; follows from the rest. A due time may be early, never late.
        wake: the earliest of them.
        incidents: open incidents and consents.
        deferred: what broke, by name, and until when each is left alone.
    """

    situation: Situation
    memories: tuple[Any, ...]
    dues: tuple[Seconds, ...]
    wake: Seconds
    incidents: Incidents
    deferred: dict[str, Seconds]


class Step(NamedTuple):
    """What one fact led to.

    Attributes:
        state: the new memory; the old one is untouched.
        effects: commands in the order they are to be carried out.
        next_due: axis time at which a `Tick` is wanted next; None when nothing waits.
        fault: the handler of a call for help broke; the call was opened and paged all the same.
    """

    state: State
    effects: Effects
    next_due: Seconds | None
    fault: Exception | None = None
