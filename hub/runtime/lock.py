# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""One hub a data folder: who comes second is told so."""

import fcntl
from pathlib import Path
from typing import TextIO


class FolderInUse(Exception):
    """Another hub uses the same data folder.

    Attributes:
        home: the folder.
    """

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self.home = home


def lock(home: Path) -> TextIO:
    """Hold the data folder until the returned file is closed.

    Raises:
        FolderInUse: another hub holds it.
    """
    file = (home / "lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise FolderInUse(home) from None
    return file
