# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Events in line: what was heard or happened and was not worked in yet."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from rules.model.events import Event, Fact


@dataclass(frozen=True, slots=True)
class Queued:
    """An event in line; a type of its own because an event has no number and no frame.

    Attributes:
        frame: name of the radio frame it came from.
        committed: called after the commit that holds it.
        marks: named values that become durable in the same transaction.
        row: it is in the journal already, and nobody has followed it.
    """

    event: Event
    frame: str | None = None
    committed: Callable[[], None] | None = None
    marks: tuple[tuple[str, str], ...] = ()
    row: Fact | None = None


type EventLine = deque[Queued]
