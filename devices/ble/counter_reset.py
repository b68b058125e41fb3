# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tells a device that counts anew (new battery) from a recording that is played back."""

from dataclasses import dataclass
from typing import Final

# Three rising numbers in a row. A beacon gives them within minutes of a new battery; somebody who
# plays back what he recorded needs three packets in their order, and gains one false call.
IN_A_ROW: Final = 3


@dataclass(slots=True)
class _Refused:
    counter: int
    length: int


class CounterReset:
    """Remembers the refused numbers of each device."""

    def __init__(self) -> None:
        self._rows: dict[str, _Refused] = {}

    def goes_on(self, address: str, counter: int) -> bool:
        """Note a number that was refused; say whether the device surely counts anew."""
        row = self._rows.get(address)
        if row is None or counter <= row.counter:
            self._rows[address] = _Refused(counter, 1)
            return False
        row.counter, row.length = counter, row.length + 1
        return row.length >= IN_A_ROW

    def forget(self, address: str) -> None:
        """Begin anew: the device counts as it should."""
        self._rows.pop(address, None)
