# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a detector may say: a verdict, that a matter is right again, a command to a device. Nothing else."""

from typing import NamedTuple

from rules.model.effects import Switch
from rules.model.verdict import Verdict


class Clear(NamedTuple):
    """The matter of this kind at this place is right again."""

    kind: str
    place: str


class Kind(str):
    """A verdict kind of a detector from outside the package; `VerdictKind` becomes this."""

    __slots__ = ()

    @property
    def value(self) -> str:
        return str(self)


type Conclusion = Verdict | Clear | Switch
