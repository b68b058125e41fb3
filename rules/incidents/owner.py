# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The detector an incident belongs to, as the lifecycle sees it: it asks, and changes nothing."""

from collections.abc import Callable
from typing import Any, NamedTuple

from rules.detectors.detector import Detector
from rules.model.consent import Register, decide
from rules.model.declaration import Asking, Declaration
from rules.model.effects import Effect
from rules.model.incident import Incident

type Effects = tuple[Effect, ...]
type Moved = tuple[Incident | None, Effects]
"""An incident after a step (None when it is over), and what is to be done."""


class Owner(NamedTuple):
    """What is known of the kind of an incident.

    Attributes:
        declared: what follows its kind.
        times: seconds of its questions and pages in this flat.
        detector: the detector that declares it.
        memory: what that detector remembers now.
        limits: its limits in this flat.
        register: what is allowed now.
    """

    declared: Declaration
    times: Asking
    detector: Detector[Any, Any]
    memory: Any
    limits: Any
    register: Register

    def may_leave(self, incident: Incident) -> bool:
        """Say whether a message about it has a live basis."""
        return decide(self.register, incident.need)


type Owners = Callable[[str, Register], Owner]
"""Returns the owner of a kind."""
