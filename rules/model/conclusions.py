# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a detector can conclude: a verdict, that a matter is right again, a command to a device."""

from typing import NamedTuple

from rules.model.effects import Switch
from rules.model.verdict import Kind, Verdict


class Clear(NamedTuple):
    """The matter of this kind at this place is right again."""

    kind: Kind
    place: str


type Conclusion = Verdict | Clear | Switch
