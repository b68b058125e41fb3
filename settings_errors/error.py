# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The error every settings reader raises: all faults of a file at once."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong; `key` is "-" where it is the whole file."""

    file: str
    key: str
    expected: str

    def __str__(self) -> str:
        where = self.file if self.key == "-" else f"{self.file}: {self.key}"
        return f"{where}: expected {self.expected}"


class SettingsError(Exception):
    """The settings are wrong; whoever wrote the file must act. Written out it is a line a fault.

    Attributes:
        file: which file the first fault is in.
        key: which key.
        expected: what should stand there.
        faults: all of them.
    """

    def __init__(self, file: str, key: str, expected: str, *more: Fault) -> None:
        self.faults = (Fault(file, key, expected), *more)
        super().__init__("\n".join(map(str, self.faults)))
        self.file, self.key, self.expected = file, key, expected


def raise_if_any(faults: Sequence[Fault]) -> None:
    """Raise one error for all faults; nothing happens when there is none.

    Raises:
        SettingsError: there is one.
    """
    if faults:
        first, *more = faults
        raise SettingsError(first.file, first.key, first.expected, *more)
