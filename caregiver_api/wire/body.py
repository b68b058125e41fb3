# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What all bodies on the wire have in common: frozen, no unknown field, bounded words."""

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

VERSION: Final = 1
"""Wire version; the service accepts this one and the one before."""

type Hex32 = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
type Word = Annotated[str, Field(max_length=64, pattern=r"^[\w .:/-]*$")]


class WireBody(BaseModel):
    """A body of the wire."""

    model_config = ConfigDict(frozen=True, extra="forbid")
