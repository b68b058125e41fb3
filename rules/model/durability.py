# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""How soon an event is written: at once, unless its class says that it may wait."""

from typing import ClassVar


class Journaled:
    """Base of all events.

    Attributes:
        ordinary: it may wait for the group commit, at most 5 s; a power cut may lose it. Whatever
            leads to a verdict, a question, a command or a message is written at once all the same.
    """

    __slots__ = ()
    ordinary: ClassVar[bool] = False
